"""Requests for outpainting, upscaling (super-resolution), lettering and combining versions."""

from __future__ import annotations

import math

from PIL import Image

from t2i_chat.core.actions import MARKED, Combine, Letter, Outpaint, Upscale
from t2i_chat.core.errors import BadParameter, CannotDo
from t2i_chat.core.geometry import MAX_SIDE, Size
from t2i_chat.core.params import Params
from t2i_chat.core.recipe import Recipe, RenderRequest, pixels_sha256
from t2i_chat.core.registry import COMPOSITE, LETTERING, UPSCALER, ModelFacts
from t2i_chat.editing.requests.values import (
    MOST_AREA,
    Job,
    Source,
    edit_seed,
    new_recipe,
    ring_of,
    size_of,
)
from t2i_chat.imaging import outpaint_canvas, perspective
from t2i_chat.text import captions

_SEAM = 3
"""Factor on the feather at an outpainting's seam, where the old edge pixels extend below it."""


def outpaint(action: Outpaint, base: Source, *, facts: ModelFacts, params: Params) -> Job:
    """Inpainting of new margins around the old picture, whose pixels all stay.

    The input picture is the old one with its edges extended, the mask is the added area. Raises
    CannotDo when there is nothing to add, BadParameter when the result would be too large.
    """
    if not facts.pipelines.inpaint:
        raise CannotDo(f"{facts.name} changes pictures as they are, and can't paint more around.")
    added = _margins(action, base, facts)
    size = _extended_size(base, added, facts)
    seam = min(_SEAM * facts.mask_feather, added.narrowest - 1)
    picture = outpaint_canvas.extended(base.image, added)
    mask = outpaint_canvas.new_area(base.image.size, added, seam)
    recipe = new_recipe(
        facts,
        params,
        kind="inpaint",
        prompt=captions.in_setting("", base.version.caption),
        seed=edit_seed(base, params),
        strength=facts.strengths["outpaint"],
        size=size,
        image_sha256=pixels_sha256(picture),
        mask_sha256=pixels_sha256(mask),
        mask_feather=seam,
        ring=ring_of(facts, 1.0),
    )
    request = RenderRequest(recipe, image=picture, mask=mask)
    return Job(request, parent=base.version.number, caption=base.version.caption)


def _margins(action: Outpaint, base: Source, facts: ModelFacts) -> outpaint_canvas.Margins:
    if action.aspect_ratio is None:
        return outpaint_canvas.towards(action.direction, base.image.size, facts.multiple)
    added = outpaint_canvas.to_shape(action.aspect_ratio, base.image.size, action.direction)
    if added.narrowest == 0:
        raise CannotDo(
            f"Version {base.version.number} is {action.aspect_ratio} already, so I changed nothing."
        )
    return added


def _extended_size(base: Source, added: outpaint_canvas.Margins, facts: ModelFacts) -> Size:
    width, height = added.around(base.image.size)
    most = MOST_AREA * facts.native.area
    if width * height > most or max(width, height) > MAX_SIDE:
        raise BadParameter(
            f"The picture would become {width}x{height} pixels, and {math.isqrt(most)}x"
            f"{math.isqrt(most)} or as many is the most this model can paint. "
            "Try one side only, or start from a smaller version."
        )
    return Size(width=width, height=height)


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
