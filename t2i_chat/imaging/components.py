"""Picks among a mask's connected components: "the second tree from the left", "the big one".

Side and ordinal words are parsed with a small closed list.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from t2i_chat.core.geometry import Box, Size

Side = Literal["left", "right", "top", "bottom", "middle", "large", "small"]

SPECK = 0.001
"""Components and holes smaller than this share of the picture are removed as noise."""
CRUMB = 0.08
"""Components smaller than this share of the largest one do not count as a thing."""

_SIDES: dict[str, Side] = {
    "left": "left", "leftmost": "left", "right": "right", "rightmost": "right",
    "top": "top", "upper": "top", "topmost": "top", "highest": "top", "higher": "top",
    "bottom": "bottom", "lower": "bottom", "lowest": "bottom",
    "middle": "middle", "center": "middle", "centre": "middle", "central": "middle",
    "biggest": "large", "bigger": "large", "largest": "large", "larger": "large",
    "smallest": "small", "smaller": "small",
}  # fmt: skip
_ORDINALS = {"first": 1, "second": 2, "third": 3, "fourth": 4, "1st": 1, "2nd": 2, "3rd": 3}
_ARTICLES = frozenset(["the", "a", "an", "my", "this", "that", "these", "those", "all", "both"])
_AT_SIDE = re.compile(
    r"\b(?:that is |which is )?(?:on|at|in|to|from|near|towards?) (?:the |its )?(?:far |very )?"
    rf"({'|'.join(_SIDES)})(?: (?:side|edge|corner|half|part|hand side))?\b"
)


@dataclass(frozen=True, slots=True)
class Target:
    """What is looked for: the thing's name, and which one of several.

    `order` counts from 1, beginning at `side`; both None means all of them.
    """

    thing: str
    side: Side | None = None
    order: int | None = None


def read_target(words: str) -> Target:
    """Parses "the second tree from the left" into its noun, side and ordinal.

    Words that are not a place in this description stay: "the right hand" has no side.
    """
    text = " ".join(words.lower().replace(",", " ").split()).strip(" .!?")
    found = _AT_SIDE.search(text)
    side = _SIDES[found[1]] if found else None
    rest = (text[: found.start()] + text[found.end() :] if found else text).split()
    order = None
    while len(rest) > 1 and (rest[0] in _ARTICLES | _ORDINALS.keys() | _SIDES.keys()):
        word = rest.pop(0)
        order = _ORDINALS.get(word, order)
        side = side or _SIDES.get(word)
    if rest and rest[-1] in {"one", "ones"} and len(rest) > 1:
        rest.pop()
    return Target(" ".join(rest) or text, side, order)


def despeckled(white: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """An (H, W) mask without components and holes smaller than SPECK."""
    least = SPECK * white.size
    without_holes = ~_large_pieces(~white, least)
    return _large_pieces(without_holes, least)


def pieces(white: NDArray[np.bool_]) -> list[NDArray[np.bool_]]:
    """The connected components of an (H, W) mask from left to right, without those below CRUMB."""
    labels, count = ndimage.label(white, structure=np.ones((3, 3)))
    found = [labels == number for number in range(1, count + 1)]
    largest = max((piece.sum() for piece in found), default=0)
    return sorted((piece for piece in found if piece.sum() >= CRUMB * largest), key=_middle)


def chosen(white: NDArray[np.bool_], target: Target) -> NDArray[np.bool_] | None:
    """The part of an (H, W) mask that `target` means; None when there is no such part."""
    region = despeckled(white)
    if not region.any():
        return None
    if target.side is None and target.order is None:
        return region
    return _ranked(pieces(region), target)


def chosen_among(things: NDArray[np.bool_], target: Target) -> NDArray[np.bool_] | None:
    """The union or one of the (n, H, W) instance masks, as `target` says; None if there is none."""
    if target.side is None and target.order is None:
        return chosen(np.asarray(things.any(axis=0)), target)
    return _ranked([clean for clean in map(despeckled, things) if clean.any()], target)


def _ranked(found: list[NDArray[np.bool_]], target: Target) -> NDArray[np.bool_] | None:
    """The component that a side or ordinal word means; None if there are not so many."""
    number = target.order or 1
    if number > len(found):
        return None
    high, wide = found[0].shape
    rank = _ranking(target.side, Size(width=wide, height=high))
    return sorted(found, key=lambda piece: rank(*_middle(piece), float(piece.sum())))[number - 1]


def meant(boxes: Sequence[Box], target: Target, size: Size) -> Box | None:
    """The box that a side or ordinal word means in a picture of `size`; None if there is none."""
    rank, number = _ranking(target.side, size), target.order or 1
    ordered = sorted(
        boxes,
        key=lambda box: rank(
            (box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2, float(box.width * box.height)
        ),
    )
    return ordered[number - 1] if number <= len(ordered) else None


def _ranking(side: Side | None, size: Size) -> Callable[[float, float, float], float]:
    """A sort key over centre (x, y) and area in pixels: lowest for the component meant first."""
    return lambda x, y, area: _rank(x, y, area, side, size)


def _rank(x: float, y: float, area: float, side: Side | None, size: Size) -> float:
    ranks: dict[Side | None, float] = {
        None: x,
        "left": x,
        "right": -x,
        "top": y,
        "bottom": -y,
        "middle": abs(x - size.width / 2) + abs(y - size.height / 2),
        "large": -area,
        "small": area,
    }
    return ranks[side]


def _middle(piece: NDArray[np.bool_]) -> tuple[float, float]:
    ys, xs = np.nonzero(piece)
    return float(xs.mean()), float(ys.mean())


def _large_pieces(white: NDArray[np.bool_], least: float) -> NDArray[np.bool_]:
    labels, count = ndimage.label(white, structure=np.ones((3, 3)))
    sizes = np.bincount(labels.ravel(), minlength=count + 1)
    keep = sizes >= least
    keep[0] = False
    kept: NDArray[np.bool_] = keep[labels]
    return kept
