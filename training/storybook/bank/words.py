"""Words for the nouns of the bank in nine languages, from what the emoji are called.

Synonyms stand for a noun and for it alone: the table's own, those of the shipped glossary, the
names in the Unicode CLDR, and the icons' names. Keywords (CLDR's and emojilib's) are weaker, and
only those that a single noun has are kept. What comes first wins.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from importlib import resources
from pathlib import Path
from typing import TypeVar

from t2i_chat.storybook.bank.find import spelt
from training.storybook.bank.nouns import Row
from training.storybook.bank.packages import ANNOTATIONS, KEYWORDS, fetch

_T = TypeVar("_T")
LANGUAGES = ("en", "es", "de", "fr", "pt", "zh", "ja", "hi", "ar")
Named = Mapping[str, Mapping[str, Sequence[str]]]
"""By character: "tts" is its name and "default" its keywords."""


class Words:
    """Reads the tables of words once, and makes those of the bank."""

    def __init__(self, rows: Sequence[Row], codes: Mapping[str, str], cache: Path) -> None:
        """`codes` gives the code points of each icon; `cache` is the folder of the packages."""
        annotations = fetch(ANNOTATIONS, cache)
        self._named: dict[str, Named] = {
            language: _by_code(
                annotations.read_json(f"annotations/{language}/annotations.json")["annotations"][
                    "annotations"
                ]
            )
            for language in LANGUAGES
        }
        self._library = _by_code(fetch(KEYWORDS, cache).read_json("dist/emoji-en-US.json"))
        self._rows = rows
        self._codes = codes
        self._nouns = {spelt(row.noun): row.noun for row in rows}

    def synonyms(self) -> dict[str, dict[str, str]]:
        """Words by language, each with the noun it stands for; English ones without the nouns."""
        english = self._first(self._english())
        tables = {"en": {word: noun for word, noun in english.items() if word not in self._nouns}}
        known = {**english, **self._nouns}
        for language in LANGUAGES[1:]:
            pairs = [*_glossary(language, known), *self._names(language)]
            tables[language] = self._first(pairs)
        return tables

    def keywords(self, synonyms: Mapping[str, Mapping[str, str]]) -> dict[str, dict[str, str]]:
        """Words by language that a single noun has as a keyword and nothing has as a name."""
        return {
            language: {
                word: noun
                for word, noun in _single(self._hints(language)).items()
                if word not in synonyms[language] and not (language == "en" and word in self._nouns)
            }
            for language in LANGUAGES
        }

    def _english(self) -> Iterator[tuple[str, str]]:
        for row in self._rows:
            yield from ((word, row.noun) for word in row.synonyms)
        yield from self._names("en")
        for row in self._rows:
            yield row.icon.replace("-", " "), row.noun

    def _names(self, language: str) -> Iterator[tuple[str, str]]:
        for row in self._rows:
            entry = self._named[language].get(self._codes.get(row.icon, ""), {})
            for name in entry.get("tts", ()):
                yield name, row.noun
                if "(" in name:
                    yield re.sub(r"\s*\(.*?\)", "", name), row.noun

    def _hints(self, language: str) -> Iterator[tuple[str, str]]:
        for row in self._rows:
            code = self._codes.get(row.icon, "")
            yield from (
                (word, row.noun) for word in self._named[language].get(code, {}).get("default", ())
            )
            if language == "en":
                library = self._library.get(code, ())
                yield from ((word.replace("_", " "), row.noun) for word in library)

    def _first(self, pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
        """The first noun that claims each word."""
        table: dict[str, str] = {}
        for word, noun in pairs:
            if spelt(word):
                table.setdefault(spelt(word), noun)
        return table


def _single(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    claims: dict[str, set[str]] = {}
    for word, noun in pairs:
        claims.setdefault(spelt(word), set()).add(noun)
    return {word: next(iter(nouns)) for word, nouns in claims.items() if word and len(nouns) == 1}


def _glossary(language: str, known: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """The words of the program's own glossary for English names that are known."""
    text = (resources.files("t2i_chat.planning") / "glossary.csv").read_text(encoding="utf-8")
    for row in csv.DictReader(text.splitlines()):
        noun = known.get(spelt(row["english"].removesuffix("{}")))
        if noun is not None and "{}" not in row["english"]:
            yield from ((word, noun) for word in row.get(language, "").split("/"))


def _by_code(table: Mapping[str, _T]) -> dict[str, _T]:
    return {
        "-".join(f"{ord(letter):x}" for letter in emoji if letter != "\ufe0f"): entry
        for emoji, entry in table.items()
    }
