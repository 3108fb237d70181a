"""Prompt → picture as the program makes it, or as its draft, which no network has touched."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from t2i_chat.core.actions import Generate
from t2i_chat.core.params import Params
from t2i_chat.core.protocols import Renderer
from t2i_chat.core.recipe import Layout, Rendered, RenderEvent, RenderRequest
from t2i_chat.core.registry import facts_for
from t2i_chat.editing import requests
from t2i_chat.imaging import masks
from t2i_chat.rendering.diffusion import DiffusionRenderer
from t2i_chat.storybook.bank_lexicon import BankLexicon
from t2i_chat.storybook.draft import StorybookDrafter

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Picture:
    """(h, w, 3) sRGB in 0–1, the layout it was painted from, and the seconds it took."""

    pixels: Floats
    layout: Layout
    seconds: float


class DraftRenderer:
    """Renders a layout as its draft: what a denoiser that adds nothing would paint."""

    def __init__(self) -> None:
        self._drafter = StorybookDrafter()

    def render(self, request: RenderRequest, cancel: threading.Event) -> Iterator[RenderEvent]:
        """One Rendered; raises what drafting raises, and ValueError for a recipe with no layout."""
        recipe, layout, original = request.recipe, request.recipe.layout, request.image
        if layout is None or cancel.is_set():
            raise ValueError(f"“{recipe.prompt}” has no layout")
        onto = original if layout.backdrop is None else None
        picture = self._drafter(layout, recipe.size, recipe.seed, onto)
        receipt = None
        if original is not None and request.mask is not None:
            shown = masks.compositing(request.mask, recipe)
            picture = masks.composite(original, picture, shown)
            receipt = masks.receipt(original, picture, shown)
        yield Rendered(picture, recipe, receipt)


def renderer_of(*, draft: bool, threads: int) -> Renderer:
    """The renderer of drafts, or the program's own with the shipped weights."""
    if draft:
        return DraftRenderer()
    return DiffusionRenderer("storybook", device="cpu", threads=threads, drafter=StorybookDrafter())


class Painter:
    """Paints prompts as a new conversation does."""

    def __init__(self, renderer: Renderer) -> None:
        self._facts = facts_for("storybook")
        self._renderer = renderer

    def paint(self, prompt: str, seed: int) -> Picture:
        """The picture of a prompt. Raises what the program raises."""
        (job,) = requests.generate(
            Generate(prompt=prompt), prompt, facts=self._facts, params=Params(), drawn_seed=seed,
            lexicon=BankLexicon(),
        )  # fmt: skip
        return self.render(job.request)

    def of_layout(self, layout: Layout, seed: int) -> Picture:
        """The picture of a layout in the model's default settings."""
        recipe = requests.values.new_recipe(
            self._facts, Params(), kind="text-to-image", prompt=layout.regions[0].prompt, seed=seed,
            size=self._facts.native, layout=layout,
        )  # fmt: skip
        return self.render(RenderRequest(recipe))

    def render(self, request: RenderRequest) -> Picture:
        """The picture of a request. Raises ValueError for one without a layout."""
        layout, start = request.recipe.layout, time.perf_counter()
        events = self._renderer.render(request, threading.Event())
        image = next(event.image for event in events if isinstance(event, Rendered))
        if layout is None:
            raise ValueError(f"“{request.recipe.prompt}” has no layout")
        pixels = np.asarray(image, np.float32) / np.float32(255)
        return Picture(pixels, layout, time.perf_counter() - start)
