"""Click to select: the thing under a point of a picture, and the mark with or without a thing."""

from __future__ import annotations

from collections.abc import Mapping

from PIL import Image, ImageChops

from t2i_chat.imaging import masks

WHOLE = 0.95
"""Share of a thing that must be marked for a click on its name to unmark it."""


def under(things: Mapping[str, Image.Image], across: float, down: float) -> Image.Image | None:
    """The smallest thing at a point, in shares of the picture; None where none is."""
    there = [mask for mask in things.values() if _is_white(mask, across, down)]
    return min(there, key=lambda mask: int(masks.binary(mask).sum()), default=None)


def _is_white(mask: Image.Image, across: float, down: float) -> bool:
    white = masks.binary(mask)
    high, wide = white.shape
    inside = 0 <= across <= 1 and 0 <= down <= 1
    row, column = min(int(down * high), high - 1), min(int(across * wide), wide - 1)
    return inside and bool(white[row, column])


def switched(region: Image.Image | None, thing: Image.Image) -> Image.Image:
    """The marked region with a thing added, or without it where it is marked already."""
    if region is None:
        return thing
    both = masks.binary(region) & masks.binary(thing)
    if both.sum() >= WHOLE * masks.binary(thing).sum():
        return ImageChops.darker(region, masks.invert(thing))
    return ImageChops.lighter(region, thing)
