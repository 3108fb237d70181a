"""Corrects typing errors in prompts: words at edit distance one from a single known word.

Known are the vocabulary's names and English function words; lookalikes.txt lists correct words that
would be mistaken for errors.
"""

from __future__ import annotations

import re
import string
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

from t2i_chat.storybook import english
from t2i_chat.storybook.nearest import storybook_names
from t2i_chat.storybook.vocabulary import load_vocabulary
from t2i_chat.text.plurals import plural

LOOKALIKES = Path(__file__).with_name("lookalikes.txt")
"""Correct words, one per line, at edit distance one from a known word.

They are those words of SCOWL's lists "american-english" and "british-english" of size 60, names in
lower case among them, and of the other languages in glossary.csv and languages.csv that would be
taken for slips.
"""
SHORTEST = 4
"""Minimum length of a word to be corrected."""
_WORD = re.compile(r"(?<![\w'’-])[A-Za-z]+(?![\w'’-])")


def mended(prompt: str) -> tuple[str, tuple[tuple[str, str], ...]]:
    """The corrected prompt, and each correction as (typed, read)."""
    slips: dict[str, str] = {}

    def read(found: re.Match[str]) -> str:
        word = found.group()
        meant = None if word[0].isupper() and found.start() else read_as(word.lower())
        if meant is None:
            return word
        slips[word.lower()] = meant
        return meant.capitalize() if word[0].isupper() else meant

    return _WORD.sub(read, prompt), tuple(slips.items())


def as_typed(read: str, typed: str, slips: Iterable[tuple[str, str]]) -> str:
    """A part of the corrected prompt in the words it was typed in."""
    for slip, meant in slips:
        if meant not in typed.lower():  # or the word stands there rightly as well
            read = re.sub(rf"\b{meant}\b", slip, read)
    return read


@cache
def read_as(word: str) -> str | None:
    """The known word a lower-case word was meant to be; None if it is correct or unclear."""
    return None if word in _lookalikes() else _meant(word)


def _meant(word: str) -> str | None:
    """The one word at edit distance one, those of the vocabulary first; None if unclear."""
    if len(word) < SHORTEST or is_word(word):
        return None
    slips = set(slips_of(word))
    near = slips & taught_words() or slips & known_words()
    return near.pop() if len(near) == 1 else None


def is_word(word: str) -> bool:
    """Whether a word is one as it stands."""
    return not known_words().isdisjoint((word, *english.singulars(word)))


@cache
def taught_words() -> frozenset[str]:
    """The single words of the vocabulary, in the singular and the plural."""
    taught = load_vocabulary()
    things = [
        name for noun in taught.nouns.values() for name in (noun.noun, noun.plural, *noun.synonyms)
    ]
    colours = [name for c in taught.colours.values() for name in (c.name, *c.synonyms)]
    return _single([*things, *colours, *(w for words in taught.sizes.values() for w in words)])


@cache
def known_words() -> frozenset[str]:
    """The single words of all known names, singular and plural, and English function words."""
    named = _single(storybook_names().all)
    plurals = frozenset(plural(word) for word in named)
    small = english.DETERMINERS | english.NUMBERS | english.JOINTS | english.VERBS
    return named | plurals | small | _OTHERS


def _single(names: Iterable[str]) -> frozenset[str]:
    words = (word for name in names for word in re.split(r"[ -]", name))
    return frozenset(word for word in words if word.isalpha() and len(word) > 2)


_OTHERS = english.QUALITIES | english.NEUTRAL | english.ALSO_VERBS | english.UNCOUNTED


@cache
def _lookalikes() -> frozenset[str]:
    return frozenset(LOOKALIKES.read_text(encoding="utf-8").split())


def slips_of(word: str) -> Iterator[str]:
    """Strings at edit distance one: a letter more, less, another, or two swapped.

    The first letter is taken to be right.
    """
    cuts = [(word[:k], word[k:]) for k in range(len(word) + 1)]
    yield from (a + b[1] + b[0] + b[2:] for a, b in cuts if len(b) > 1)
    yield from (a + b[1:] for a, b in cuts[1:] if b)
    for letter in string.ascii_lowercase:
        yield from (a + letter + b[1:] for a, b in cuts[1:] if b)
        yield from (a + letter + b for a, b in cuts[1:])
