"""Boxes for things that are worn or stand on another thing: a hat on a head, a flag on a roof.

Everything else ("beside", "in", "under", …) is placed by `placement`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from scipy import ndimage

from t2i_chat.core.actions import Add
from t2i_chat.core.geometry import Box, Size
from t2i_chat.editing.placement import SizePrior
from t2i_chat.imaging import masks
from t2i_chat.text import captions

_HEADWEAR = frozenset(
    "hat cap crown bow bonnet beret beanie helmet tiara wig turban sombrero fedora fez".split()
)
_EYEWEAR = frozenset(["glasses", "sunglasses", "spectacles", "goggles"])
_PERCHES = frozenset(["flag", "candle", "star"])
"""Things that go on top of another one without "on" being said; so does all that flies."""
_SEATS = frozenset("couch sofa bed chair armchair bench sled boat canoe horse donkey camel".split())
"""Things one sits in or on at half their height rather than on their top edge."""
_ROOFED = frozenset(
    "house hut cottage barn church temple mosque pagoda school hospital shop castle".split()
)
_ON = re.compile(r"^(?:on top of|on|onto|upon|atop) ")
_ELSEWHERE = re.compile(
    r"^(?:with|under|in|into|at|near|by|next|beside|behind|above|below|over|between|before|inside"
    r"|against|along|around|left|right)\b"
)
_HEAD = re.compile(r"['’]s? head$|(?<=\w) head$")
_ROOF = re.compile(r"^(?:the |its )?roof$|(?:['’]s?)? roof$")

_NO_CARRIER = captions.SURROUNDINGS | {"left", "right", "middle", "top", "bottom", "corner", "side"}

_ROOM = 0.6
"""The share of a thing's height that must fit above the point where it stands."""
_GRID = 8
"""Boxes are aligned to multiples of this many pixels, the size of a latent."""
_HEAD_SHARE = 0.2
"""The upper share of a thing's height in which its head is searched."""
_TAIL = 0.16
"""Maximum thickness of a tail, as a share of the animal's height."""
_FIT = 1.5
"""Width of a hat relative to the width of the head."""
_LEAST = 1 / 8
"""Minimum width of a hat, as a share of the picture's height."""
_FLAT = 0.4
"""Height of glasses relative to their width."""


@dataclass(frozen=True, slots=True)
class Perch:
    """The thing that carries a new one, and how: on its head, at its eyes, on top, on its seat."""

    target: str
    how: Literal["head", "eyes", "top", "seat"]


def perch_of(action: Add, things: Sequence[str], hint: Callable[[str], SizePrior]) -> Perch | None:
    """What is to carry a new thing; None if it is not carried.

    `things` are the nouns in the picture, among which "the roof" finds its house.
    """
    target = (action.target or "").strip().lower()
    carrier = _carrier(target, things)
    if not carrier or _ELSEWHERE.match(target) or captions.head_noun(carrier) in _NO_CARRIER:
        return None
    thing = captions.strip_article(action.result)
    names = {captions.head_noun(thing), hint(thing).name}
    if names & _HEADWEAR:
        return Perch(carrier, "head")
    if names & _EYEWEAR:
        return Perch(carrier, "eyes")
    if _ON.match(target) or names & _PERCHES or hint(thing).zone == "sky":
        return Perch(carrier, "seat" if captions.head_noun(carrier) in _SEATS else "top")
    return None


def _carrier(target: str, things: Sequence[str]) -> str:
    """The carrying thing of "the dog's head", "on top of the house" or "the roof"; or ""."""
    named = _HEAD.sub("", _ON.sub("", target))
    roofless = _ROOF.sub("", named)
    if roofless or not named:
        return roofless or ""
    return next((thing for thing in things if captions.head_noun(thing) in _ROOFED), "")


def perched(size: Size, thing: SizePrior, carrier: Image.Image, perch: Perch) -> Box | None:
    """The box of a new thing on its carrier's 8-bit mask; None if it does not fit above it.

    A hat is sized by the head, everything else by its usual size.
    """
    found = masks.box_of(carrier)
    if found is None:
        return None
    white = masks.binary(carrier)
    worn = perch.how in ("head", "eyes")
    head = _head(white, found) if worn else _top(white, white)
    height = round(thing.height * size.height)
    width = round(height * thing.aspect)
    if worn:
        fitting = round(min(width, max(_FIT * head.width, _LEAST * size.height)))
        height = round(fitting * (_FLAT if perch.how == "eyes" else height / width))
        width = fitting
    foot = head.y0 + round(_sunk(perch, height, found, head))
    if foot < _ROOM * height:
        return None
    left, top = _snapped((head.x0 + head.x1 - width) / 2), _snapped(foot - height)
    return Box(x0=left, y0=top, x1=left + width, y1=max(_snapped(foot), top + _GRID)).clipped(size)


def _sunk(perch: Perch, height: int, carrier: Box, head: Box) -> float:
    """Pixels from the carrier's upper edge down to the new thing's lower edge."""
    match perch.how:
        case "head":
            return 0.15 * height
        case "eyes":
            return 0.6 * head.height + height / 2
        case "seat":
            return 0.4 * carrier.height
        case "top":
            return 0.05 * height


def _head(white: NDArray[np.bool_], found: Box) -> Box:
    """The box of a thing's head: its uppermost part after thin parts (tails) are opened away."""
    thick = ndimage.binary_opening(white, iterations=max(1, round(_TAIL * found.height / 2)))
    return _top(white, thick if thick.any() else white)


def _top(white: NDArray[np.bool_], core: NDArray[np.bool_]) -> Box:
    """The box of the largest component in the upper end of `core`, up to `white`'s edge."""
    rows = np.flatnonzero(core.any(axis=1))
    low = int(rows[0]) + max(1, round(_HEAD_SHARE * (rows[-1] - rows[0])))
    parts, _ = ndimage.label(core[:low])
    largest = parts == np.bincount(parts[parts > 0]).argmax()
    columns = np.flatnonzero(largest.any(axis=0))
    left, right = int(columns[0]), int(columns[-1]) + 1
    upper = int(np.flatnonzero(white[:, left:right].any(axis=1))[0])
    return Box(x0=left, y0=upper, x1=right, y1=low)


def _snapped(place: float) -> int:
    return max(0, round(place / _GRID) * _GRID)
