"""The words that are no things: lexicon.csv and verbs.csv by phrase, kinds.csv by noun.

- lexicon.csv: determiners, numbers, colours, sizes, places, links ("next to") and words about
  pictures as such; a value says what they mean
- verbs.csv: forms of verbs, the pose they mean, and how one stands to their object
- kinds.csv: nouns whose kind decides what "with", "in" and "on" mean ("with a hat" is worn)
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Entry:
    """A row's meaning; for a verb `value` is the pose and `link` the relation to its object."""

    kind: str
    value: str
    link: str = ""


@dataclass(frozen=True, slots=True)
class Lexicon:
    """All phrases with a meaning; `longest` is the number of words in the longest one."""

    entries: Mapping[str, Entry]
    longest: int


@cache
def load_lexicon() -> Lexicon:
    """Read lexicon.csv and verbs.csv; no phrase is in two rows."""
    entries: dict[str, Entry] = {}
    for row in read_rows("lexicon.csv"):
        for words in row["words"].split("/"):
            entries[words] = Entry(row["kind"], row["value"])
    for row in read_rows("verbs.csv"):
        for words in row["forms"].split("/"):
            entries[words] = Entry("verb", row["pose"], row["object"])
    return Lexicon(entries, max(len(words.split()) for words in entries))


@cache
def load_kinds() -> Mapping[str, frozenset[str]]:
    """Read kinds.csv: the kinds of each noun listed in it."""
    kinds: dict[str, set[str]] = {}
    for row in read_rows("kinds.csv"):
        for noun in row["nouns"].split("/"):
            kinds.setdefault(noun, set()).add(row["kind"])
    return {noun: frozenset(names) for noun, names in kinds.items()}


def read_rows(name: str) -> list[dict[str, str]]:
    """The rows of one of the tables."""
    return list(csv.DictReader((FOLDER / name).read_text(encoding="utf-8").splitlines()))
