"""How two recognised things stand to each other, by rules of their own on their rectangles.

Rows grow downwards; a thing's foot is the lower edge of its drawing. `over` says that the first
thing was drawn after the second one. At least `SHOWN` of both must be uncovered.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from training.storybook.evaluation.recogniser import Seen
from training.storybook.evaluation.wanted import Bond, Side

SHOWN = 0.3
"""The least visible share of a thing that takes part in a relation."""


def stands(bond: Bond, one: Seen, other: Seen, *, over: bool) -> bool:
    """Whether `one` stands to `other` as a bond says."""
    if min(one.visible, other.visible) < SHOWN:
        return False
    return _RULES[bond](one, other, over)


def is_at(side: Side, seen: Seen, width: int) -> bool:
    """Whether a thing's middle is in the left or right 42 % of the width, or the middle third."""
    x = seen.middle / width
    return {"left": x < 0.42, "middle": 1 / 3 < x < 2 / 3, "right": x > 0.58}[side]


def _across(one: Seen, other: Seen, room: float = 0.0) -> bool:
    """Whether the middle of one lies within the width of the other, plus `room` of it."""
    more = room * other.width
    return other.x0 - more <= one.middle <= other.x1 + more


def _sideways(one: Seen, other: Seen) -> float:
    """The overlap of two things' widths as a share of the narrower one."""
    wide = min(one.x1, other.x1) - max(one.x0, other.x0)
    return wide / min(one.width, other.width)


def _on(one: Seen, other: Seen, over: bool) -> bool:
    """Its foot is on the upper four fifths of the other, which it rises above; drawn over it."""
    first, last = other.y0 - 0.06 * other.height, other.y0 + 0.8 * other.height
    middle = other.y0 + 0.6 * other.height
    return over and _across(one, other) and first <= one.y1 <= last and one.y0 < middle


def _under(one: Seen, other: Seen, _over: bool) -> bool:
    """Its middle is below the other's, its foot not above the other's; within a wider width."""
    lower = (one.y0 + one.y1) / 2 > (other.y0 + other.y1) / 2
    near = one.y0 < other.y1 + 0.8 * other.height
    return lower and near and _across(one, other, 0.1) and one.y1 > other.y1 - 0.15 * other.height


def _before(one: Seen, other: Seen, over: bool) -> bool:
    """Its foot is lower, it is drawn over the other and hides a part of its width."""
    return over and one.y1 > other.y1 and _sideways(one, other) > 0.2


def _beside(one: Seen, other: Seen, _over: bool) -> bool:
    """The widths hardly meet, the gap is no more than a width, and the feet are about level."""
    gap = max(one.x0, other.x0) - min(one.x1, other.x1)
    level = abs(one.y1 - other.y1) < 0.4 * max(one.height, other.height)
    return _sideways(one, other) < 0.3 and gap < max(one.width, other.width) and level


def _wears(one: Seen, other: Seen, over: bool) -> bool:
    """What is worn is drawn over its wearer, is narrower than 1.2 of it and centred on its body."""
    row = (other.y0 + other.y1) / 2
    body = one.y0 - 0.25 * one.height <= row <= one.y1
    return not over and _across(other, one) and body and other.width < 1.2 * one.width


def _holds(one: Seen, other: Seen, _over: bool) -> bool:
    """What is held touches its holder, leaves half of it visible and is not below its feet."""
    meet = _sideways(one, other) > 0.05 and min(one.y1, other.y1) > max(one.y0, other.y0)
    return meet and one.visible >= 0.5 and other.y1 < one.y1 + 0.1 * one.height


def _rides(one: Seen, other: Seen, over: bool) -> bool:
    """Sits on: its foot within the mount's height, its middle above the mount's, drawn over it."""
    higher = (one.y0 + one.y1) / 2 < (other.y0 + other.y1) / 2
    return over and higher and _across(one, other) and other.y0 < one.y1 < other.y1


_RULES: Mapping[Bond, Callable[[Seen, Seen, bool], bool]] = {
    "on": _on,
    "under": _under,
    "in front of": _before,
    "behind": lambda one, other, over: _before(other, one, not over),
    "next to": _beside,
    "wearing": _wears,
    "holding": _holds,
    "riding": _rides,
}
