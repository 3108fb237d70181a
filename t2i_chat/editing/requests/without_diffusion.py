"""Requests that need no diffusion model: upscaling, lettering, combining two versions."""

from __future__ import annotations

from PIL import Image

from t2i_chat.core.actions import MARKED, Combine, Letter, Upscale
from t2i_chat.core.errors import BadParameter
from t2i_chat.core.geometry import MAX_SIDE, Size
from t2i_chat.core.recipe import Recipe, RenderRequest, pixels_sha256
from t2i_chat.core.registry import COMPOSITE, LETTERING, UPSCALER
from t2i_chat.editing.requests.values import (
    Job,
    Source,
    size_of,
)
from t2i_chat.imaging import perspective
from t2i_chat.text import captions


def upscale(action: Upscale, base: Source) -> Job:
    """The picture with 2 or 4 times as many pixels each way; prompt and seed are kept.

    Raises BadParameter when the result would exceed the maximum size.
    """
    width, height = (action.factor * side for side in base.image.size)
    if max(width, height) > MAX_SIDE:
        raise BadParameter(
            f"{action.factor} times as large would be {width}x{height} pixels, and a side of "
            f"{MAX_SIDE} is the most, so I changed nothing."
        )
    recipe = _crafted(
        base,
        model=UPSCALER,
        kind="upscale",
        prompt=base.version.recipe.prompt,
        size=Size(width=width, height=height),
    )
    request = RenderRequest(recipe, image=base.image)
    return Job(request, parent=base.version.number, caption=base.version.caption)


def letter(action: Letter, base: Source, mask: Image.Image) -> Job:
    """Lettering inside `mask` (8-bit, the picture's size, white = where text may stand).

    On a surface seen at an angle or rotated, the text is set in its perspective.
    """
    recipe = _crafted(
        base,
        model=LETTERING,
        kind="letter",
        prompt=action.text,
        mask_sha256=pixels_sha256(mask),
        corners=perspective.corners_of(mask),
        blend="lit",
        ink=action.ink,
    )
    request = RenderRequest(recipe, image=base.image, mask=mask)
    return Job(request, parent=base.version.number, caption=base.version.caption)


def combine(action: Combine, base: Source, source: Source, mask: Image.Image) -> Job:
    """The pixels of `source` inside `mask` (8-bit, the picture's size), the base's elsewhere."""
    caption, shown = base.version.caption, captions.phrases(source.version.caption)
    if action.target == MARKED:
        shown = ()  # a brushed region has no name in the caption
    if named := [phrase for phrase in shown if captions.names(phrase, action.target)]:
        caption = captions.replace_thing(caption, action.target, named[0])
    recipe = _crafted(
        base,
        model=COMPOSITE,
        kind="combine",
        prompt=action.target,
        mask_sha256=pixels_sha256(mask),
        source_sha256=pixels_sha256(source.image),
        mask_feather=max(2, max(base.image.size) // 64),
    )
    request = RenderRequest(recipe, image=base.image, mask=mask, source=source.image)
    return Job(request, parent=base.version.number, caption=caption)


def _crafted(base: Source, **said: object) -> Recipe:
    """A recipe for a result that is computed from pictures without a diffusion model."""
    return Recipe.model_validate(
        {
            "seed": base.version.recipe.seed,
            "num_inference_steps": 1,
            "guidance_scale": 0,
            "size": size_of(base),
            "image_sha256": pixels_sha256(base.image),
            **said,
        }
    )
