"""A picture at three values of one number, side by side, and what is to be seen; paints nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import gradio as gr
from markupsafe import Markup

from t2i_chat.core.events import Strip, Tried
from t2i_chat.editing.requests import Knob, own_value
from t2i_chat.ui.html import render
from t2i_chat.ui.translations import LANGUAGES, Translated, phrase
from t2i_chat.ui.turns import data_url, percent, talk, told

_SEEN = {
    "steps": ("fewsteps", "manysteps"),
    "guidance": ("lowguidance", "highguidance"),
}
"""The captions that tell what is to be seen at less and at more of a number."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One of the pictures: the knob and its value, and `seen`, the caption of what is to be seen.

    `share` tells how much looks different from version `number`, None for that one itself.
    """

    number: int
    src: str
    knob: Knob
    value: str
    seen: str
    share: str | None


def figures(strip: Strip) -> Markup:
    """The pictures with their values."""
    drawn = [_figure(strip, one) for one in strip.tried]
    return render("parameter_sweep.html", "figures", drawn=drawn)


def _figure(strip: Strip, tried: Tried) -> Figure:
    return Figure(
        number=strip.version.number,
        src=data_url(tried.image),
        knob=strip.knob,
        value=f"{tried.value:g}",
        seen=_seen(strip, tried),
        share=None if tried.changed is None else percent(tried.changed),
    )


def _seen(strip: Strip, tried: Tried) -> str:
    if tried.changed is None:
        return "ownpicture"
    less, more = _SEEN[strip.knob]
    return less if tried.value < own_value(strip.version.recipe, strip.knob) else more


def words_on(strip: Strip) -> Translated:
    """What is said above the pictures."""
    return phrase(f"only{strip.knob}", n=strip.version.number)


class StripPanel:
    """The widgets, over the chat like the brush; closed until somebody asks."""

    def __init__(self) -> None:
        with gr.Column(elem_id="stripping", visible=False) as self.panel:
            with gr.Row(elem_id="stripped"):
                self.words = gr.HTML(js_on_load=None)
                self.leave = gr.Button(LANGUAGES("close"), size="sm", elem_id="unstrip")
            self.pictures = gr.HTML(js_on_load=None, elem_id="strip")

    @property
    def all(self) -> list[Any]:
        """The widgets that `opened` and `closed` may change."""
        return [self.panel, self.words, self.pictures]

    def opened(self, strip: Strip) -> dict[Any, Any]:
        """The panel with all three pictures."""
        return {
            self.panel: gr.Column(visible=True),
            self.words: talk([told(words_on(strip), "quiet")]),
            self.pictures: figures(strip),
        }

    @property
    def closed(self) -> dict[Any, Any]:
        """The panel put away."""
        return {self.panel: gr.Column(visible=False)}
