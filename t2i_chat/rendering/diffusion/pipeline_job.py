"""A request as one pipeline job: text-to-image, img2img, inpainting or instruction edit."""

from __future__ import annotations

import inspect
from dataclasses import dataclass, replace
from typing import Any

import diffusers
import torch
from PIL import Image

from t2i_chat.core.errors import RegionNotFound
from t2i_chat.core.recipe import (
    Layout,
    Looked,
    Preview,
    Recipe,
    Rendered,
    RenderRequest,
    pixels_sha256,
)
from t2i_chat.imaging import color_match, infill, masks, strength_map
from t2i_chat.rendering.diffusion.attention_maps import AttentionMaps
from t2i_chat.rendering.diffusion.differential import Strengths
from t2i_chat.rendering.diffusion.drafted import paint_from_draft
from t2i_chat.rendering.diffusion.framing import (
    Frame,
    frame_around,
    frame_as_asked,
    frame_at_ease,
    frame_to_instruct,
)
from t2i_chat.rendering.diffusion.loading import LoadedModel, library_versions
from t2i_chat.rendering.diffusion.pipeline_call import OnStep, call, generator_for
from t2i_chat.rendering.diffusion.previews import Previewer, unpacked
from t2i_chat.rendering.diffusion.regional import paint_in_parts

PREVIEW_SIDE = 512
"""Longest side of a preview in pixels."""


@dataclass(frozen=True, slots=True)
class PipelineJob:
    """A prepared request: pipeline class, its arguments, and the frame.

    The result is pasted into `original` through the mask `compositing`; `ring` is where its colours
    are matched to the original. A `layout` is painted region by region; `strengths` is the map of a
    differential diffusion.
    """

    class_name: str
    arguments: dict[str, Any]
    frame: Frame
    original: Image.Image | None = None
    compositing: Image.Image | None = None
    ring: Image.Image | None = None
    layout: Layout | None = None
    strengths: Strengths | None = None

    def finished(self, painted: Image.Image) -> Image.Image:
        """The whole picture, unchanged outside the compositing mask."""
        picture = self.frame.put_back(painted, self.original)
        if self.original is None or self.compositing is None:
            return picture
        if self.ring is not None:
            picture = color_match.matched(picture, self.original, self.ring)
        return masks.composite(self.original, picture, self.compositing)


def job_for(request: RenderRequest, model: LoadedModel) -> PipelineJob:
    """Prepares a request.

    Raises ValueError for an inconsistent request, RegionNotFound for an empty mask.
    """
    _check(request)
    makers = {
        "text-to-image": _from_words,
        "image-to-image": _from_picture,
        "inpaint": _from_region,
        "instruct": _from_instruction,
    }
    return _touched_up(makers[request.recipe.kind](request, model), request)


def paint(
    job: PipelineJob,
    recipe: Recipe,
    model: LoadedModel,
    on_step: OnStep,
    looking: AttentionMaps | None = None,
) -> Rendered:
    """The finished picture, the recipe as used, and the receipt of an edit.

    `looking` records attention maps. What `on_step` raises aborts. Raises CannotDo when the model's
    safety checker blocks the picture.
    """
    picture = job.finished(painted(job, recipe, model, on_step, looking))
    receipt = None
    if job.original is not None and job.compositing is not None:
        receipt = masks.receipt(job.original, picture, job.compositing)
    elif job.original is not None:
        receipt = masks.whole_receipt(job.original, picture)
    ramp = recipe.mask_ramp if job.strengths else 0
    used = recipe_used(recipe, model).model_copy(update={"layout": job.layout, "mask_ramp": ramp})
    return Rendered(picture, used, receipt)


def painted(
    job: PipelineJob,
    recipe: Recipe,
    model: LoadedModel,
    on_step: OnStep | None = None,
    looking: AttentionMaps | None = None,
) -> Image.Image:
    """The model's output for a job, padding included."""
    if job.layout is not None:
        size, start = job.frame.padded, job.arguments.get("image")
        denoise = paint_from_draft if model.paints_from_draft(recipe) else paint_in_parts
        return denoise(recipe, job.layout, size, model, on_step, start, looking)
    pipeline = model.pipeline_for(job.class_name, recipe.scheduler)
    noting = looking.at(pipeline, recipe.prompt) if looking else None
    noise = generator_for(recipe.seed)
    picture: Image.Image = call(
        pipeline, recipe, job.arguments, noise, on_step, noting, job.strengths
    )
    # Some pipelines always give about a megapixel, whatever size is asked for.
    whole = (job.frame.padded.width, job.frame.padded.height)
    return picture.convert("RGB").resize(whole, Image.Resampling.LANCZOS)


def preview(
    step: int, total: int, latents: torch.Tensor, job: PipelineJob, previewer: Previewer
) -> Preview:
    """A rough preview of the whole picture, its longer side at most PREVIEW_SIDE pixels."""
    size = (job.frame.padded.width, job.frame.padded.height)
    small = previewer.picture(unpacked(latents, job.frame.padded))
    picture = job.finished(small.resize(size, Image.Resampling.BICUBIC))
    picture.thumbnail((PREVIEW_SIDE, PREVIEW_SIDE))
    return Preview(step, total, picture)


def looking_for(job: PipelineJob, model: LoadedModel) -> AttentionMaps:
    """The recorder of attention maps for a job."""
    multiple = model.facts.multiple
    return AttentionMaps(job.frame.padded.height // multiple, job.frame.padded.width // multiple)


def looked(looking: AttentionMaps, job: PipelineJob) -> Looked:
    """The attention maps, pasted into the whole picture's coordinates."""
    size = (job.frame.padded.width, job.frame.padded.height)
    nowhere = Image.new("L", (job.frame.whole.width, job.frame.whole.height))
    maps = {
        word: job.frame.put_back(seen.resize(size, Image.Resampling.BICUBIC), nowhere)
        for word, seen in looking.maps().items()
    }
    return Looked(maps, looking.contrast())


def recipe_used(recipe: Recipe, model: LoadedModel) -> Recipe:
    """The recipe with all defaults filled in: revision, scheduler, versions."""
    return recipe.model_copy(
        update={
            "revision": model.revision_of(recipe),
            "scheduler": type(model.scheduler(recipe.scheduler)).__name__,
            "versions": library_versions()
            | {"device": model.hardware}
            | ({"opencv": infill.VERSION} if recipe.prefill else {}),
        }
    )


def _check(request: RenderRequest) -> None:
    recipe = request.recipe
    if recipe.kind == "upload":
        raise ValueError("an upload is not painted")
    if recipe.kind != "text-to-image" and request.image is None:
        raise ValueError(f"{recipe.kind} needs a picture")
    if recipe.kind == "inpaint" and request.mask is None:
        raise ValueError("inpaint needs a mask")
    pictures = [(request.image, recipe.image_sha256), (request.mask, recipe.mask_sha256)]
    for picture, sha256 in pictures:
        if picture is not None and sha256 not in {None, pixels_sha256(picture)}:
            raise ValueError("the request's pictures are not those its recipe names")


def _from_words(request: RenderRequest, model: LoadedModel) -> PipelineJob:
    frame = frame_as_asked(request.recipe.size, model.facts.multiple)
    size = {"width": frame.padded.width, "height": frame.padded.height}
    kind = model.facts.pipelines.text_to_image
    return PipelineJob(kind, size, frame, layout=request.recipe.layout)


def _from_picture(request: RenderRequest, model: LoadedModel) -> PipelineJob:
    recipe, picture = request.recipe, _rgb(request.image)
    whole = (recipe.size.width, recipe.size.height)
    original = picture if picture.size == whole else None
    frame = frame_at_ease(recipe.size, model.facts.native, model.facts.multiple)
    fitted = original or picture.resize(whole, Image.Resampling.LANCZOS)
    arguments = {"image": frame.cut(fitted), "strength": _strength(recipe)}
    return PipelineJob(model.facts.pipelines.image_to_image, arguments, frame, original)


def _from_region(request: RenderRequest, model: LoadedModel) -> PipelineJob:
    recipe, facts, picture = request.recipe, model.facts, _rgb(request.image)
    mask = request.mask or Image.new("L", picture.size)
    if not picture.size == mask.size == (recipe.size.width, recipe.size.height):
        raise ValueError("picture, mask and recipe differ in size")
    region = masks.box_of(masks.grow(mask, recipe.mask_grow + recipe.mask_feather))
    if region is None:
        raise RegionNotFound("Nothing in the picture is marked to be changed.")
    frame = frame_around(region, recipe.size, facts.native, facts.multiple, facts.windows)
    compositing = masks.compositing(mask, recipe)
    if recipe.layout is not None and recipe.revision in {None, model.revision_of(recipe)}:
        whole = frame_as_asked(recipe.size, facts.multiple)
        start = {"image": whole.cut(picture)}
        return PipelineJob(
            facts.pipelines.inpaint, start, whole, picture, compositing, layout=recipe.layout
        )
    denoising = masks.denoise_mask(mask, recipe.mask_grow)
    strengths = _strengths(denoising, frame, recipe, model)
    hole = masks.snapped(frame.cut_mask(denoising), facts.multiple)
    arguments = {
        "image": frame.cut(picture),
        "mask_image": strengths.first_mask() if strengths else hole,
        "width": frame.padded.width,
        "height": frame.padded.height,
        "strength": _strength(recipe),
    }
    kind = facts.pipelines.inpaint
    return PipelineJob(kind, arguments, frame, picture, compositing, strengths=strengths)


def _strengths(
    region: Image.Image, frame: Frame, recipe: Recipe, model: LoadedModel
) -> Strengths | None:
    """The strength map of a region; None for uniform strength.

    9-channel inpainting UNets get one constant mask.
    """
    if not (recipe.mask_ramp and model.facts.differential and model.inpainting is None):
        return None
    change = strength_map.change_map(region, recipe.mask_ramp)
    return Strengths(frame.cut_map(change), model.facts.multiple)


def _from_instruction(request: RenderRequest, model: LoadedModel) -> PipelineJob:
    """An instruction edit of the whole picture; with a mask it is composited there."""
    recipe, facts, picture = request.recipe, model.facts, _rgb(request.image)
    frame = frame_to_instruct(recipe.size, facts.native, facts.multiple)
    arguments: dict[str, Any] = {"image": frame.cut(picture)}
    if recipe.image_guidance_scale is not None:
        arguments["image_guidance_scale"] = recipe.image_guidance_scale
    compositing = masks.compositing(request.mask, recipe) if request.mask else None
    return PipelineJob(facts.pipelines.instruct, arguments, frame, picture, compositing)


def _touched_up(job: PipelineJob, request: RenderRequest) -> PipelineJob:
    """The job with its region prefilled and a colour-matching ring, if the recipe says so."""
    job = _at_its_size(job)
    recipe, original, mask = request.recipe, job.original, request.mask
    shown = job.compositing
    if original is None or mask is None or shown is None:
        return job
    if recipe.prefill is not None:
        filled = infill.prefilled(original, masks.denoise_mask(mask, recipe.mask_grow))
        job = replace(job, arguments={**job.arguments, "image": job.frame.cut(filled)})
    if recipe.ring:
        job = replace(job, ring=color_match.ring_around(shown, recipe.ring))
    return job


def _at_its_size(job: PipelineJob) -> PipelineJob:
    """The job with an explicit size, for pipelines that would otherwise choose one."""
    takes = inspect.signature(getattr(diffusers, job.class_name).__call__).parameters
    size = job.frame.padded
    own = {
        "width": size.width, "height": size.height, "max_area": size.area, "_auto_resize": False,
    }  # fmt: skip
    told = {name: value for name, value in own.items() if name in takes}
    return replace(job, arguments=told | job.arguments)


def _rgb(picture: Image.Image | None) -> Image.Image:
    if picture is None:
        raise ValueError("a picture is needed")
    return picture.convert("RGB")


def _strength(recipe: Recipe) -> float:
    """The strength, raised to at least one step: pipelines fail on zero steps."""
    strength = 1.0 if recipe.strength is None else recipe.strength
    return min(1.0, max(strength, 1.000001 / recipe.num_inference_steps))
