"""Possible singulars of nouns, by language: an ending cut off, an umlaut taken back."""

from __future__ import annotations

from collections.abc import Iterator

from t2i_chat.storybook import english

ENDINGS = {
    "de": ("nen", "en", "er", "n", "e", "s", "es"),
    "es": ("s", "es"),
    "fr": ("s", "x"),
    "pt": ("s", "es"),
}
"""Endings of plurals and cases, to be cut off."""
_REPLACED = {
    "es": (("ces", "z"),),
    "fr": (("aux", "al"),),
    "pt": (("ões", "ão"), ("ães", "ão"), ("ns", "m")),
}
_UMLAUTS = str.maketrans("äöü", "aou")
_SHORTEST = 3


def singulars(phrase: str, language: str) -> Iterator[str]:
    """The phrase itself, then what it may be the plural of; only its last word is changed."""
    yield phrase
    if language == "en":
        yield from english.singulars(phrase)
        return
    *before, last = phrase.split(" ")
    yield from (" ".join([*before, word]) for word in _cut(last, language))


def _cut(word: str, language: str) -> Iterator[str]:
    for ending, singular in _REPLACED.get(language, ()):
        if word.endswith(ending):
            yield word.removesuffix(ending) + singular
    for ending in ENDINGS.get(language, ()):
        stem = word.removesuffix(ending)
        if stem != word and len(stem) >= _SHORTEST:
            yield stem
            if language == "de" and stem != stem.translate(_UMLAUTS):
                yield stem.translate(_UMLAUTS)
    if language == "de" and word != word.translate(_UMLAUTS):
        yield word.translate(_UMLAUTS)
