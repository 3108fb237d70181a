"""The mask panel: marks a region by brush, by clicking a thing, or by its name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import gradio as gr
from markupsafe import Markup
from PIL import Image

from t2i_chat.ui import brush, theme
from t2i_chat.ui.html import NOTHING, render
from t2i_chat.ui.translations import LANGUAGES


@dataclass(frozen=True, slots=True)
class Marked:
    """A version that is being marked, and its things: 8-bit masks of its size by their names.

    Where the mark is what shall stay of it, `before` is the version that the rest is taken from.
    `said` are the words that were put into the box with it.
    """

    version: int
    picture: Image.Image
    things: Mapping[str, Image.Image] = field(default_factory=dict)
    before: int | None = None
    said: str = ""


class Marking:
    """The widgets, over the chat; closed until somebody asks."""

    def __init__(self) -> None:
        with gr.Column(elem_id="marking", visible=False) as self.panel:
            with gr.Row(elem_id="marked"):
                self.words = gr.HTML(js_on_load=None)
                self.keep = gr.Button(
                    LANGUAGES("keeponly"), size="sm", elem_id="keep", visible=False
                )
                self.leave = gr.Button(LANGUAGES("cancel"), size="sm", elem_id="unmark")
            self.things = gr.HTML(elem_id="things", js_on_load=theme.read("things.js"))
            self.brush = brush.editor()
        # What the editor still sends once it was left does not count.
        self.about = gr.State(None)

    @property
    def asked(self) -> list[Any]:
        """The widgets that tell what is marked, and where."""
        return [self.about, self.brush]

    @property
    def all(self) -> list[Any]:
        """The widgets that `opened`, `painted` and `closed` may change."""
        return [self.panel, self.words, self.keep, self.things, *self.asked]

    def opened(self, about: Marked, region: Image.Image | None, words: str) -> dict[Any, Any]:
        """The panel with a picture of which `region` is marked already; `words` is a caption."""
        return {
            self.panel: gr.Column(visible=True),
            **self.asking(words),
            self.keep: gr.Button(visible=about.before is not None),
            self.things: _named(about.things),
            self.about: about,
            self.brush: brush.opened(about.picture, region),
        }

    def asking(self, words: str) -> dict[Any, Any]:
        """What the panel asks for; `words` is a caption."""
        return {self.words: render("mask_panel.html", "asking", words=words)}

    def painted(self, about: Marked, region: Image.Image) -> dict[Any, Any]:
        """The picture with another region marked."""
        asking = {} if about.before is None else self.asking("parting")
        return {self.brush: brush.opened(about.picture, region)} | asking

    @property
    def closed(self) -> dict[Any, Any]:
        """The panel put away."""
        return {self.panel: gr.Column(visible=False), self.about: None, self.brush: None}


def _named(things: Iterable[str]) -> Markup:
    """A button for each thing; nothing where nothing can be told apart."""
    names = list(things)
    return render("mask_panel.html", "named", things=names) if names else NOTHING
