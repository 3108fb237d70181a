"""Reads a wish's phrases and the words between them, clause by clause, in one pass.

A clause has a subject, verbs and links ("on", "with") with their objects. `subject` is what a
clause is about, `actor` what the next verb or link belongs to, and `recent` the last thing named.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import cast

from t2i_chat.storybook.describing.bonds import CARRIED, RESTING, bond, meeting
from t2i_chat.storybook.describing.drafts import Bond, Drafts
from t2i_chat.storybook.describing.naming import Named
from t2i_chat.storybook.describing.sentence import Item, Sentence
from t2i_chat.storybook.describing.settings import ABSENT
from t2i_chat.storybook.describing.tags import Tag
from t2i_chat.storybook.description import Position

Group = list[int]
MOST_UNDRAWN = 24


class Reader:
    """Reads items from first to last; what it understood is in `drafts`, `said`, `undrawn`."""

    def __init__(self, items: Sequence[Item]) -> None:
        self._items = Sentence(items)
        self.drafts = Drafts()
        self.said: list[str] = []
        self.undrawn: list[str] = []
        self._begin_sentence()
        self._topics: list[Group] = []
        self._recent: Group = []
        self._owner: Group = []

    def read(self) -> None:
        """Read all items."""
        at = 0
        while at < len(self._items):
            item = self._items.at(at)
            at = self._mark(item, at) if isinstance(item, Tag) else self._subject(at)

    def _begin_sentence(self) -> None:
        self._subject_group: Group = []
        self._actor: Group = []
        self._reached = ""  # the relation by which `recent` was reached from the actor
        self._opened = False
        self._front: tuple[str, Group] | None = None
        self._position: Position | None = None
        self._pose: str | None = None
        self._negated = False

    # Subjects

    def _subject(self, at: int) -> int:
        named = cast("Named", self._items.at(at))
        if not named.words:  # "both", "one": who was spoken of
            return at + 1
        if named.role == "attribute" or (named.role == "nothing" and named.colours):
            self._tell(named, after_be=self._items.has(at - 1, "be"))
            return at + 1
        if named.role in ("part", "cover") and self._subject_group and not named.absent:
            self._one_object("with", named, self._subject_group)
            return at + 1
        names, end = self._items.list_at(at)
        group = [index for one in names for index in self._introduce(one)]
        if self._front is not None:
            self._relate(group, self._front[0], self._front[1])
        self._begin_clause(group)
        self._front = None
        self._prepare(group)
        return end

    def _begin_clause(self, group: Group) -> None:
        self._subject_group = self._actor = self._recent = group
        self._reached, self._opened = "", True
        if group:
            self._topics.append(group)

    def _prepare(self, group: Group) -> None:
        """Give a new subject the position and pose that were said before it."""
        for index in group:
            if self._position is not None:
                self.drafts.put(index, self._position)
            if self._pose is not None:
                self._act([index], self._pose)
        if group:
            self._position = self._pose = None

    def _tell(self, named: Named, *, after_be: bool) -> None:
        """Add attributes said alone ("is red", "one black") to what they tell of."""
        self.said += named.settings
        for index in self._actor if after_be else self._recent or self._actor:
            self.drafts.tell(index, named)

    def _introduce(self, named: Named) -> Group:
        """Take up a phrase: a thing's index, or nothing for places and the like."""
        if named.absent or self._negated:
            self.said += [ABSENT[value] for value in named.settings if value in ABSENT]
            return []
        self.said += named.settings
        if named.match is None or named.role in ("place", "nothing", "attribute"):
            if named.role in ("unknown", "part", "cover"):
                self._miss(named.words)
            return []
        index = self.drafts.add(named, named.match)
        return [] if index is None else [index]

    def _miss(self, words: str) -> None:
        if words not in self.undrawn and len(self.undrawn) < MOST_UNDRAWN:
            self.undrawn.append(words)

    # Marks

    def _mark(self, tag: Tag, at: int) -> int:
        match tag.kind:
            case "link":
                return self._link(tag, at)
            case "verb":
                return self._verb(tag, at)
            case "pronoun" if not self._items.has(at - 1, "verb", "link"):
                self._subject_group = self._actor = self._topics[-1] if self._topics else []
                self._reached = ""
                self._opened = True
            case "relative":
                self._actor, self._reached = self._recent or self._actor, ""
            case "position":
                self._place(cast("Position", tag.value), at)
            case "adverbial":
                self.said += [value for value in tag.value.split(";") if value]
            case "negation":
                self._negated = True
            case "stop":
                self._begin_sentence()
            case "there":
                self._subject_group = self._actor = []
            case "and" | "comma":
                self._actor, self._reached, self._negated = self._subject_group, "", False
            case _:
                pass
        return at + 1

    def _place(self, position: Position, at: int) -> None:
        """A position belongs to the thing before it, or at a clause's start to the next."""
        ahead = self._items.named(at + 1) or self._items.has(at + 1, "there", "comma", "verb")
        fresh = self._items.begins_clause(at) and not self._items.has(at - 1, "there")
        if (fresh and ahead) or not self._opened:
            self._position = position
            return
        self.drafts.part(self._recent, self._owner)
        for index in self._recent:
            self.drafts.put(index, position)

    def _verb(self, tag: Tag, at: int) -> int:
        """A verb gives its actors a pose, and an object right after it a relation."""
        if self._reached and self._reached not in (*CARRIED, *RESTING):
            self._actor, self._reached = self._recent or self._actor, ""
        if self._negated:
            return at + 1
        if not self._actor and tag.value:
            self._pose = tag.value
        self._act(self._actor, tag.value)
        after = self._items.at(at + 1)
        inverted = self._front is not None or self._items.has(at - 1, "there") or not self._opened
        if isinstance(after, Named) and after.role != "attribute" and not inverted:
            return self._object(tag.link, at + 1, self._actor, verbal=True)
        return at + 1

    def _act(self, group: Group, pose: str | None) -> None:
        for index in group:
            if pose:
                self.drafts.tell(index, replace(_BLANK, pose=pose))

    # Links and their objects

    def _link(self, tag: Tag, at: int) -> int:
        bounded = self._items.begins_clause(at)
        front = bounded and tag.value not in ("with", "ignored") and (
            not self._opened or self._fronted(at)
        )  # fmt: skip
        sources = self._subject_group if bounded else self._sources(tag.value)
        if self._items.has(at + 1, "pronoun") or self._lacks_object(at):
            return self._back(tag, at, front=front)
        after = self._items.at(at + 1)
        if not isinstance(after, Named):
            return at + 1
        if after.role == "attribute":
            return at + 2
        if front:
            return self._put_front(tag, at + 1)
        return self._object(tag.value, at + 1, sources)

    def _fronted(self, at: int) -> bool:
        """Whether a link and its object come before the subject: "… and on it a cat"."""
        return (self._items.has(at + 1, "pronoun") and self._items.named(at + 2) is not None) or (
            self._items.named(at + 1) is not None
            and (self._items.named(at + 2) is not None or self._items.has(at + 2, "there"))
        )  # fmt: skip

    def _lacks_object(self, at: int) -> bool:
        """Whether a link right after another object means what came before: "a star on top"."""
        ends = self._items.at(at + 1) is None or self._items.has(at + 1, "and", "comma", "stop")
        return ends and bool(self._reached) and self._items.named(at - 1) is not None

    def _put_front(self, tag: Tag, at: int) -> int:
        group = self._introduce(cast("Named", self._items.at(at)))
        self._front = (tag.value, group) if group else None
        self._actor, self._recent = [], group
        if self._items.has(at + 1, "comma"):
            return at + 2
        return at + 1

    def _sources(self, link: str) -> Group:
        """What a link inside a clause belongs to: the last thing named, or the actor."""
        near = (
            link in ("of", "filled")
            or (link == "with" and self._reached not in CARRIED and self._bears())
            or (self._reached in RESTING and link in RESTING)
        )
        return (self._recent or self._actor) if near else self._actor

    def _bears(self) -> bool:
        """Whether the last thing named is one that things lie on or in, if it rests a subject."""
        kinds = [self.drafts.named[index].kinds for index in self._recent]
        resting = self._reached in RESTING
        return not resting or any(k & {"surface", "container"} for k in kinds)

    def _back(self, tag: Tag, at: int, *, front: bool) -> int:
        """A link to something named before: "a castle with a dragon in front of it"."""
        if front:
            self._front = (tag.value, self._subject_group or (self._topics or [[]])[-1])
            return at + 2
        sources = self._recent or self._actor
        before = [group for group in [*self._topics, self._owner] if group and group != sources]
        if before:
            self._relate(sources, tag.value, before[-1])
        return at + 2 if self._items.has(at + 1, "pronoun") else at + 1

    def _object(self, link: str, at: int, sources: Group, *, verbal: bool = False) -> int:
        """Read the object of a link, or a list of them."""
        at = self._whole_of_part(at, link)
        names, end = self._items.list_at(at, link if sources else None)
        if link == "ignored":
            self.said += [v for n in names for v in n.settings if v.startswith("style=")]
            return end
        self._owner = sources
        group: Group = []
        for named in names:
            group += self._one_object(link, named, sources)
        self._recent = sources if link in ("of", "filled") else group or sources
        if group and not sources:
            self._begin_clause(group)
        if verbal and group:
            self._reached = "holding"
        return end

    def _whole_of_part(self, at: int, link: str) -> int:
        """Of "the shoulder of a pirate", where the pirate stands."""
        named = self._items.named(at)
        partial = named is not None and named.role in ("part", "nothing", "unknown")
        whole = self._items.named(at + 2) is not None
        skipped = partial and whole and link != "with" and self._items.says(at + 1, "of")
        return at + 2 if skipped else at

    def _one_object(self, link: str, named: Named, sources: Group) -> Group:
        if named.role == "part" and not named.absent and self._is_part(link, named, sources):
            return []
        if named.role == "cover" and link == "with" and sources and not named.absent:
            for index in sources:
                self.drafts.tell(index, named)
            return []
        group = self._introduce(named)
        self._relate(sources, link, group)
        return group

    def _is_part(self, link: str, named: Named, sources: Group) -> bool:
        """Whether a part belongs to a thing named before; then it tells how two things meet."""
        if link == "with":
            if sources:
                self._miss(named.words)
            return bool(sources)
        before = [group for group in [*self._topics, self._owner] if group != self._recent]
        owner = next((group for group in reversed(before) if group), None)
        if named.part == "piece" or owner is None or not self._recent:
            return named.own
        self.drafts.part(self._recent, range(len(self.drafts.named)))
        for one in self._recent:
            relation, turned = meeting(named.part, self.drafts.named[one])
            for other in owner:
                first, second = (other, one) if turned else (one, other)
                self.drafts.relate(Bond(first, relation, second))
        return True

    def _relate(self, some: Group, link: str, others: Group) -> None:
        """Relate all of some things to all of others; who shares one hat is the last."""
        if link in ("with", *CARRIED) and all(self.drafts.named[k].count == 1 for k in others):
            some = some[-1:]
        for one in some:
            for other in others:
                chosen = bond(link, self.drafts.named[one], self.drafts.named[other])
                if chosen is None:
                    continue
                relation, turned = chosen
                first, second = (other, one) if turned else (one, other)
                self.drafts.relate(Bond(first, relation, second, loose=link == "with"))
                self._reached = relation


_BLANK = Named("attribute", "")
