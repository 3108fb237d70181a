"""A bank of nouns without drawings, for tests of what words mean."""

from __future__ import annotations

from pathlib import Path

from t2i_chat.storybook import english
from t2i_chat.storybook.bank.drawings import Match

NOUNS = Path(__file__).with_name("nouns.txt")
"""A noun a line, with its synonyms after slashes."""


class FakeBank:
    """Finds nouns by name or synonym, in the singular or plural, or else by the head noun."""

    def __init__(self) -> None:
        self._nouns: dict[str, Match] = {}
        for line in NOUNS.read_text(encoding="utf-8").splitlines():
            noun, *synonyms = line.split("/")
            self._nouns[noun] = Match(noun, "name", 1.0)
            self._nouns |= {word: Match(noun, "synonym", 1.0) for word in synonyms}

    def find(self, words: str, language: str = "en") -> Match | None:
        """The noun that a phrase is drawn as, or None."""
        for phrase in (words, *english.singulars(words)):
            if phrase in self._nouns:
                return self._nouns[phrase]
        head = self.find(words.partition(" ")[2], language) if " " in words else None
        return head and Match(head.noun, "nearest", 0.8)
