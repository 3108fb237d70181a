"""Gradio components of the Advanced drawer: seed, steps, aspect ratio, model, negative prompt."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePath
from typing import Any

import gradio as gr

from t2i_chat.ui.advanced_values import SHAPES, seed_field
from t2i_chat.ui.translations import CAPTIONS, LANGUAGES
from t2i_chat.ui.views import View


class Drawer:
    """The widgets. The seed that was used last stands in its field unless one is locked there."""

    def __init__(self) -> None:
        with gr.Accordion(LANGUAGES("advanced"), open=False, elem_id="drawer"):
            with gr.Row():
                self._numbers()
                self.shape = gr.Dropdown(
                    shapes("en"), label=LANGUAGES("shape"), value="", interactive=True,
                    allow_custom_value=True, min_width=120,
                )  # fmt: skip
                self.model = gr.Dropdown(
                    [], label=LANGUAGES("model"), interactive=True, min_width=120
                )
            self.negative = gr.Textbox(
                label=LANGUAGES("without"), placeholder=LANGUAGES("leaveout")
            )
            self.keep = gr.Checkbox(label=LANGUAGES("exact"))

    def _numbers(self) -> None:
        with gr.Column(min_width=120, elem_id="seeds"):
            self.seed = _field("seed", "eachtime")
            self.lock = gr.Checkbox(label=LANGUAGES("lock"), container=False)
        self.steps = _field("steps", "automatic")
        self.guidance = _field("guidance", "automatic")

    @property
    def wishes(self) -> list[Any]:
        """The widgets whose values `Wishes.read` takes, in its order."""
        return [
            self.seed, self.lock, self.steps, self.guidance, self.shape, self.negative, self.keep,
        ]  # fmt: skip

    @property
    def all(self) -> list[Any]:
        """The widgets that `filled` may change."""
        return [*self.wishes, self.model]

    def filled(self, view: View) -> dict[Any, Any]:
        """What a view puts into the widgets; what was typed stays where it has nothing to say."""
        model = {} if view.busy else {self.model: view.model}
        if view.wishes is None:
            return model
        seed, lock = seed_field(view.wishes.seed, view.last_seed)
        return model | {
            self.seed: seed,
            self.lock: lock,
            self.steps: view.wishes.steps,
            self.guidance: view.wishes.guidance,
            self.shape: view.wishes.shape,
            self.negative: view.wishes.negative,
        }

    def offered(self, view: View, models: Sequence[str], language: str) -> dict[Any, Any]:
        """What can be chosen, in the visitor's language, and what is chosen in `view`."""
        chosen = {} if view.wishes is None else {"value": view.wishes.shape}
        return {
            self.model: gr.Dropdown(choices(models), value=view.model),
            self.shape: gr.Dropdown(shapes(language), **chosen),
        }

    def seeded(self, view: View, seed: object, lock: object) -> dict[Any, Any]:
        """The seed that was used last, unless one is locked: then nothing is touched.

        This answer comes after the picture's, when somebody may be typing in the field already.
        """
        if lock and str(seed or "").strip():
            return {self.seed: gr.skip(), self.lock: gr.skip()}
        return dict(zip((self.seed, self.lock), seed_field("", view.last_seed), strict=True))


def shapes(language: str) -> list[tuple[str, str]]:
    """The shapes to choose from by their names; Gradio translates no list itself."""
    return [(CAPTIONS[language][key], ratio) for key, ratio in SHAPES.items()]


def choices(models: Sequence[str]) -> list[tuple[str, str]]:
    """Models by the names a person reads: of a path or a hub id, the last part."""
    return [(PurePath(model).name or model, model) for model in models]


def _field(key: str, hint: str) -> gr.Textbox:
    """A number as text: Gradio's number field cannot tell empty from 0."""
    return gr.Textbox(label=LANGUAGES(key), placeholder=LANGUAGES(hint), max_lines=1, min_width=120)
