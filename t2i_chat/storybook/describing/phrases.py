"""Joins tags into noun phrases: a determiner, a number, attributes and what they belong to."""

from __future__ import annotations

from dataclasses import dataclass, field

from t2i_chat.storybook.describing.nouns import Nouns
from t2i_chat.storybook.describing.tags import Tag

OPENERS = frozenset(["article", "determiner", "both", "absent", "number", "amount"])
"""Kinds of words that a noun phrase begins with."""
HEADS = frozenset(["word", "place", "mass", "part", "cover", "neutral", "manner", "style"])
"""Kinds of words that a noun phrase may end with."""
ATTRIBUTES = frozenset(["colour", "size", "air", "frost", "adjective", "colouring", "pose"])
_DROPPED = frozenset(["request"])
_LISTED = frozenset(["colour", "size", "air", "adjective", "frost"])
"""Attributes that may be joined by "and"."""
_FREE = frozenset(["and", "comma", "stop", "link", "there", "position"])
"""After these, a participle before a noun belongs to it: "with sleeping cats"."""


@dataclass(slots=True)
class Phrase:
    """A noun phrase: its openers by kind, and its content in the order said."""

    openers: dict[str, str] = field(default_factory=dict)
    content: list[Tag] = field(default_factory=list)
    of: bool = False

    @property
    def has_head(self) -> bool:
        """Whether it names something already."""
        return any(tag.kind in HEADS for tag in self.content)


Item = Phrase | Tag


class Chunker:
    """Walks over the tags once."""

    def __init__(self, tags: list[Tag], nouns: Nouns) -> None:
        self._tags = tags
        self._nouns = nouns
        self._items: list[Item] = []
        self._open: Phrase | None = None

    def items(self) -> list[Item]:
        """The phrases, and between them the links, verbs and breaks."""
        for at, tag in enumerate(self._tags):
            if tag.kind in OPENERS:
                self._begin(tag)
            elif tag.kind in HEADS or tag.kind in ATTRIBUTES:
                self._add(tag)
            elif tag.kind == "verb":
                self._verb(tag, at)
            elif tag.kind != "measure" and not self._joins_attributes(tag, at):
                self._close(tag)
        return self._items

    def _phrase(self) -> Phrase:
        if self._open is None:
            self._open = Phrase()
            self._items.append(self._open)
        return self._open

    def _begin(self, tag: Tag) -> None:
        if self._open is not None and self._open.content:
            self._open = None
        phrase = self._phrase()
        phrase.openers[tag.kind] = tag.value
        phrase.of = phrase.of or tag.words.endswith(" of")

    def _add(self, tag: Tag) -> None:
        self._phrase().content.append(tag)

    def _close(self, tag: Tag) -> None:
        self._open = None
        if tag.kind not in _DROPPED:
            self._items.append(tag)

    def _verb(self, tag: Tag, at: int) -> None:
        """A verb, or what looks like one and belongs to a noun: "a sleeping cat", "a swing"."""
        after = self._tags[at + 1] if at + 1 < len(self._tags) else None
        followed = after is not None and (after.kind in HEADS or after.kind in ATTRIBUTES)
        if self._is_compound(tag, after):
            self._add(Tag(tag.words, "word"))
        elif self._open is not None and not self._open.has_head and followed:
            self._add(Tag(tag.words, "pose", tag.value))
        elif self._open is not None and not self._open.has_head and self._nouns.find(tag.words):
            self._add(Tag(tag.words, "word"))
        elif self._open is None and self._is_free():
            self._free_verb(tag, followed=followed)
        else:
            self._close(tag)

    def _free_verb(self, tag: Tag, *, followed: bool) -> None:
        """A verb where no clause is open: before its noun, or a noun itself."""
        if followed and tag.link == "beside" and tag.words.endswith(("ing", "ed", "asleep")):
            self._add(Tag(tag.words, "pose", tag.value))
        elif self._nouns.names(tag.words) or (
            not self._is_listed() and self._nouns.find(tag.words)
        ):
            self._add(Tag(tag.words, "word"))
        else:
            self._close(tag)

    def _is_listed(self) -> bool:
        """Whether a comma or "and" stands before, after which a subject may do something else."""
        last = self._items[-1] if self._items else None
        return isinstance(last, Tag) and last.kind in ("comma", "and")

    def _is_free(self) -> bool:
        last = self._items[-1] if self._items else None
        return last is None or (isinstance(last, Tag) and last.kind in _FREE)

    def _is_compound(self, tag: Tag, after: Tag | None) -> bool:
        """Whether a verb is part of a compound noun: "rocking chair", "ice skate"."""
        if after is not None and after.kind == "word":
            return self._nouns.is_compound(tag.words, after.words)
        before = self._open.content[-1] if self._open and self._open.content else None
        if before is None or tag.words.endswith("ing"):
            return False
        return self._nouns.is_compound(before.words, tag.words)

    def _joins_attributes(self, tag: Tag, at: int) -> bool:
        """Whether an "and" or comma stands between attributes of one noun: "red and white"."""
        if tag.kind not in ("and", "comma") or self._open is None or self._open.has_head:
            return False
        after = self._tags[at + 1].kind if at + 1 < len(self._tags) else ""
        after_next = self._tags[at + 2].kind if at + 2 < len(self._tags) else ""
        if tag.kind == "comma" and after == "and":
            after = after_next
        before = self._open.content[-1].kind if self._open.content else "and"
        return after in _LISTED and (before in _LISTED or before == "and")
