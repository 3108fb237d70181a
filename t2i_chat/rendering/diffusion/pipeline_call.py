"""Calls a diffusers pipeline for a recipe: arguments, seeded generator, step callback."""

from __future__ import annotations

import inspect
import zlib
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import Any

import torch
from diffusers import DiffusionPipeline

from t2i_chat.core.errors import CannotDo
from t2i_chat.core.geometry import Box
from t2i_chat.core.recipe import Recipe
from t2i_chat.rendering.diffusion.differential import STATE, Strengths
from t2i_chat.rendering.diffusion.previews import Expected
from t2i_chat.rendering.diffusion.prompt_weighting import embeddings, plain

OnStep = Callable[[int, int, torch.Tensor], None]
"""Called after each denoising step: step, total, predicted clean latents."""


def generator_for(seed: int, box: Box | None = None) -> torch.Generator:
    """The seeded generator of a picture's or region's noise, always on the CPU."""
    return torch.Generator("cpu").manual_seed(seed if box is None else noise_seed(seed, box))


def noise_seed(seed: int, box: Box) -> int:
    """The seed of a region's noise, mixed with its box so that equal seeds differ by region."""
    return zlib.crc32(f"{seed} {box.x0} {box.y0} {box.x1} {box.y1}".encode())


def spoken(
    kind: type[DiffusionPipeline], recipe: Recipe, model: DiffusionPipeline
) -> dict[str, Any]:
    """The recipe's prompt and parameters as keyword arguments of a pipeline class.

    A class without a negative prompt gets none. `model` tells whether its transformer is
    guidance-distilled: Qwen-Image's is not and needs a negative prompt for guidance, at least " ".
    """
    takes = inspect.signature(kind.__call__).parameters
    said: dict[str, Any] = {"prompt": recipe.prompt}
    if "negative_prompt" in takes:
        said["negative_prompt"] = recipe.negative_prompt or None
    said["num_inference_steps"] = recipe.num_inference_steps
    if "true_cfg_scale" not in takes or model.transformer.config.guidance_embeds:
        return {**said, "guidance_scale": recipe.guidance_scale}
    but = recipe.negative_prompt or " "
    return {**said, "negative_prompt": but, "true_cfg_scale": recipe.guidance_scale}


def call(
    pipeline: DiffusionPipeline,
    recipe: Recipe,
    arguments: dict[str, Any],
    generator: torch.Generator,
    on_step: OnStep | None = None,
    noting: AbstractContextManager[None] | None = None,
    strengths: Strengths | None = None,
) -> Any:  # noqa: ANN401  a PIL picture, or latents where the arguments ask for them
    """Runs the pipeline on the recipe's prompt, steps and guidance; returns its one picture.

    `noting` is a context entered while it runs; `strengths` is the map of a differential diffusion.
    What `on_step` raises aborts the run. Raises CannotDo when the model's safety checker blocks the
    picture.
    """
    arguments = {**arguments, **_callback(pipeline, on_step, strengths)}
    said = spoken(type(pipeline), plain(recipe), pipeline)
    if weighed := embeddings(pipeline, recipe):
        said |= {"prompt": None, "negative_prompt": None, **weighed}
    with noting or nullcontext():
        output = pipeline(**said, **arguments, generator=generator)
    if any(getattr(output, "nsfw_content_detected", None) or []):
        raise CannotDo("The model's own filter held this picture back. Try other words.")
    return output.images[0]


def _callback(
    pipeline: DiffusionPipeline, on_step: OnStep | None, strengths: Strengths | None
) -> dict[str, Any]:
    """The arguments that make a pipeline call back after each step."""
    if on_step is None and strengths is None:
        return {}
    expected = Expected(pipeline.scheduler) if on_step else None

    def stepped(
        pipe: DiffusionPipeline, step: int, _: object, state: dict[str, Any]
    ) -> dict[str, Any]:
        if on_step and expected:
            on_step(step + 1, pipe.num_timesteps, expected.latents)
        if strengths:
            state["mask"] = strengths.after(step + 1, pipe.num_timesteps, state["mask"])
        return state

    given = {"callback_on_step_end_tensor_inputs": list(STATE)} if strengths else {}
    return {"callback_on_step_end": stepped, **given}
