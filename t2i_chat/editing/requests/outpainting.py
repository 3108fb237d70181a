"""Outpainting requests: new margins around a picture, by side or to an aspect ratio."""

from __future__ import annotations

import math

from t2i_chat.core.actions import Outpaint
from t2i_chat.core.errors import BadParameter, CannotDo
from t2i_chat.core.geometry import MAX_SIDE, Size
from t2i_chat.core.params import Params
from t2i_chat.core.recipe import RenderRequest, pixels_sha256
from t2i_chat.core.registry import ModelFacts
from t2i_chat.editing.requests.seeds import edit_seed
from t2i_chat.editing.requests.values import (
    MOST_AREA,
    Job,
    Source,
    new_recipe,
    ring_of,
)
from t2i_chat.imaging import outpaint_canvas
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
