"""Description → the places of all drawings, back to front; pure.

Things that a relation ties together are built into a group first ("a hat on a cat on a mat"); then
the groups are placed: the best of many random places, as in Lian et al., "LLM-grounded Diffusion"
(2023), with plain code in place of the language model.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from t2i_chat.storybook.bank.drawings import Drawing
from t2i_chat.storybook.description import Description, Related, Thing
from t2i_chat.storybook.relations import GAP, Base, tie
from t2i_chat.storybook.spots import Group, Spot, overlap, spot_of, usual_side

Rng = np.random.Generator

TRIES = 160
"""Number of random places that are compared."""
TOWARDS_THE_MIDDLE = 0.8
"""How often what faces a side is turned to face the middle of the picture."""
WIDEST, FILLED, HIGHEST = 0.94, 0.5, 0.8
"""The share of the width that the things on the ground may fill, and shall; and of the height."""
ENLARGED = 1.6
"""How much larger than usual things may be drawn to fill it."""
SIDED = frozenset(["left of", "right of"])
"""Relations that mirroring would turn round."""
ALOFT = frozenset(["flying", "floating", "soaring", "hovering"])
"""Poses in the air."""


def groups_of(
    description: Description, drawings: Sequence[Sequence[Drawing]], rng: Rng
) -> list[Group]:
    """The groups of a description; `drawings` are those to choose from, for each thing."""
    tied = _tied([one for one in description.related if _ties(one, drawings)])
    groups = {
        index: _crowd(index, thing, drawings[index], rng)
        for index, thing in enumerate(description.things)
        if index not in tied
    }
    for index in _outwards(tied):
        root = index
        while root in tied:
            root = tied[root].other
        copies = _copies(index, description.things[index], drawings[index])
        groups[root] = _joined(groups[root], copies, tied[index], rng)
    return list(groups.values())


def _ties(relation: Related, drawings: Sequence[Sequence[Drawing]]) -> bool:
    """Whether a relation ties things together: what is in the sky is beside nothing."""
    both = (drawings[relation.one][0], drawings[relation.other][0])
    return relation.relation != "beside" or not any(d.places[:1] == ("sky",) for d in both)


def _copies(index: int, thing: Thing, drawings: Sequence[Drawing]) -> list[Spot]:
    chosen = (drawings[k % len(drawings)] for k in range(thing.count))
    return [spot_of(index, one, usual_side(one, thing.size)) for one in chosen]


def _tied(related: Sequence[Related]) -> dict[int, Related]:
    """For each thing that hangs on another the first relation that says so; no circles.

    What something is between hangs on it in turn, on its free side.
    """
    tied: dict[int, Related] = {}
    chained = (Related(one.other2, "beside", one.one) for one in related if one.other2 is not None)
    for relation in (*map(_as_hung, related), *chained):
        if relation.one not in tied and not _leads_to(relation.other, relation.one, tied):
            tied[relation.one] = relation
    return tied


def _as_hung(relation: Related) -> Related:
    """The relation with what hangs on the other first: a hat hangs on whoever wears it."""
    if relation.relation in ("wearing", "holding"):
        return replace(relation, one=relation.other, other=relation.one)
    return relation


def _leads_to(start: int, end: int, tied: Mapping[int, Related]) -> bool:
    while start != end and start in tied:
        start = tied[start].other
    return start == end


def _outwards(tied: dict[int, Related]) -> list[int]:
    """The tied things, each after the one it hangs on."""

    def far(index: int) -> int:
        return 1 + far(tied[index].other) if index in tied else 0

    return sorted(tied, key=far)


def _crowd(index: int, thing: Thing, drawings: Sequence[Drawing], rng: Rng) -> Group:
    """Things of one kind side by side, in rows when there are many."""
    rows = 1 if thing.count <= 3 else 2 if thing.count <= 8 else 3
    columns = -(-thing.count // rows)
    smaller = min(1.0, (3.4 / (columns + 1)) ** 0.6)
    spots: list[Spot] = []
    for k, one in enumerate(_copies(index, thing, drawings)):
        row, column = divmod(k, columns)
        x = (column + 0.5 * (row % 2)) * (0.95 * smaller * one.w + GAP)
        y = 0.45 * smaller * one.h * row
        loose = 0.04 * one.h * rng.normal(size=2) * (thing.count > 1)
        times = smaller * (1 + 0.05 * float(loose[0] / one.h))
        spots.append(replace(one.moved(x + loose[0], y + loose[1], times), depth=0.01 * row))
    return Group(tuple(spots))


def _joined(group: Group, copies: Sequence[Spot], relation: Related, rng: Rng) -> Group:
    """The group with things tied to it, dealt out over those they hang on."""
    bases = [spot for spot in group.spots if spot.thing == relation.other]
    each = -(-len(copies) // len(bases))
    spots = list(group.spots)
    for k, copy in enumerate(copies):
        base = Base(bases[k % len(bases)], (k // len(bases) + 1) / (each + 1), each)
        spots.append(tie(copy, base, relation.relation, rng, spots))
    return Group(tuple(spots))


@dataclass(frozen=True, slots=True)
class Ground:
    """Where things may stand in a backdrop: rows of the ground and of the water, and its width."""

    width: float
    horizon: float
    standing: tuple[float, float]
    water: tuple[float, float] | None = None


def placed(
    description: Description, groups: Sequence[Group], ground: Ground, rng: Rng
) -> list[Spot]:
    """All things in a picture, back to front: the best of `TRIES` random places."""
    groups = _fitting(description, groups, ground)
    tried = ([_somewhere(description, group, ground, rng) for group in groups]
             for _ in range(TRIES))  # fmt: skip
    best = min(tried, key=lambda found: _faults(description, found, ground), default=[])
    return sorted((spot for group in best for spot in group.spots), key=_nearness)


def _nearness(spot: Spot) -> float:
    return spot.depth


def _is_aloft(description: Description, group: Group) -> bool:
    """Whether a group is in the air: what is at home there, and what is said to be."""
    return (
        group.root.drawing.places[:1] == ("sky",)
        or description.things[group.root.thing].position == "top"
        or description.things[group.root.thing].pose in ALOFT
    )


def _fitting(description: Description, groups: Sequence[Group], ground: Ground) -> list[Group]:
    """The groups scaled alike, so that what stands on the ground fills the picture and fits in."""
    low = [group for group in groups if not _is_aloft(description, group)]
    wide = sum(group.right - group.left for group in low) + GAP * max(0, len(low) - 1)
    rows = 1 if len(low) <= 4 else 2
    least, most = FILLED * ground.width, rows * WIDEST * ground.width
    times = min(most / wide, max(1.0, min(ENLARGED, least / wide))) if wide else 1.0
    fitted = []
    for group in groups:
        own = 1.0 if _is_aloft(description, group) else max(times, 0.3)
        high = HIGHEST / max(0.01, -group.top)
        broad = WIDEST * ground.width / (group.right - group.left)
        fitted.append(group.moved(0, 0, min(own, high, broad)))
    return fitted


def _somewhere(description: Description, group: Group, ground: Ground, rng: Rng) -> Group:
    """A group at a random place where it may be."""
    root = group.root
    position = description.things[root.thing].position
    x = _column(group, position, ground, rng)
    if _is_aloft(description, group):
        high = max(0.02 - group.top, 0.0)
        low = max(high, ground.horizon - 0.03)
        y = high + (low - high) * float(rng.beta(1.2, 1.6))
        return _deep(_inwards(description, group.moved(x, y), ground, rng), 0.0)
    first, last = _rows(root, ground)
    share = float(rng.random())
    share = {"far": 0.05, "near": 0.98}.get(position or "", share)
    y = first + (last - first) * share
    return _deep(_inwards(description, group.moved(x, y, 0.86 + 0.2 * share), ground, rng), 1.0 + y)


def _inwards(description: Description, group: Group, ground: Ground, rng: Rng) -> Group:
    """The group turned, mostly, so that what it is about looks to the middle of the picture."""
    if any(tied.relation in SIDED for tied in description.related):
        return group
    inwards = "right" if group.root.middle < ground.width / 2 else "left"
    if group.root.faces in ("front", inwards) or rng.random() > TOWARDS_THE_MIDDLE:
        return group
    turned = group.flipped()
    return turned.moved(group.left - turned.left, 0)


def _deep(group: Group, depth: float) -> Group:
    return Group(tuple(replace(spot, depth=spot.depth + depth) for spot in group.spots))


def _rows(root: Spot, ground: Ground) -> tuple[float, float]:
    """The rows a thing may stand on: what is tall stands farther away, what is small nearer."""
    afloat = "water" in root.drawing.places and ground.water is not None
    first, last = ground.water if afloat and ground.water else ground.standing
    tall = min(1.0, root.h / 0.6)
    lowest = last - 0.03 - 0.12 * tall * (last - first)
    highest = min(
        lowest, max(first + 0.12 * (last - first), first + (1 - tall) * 0.45 * (last - first))
    )
    return highest, lowest


def _column(group: Group, position: str | None, ground: Ground, rng: Rng) -> float:
    thirds = {"left": (0.0, 0.36), "middle": (0.38, 0.62), "right": (0.64, 1.0)}
    low, high = thirds.get(position or "", (0.0, 1.0))
    first, last = 0.03 - group.left, ground.width - 0.03 - group.right
    if last < first:
        return (first + last) / 2
    x = ground.width * (low + (high - low) * float(rng.random()))
    return min(max(x, first), last)


def _faults(description: Description, groups: Sequence[Group], ground: Ground) -> float:
    """The cost of places: what hides something, is not as said, or leaves one half empty."""
    hidden = sum(
        max(overlap(a, b) for a in one.spots for b in other.spots)
        for k, one in enumerate(groups)
        for other in groups[:k]
    )
    wrong = sum(_off(description, group, ground) for group in groups)
    return 9.0 * hidden + wrong + 2.2 * _lean(description, groups, ground)


_SAID = {"left": 0.2, "middle": 0.5, "right": 0.8}


def _off(description: Description, group: Group, ground: Ground) -> float:
    """How far a group is from where it was said to be, as a share of the width."""
    position = description.things[group.root.thing].position
    if position not in _SAID:
        return 0.0
    return abs(group.root.middle / ground.width - _SAID[position])


def _lean(description: Description, groups: Sequence[Group], ground: Ground) -> float:
    """How far the weight of what stands on the ground is from the middle of the picture."""
    low = [group for group in groups if not _is_aloft(description, group)]
    weights = [group.root.w * group.root.h for group in low]
    if not weights:
        return 0.0
    along = sum(w * (g.left + g.right) / 2 for w, g in zip(weights, low, strict=True))
    return abs(along / sum(weights) / ground.width - 0.5)
