"""Where a thing goes that another one wears, or on top of which it stands; pure geometry and words.

What stands somewhere else, beside or inside a thing, is placed by `placement` as ever.
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
"""What stands on top of a thing although nobody says "on"; as does all that flies."""
_SEATS = frozenset("couch sofa bed chair armchair bench sled boat canoe horse donkey camel".split())
"""What one sits in or on half-way up rather than on its top edge."""
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
"""The share of a thing that has to fit between the picture's upper edge and where it stands."""
_GRID = 8
"""Pixels to whose multiples boxes are moved: the size of a latent."""
_HEAD_SHARE = 0.2
"""The upper share of a thing in which its head is looked for."""
_TAIL = 0.16
"""As thick as a tail may be, in shares of the animal's height."""
_FIT = 1.5
"""How much wider than that part of the head a hat is."""
_LEAST = 1 / 8
"""Width of a hat at least, in shares of the picture's height."""
_FLAT = 0.4
"""Height of glasses in shares of their width."""


@dataclass(frozen=True, slots=True)
class Perch:
    """What carries a new thing, and how."""

    target: str
    how: Literal["head", "eyes", "top", "seat"]


def perch_of(action: Add, things: Sequence[str], hint: Callable[[str], SizePrior]) -> Perch | None:
    """What is to carry a new thing; None where it goes anywhere else.

    `things` are those there are: of "the roof" one of them is meant.
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
    """The thing that is meant by "the dog's head", "on top of the house" and "the roof"."""
    named = _HEAD.sub("", _ON.sub("", target))
    roofless = _ROOF.sub("", named)
    if roofless or not named:
        return roofless or ""
    return next((thing for thing in things if captions.head_noun(thing) in _ROOFED), "")


def perched(size: Size, thing: SizePrior, carrier: Image.Image, perch: Perch) -> Box | None:
    """The box of a new thing on the 8-bit region of what carries it; None where it has no room.

    A hat is as wide as the head wants it, everything else as large as such things are.
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
    """How far below the upper edge of what carries it a thing has its lower edge."""
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
    """The uppermost part of a thing, as wide as it is there; no tail is taken for a head."""
    thick = ndimage.binary_opening(white, iterations=max(1, round(_TAIL * found.height / 2)))
    return _top(white, thick if thick.any() else white)


def _top(white: NDArray[np.bool_], core: NDArray[np.bool_]) -> Box:
    """The largest piece of the upper end of `core`, up to where the whole thing ends there."""
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
