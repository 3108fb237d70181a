"""Maps words outside the vocabulary to the nearest known noun, with a table (nearest.csv).

The table is made by hand: nearest in looks first, then in kind.
"""

from __future__ import annotations

import csv
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

from t2i_chat.storybook.english import JOINTS, singulars
from t2i_chat.storybook.vocabulary import Vocabulary, load_vocabulary
from t2i_chat.text.plurals import plural

PATH = Path(__file__).with_name("nearest.csv")

Part = Literal["thing", "place", "colour", "quality", "neutral"]


@dataclass(frozen=True, slots=True)
class Near:
    """A row of the table: `word` is painted as the vocabulary's `nearest`."""

    kind: str
    word: str
    nearest: str


@dataclass(frozen=True, slots=True)
class Term:
    """A known name and how it is painted.

    `painted` is the vocabulary's noun, None if the word itself is in it; `told` whether the person
    is told of the swap; `counted` whether the noun takes "a" in the singular.
    """

    part: Part
    painted: str | None = None
    told: bool = False
    plural: bool = False
    counted: bool = True
    kind: str = ""


@cache
def load_near() -> tuple[Near, ...]:
    """Read nearest.csv once."""
    rows = csv.DictReader(PATH.read_text(encoding="utf-8").splitlines())
    return tuple(
        Near(row["kind"], word, row["nearest"]) for row in rows for word in row["words"].split("/")
    )


class Names:
    """All known names: those of the vocabulary and of the table."""

    def __init__(self, vocabulary: Vocabulary, near: tuple[Near, ...]) -> None:
        self._plurals = _plurals(vocabulary)
        known = _known(vocabulary)
        self._terms = {row.word: self._near(row, known) for row in near} | known
        self.longest = max(len(name.split()) for name in self._terms)

    @property
    def all(self) -> Collection[str]:
        """All of them, lower case."""
        return self._terms.keys()

    def find(self, words: str) -> Term | None:
        """The term of a name, in singular or plural, with or without hyphens; lower case."""
        for spelt in (words, words.replace("-", " ")):
            if spelt in self._terms:
                return self._terms[spelt]
            for single in singulars(spelt):
                term = self._terms.get(single)
                if term is not None and not term.plural and term.part in ("thing", "place"):
                    return self._many(single, term)
        return None

    def _near(self, row: Near, known: Mapping[str, Term]) -> Term:
        part = known[row.nearest].part if row.nearest in known else "thing"
        many = row.nearest in self._plurals.values()
        return Term(part, row.nearest, told=True, plural=many, counted=_counted(row), kind=row.kind)

    def _many(self, single: str, term: Term) -> Term:
        """The plural of a name whose plural the vocabulary may spell in its own way."""
        if term.part == "place" and term.painted is None:
            return Term("place", plural=True)
        names = (term.painted or single).split(" and ")
        many = [
            self._plurals.get(name) or (plural(name) if term.counted else name) for name in names
        ]
        return Term(term.part, " and ".join(many), term.told, True, term.counted, term.kind)


def _counted(row: Near) -> bool:
    if row.kind == "weather":
        return row.nearest.endswith("sky") or row.nearest in ("storm", "sunset", "sunrise")
    return row.nearest not in ("dunes", "water", "wheat")


def _plurals(vocabulary: Vocabulary) -> dict[str, str]:
    return {
        name: noun.plural
        for noun in vocabulary.nouns.values()
        for name in (noun.noun, *noun.synonyms)
    }


def _known(vocabulary: Vocabulary) -> dict[str, Term]:
    """The vocabulary's names; what a word is as a thing counts before what else it may be."""
    terms = {word: Term("quality") for words in vocabulary.sizes.values() for word in words}
    terms |= {word: Term("quality") for word in vocabulary.adjectives}
    terms |= {words: Term("neutral") for words in (*vocabulary.styles, *vocabulary.details)}
    terms |= {words: Term("place") for words in _places(vocabulary)}
    for noun in vocabulary.nouns.values():
        terms |= {name: Term("thing") for name in (noun.noun, *noun.synonyms)}
        terms[noun.plural] = Term("thing", plural=noun.plural != noun.noun)
    for colour in vocabulary.colours.values():
        terms |= {name: Term("colour") for name in (colour.name, *colour.synonyms)}
    return terms


def _places(vocabulary: Vocabulary) -> Iterator[str]:
    """Names of skies, times and grounds, and the word each where-phrase ends with."""
    skies = [words for sky in vocabulary.skies.values() for words in (*sky.phrases, *sky.times)]
    grounds = [
        w for ground in vocabulary.grounds.values() for w in (*ground.phrases, *ground.nouns)
    ]
    for phrase in (*skies, *grounds):
        words = phrase.split()
        if JOINTS.isdisjoint(words):
            yield phrase
        yield words[-1]


@cache
def storybook_names() -> Names:
    """The names of the vocabulary and the table that are shipped."""
    return Names(load_vocabulary(), load_near())
