"""Finds the noun of the bank that words are drawn as.

Tried in this order: names and synonyms, in the language asked for, in English, then in any other;
the table nearest.csv; the head noun ("tabby cat" → cat); keywords of the emoji standard; and for a
longer word a single slip of the pen.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from t2i_chat.storybook.bank.drawings import Match
from t2i_chat.storybook.bank.inflect import singulars
from t2i_chat.storybook.english import NUMBERS, is_quality
from t2i_chat.storybook.spelling import slips_of

Words = Mapping[str, str]
"""Words in lower case, and the noun each stands for."""

TABLE, HEAD, KEYWORD, SLIP = 0.9, 0.8, 0.6, 0.5
"""Scores of the ways to a nearest noun."""
LOOKALIKES = Path(__file__).with_name("lookalikes.txt")
"""Correct English words, one a line, that are one slip away from a name: "bridge" from bride."""
SHORTEST = 5
"""Letters of the shortest word in which a slip is looked for."""
LONGEST = 12
"""Words of the longest phrase that is looked at."""
_AMOUNTS = frozenset(
    """pair piece slice cup glass bowl plate bunch group flock herd pack row stack pile bottle jar
    bag box basket field kind sort couple lot swarm school bouquet drop bit""".split()
)
"""Of "a slice of melon", what comes after "of" is the thing."""
_JOINT = re.compile(r" (?:with|without|in|on|at|from|for|by|under|over|wearing|holding|that) ")
"""What follows these words says more of the thing that stands before them."""
_HEAD_FIRST = frozenset(("es", "pt", "fr"))
"""Languages in which the head noun comes first: "gato negro"."""
_DESCRIBING = frozenset(
    """wooden golden woollen woolen silken earthen stone brick metal steel iron glass paper leather
    plastic silver gold straw rag crystal marble velvet cotton clay rubber baby mother father daddy
    mummy cartoon toy old friendly""".split()
)
"""Words before a noun, besides those that are always qualities, that leave it what it is."""


class Finder:
    """The tables of words, asked one after the other."""

    def __init__(
        self,
        nouns: frozenset[str],
        synonyms: Mapping[str, Words],
        nearest: Words,
        keywords: Mapping[str, Words],
    ) -> None:
        """`synonyms` and `keywords` are by language; `nearest` is English."""
        self._nouns = {spelt(noun): noun for noun in nouns}
        self._synonyms = synonyms
        self._nearest = {word: noun for word, noun in nearest.items() if noun in nouns}
        self._keywords = keywords
        self._lookalikes = frozenset(LOOKALIKES.read_text(encoding="utf-8").split())

    def find(self, words: str, language: str) -> Match | None:
        """Return the noun for a phrase, or None."""
        phrase = " ".join(spelt(words).split()[-LONGEST:])
        if not phrase:
            return None
        return self._known(phrase, language) or self._far(phrase, language)

    def _known(self, phrase: str, language: str) -> Match | None:
        """By its name, a synonym or the table of near things."""
        return (
            self._named(phrase, language)
            or self._named(phrase, "en")
            or self._near(phrase)
            or self._foreign(phrase)
        )

    def _named(self, phrase: str, language: str) -> Match | None:
        for word in singulars(phrase, language):
            if language == "en" and word in self._nouns:
                return Match(self._nouns[word], "name", 1.0)
            noun = self._synonyms.get(language, {}).get(word)
            if noun:
                return Match(noun, "synonym", 1.0)
        return None

    def _foreign(self, phrase: str) -> Match | None:
        found = (self._named(phrase, language) for language in self._synonyms if language != "en")
        return next((match for match in found if match), None)

    def _near(self, phrase: str) -> Match | None:
        found = (self._nearest.get(word) for word in singulars(phrase, "en"))
        return next((Match(noun, "nearest", TABLE) for noun in found if noun), None)

    def _far(self, phrase: str, language: str) -> Match | None:
        """By its head noun, a keyword, or a slip of the pen."""
        return (
            self._by_head(phrase, language)
            or self._by_keyword(phrase, language)
            or self._by_keyword(phrase, "en")
            or self._by_slip(phrase)
        )

    def _by_head(self, phrase: str, language: str) -> Match | None:
        for head, rest in _heads(phrase, language):
            match = self._known(head, language)
            if match and all(map(_describes, rest)):
                return match
            if match:
                return Match(match.noun, "nearest", HEAD * match.score)
        return None

    def _by_keyword(self, phrase: str, language: str) -> Match | None:
        words = self._keywords.get(language, {})
        found = (words.get(word) for word in singulars(phrase, language))
        return next((Match(noun, "nearest", KEYWORD) for noun in found if noun), None)

    def _by_slip(self, phrase: str) -> Match | None:
        """The one noun whose English name or synonym differs from the word by one slip."""
        if len(phrase) < SHORTEST or " " in phrase or phrase in self._lookalikes:
            return None
        names = {**self._synonyms["en"], **self._nouns}
        meant = {
            names[slip]
            for word in singulars(phrase, "en")
            for slip in slips_of(word)
            if slip in names
        }
        return Match(meant.pop(), "nearest", SLIP) if len(meant) == 1 else None


def _heads(phrase: str, language: str) -> Iterator[tuple[str, list[str]]]:
    """Head nouns of a phrase, longest first, each with the words that it leaves out."""
    if language in _HEAD_FIRST:
        words = phrase.split()
        yield from ((" ".join(words[:end]), words[end:]) for end in range(len(words) - 1, 0, -1))
    kept = _JOINT.split(phrase)[0]
    if kept != phrase:
        yield kept, phrase.removeprefix(kept).split()
    before, of, after = kept.partition(" of ")
    if of and before.split()[-1:] and before.split()[-1] in _AMOUNTS:
        kept = after
        yield kept, []
    elif of:
        kept = before
        yield kept, after.split()
    words = kept.split()
    yield from ((" ".join(words[start:]), words[:start]) for start in range(1, len(words)))


def _describes(word: str) -> bool:
    return is_quality(word) or word in _DESCRIBING or word in NUMBERS


def spelt(words: str) -> str:
    """Lower case, with straight apostrophes, and spaces for hyphens."""
    return re.sub(r"[\s\-]+", " ", words.lower().replace("’", "'")).strip(' .,!?"“”')


def read_nearest(path: Path) -> dict[str, str]:
    """Read a table of rows `nearest,words`, words parted by slashes."""
    rows = csv.DictReader(path.read_text(encoding="utf-8").splitlines())
    return {spelt(word): row["nearest"] for row in rows for word in row["words"].split("/")}
