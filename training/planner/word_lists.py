"""The word lists (words.txt) that fill the request templates."""

from __future__ import annotations

import random
from dataclasses import dataclass
from functools import cache
from importlib import resources

from t2i_chat.text.plurals import plural

VOWELS = "aeiou"


@dataclass(frozen=True, slots=True)
class CountedNoun:
    """A thing one can name: its word, and whether it is plural or uncounted."""

    word: str
    plural: bool = False
    uncounted: bool = False

    def indefinite(self, adjective: str = "") -> str:
        """Said so: "a red hat", "red shoes", "red hair"."""
        words = f"{adjective} {self.word}".strip()
        return words if self.plural or self.uncounted else article(words)

    def many(self) -> str:
        """The plural word."""
        return self.word if self.plural or self.uncounted else pluralise(self.word)


def article(words: str) -> str:
    """The words with "a" or "an" before them."""
    an = words[:1].lower() in VOWELS and not words.lower().startswith(("uni", "eu", "one", "ufo"))
    return f"{'an' if an else 'a'} {words}"


def pluralise(word: str) -> str:
    """The plural of an English noun, regular ones and the few irregular ones in the lists."""
    head, _, last = word.rpartition(" ")
    odd = {
        "man": "men",
        "woman": "women",
        "child": "children",
        "mouse": "mice",
        "goose": "geese",
        "wolf": "wolves",
        "knife": "knives",
        "leaf": "leaves",
        "sheep": "sheep",
        "fish": "fish",
        "deer": "deer",
        "foot": "feet",
        "moose": "moose",
        "bookshelf": "bookshelves",
    }
    if last.endswith("man") and last not in ("human", "german"):
        return f"{head} {last[:-3]}men".strip()
    for single, many in odd.items():
        if last == single or (len(single) > 4 and last.endswith(single)):
            return f"{head} {last[: -len(single)]}{many}".strip()
    return f"{head} {plural(last)}".strip()


def noun(entry: str) -> CountedNoun:
    """A list entry with its mark: "shoes*" plural, "hair~" uncounted."""
    return CountedNoun(entry.rstrip("*~"), entry.endswith("*"), entry.endswith("~"))


@cache
def lists() -> dict[str, tuple[str, ...]]:
    """All word lists by name."""
    found: dict[str, list[str]] = {}
    current: list[str] = []
    for line in _read("words.txt").splitlines():
        if line.startswith("["):
            current = found.setdefault(line.strip("[]"), [])
        elif line and not line.startswith("#"):
            current += [word.strip() for word in line.split(",") if word.strip()]
    return {name: tuple(dict.fromkeys(words)) for name, words in found.items()}


@cache
def foreign() -> dict[str, dict[str, list[tuple[str, str]]]]:
    """By language and kind (noun, colour, place): pairs of the foreign word and the English one."""
    languages = ("es", "fr", "de", "ita", "pt", "nl")
    found: dict[str, dict[str, list[tuple[str, str]]]] = {
        language: {"noun": [], "colour": [], "place": []} for language in languages
    }
    for line in _read("foreign_words.txt").splitlines():
        if not line or line.startswith("#"):
            continue
        kind = {"=": "colour", "+": "place"}.get(line[0], "noun")
        english, *words = (part.strip() for part in line.lstrip("=+").split("|"))
        for language, word in zip(languages, words, strict=True):
            found[language][kind].append((word, english))
    return found


def pick(rng: random.Random, name: str) -> str:
    """One word of a list."""
    return rng.choice(lists()[name])


def _read(name: str) -> str:
    return resources.files(__package__).joinpath(name).read_text(encoding="utf-8")
