"""Cuts a text into lower-case words and punctuation, in one pass."""

from __future__ import annotations

import re
import unicodedata

LONGEST = 1_000
"""Letters of a wish that are read."""
_TOKEN = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*|[.,;:!?&+/\n|]")
_CONTRACTED = {
    "it's": "it is", "he's": "he is", "she's": "she is", "that's": "that is", "they're": "they are",
    "there's": "there is", "who's": "who is", "isn't": "is not", "aren't": "are not",
    "don't": "do not", "doesn't": "does not", "didn't": "did not", "can't": "can not",
}  # fmt: skip


def tokens_of(text: str) -> list[str]:
    """Words and punctuation marks of a text's first thousand letters.

    Contractions are written out, and words with a hyphen parted except before a participle:
    "ice-cream" → "ice", "cream"; "red-haired" and "fire-breathing" stay one word.
    """
    plain = unicodedata.normalize("NFC", text[:LONGEST]).lower().replace("’", "'")
    return [word for found in _TOKEN.finditer(plain) for word in _parted(found.group())]


def _parted(word: str) -> list[str]:
    if word in _CONTRACTED:
        return _CONTRACTED[word].split()
    return [word] if "-" not in word or word.endswith(("ed", "ing")) else word.split("-")
