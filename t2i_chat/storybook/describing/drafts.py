"""The things and relations of a wish while it is read."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from t2i_chat.storybook.bank.drawings import Match
from t2i_chat.storybook.describing.naming import Named
from t2i_chat.storybook.description import Position, Related, Relation, Thing

MOST_THINGS = 24


@dataclass(frozen=True, slots=True)
class Bond:
    """A relation between two things; a loose one gives way to a closer one."""

    one: int
    relation: Relation
    other: int
    loose: bool = False


class Drafts:
    """Things in the order said, each by its index."""

    def __init__(self) -> None:
        self.named: list[Named] = []
        self._matches: list[Match] = []
        self._positions: dict[int, Position] = {}
        self._bonds: list[Bond] = []

    def add(self, named: Named, match: Match) -> int | None:
        """The index of a thing: a known one if it was spoken of; None if there are too many."""
        if named.known:
            for index in reversed(range(len(self.named))):
                if self._matches[index].noun == match.noun:
                    self.tell(index, named)
                    return index
        if len(self.named) == MOST_THINGS:
            return None
        self.named.append(named)
        self._matches.append(match)
        return len(self.named) - 1

    def tell(self, index: int, told: Named) -> None:
        """Add to a thing the colours, size and pose that are told of it later."""
        one = self.named[index]
        self.named[index] = replace(
            one,
            colours=tuple(dict.fromkeys((*one.colours, *told.colours))),
            size=one.size if told.size == "usual" else told.size,
            pose=one.pose or told.pose,
        )

    def put(self, index: int, position: Position) -> None:
        """Set where a thing is in the picture."""
        self._positions.setdefault(index, position)

    def relate(self, bond: Bond) -> None:
        """Add a relation, in place of any loose one between the same two."""
        if bond.one == bond.other:
            return
        self.part((bond.one,), (bond.other,))
        self._bonds.append(bond)

    def part(self, some: Iterable[int], others: Iterable[int]) -> None:
        """Take back the loose relations between things."""
        pairs = {frozenset((one, other)) for one in some for other in others}
        self._bonds = [
            b for b in self._bonds if not (b.loose and frozenset((b.one, b.other)) in pairs)
        ]

    def things(self) -> tuple[Thing, ...]:
        """All things."""
        return tuple(
            Thing(
                named.words, match.noun, match.how, named.count, named.colours, named.size,
                named.pose, self._positions.get(index),
            )
            for index, (named, match) in enumerate(zip(self.named, self._matches, strict=True))
        )  # fmt: skip

    def related(self) -> tuple[Related, ...]:
        """All relations; those "between" two things are one."""
        betweens: dict[int, list[int]] = {}
        for b in self._bonds:
            if b.relation == "between":
                betweens.setdefault(b.one, []).append(b.other)
        single = [Related(b.one, b.relation, b.other) for b in self._bonds
                  if b.relation != "between"]  # fmt: skip
        double = [Related(one, "between", o[0], o[1] if len(o) > 1 else None)
                  for one, o in betweens.items()]  # fmt: skip
        return tuple(dict.fromkeys([*single, *double]))
