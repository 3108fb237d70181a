"""The mask of an edit: the segmented thing, a brushed region, or a free place for a new thing."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import reduce

from PIL import Image, ImageChops

from t2i_chat.core.actions import Add, Letter, LocalEdit, Replace
from t2i_chat.core.errors import RegionNotFound
from t2i_chat.core.geometry import Box, Size
from t2i_chat.core.protocols import Segmenter
from t2i_chat.core.recipe import Region
from t2i_chat.editing.anchoring import Perch, perch_of, perched
from t2i_chat.editing.layout_edits import hint_of, name_of, regions_of
from t2i_chat.editing.placement import SizePrior, place, side_named, standing
from t2i_chat.editing.requests import Source
from t2i_chat.editing.surroundings import ZoneSegmenter
from t2i_chat.imaging import masks
from t2i_chat.imaging.grabcut import cut_out
from t2i_chat.text import captions

_UNNAMED = captions.SURROUNDINGS | set("cloud clouds sun moon star stars foreground".split())
"""Things that may be in a picture although its caption does not name them."""


def find_region(
    action: LocalEdit | Letter,
    base: Source,
    segmenter: Segmenter,
    hint: Callable[[str], SizePrior],
    *,
    literal: bool = False,
) -> Image.Image:
    """An 8-bit mask of the picture's size, white where the edit may paint.

    `literal`: the model paints only what the caption names, so nothing else needs to be segmented.
    Raises RegionNotFound when the thing to be changed is not in the picture.
    """
    if isinstance(action, Add):
        perch = perch_of(action, captions.things(base.version.caption), hint)
        if literal:
            _require_place(perch.target if perch else action.target or "", base, hint)
        if perch is None:
            return _free_place(action, base, segmenter, hint)
        return _on_its_perch(action, perch, base, segmenter, hint)
    target = action.target or ""
    if isinstance(action, Letter):
        target = _PLACED.sub("", target)
        if (place := captions.strip_article(target).lower()) in _BANDS:
            return _band(base, *_BANDS[place])
    mask = None
    if not literal or _may_show(base.version.caption, target, hint):
        mask = _where_put(target, base, segmenter, hint)
    if mask is None:
        raise _not_found(target, base)
    if literal and isinstance(action, Replace):
        new = hint_of(action.result, hint)
        return _with_room(mask, new) if new.name else mask
    return mask


def _where_put(
    target: str, base: Source, segmenter: Segmenter, hint: Callable[[str], SizePrior]
) -> Image.Image | None:
    """The mask of a thing: GrabCut inside its layout box, else the segmenter's mask.

    A small segmenter is easily drawn to another thing; whatever the layout places elsewhere is
    subtracted from its mask. From an added thing's mask the boxes of the layout's things are
    subtracted, from a sky's or ground's mask only their GrabCut outlines.
    """
    if isinstance(segmenter, ZoneSegmenter) and (known := segmenter.zone(target)):
        return known
    if base.layout is None:
        return segmenter.segment(base.image, target)
    name = name_of(target, hint)
    own = regions_of(base.layout, target, base.version.recipe.size, hint) if name else ()
    if own:
        cut = (cut_out(base.image, region.box) or _boxes(base, [region]) for region in own)
        return reduce(_either, cut, None)
    found = segmenter.segment(base.image, target)
    shown = {name_of(thing, hint) for thing in captions.phrases(base.version.caption)}
    things = [region for region in base.layout.regions if region.noun in shown]
    others = _boxes(base, things) if name else _outlined(base, things)
    if found is None or others is None:
        return found
    outside = ImageChops.darker(found, masks.invert(others))
    return found if masks.is_empty(outside) else outside


def _outlined(base: Source, regions: Sequence[Region]) -> Image.Image | None:
    """The GrabCut masks of some regions, united; None if there are none."""
    cut = filter(None, (cut_out(base.image, region.box) for region in regions))
    return reduce(_either, cut, None)


def _either(one: Image.Image | None, other: Image.Image | None) -> Image.Image | None:
    return one or other if one is None or other is None else ImageChops.lighter(one, other)


def _boxes(base: Source, regions: Sequence[Region]) -> Image.Image | None:
    """The mask of some regions' boxes; None if there are none."""
    size = Size(width=base.image.width, height=base.image.height)
    return masks.boxes_mask([region.box for region in regions], size) if regions else None


def _with_room(found: Image.Image, hint: SizePrior) -> Image.Image:
    """A thing's mask enlarged to fit the thing that replaces it on the same foot point.

    A model that learnt each thing in one size would otherwise press the new one into the outline of
    the old.
    """
    old = masks.box_of(found)
    if old is None:
        return found
    size = Size(width=found.width, height=found.height)
    box = standing(size, hint, middle=(old.x0 + old.x1) // 2, foot=old.y1)
    return ImageChops.lighter(found, masks.box_mask(box, size))


_PLACED = re.compile(r"^(?:on|in|at|across|over|onto|into|along) ")
_BANDS = {
    "": (0.05, 0.72, 0.95, 0.95),
    "bottom": (0.05, 0.72, 0.95, 0.95),
    "top": (0.05, 0.05, 0.95, 0.28),
    "middle": (0.05, 0.35, 0.95, 0.65),
    "center": (0.05, 0.35, 0.95, 0.65),
    "centre": (0.05, 0.35, 0.95, 0.65),
    "left": (0.04, 0.25, 0.48, 0.75),
    "right": (0.52, 0.25, 0.96, 0.75),
    "picture": (0.05, 0.3, 0.95, 0.7),
}
"""Where lettering goes that is not on a thing, in shares of the picture (xyxy)."""


def _band(base: Source, left: float, top: float, right: float, bottom: float) -> Image.Image:
    size = Size(width=base.image.width, height=base.image.height)
    box = Box(
        x0=round(left * size.width),
        y0=round(top * size.height),
        x1=round(right * size.width),
        y1=round(bottom * size.height),
    )
    return masks.box_mask(box, size)


def _may_show(caption: str, target: str, hint: Callable[[str], SizePrior]) -> bool:
    thing = captions.head_noun(target)
    if thing in _UNNAMED or captions.BROUGHT in caption or captions.mentions(caption, target):
        return True
    name = hint(thing).name
    return bool(name) and name in {hint(shown).name for shown in captions.things(caption)}


def _require_place(target: str, base: Source, hint: Callable[[str], SizePrior]) -> None:
    """Raises RegionNotFound if the thing at which a new one is to be is not in the picture."""
    if name_of(target, hint) and not _may_show(base.version.caption, target, hint):
        raise _not_found(target, base)


def _not_found(target: str, base: Source) -> RegionNotFound:
    return RegionNotFound(
        f"I couldn't find {captions.with_article(target)} in version {base.version.number}, so I "
        f"left it as it is. To me it shows: {base.version.caption}."
    )


def _on_its_perch(
    action: Add, perch: Perch, base: Source, segmenter: Segmenter, hint: Callable[[str], SizePrior]
) -> Image.Image:
    """The mask of a thing carried by another one; a free place if the carrier is not found."""
    size = Size(width=base.image.width, height=base.image.height)
    carrier = _where_put(captions.strip_article(perch.target), base, segmenter, hint)
    box = perched(size, hint_of(action.result, hint), carrier, perch) if carrier else None
    return masks.box_mask(box, size) if box else _free_place(action, base, segmenter, hint)


def _free_place(
    action: Add, base: Source, segmenter: Segmenter, hint: Callable[[str], SizePrior]
) -> Image.Image:
    size = Size(width=base.image.width, height=base.image.height)
    side = side_named(action.target)
    named = captions.strip_article(action.target) if action.target and not side else None
    box = place(
        size,
        hint_of(action.result, hint),
        occupied=_occupied(base, segmenter, hint, but=named),
        wanted=segmenter.segment(base.image, named) if named else None,
        side=side,
    )
    return masks.box_mask(box, size)


def _occupied(
    base: Source, segmenter: Segmenter, hint: Callable[[str], SizePrior], but: str | None
) -> Image.Image:
    """The mask of all things but one: from the layout, else from the segmenter."""
    regions = base.layout.regions if base.layout else ()
    free = name_of(but, hint) if but else ""
    known = _boxes(base, [region for region in regions if region.noun != free])
    taken = known or Image.new("L", base.image.size, 0)
    for thing in captions.things(base.version.caption):
        if thing in captions.SURROUNDINGS or (but and captions.mentions(but, thing)):
            continue
        if name_of(thing, hint) in {region.noun for region in regions}:
            continue
        found = segmenter.segment(base.image, thing)
        if found is not None:
            taken.paste(255, mask=found)
    return taken
