"""Paints a layout from its draft: one pass over the whole picture, the draft as image condition.

The draft's latents are four more input channels of the UNet (Brooks et al., "InstructPix2Pix",
2023), so the standard pipeline of that name runs it, with a guidance for the words and one for the
draft. It may begin from the noised draft instead of noise (Meng et al., "SDEdit", 2022). The detail
that the autoencoder loses is added back: `draft + D(z) - D(E(draft))`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from diffusers import SchedulerMixin, StableDiffusionInstructPix2PixPipeline
from PIL import Image

from t2i_chat.core.geometry import Size
from t2i_chat.core.recipe import Layout, Recipe
from t2i_chat.rendering.diffusion.attention_maps import AttentionMaps
from t2i_chat.rendering.diffusion.loading import LoadedModel
from t2i_chat.rendering.diffusion.pipeline_call import OnStep, call, generator_for

STRENGTH = 1.0
"""How much of the schedule is denoised when the recipe does not say; 1 begins from pure noise."""


def paint_from_draft(
    recipe: Recipe,
    layout: Layout,
    size: Size,
    model: LoadedModel,
    on_step: OnStep | None = None,
    picture: Image.Image | None = None,
    looking: AttentionMaps | None = None,
) -> Image.Image:
    """The picture of a layout; `size` is in pixels, a multiple of the latents' grid.

    `picture` is what the layout's regions are put into if it has no backdrop; `looking` records
    attention maps. What `on_step` raises aborts. Raises what drafting raises.
    """
    if model.drafting is None:
        raise ValueError(f"{model.facts.name} does not paint from drafts")
    onto = picture if layout.backdrop is None else None
    draft = model.drafting.drafter(layout, size, recipe.seed, onto)
    # The words follow from the layout too: the same layout is the same picture, whatever was said.
    recipe = recipe.model_copy(update={"prompt": model.drafting.drafter.words(layout)})
    pipeline = _pipeline(model, recipe)
    known = _encoded(pipeline, draft)
    noise = generator_for(recipe.seed if layout.seed is None else layout.seed)
    arguments = _arguments(recipe, draft, known, pipeline.scheduler, noise)
    noting = looking.at(pipeline, recipe.prompt) if looking else None
    painted = call(pipeline, recipe, arguments, noise, on_step, noting)[None]
    return _with_detail(pipeline, draft, painted, known)


def _pipeline(model: LoadedModel, recipe: Recipe) -> StableDiffusionInstructPix2PixPipeline:
    """The pipeline for one job, whose scheduler leaves out the first part of its steps."""
    pipeline = model.drafting_pipeline(recipe.scheduler)
    strength = STRENGTH if recipe.strength is None else recipe.strength
    shorten(pipeline.scheduler, strength)
    return pipeline


def shorten(scheduler: SchedulerMixin, strength: float) -> None:
    """Makes a scheduler begin at `strength` of its schedule, with as many steps as it is told."""
    whole: Callable[..., None] = scheduler.set_timesteps

    def set_timesteps(count: int, **more: Any) -> None:  # noqa: ANN401  the scheduler's own arguments
        most: int = scheduler.config.num_train_timesteps
        whole(min(most, max(count, round(count / strength))), **more)
        scheduler.timesteps = scheduler.timesteps[-count:]

    scheduler.set_timesteps = set_timesteps


def _arguments(
    recipe: Recipe,
    draft: Image.Image,
    known: torch.Tensor,
    scheduler: SchedulerMixin,
    noise: torch.Generator,
) -> dict[str, Any]:
    scheduler.set_timesteps(recipe.num_inference_steps)
    drawn = torch.randn(known.shape, generator=noise).to(known)
    return {
        "image": draft,
        "latents": scheduler.add_noise(known, drawn, scheduler.timesteps[:1]),
        "image_guidance_scale": recipe.image_guidance_scale or 1.0,
        "output_type": "latent",
    }


@torch.no_grad()
def _encoded(
    pipeline: StableDiffusionInstructPix2PixPipeline, picture: Image.Image
) -> torch.Tensor:
    """The (1, 4, h, w) latents of a picture, scaled as in the denoising loop."""
    vae = pipeline.vae
    pixels = pipeline.image_processor.preprocess(picture).to(vae.device, vae.dtype)
    latents: torch.Tensor = vae.encode(pixels).latent_dist.mode() * vae.config.scaling_factor
    return latents


@torch.no_grad()
def _with_detail(
    pipeline: StableDiffusionInstructPix2PixPipeline,
    draft: Image.Image,
    painted: torch.Tensor,
    known: torch.Tensor,
) -> Image.Image:
    """The decoded picture with what the autoencoder loses of the draft."""
    vae = pipeline.vae
    pixels = pipeline.image_processor.preprocess(draft).to(vae.device, vae.dtype)
    both = vae.decode(torch.cat([painted, known]) / vae.config.scaling_factor).sample
    finished = (pixels + both[:1] - both[1:]).clamp(-1, 1)
    picture: Image.Image = pipeline.image_processor.postprocess(finished)[0]
    return picture.convert("RGB")
