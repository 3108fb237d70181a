"""How a picture came out of noise, step by step, and where the model looked; paints nothing."""

from __future__ import annotations

from typing import Any

import gradio as gr
from markupsafe import Markup
from PIL import Image

from t2i_chat.core.events import Watched
from t2i_chat.ui.html import render
from t2i_chat.ui.translations import CAPTIONS, LANGUAGES, attributes
from t2i_chat.ui.turns import data_url

NOWHERE = CAPTIONS["en"]["justpicture"]
"""The choice that shows the steps and no word's map."""
_DIM = 0.35
"""How bright the picture shows where the model did not look."""


def frame(watched: Watched, step: int, word: str) -> Markup:
    """The picture as it was expected to become at a step, counted from 1, or lit for a word."""
    if word in watched.maps:
        picture = lit(watched.frames[-1], watched.maps[word])
        return _drawn(picture, attributes({"word": word}, alt="brightwhere"))
    step = min(max(step, 1), len(watched.frames))
    return _drawn(watched.frames[step - 1], attributes({"n": step}, alt="afterstep"))


def _drawn(picture: Image.Image, alt: Markup) -> Markup:
    return render("attention_view.html", "frame", src=data_url(picture), alt=alt)


def lit(picture: Image.Image, seen: Image.Image) -> Image.Image:
    """A picture in its own colours where an 8-bit map is white, and in dim grey where black."""
    dim = picture.convert("L").point(lambda grey: round(grey * _DIM)).convert("RGB")
    return Image.composite(picture, dim, seen.resize(picture.size))


def words_on(watched: Watched) -> Markup:
    """What is said above the picture."""
    return render("attention_view.html", "words_on", watched=watched)


class Watching:
    """The widgets, over the chat like the brush; closed until somebody asks."""

    def __init__(self) -> None:
        with gr.Column(elem_id="watching", visible=False) as self.panel:
            with gr.Row(elem_id="watched"):
                self.words = gr.HTML(js_on_load=None)
                self.leave = gr.Button(LANGUAGES("close"), size="sm", elem_id="unwatch")
            # gr.Image wraps its picture in a button that has no name for a screen reader.
            self.picture = gr.HTML(js_on_load=None, elem_id="frame")
            self.step = gr.Slider(1, 2, step=1, label=LANGUAGES("step"), elem_id="step", buttons=[])
            self.word = gr.Radio([NOWHERE], label=LANGUAGES("looked"), elem_id="looked")
        self.watched = gr.State(None)

    @property
    def asked(self) -> list[Any]:
        """The widgets in which a person says what to look at."""
        return [self.watched, self.step, self.word]

    @property
    def all(self) -> list[Any]:
        """The widgets that `opened` and `closed` may change."""
        return [self.panel, self.words, self.picture, *self.asked]

    def opened(self, watched: Watched, language: str = "en") -> dict[Any, Any]:
        """The panel with the finished picture, and all its steps and words to choose from."""
        count, alone = len(watched.frames), CAPTIONS[language]["justpicture"]
        return {
            self.panel: gr.Column(visible=True),
            self.words: words_on(watched),
            self.watched: watched,
            self.picture: frame(watched, count, NOWHERE),
            self.step: gr.Slider(1, count, value=count, step=1),
            self.word: gr.Radio(
                [(alone, NOWHERE), *((word, word) for word in watched.maps)], value=NOWHERE
            ),
        }

    @property
    def closed(self) -> dict[Any, Any]:
        """The panel put away, and what it showed forgotten."""
        return {self.panel: gr.Column(visible=False), self.watched: None}
