"""The parameter sweep panel: one picture at three values of steps or guidance, side by side."""

from __future__ import annotations

from typing import Any

import gradio as gr

from t2i_chat.core.events import Strip, Tried
from t2i_chat.editing.requests import own_value
from t2i_chat.ui.translations import LANGUAGES, Translated, attributes, marked, phrase
from t2i_chat.ui.turns import data_url, percent, talk, told

_SEEN = {
    "steps": ("fewsteps", "manysteps"),
    "guidance": ("lowguidance", "highguidance"),
}
"""The captions that tell what is to be seen at less and at more of a number."""


def figures(strip: Strip) -> str:
    """The pictures with their values; a group that can be reached, since a phone swipes it."""
    drawn = "".join(_figure(strip, one) for one in strip.tried)
    called = attributes(label="threevalues")
    return f'<div class="strip" role="group" tabindex="0"{called}>{drawn}</div>'


def _figure(strip: Strip, tried: Tried) -> str:
    value = f"{tried.value:g}"
    alt = attributes({"n": strip.version.number, "value": value}, alt=f"at{strip.knob}")
    how_far = "" if tried.changed is None else marked("oflooks", share=percent(tried.changed))
    own = ' class="own"' if tried.changed is None else ""
    return (
        f'<figure{own}><img src="{data_url(tried.image)}"{alt}>'
        f"<figcaption><b>{marked(strip.knob)} {value}</b> {marked(_seen(strip, tried))} {how_far}"
        "</figcaption></figure>"
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
