"""Places a thing by how it stands to another one: on, in, under, wearing, riding …; pure.

Each relation puts `one`, whose foot is at the origin, to `base`, by the anchors of their drawings.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from t2i_chat.storybook.description import Relation
from t2i_chat.storybook.spots import Spot, overlap

FLAT = 0.5
"""What is worn on the head and lower than this share of its width, sits on the face: glasses."""
GAP = 0.025
"""Between things beside one another."""


@dataclass(frozen=True, slots=True)
class Base:
    """What a thing is tied to.

    `share` tells `copies` apart: from 0 to 1, a half for a single one. `side` is -1 or 1, where
    either side would do.
    """

    spot: Spot
    share: float
    copies: int
    side: int = 1

    @property
    def off(self) -> float:
        """How far from the middle a copy is, from -0.5 to 0.5."""
        return self.share - 0.5

    def at(self, *anchors: str, default: tuple[float, float]) -> tuple[float, float]:
        """Where the first of these anchors lies that the drawing has."""
        known = (name for name in anchors if name in self.spot.drawing.anchors)
        return self.spot.at(next(known, ""), default)


def tie(
    one: Spot, base: Base, relation: Relation, rng: np.random.Generator, near: Sequence[Spot]
) -> Spot:
    """The thing at its place in a group; of two sides the one with more room, else by chance.

    `near` is what the group has already.
    """
    first = -1 if rng.random() < 0.5 else 1
    both = [_PLACES[relation](one, replace(base, side=side)) for side in (first, -first)]
    others = [spot for spot in near if spot != base.spot]
    return min(both, key=lambda spot: sum(overlap(spot, other) for other in others))


def _sized(one: Spot, widest: float, highest: float = 9.0) -> Spot:
    """The thing scaled down to fit."""
    return one.moved(0, 0, min(1.0, widest / one.w, highest / one.h))


def _behind_by(spot: Spot, base: Base, depth: float) -> Spot:
    return replace(spot, depth=base.spot.depth + depth)


def _on(one: Spot, base: Base) -> Spot:
    """Standing on the other's surface, seat or top."""
    highest = 9.0 if base.copies == 1 else 0.4 * base.spot.h
    one = _sized(one, 0.8 * base.spot.w / base.copies, highest)
    x, y = base.at("surface", "seat", default=(0.5, 0.03))
    return _behind_by(one.moved(x + 0.9 * base.off * base.spot.w, y), base, 0.001)


def _in(one: Spot, base: Base) -> Spot:
    """In the crown of a plant; else looking out: behind the front, mostly above the rim."""
    one = _sized(one, 0.7 * base.spot.w, 1.1 * base.spot.h)
    x = base.spot.middle + 0.8 * base.off * base.spot.w
    if base.spot.drawing.category == "plant":
        one = _sized(one, 0.5 * base.spot.w, 0.4 * base.spot.h)
        return _behind_by(one.moved(x, base.spot.y + 0.55 * base.spot.h), base, 0.001)
    _, rim = base.at("rim", default=(0.5, 0.12))
    return _behind_by(one.moved(x, rim + 0.38 * one.h), base, -0.001)


def _under(one: Spot, base: Base) -> Spot:
    """Before the lower half of something that stands, or below what is in the air or afloat."""
    x = base.spot.middle + base.off * base.spot.w
    if {"sky", "water"} & set(base.spot.drawing.places):
        return _behind_by(one.moved(x, base.spot.foot + 0.06 + one.h), base, 0.002)
    one = _sized(one, 0.75 * base.spot.w, 0.55 * base.spot.h)
    return _behind_by(one.moved(x, base.spot.foot + 0.02), base, 0.002)


def _behind(one: Spot, base: Base) -> Spot:
    """Farther away and to one side, so that most of it is seen."""
    hidden = one.h < 1.25 * base.spot.h
    beyond = 0.5 * base.spot.w + 0.12 * one.w if hidden else 0.3 * base.spot.w
    x = base.spot.middle + base.side * beyond + base.off * one.w
    return _behind_by(one.moved(x, base.spot.foot - 0.07), base, -0.01)


def _before(one: Spot, base: Base) -> Spot:
    x = base.spot.middle + (0.2 * base.side + base.off) * base.spot.w
    return _behind_by(one.moved(x, base.spot.foot + 0.075), base, 0.01)


def _beside(one: Spot, base: Base) -> Spot:
    away = 0.5 * (base.spot.w + one.w) + GAP + 0.9 * one.w * base.off
    return _behind_by(one.moved(base.spot.middle + base.side * away, base.spot.foot), base, 0.001)


def _left(one: Spot, base: Base) -> Spot:
    return _beside(one, replace(base, side=-1))


def _right(one: Spot, base: Base) -> Spot:
    return _beside(one, replace(base, side=1))


def _above(one: Spot, base: Base) -> Spot:
    x = base.spot.middle + 1.4 * base.off * base.spot.w
    return _behind_by(one.moved(x, base.spot.y - 0.04), base, 0.001)


def _worn(one: Spot, base: Base) -> Spot:
    """On the head, the face if it is flat, or else at the neck; half as wide as the wearer."""
    if "head" in one.drawing.places and one.h < FLAT * one.w:
        x, y = base.at("face", "head", default=(0.5, 0.2))
        one = one.moved(0, 0, 0.42 * base.spot.w / one.w)
        return _behind_by(one.moved(x, y + 0.5 * one.h), base, 0.0016)
    is_hat = "head" in one.drawing.places
    x, y = base.at("head" if is_hat else "neck", default=(0.5, 0.03) if is_hat else (0.5, 0.55))
    one = one.moved(0, 0, 0.5 * base.spot.w / one.w)
    one = _sized(one, one.w, 0.4 * base.spot.h)
    drop = 0.18 if is_hat else 0.6
    return _behind_by(one.moved(x, y + drop * one.h), base, 0.0015)


def _held(one: Spot, base: Base) -> Spot:
    """In the hand: before the body, smaller than it."""
    one = _sized(one, 0.6 * base.spot.w, 0.6 * base.spot.h)
    x, y = base.at("hand", default=(0.5 + 0.38 * base.side, 0.62))
    return _behind_by(one.moved(x, y + 0.5 * one.h), base, 0.0015)


def _ridden(one: Spot, base: Base) -> Spot:
    """`one` sits on the back of `base`, a little larger than it would stand beside it."""
    one = _sized(one.moved(0, 0, 1.4), 0.6 * base.spot.w, 0.85 * base.spot.h)
    x, y = base.at("seat", "surface", default=(0.5, 0.3))
    return _behind_by(one.moved(x + 0.5 * base.off * base.spot.w, y + 0.1 * one.h), base, 0.001)


def _around(one: Spot, base: Base) -> Spot:
    """On an arc: at the feet of the other, or around its head when they can fly."""
    angle = np.pi * (1.0 + base.share)
    reach = 0.5 * base.spot.w + 0.55 * one.w + GAP
    x = base.spot.middle + 1.15 * reach * float(np.cos(angle))
    aloft = "sky" in one.drawing.places
    y = base.spot.foot + (0.8 * base.spot.h if aloft else 0.08) * float(np.sin(angle))
    return _behind_by(one.moved(x, y), base, 0.003 if aloft else -0.003)


_PLACES: Mapping[Relation, Callable[[Spot, Base], Spot]] = {
    "on": _on, "in": _in, "under": _under, "behind": _behind, "in front of": _before,
    "beside": _beside, "between": _beside, "above": _above, "wearing": _worn, "holding": _held,
    "riding": _ridden, "left of": _left, "right of": _right, "around": _around,
}  # fmt: skip
