"""Regional prompting without ControlNet: paints a layout in latents, backdrop first, then regions.

Each region is inpainted in a square crop around it by the 9-channel inpainting UNet; the picture is
decoded once, at the end.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from PIL import Image

from t2i_chat.core.geometry import Box, Size
from t2i_chat.core.recipe import Layout, Recipe, Region, steps_of
from t2i_chat.core.registry import ModelFacts
from t2i_chat.rendering.diffusion.attention_maps import AttentionMaps, Place
from t2i_chat.rendering.diffusion.framing import window_around
from t2i_chat.rendering.diffusion.loading import LoadedModel
from t2i_chat.rendering.diffusion.matting import put_into
from t2i_chat.rendering.diffusion.pipeline_call import OnStep, call, generator_for

_Whole = Callable[[torch.Tensor], torch.Tensor]
"""Puts a part's latents into the whole picture's latents."""


def paint_in_parts(
    recipe: Recipe,
    layout: Layout,
    size: Size,
    model: LoadedModel,
    on_step: OnStep | None = None,
    picture: Image.Image | None = None,
    looking: AttentionMaps | None = None,
) -> Image.Image:
    """The picture of a layout; `size` is in pixels, a multiple of the latents' grid.

    `picture` replaces the backdrop if the layout has none; `looking` records attention maps. What
    `on_step` raises aborts.
    """
    steps = steps_of(recipe, layout)
    parts = _Parts(recipe, model, size, sum(steps), on_step, looking)
    if layout.backdrop is not None:
        parts.paint_backdrop(layout.backdrop, layout.seed, steps[0])
    elif picture is not None:
        parts.begin_from(picture)
    for region, count in zip(layout.regions, steps[1:], strict=True):
        parts.paint_region(region, count)
    return parts.decoded()


@dataclass(frozen=True, slots=True)
class Window:
    """The crop a region is inpainted in, and the hole inside it: rows and columns of latents."""

    rows: slice
    columns: slice
    hole: tuple[slice, slice]

    @classmethod
    def about(cls, box: Box, size: Size, facts: ModelFacts) -> Window:
        """The crop for a region's box, from the model's `windows`."""
        scale = facts.multiple
        window = window_around(box, size, facts.windows)
        top, left = (box.y0 - window.y0) // scale, (box.x0 - window.x0) // scale
        bottom, right = -(-(box.y1 - window.y0) // scale), -(-(box.x1 - window.x0) // scale)
        rows = slice(window.y0 // scale, window.y1 // scale)
        columns = slice(window.x0 // scale, window.x1 // scale)
        return cls(rows, columns, (slice(top, bottom), slice(left, right)))

    def hole_in(self, seen: torch.Tensor) -> torch.Tensor:
        """The (1, 1, h, w) mask of the hole in the crop's latents `seen`."""
        hole = torch.zeros_like(seen[:1, :1])
        hole[:, :, *self.hole] = 1
        return hole


@dataclass(frozen=True, slots=True)
class _Part:
    """One pipeline call, and the part of the picture it denoises (None: all)."""

    kind: str
    prompt: str
    steps: int
    noise: torch.Generator
    arguments: dict[str, Any]
    place: Place | None = None


class _Parts:
    """A picture in progress: its latents and the number of steps taken."""

    def __init__(
        self,
        recipe: Recipe,
        model: LoadedModel,
        size: Size,
        total: int,
        on_step: OnStep | None,
        looking: AttentionMaps | None,
    ) -> None:
        self._recipe, self._model, self._size = recipe, model, size
        self._total, self._taken, self._on_step = total, 0, on_step
        self._looking = looking
        self._latents = torch.empty(0)
        self._picture: Image.Image | None = None
        self._shown = torch.zeros(
            1, 1, *(side // model.facts.multiple for side in (size.height, size.width))
        )

    def begin_from(self, picture: Image.Image) -> None:
        """Starts from a picture, which stays unchanged except where a region shows."""
        self._picture, vae = picture, self._model.pipeline.vae
        pixels = self._model.pipeline.image_processor.preprocess(picture)
        with torch.no_grad():
            encoded = vae.encode(pixels.to(vae.device, vae.dtype)).latent_dist.mode()
        self._latents = encoded * vae.config.scaling_factor

    def paint_backdrop(self, prompt: str, seed: int | None, steps: int) -> None:
        size = {"width": self._size.width, "height": self._size.height}
        kind = self._model.facts.pipelines.text_to_image
        part = _Part(kind, prompt, steps, self._noise(seed, None), size)
        self._latents = self._painted(part, lambda latents: latents)

    def paint_region(self, region: Region, steps: int) -> None:
        window = Window.about(region.box, self._size, self._model.facts)
        seen = self._latents[:, :, window.rows, window.columns]
        hole = window.hole_in(seen)
        scale = self._model.facts.multiple
        arguments = {
            "image": seen,
            "mask_image": hole.repeat_interleave(scale, 2).repeat_interleave(scale, 3),
            "masked_image_latents": torch.where(hole > 0, self._model.grey.to(seen), seen),
            "height": scale * seen.shape[2],
            "width": scale * seen.shape[3],
            "strength": 1.0,
        }

        def put_back(painted: torch.Tensor) -> torch.Tensor:
            whole = self._latents.clone()
            whole[:, :, window.rows, window.columns] = put_into(seen, painted, hole)[0]
            return whole

        kind, noise = self._model.facts.pipelines.inpaint, self._noise(region.seed, region.box)
        place = Place(window.rows, window.columns)
        part = _Part(kind, region.prompt, steps, noise, arguments, place)
        painted = self._painted(part, put_back)
        shown = self._shown[:, :, window.rows, window.columns]
        torch.maximum(shown, put_into(seen, painted, hole)[1].to(shown), out=shown)
        self._latents = put_back(painted)

    def _noise(self, seed: int | None, box: Box | None) -> torch.Generator:
        return generator_for(self._recipe.seed if seed is None else seed, box)

    def decoded(self) -> Image.Image:
        pipeline = self._model.pipeline
        with torch.no_grad():
            scaled = self._latents / pipeline.vae.config.scaling_factor
            pixels = pipeline.vae.decode(scaled, return_dict=False)[0]
        picture: Image.Image = pipeline.image_processor.postprocess(pixels)[0].convert("RGB")
        if self._picture is None:
            return picture
        shown = Image.fromarray((self._shown[0, 0].numpy() * 255).astype(np.uint8))
        shown = shown.resize(picture.size, Image.Resampling.BILINEAR)
        return Image.composite(picture, self._picture, shown)

    def _painted(self, part: _Part, whole: _Whole) -> torch.Tensor:
        """A part's latents; for previews `whole` puts them into the picture at each step."""
        recipe = self._recipe.model_copy(
            update={"prompt": part.prompt, "num_inference_steps": part.steps, "layout": None}
        )
        pipeline = self._model.pipeline_for(part.kind, recipe.scheduler)
        noting = self._looking.at(pipeline, part.prompt, part.place) if self._looking else None
        arguments = {**part.arguments, "output_type": "latent"}
        painted = call(pipeline, recipe, arguments, part.noise, self._telling(whole), noting)
        self._taken += part.steps
        latents: torch.Tensor = painted[None]
        return latents

    def _telling(self, whole: _Whole) -> OnStep | None:
        tell = self._on_step
        if tell is None:
            return None
        return lambda step, _, latents: tell(self._taken + step, self._total, whole(latents))
