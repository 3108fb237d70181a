"""Looks noun phrases up in a bank of drawings."""

from __future__ import annotations

from typing import Protocol

from t2i_chat.storybook import english
from t2i_chat.storybook.bank.drawings import Match
from t2i_chat.text.plurals import ends_like_a_plural


class NounFinder(Protocol):
    """Knows the nouns there are drawings of."""

    def find(self, words: str, language: str = "en") -> Match | None:
        """The noun that a phrase is drawn as, or None."""


class Nouns:
    """A bank's nouns, each phrase looked up once."""

    def __init__(self, bank: NounFinder) -> None:
        self._bank = bank
        self._found: dict[str, Match | None] = {}

    def find(self, words: str) -> Match | None:
        """The noun that a phrase is drawn as, or None."""
        if words not in self._found:
            self._found[words] = self._bank.find(words)
        return self._found[words]

    def names(self, words: str) -> bool:
        """Whether a phrase is the name or a synonym of a noun, not just near to one."""
        match = self.find(words)
        return match is not None and match.how != "nearest"

    def is_compound(self, *words: str) -> bool:
        """Whether words name together something else than the last of them: "rocking chair"."""
        whole, last = self.find(" ".join(words)), self.find(words[-1])
        if whole is None or whole.how == "nearest":
            return False
        return last is None or last.noun != whole.noun

    def singular(self, words: str) -> str | None:
        """The singular of a plural, or None if the words are not one."""
        match = self.find(words)
        if match is None or ends_like_a_plural(match.noun):
            return None
        for one in english.singulars(words):
            found = self.find(one)
            if found is not None and found.noun == match.noun and found.how == match.how:
                return one
        return None
