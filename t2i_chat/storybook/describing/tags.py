"""Says of every word of a wish what it may be: the longest phrases of the lexicon, and the rest."""

from __future__ import annotations

from dataclasses import dataclass

from t2i_chat.storybook import english, spelling
from t2i_chat.storybook.describing.lexicon import Entry, load_lexicon
from t2i_chat.storybook.describing.nouns import Nouns

_BREAKS = {",": "comma", "/": "comma", ":": "comma", "&": "and", "+": "and"}
_ALSO_NOUNS = frozenset(
    ["colour", "size", "part", "cover", "neutral", "manner", "style", "adjective"]
)
"""Kinds of words that may end the name of a thing."""
_CLEAR = 0.85
"""Score of a match in the bank from which a word needs no correction."""


@dataclass(frozen=True, slots=True)
class Tag:
    """A word or phrase as typed, its kind and value in the lexicon; kind "word" if unknown."""

    words: str
    kind: str
    value: str = ""
    link: str = ""


def tags_of(tokens: list[str], nouns: Nouns) -> list[Tag]:
    """The tags of all tokens, each phrase as long as the lexicon has it."""
    tags: list[Tag] = []
    at = 0
    words = [_mended(token, nouns) for token in tokens]
    while at < len(words):
        tag, length = _longest(words, at, nouns)
        tags.append(tag)
        at += length
    return tags


def _longest(words: list[str], at: int, nouns: Nouns) -> tuple[Tag, int]:
    """The longest phrase that starts here, and how many words it has."""
    lexicon = load_lexicon()
    for length in (3, 2):
        if _is_compound(words[at : at + length], length, nouns):
            return Tag(" ".join(words[at : at + length]), "word"), length
    for length in range(min(lexicon.longest, len(words) - at), 0, -1):
        phrase = " ".join(words[at : at + length])
        entry = lexicon.entries.get(phrase)
        if entry is not None:
            return _tag(phrase, entry), length
    return _unlisted(words[at], nouns), 1


def _is_compound(words: list[str], length: int, nouns: Nouns) -> bool:
    """Whether words that mean something one by one are together a thing: "ice cream"."""
    entries = [load_lexicon().entries.get(word) for word in words]
    last = entries[-1]
    if (
        len(words) < length
        or last is None
        or last.kind not in _ALSO_NOUNS
        or (" ".join(words) in load_lexicon().entries)
    ):
        return False
    content = all(entry is None or entry.kind in (*_ALSO_NOUNS, "place") for entry in entries)
    return content and nouns.is_compound(*words)


def _tag(phrase: str, entry: Entry) -> Tag:
    return Tag(phrase, entry.kind, entry.value, entry.link)


def _unlisted(word: str, nouns: Nouns) -> Tag:
    """The tag of a word that is in no table."""
    if not word[0].isalnum():
        return Tag(word, _BREAKS.get(word, "stop"))
    if word[0].isdigit():
        return Tag(word, "number", str(_number(word))) if word.isdecimal() else Tag(word, "neutral")
    if english.is_participle(word) and not _is_clear(word, nouns):
        return Tag(word, "verb", word, "beside")
    return Tag(word, "word" if _is_clear(word, nouns) else _guess(word))


def _guess(word: str) -> str:
    """The kind of a word that is neither in a table nor in the bank."""
    if word in english.NEUTRAL:
        return "neutral"
    if word in english.VERBS or word in english.JOINTS:
        return "request"
    return "adjective" if english.is_quality(word) else "word"


def _is_clear(word: str, nouns: Nouns) -> bool:
    match = nouns.find(word)
    return match is not None and match.score >= _CLEAR


def _number(digits: str) -> int:
    """The number that digits of any script mean, between 1 and 12."""
    return max(1, min(12, int(digits[:3])))


def _mended(word: str, nouns: Nouns) -> str:
    """The word, or the known one it was meant to be."""
    if word in load_lexicon().entries or not word.isalpha():
        return word
    if _is_clear(word, nouns):
        return word
    return spelling.read_as(word) or word
