"""The phrases and marks of a wish in order, and the lists that phrases form."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import cast

from t2i_chat.storybook.describing.bonds import SHARED
from t2i_chat.storybook.describing.naming import Named
from t2i_chat.storybook.describing.tags import Tag

Item = Named | Tag
LONGEST_LIST = 12
"""Phrases of the longest list that is read as one."""
_BREAKS = ("and", "comma", "stop", "there")


class Sentence:
    """Looks at items by index; an index outside is no item."""

    def __init__(self, items: Sequence[Item]) -> None:
        self._items = items

    def __len__(self) -> int:
        return len(self._items)

    def at(self, index: int) -> Item | None:
        """The item there."""
        return self._items[index] if 0 <= index < len(self._items) else None

    def named(self, index: int) -> Named | None:
        """The phrase there, if it is one."""
        item = self.at(index)
        return item if isinstance(item, Named) else None

    def has(self, index: int, *kinds: str) -> bool:
        """Whether a mark of one of these kinds stands there."""
        item = self.at(index)
        return isinstance(item, Tag) and item.kind in kinds

    def says(self, index: int, value: str) -> bool:
        """Whether a mark of this value stands there."""
        item = self.at(index)
        return isinstance(item, Tag) and item.value == value

    def begins_clause(self, index: int) -> bool:
        """Whether a clause may begin here."""
        return index == 0 or self.has(index - 1, *_BREAKS)

    def list_at(self, index: int, link: str | None = None) -> tuple[list[Named], int]:
        """The phrases of a list closed by "and", or just the first; and where it ends.

        As objects of a link only some links have lists, and the last phrase is left out if a clause
        of its own follows it.
        """
        first = cast("Named", self._items[index])
        single = link is not None and link not in SHARED and not first.absent
        places = [index] if single else self._closed_list(index)
        names = [cast("Named", self._items[place]) for place in places]
        if link is not None and len(names) > 1 and self._leads_on(places[-1] + 1, names):
            places, names = places[:-1], names[:-1]
        if first.absent:
            names = [replace(one, absent=True) for one in names]
        return names, places[-1] + 1

    def _closed_list(self, index: int) -> list[int]:
        places, closed = [index], 1
        while len(places) < LONGEST_LIST and (after := self._next(places[-1])) is not None:
            places.append(after)
            if self.has(after - 1, "and"):
                closed = len(places)
        return places[:closed]

    def _next(self, index: int) -> int | None:
        """Where the next phrase of a list stands, if one follows."""
        first, after = cast("Named", self._items[index]), index + 1
        while self.has(after, "comma", "and") and not self.says(after, "but"):
            after += 1
        named = self.named(after)
        if after == index + 1 or named is None or named.role == "attribute":
            return None
        if not first.absent:
            return None if named.absent else after
        fresh = named.opened and not named.absent
        return None if fresh or self.has(after - 1, "comma") else after

    def _leads_on(self, index: int, names: list[Named]) -> bool:
        """Whether the last of a list begins a clause of its own: "a hat and a girl with …"."""
        alike = names[-1].kinds & names[0].kinds & {"wearable", "held"}
        return self.has(index, "link", "verb", "be", "relative") and not alike
