"""Regular English plurals; irregular ones are kept by each caller."""

from __future__ import annotations


def plural(words: str) -> str:
    """The regular plural of a name: "city street" → "city streets"."""
    if words.endswith("y") and words[-2:-1] not in tuple("aeiou"):
        return words[:-1] + "ies"
    return words + ("es" if words.endswith(("s", "x", "ch", "sh")) else "s")


def ends_like_a_plural(word: str) -> bool:
    """Whether a word ends as plurals do: "trees", but not "grass", "cactus" or "iris"."""
    return word.endswith("s") and not word.endswith(("ss", "us", "is"))
