"""Splits a prompt into nouns, function words and noun phrases (a shallow parser)."""

from __future__ import annotations

import re
from collections.abc import Container, Sequence
from dataclasses import dataclass, field

from t2i_chat.storybook import english
from t2i_chat.storybook.nearest import Names, Term

_TOKEN = re.compile(r"[^\W_]+(?:['’.-][^\W_]+)*['’]?|[^\w\s]|_")


@dataclass(slots=True, eq=False)
class PromptPiece:
    """A noun or another word of the prompt, with the space before it.

    `words` are as typed, in lower case; `text` may be rewritten; `gone` marks it as removed.
    """

    space: str
    text: str
    words: str
    term: Term | None = None
    gone: bool = False

    def says(self, *words: Container[str]) -> bool:
        """Whether it is one of these function words."""
        return self.term is None and any(self.words in group for group in words)

    @property
    def is_word(self) -> bool:
        """Whether it is a word rather than punctuation."""
        return self.words[:1].isalnum()

    @property
    def is_noun(self) -> bool:
        """Whether it names a thing or a place."""
        return self.term is not None and self.term.part in ("thing", "place")

    @property
    def is_neutral(self) -> bool:
        """Whether it is about the picture as such rather than a thing in it."""
        return self.says(english.NEUTRAL) or (self.term is not None and self.term.part == "neutral")

    @property
    def is_strange(self) -> bool:
        """Whether it may be a noun that is unknown."""
        known = self.term is not None or self.says(english.NEUTRAL, english.NUMBERS)
        return self.is_word and not known and not english.is_quality(self.words)


@dataclass(slots=True, eq=False)
class PromptPhrase:
    """A noun phrase: articles, numbers, adjectives, noun.

    `joint` is the function word before it ("with"), `before` the piece before that.
    """

    joint: PromptPiece | None
    before: PromptPiece | None
    heads: list[PromptPiece] = field(default_factory=list)
    body: list[PromptPiece] = field(default_factory=list)

    @property
    def pieces(self) -> list[PromptPiece]:
        """All of it."""
        return [*self.heads, *self.body]

    @property
    def nouns(self) -> list[PromptPiece]:
        """The pieces that name things or places."""
        return [piece for piece in self.body if piece.is_noun]

    @property
    def article(self) -> PromptPiece | None:
        """Its "a" or "an"."""
        return next((piece for piece in self.heads if piece.says(english.ARTICLES)), None)

    @property
    def is_negative(self) -> bool:
        """Whether it says what is absent ("no clouds")."""
        return self.follows("without") or any(piece.words == "no" for piece in self.heads)

    @property
    def is_material(self) -> bool:
        """Whether it names the material of another thing rather than a thing."""
        made = self.before is not None and self.before.words in ("made", "built", "out", "carved")
        return made and self.follows("of", "from")

    @property
    def is_meant(self) -> bool:
        """Whether its words clearly name a thing."""
        coloured = any(piece.term and piece.term.part == "colour" for piece in self.body)
        if self.heads or coloured or self.follows("with"):
            return True
        named = self.before is not None and (self.before.is_noun or self.before.is_neutral)
        return named and self.follows("of")

    def follows(self, *words: str) -> bool:
        """Whether one of these function words precedes it."""
        return self.joint is not None and self.joint.words in words


def pieces_of(prompt: str, names: Names) -> list[PromptPiece]:
    """Splits a prompt into the longest known names, and other words and punctuation."""
    tokens = list(_TOKEN.finditer(prompt))
    pieces: list[PromptPiece] = []
    at = end = 0
    while at < len(tokens):
        length, term = _longest(tokens[at : at + names.longest], prompt, names)
        first, last = tokens[at].start(), tokens[at + length - 1].end()
        text = prompt[first:last]
        pieces.append(PromptPiece(prompt[end:first], text, _plain(text), term))
        at, end = at + length, last
    for index, piece in enumerate(pieces):
        if _is_verb(pieces, index):
            piece.term = None
    return pieces


def phrases_of(pieces: Sequence[PromptPiece]) -> list[PromptPhrase]:
    """The noun phrases of the pieces; function words and punctuation belong to none."""
    phrases: list[PromptPhrase] = []
    current: PromptPhrase | None = None
    between: list[PromptPiece] = []
    for piece in pieces:
        if _parts(piece, current):
            between, current = [*between, piece], None
            continue
        opens = piece.says(english.DETERMINERS, english.NUMBERS)
        if current is None or (opens and current.body):
            current = PromptPhrase(*_before(between, phrases))
            phrases.append(current)
            between = []
        (current.heads if opens else current.body).append(piece)
    return [phrase for phrase in phrases if phrase.body]


def _before(
    between: Sequence[PromptPiece], phrases: Sequence[PromptPhrase]
) -> tuple[PromptPiece | None, PromptPiece | None]:
    """The small word right before a new phrase, and what stands before that."""
    if not between or not between[-1].is_word:
        return None, None
    if len(between) > 1:
        return between[-1], between[-2]
    return between[-1], phrases[-1].pieces[-1] if phrases else None


def _longest(tokens: Sequence[re.Match[str]], prompt: str, names: Names) -> tuple[int, Term | None]:
    """The longest known name at this position: its number of tokens, and the term."""
    for length in range(len(tokens), 0, -1):
        if length > 1 and not all(token.group()[0].isalnum() for token in tokens[:length]):
            continue
        term = names.find(_plain(prompt[tokens[0].start() : tokens[length - 1].end()]))
        if term is not None:
            return length, term
    return 1, None


def _plain(text: str) -> str:
    return " ".join(text.lower().replace("’", "'").split())


def _is_verb(pieces: Sequence[PromptPiece], index: int) -> bool:
    """Whether a name is used as a verb here: "two birds fly", "to watch the moon"."""
    piece = pieces[index]
    if piece.term is None or piece.term.painted is None:
        return False
    if english.ALSO_VERBS.isdisjoint((piece.words, *english.singulars(piece.words))):
        return False
    before = pieces[index - 1] if index else None
    after = pieces[index + 1] if index + 1 < len(pieces) else None
    if before is not None and (before.is_noun or before.says(english.VERBS, ("to",))):
        return True
    placed = before is not None and before.says(english.DETERMINERS, english.NUMBERS)
    return not placed and after is not None and after.says(english.DETERMINERS, english.PRONOUNS)


def _parts(piece: PromptPiece, current: PromptPhrase | None) -> bool:
    """Whether a piece stands between phrases: a sign, a small word, what somebody is doing."""
    if piece.term is not None:
        return False
    if not piece.is_word or piece.says(english.JOINTS, english.VERBS):
        return True
    named = current is not None and bool(current.nouns)
    doing = english.is_participle(piece.words) or piece.says(english.ALSO_VERBS)
    return doing and (named or current is None)
