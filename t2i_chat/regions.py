"""Finds the region an edit is about: where a thing is, or where a new one fits.

Sees a segmenter and placement; does not know what will be painted there.
"""

from __future__ import annotations

from collections.abc import Callable

from PIL import Image

from t2i_chat import captions
from t2i_chat.errors import RegionNotFound
from t2i_chat.geometry import Size
from t2i_chat.placement import Hint, place, side_named
from t2i_chat.plan import Add, LocalEdit
from t2i_chat.ports import Segmenter
from t2i_chat.prepare import Base


def find_region(
    action: LocalEdit, base: Base, segmenter: Segmenter, hint: Callable[[str], Hint]
) -> Image.Image:
    """An 8-bit mask of the picture's size, white where the edit may paint.

    Raises RegionNotFound when the thing to be changed is not in the picture.
    """
    if isinstance(action, Add):
        return _free_place(action, base, segmenter, hint(captions.head_noun(action.result)))
    mask = segmenter.segment(base.image, action.target)
    if mask is None:
        raise RegionNotFound(
            f"I couldn't find {captions.with_article(action.target)} in version "
            f"{base.version.number}, so I left it as it is. To me it shows: {base.version.caption}."
        )
    return mask


def _free_place(action: Add, base: Base, segmenter: Segmenter, hint: Hint) -> Image.Image:
    side = side_named(action.target)
    named = captions.strip_article(action.target) if action.target and not side else None
    box = place(
        Size(width=base.image.width, height=base.image.height),
        hint,
        occupied=_occupied(base, segmenter, but=named),
        wanted=segmenter.segment(base.image, named) if named else None,
        side=side,
    )
    mask = Image.new("L", base.image.size, 0)
    mask.paste(255, (box.x0, box.y0, box.x1, box.y1))
    return mask


def _occupied(base: Base, segmenter: Segmenter, but: str | None) -> Image.Image:
    taken = Image.new("L", base.image.size, 0)
    for thing in captions.things(base.version.caption):
        if thing in captions.SURROUNDINGS or (but and captions.mentions(but, thing)):
            continue
        found = segmenter.segment(base.image, thing)
        if found is not None:
            taken.paste(255, mask=found)
    return taken
