"""The compare panel: two versions under a slider, and the heat map of their difference."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import gradio as gr
from PIL import Image

from t2i_chat.core.recipe import Version
from t2i_chat.imaging import diff
from t2i_chat.ui.translations import LANGUAGES, Translated, phrase
from t2i_chat.ui.turns import percent, receipt, talk, told

LABEL = 34
"""Maximum length of a version's label in the lists."""


@dataclass(frozen=True, slots=True)
class Pair:
    """Two pictures of one size to lay over each other, and what is said above them."""

    left: Image.Image
    right: Image.Image
    words: Translated


def pair(
    one: Version, other: Version, image: Callable[[Version], Image.Image], *, glow: bool = False
) -> Pair:
    """`one` on the left and `other` on the right; with `glow` `other` and the map of what differs.

    Where the two differ in size, `one` is scaled to the other, and there is no map.
    """
    left, right = image(one), image(other)
    if left.size != right.size:
        fitted = left.resize(right.size, Image.Resampling.LANCZOS)
        return Pair(fitted, right, phrase("othersize", n=one.number))
    words = _measured(one, other, diff.measure(left, right))
    if glow:
        return Pair(right, diff.heat_map(left, right), words)
    return Pair(left, right, words)


def _measured(one: Version, other: Version, apart: diff.Difference) -> Translated:
    if apart.largest == 0:
        return phrase("nodiffer")
    proof = receipt(other) if other.parent == one.number else None
    return proof or phrase("differs", share=percent(apart.changed_fraction))


def before(version: Version, versions: Sequence[Version]) -> Version:
    """What a version is compared with at first: its parent, or else the one painted before it."""
    number = version.parent or version.number - 1
    return next((v for v in versions if v.number == number), version)


def label(version: Version) -> str:
    """A version in the lists to choose from: "3 · a red house under a blue…"."""
    words = version.name or version.caption
    shown = words if len(words) <= LABEL else f"{words[: LABEL - 1].rstrip()}…"
    return f"{version.number} · {shown}"


class Comparing:
    """The widgets, over the chat like the brush; closed until somebody asks."""

    def __init__(self) -> None:
        with gr.Column(elem_id="comparing", visible=False) as self.panel:
            with gr.Row(elem_id="compared"):
                self.left = gr.Dropdown([], label=LANGUAGES("left"), interactive=True, min_width=80)
                self.right = gr.Dropdown(
                    [], label=LANGUAGES("right"), interactive=True, min_width=80
                )
                self.leave = gr.Button(LANGUAGES("close"), size="sm", elem_id="leave")
            with gr.Row(elem_id="apart"):
                self.words = gr.HTML(js_on_load=None)
                self.glow = gr.Checkbox(label=LANGUAGES("differ"), container=False)
            self.slider = gr.ImageSlider(
                label=LANGUAGES("drag"),
                show_label=False,
                container=False,
                interactive=False,
                format="png",
                buttons=[],
                elem_id="slider",
            )

    @property
    def asked(self) -> list[Any]:
        """The widgets in which a person says what to compare, and how."""
        return [self.left, self.right, self.glow]

    @property
    def all(self) -> list[Any]:
        """The widgets that `opened`, `shown` and `closed` may change."""
        return [self.panel, *self.asked, self.words, self.slider]

    def opened(self, one: int, other: int, versions: Sequence[Version]) -> dict[Any, Any]:
        """The panel with two versions chosen, but for their pictures."""
        offered = [(label(v), v.number) for v in versions]
        return {
            self.panel: gr.Column(visible=True),
            self.left: gr.Dropdown(offered, value=one),
            self.right: gr.Dropdown(offered, value=other),
            self.glow: False,
        }

    def shown(self, two: Pair) -> dict[Any, Any]:
        """Two pictures under the slider."""
        return {
            self.slider: (two.left, two.right),
            self.words: talk([told(two.words, "quiet")]),
        }

    @property
    def closed(self) -> dict[Any, Any]:
        """The panel put away."""
        return {self.panel: gr.Column(visible=False)}
