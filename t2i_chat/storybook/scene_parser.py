"""Parses a prompt in the vocabulary: things with count, colour, size, position and relations."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from t2i_chat.storybook.nearest import storybook_names
from t2i_chat.storybook.phrases import PromptPhrase, PromptPiece, phrases_of, pieces_of
from t2i_chat.storybook.scenes import Relation, Scale
from t2i_chat.storybook.vocabulary import Noun, Vocabulary, load_vocabulary

_NUMBERS = {
    "two": 2, "2": 2, "both": 2, "couple": 2, "pair": 2, "three": 3, "3": 3, "few": 3, "some": 3,
    "several": 3, "four": 4, "4": 4, "many": 4, "five": 5, "5": 5, "six": 6, "6": 6,
}  # fmt: skip
MANY = 3
"""The number a plural without a numeral means."""
MOST = 6
"""Maximum number of one kind."""
_RELATIONS: Mapping[str, tuple[Relation, bool]] = {
    "next to": ("next to", False), "beside": ("next to", False), "near": ("next to", False),
    "in front of": ("in front of", False), "behind": ("in front of", True),
    "above": ("above", False), "over": ("above", False), "below": ("above", True),
    "under": ("above", True), "beneath": ("above", True),
}  # fmt: skip
"""Words of relation, and whether they describe the second thing rather than the first."""
_ALOFT = ("in the sky", "in the air", "flying", "floating", "flies")
_WEATHER = {
    "storm": ("stormy",), "rain": ("rainy", "raining"), "snow": ("snowing",), "fog": ("foggy",
    "misty"), "night": ("starry",), "clear": ("sunny",),
}  # fmt: skip
_NO_PLACES = frozenset(["leaves", "day", "ground", "fall"])
"""Words that end a where-phrase and mean none by themselves."""


@dataclass(frozen=True)
class Wanted:
    """Things of one kind; `colour` and `position` are None if not given."""

    noun: Noun
    count: int = 1
    colour: str | None = None
    scale: Scale = "usual"
    position: str | None = None
    aloft: bool = False


@dataclass(frozen=True)
class Related:
    """The relation between the wanted things of index `one` and `other`."""

    one: int
    relation: Relation
    other: int


@dataclass(frozen=True)
class ParsedScene:
    """A parsed prompt; `sky` and `ground` are None if not given."""

    things: tuple[Wanted, ...]
    relations: tuple[Related, ...]
    sky: str | None
    ground: str | None


def said_in(prompt: str) -> ParsedScene:
    """Parses a prompt."""
    words = load_vocabulary()
    text = prompt.lower()
    pieces = pieces_of(text, storybook_names())
    named = [
        (phrase, noun)
        for phrase in phrases_of(pieces)
        if (noun := _noun(phrase, words)) is not None
    ]
    gaps = _gaps(text, pieces, [phrase for phrase, _ in named])
    about = _about(gaps)
    things = tuple(
        _wanted(phrase, noun, around, words)
        for (phrase, noun), around in zip(named, about, strict=True)
    )
    return ParsedScene(
        things, tuple(_relations(gaps)), _find(text, _skies()), _find(text, _grounds())
    )


@cache
def _skies() -> Mapping[str, Sequence[str]]:
    skies = load_vocabulary().skies.items()
    return {name: (*sky.phrases, *sky.times, *_WEATHER.get(name, ())) for name, sky in skies}


@cache
def _grounds() -> Mapping[str, Sequence[str]]:
    grounds = load_vocabulary().grounds.items()
    return {
        name: (*g.phrases, *g.nouns, *({p.split()[-1] for p in g.phrases} - _NO_PLACES))
        for name, g in grounds
    }


def _noun(phrase: PromptPhrase, words: Vocabulary) -> Noun | None:
    """The vocabulary's noun of a phrase, if it is a thing to be painted."""
    where = {p for ground in words.grounds.values() for p in ground.phrases}
    nouns = [noun for noun in phrase.nouns if noun.words not in where]
    if not nouns or phrase.is_negative or phrase.is_material:
        return None
    term = nouns[-1].term
    return words.find_noun(nouns[-1].words) if term and term.part == "thing" else None


def _gaps(text: str, pieces: Sequence[PromptPiece], named: Sequence[PromptPhrase]) -> list[str]:
    """The words before, between and after the phrases."""
    spans, end = {}, 0
    for piece in pieces:
        start = end + len(piece.space)
        end = start + len(piece.text)
        spans[piece] = start, end
    starts = [spans[phrase.pieces[0]][0] for phrase in named]
    ends = [spans[phrase.pieces[-1]][1] for phrase in named]
    return [text[a:b] for a, b in zip([0, *ends], [*starts, len(text)], strict=True)]


def _about(gaps: Sequence[str]) -> list[str]:
    """For each thing the words around it that describe it: up to the next "and" or comma."""
    first, *others = gaps
    if not others:
        return []
    *between, last = others
    parted = [re.split(r",|\band\b", gap) for gap in between]
    after = [parts[0] for parts in parted] + [last]
    before = [first] + [parts[-1] if len(parts) > 1 else "" for parts in parted]
    return [f"{one} | {other}" for one, other in zip(before, after, strict=True)]


def _wanted(phrase: PromptPhrase, noun: Noun, around: str, words: Vocabulary) -> Wanted:
    body = [piece.words for piece in phrase.body]
    return Wanted(
        noun,
        min(MOST, _count(phrase, noun, around)),
        _named(body, {name: (name, *c.synonyms) for name, c in words.colours.items()}),
        _scale(body, words),
        _find(around, words.positions),
        any(word in around for word in _ALOFT),
    )


def _count(phrase: PromptPhrase, noun: Noun, around: str) -> int:
    amount = re.search(r"(\w+) of\s*\|", around)
    heads = (*(piece.words for piece in phrase.heads), amount.group(1) if amount else "")
    counts = [_NUMBERS[word] for word in heads if word in _NUMBERS]
    if counts:
        return counts[0]
    spoken = phrase.nouns[-1]
    many = spoken.term is not None and spoken.term.plural and noun.noun != noun.plural
    return 1 if phrase.article or not many else MANY


def _scale(body: Sequence[str], words: Vocabulary) -> Scale:
    if _named(body, {"small": words.sizes["small"]}):
        return "small"
    return "big" if _named(body, {"big": words.sizes["big"]}) else "usual"


def _named(body: Iterable[str], groups: Mapping[str, Sequence[str]]) -> str | None:
    """The group that one of these words belongs to."""
    return next((name for word in body for name, group in groups.items() if word in group), None)


def _relations(gaps: Sequence[str]) -> Iterable[Related]:
    """Relations between neighbouring things, from the last relational words between them.

    Also with "it" behind: "a castle with a dragon in front of it" describes the dragon.
    """
    turning, relating = _relating()
    for k, (between, after) in enumerate(itertools.pairwise(gaps[1:])):
        found = list(relating.finditer(between))
        told = turning.match(after)
        if found:
            relation, turned = _RELATIONS[found[-1].group()]
        elif told:
            relation, turned = _RELATIONS[told.group(1)]
            turned = not turned
        else:
            continue
        yield Related(k + 1, relation, k) if turned else Related(k, relation, k + 1)


@cache
def _relating() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Patterns for relations with "it", and for those between two things."""
    words = "|".join(map(re.escape, sorted(_RELATIONS, key=len, reverse=True)))
    return re.compile(rf"\s*({words})\s+(?:it|them)\b"), re.compile(rf"\b(?:{words})\b")


def _find(text: str, groups: Mapping[str, Sequence[str]]) -> str | None:
    """The group whose longest phrase occurs in the text."""
    found = [
        (len(phrase), name)
        for name, phrases in groups.items()
        for phrase in phrases
        if re.search(rf"\b{re.escape(phrase)}\b", text)
    ]
    return max(found)[1] if found else None
