"""Describes a wish: the way from its text to things, relations and a setting."""

from __future__ import annotations

from t2i_chat.storybook.describing.naming import Named, name
from t2i_chat.storybook.describing.nouns import NounFinder, Nouns
from t2i_chat.storybook.describing.phrases import Chunker, Phrase
from t2i_chat.storybook.describing.reading import Reader
from t2i_chat.storybook.describing.settings import setting_of
from t2i_chat.storybook.describing.tags import tags_of
from t2i_chat.storybook.describing.tokens import tokens_of
from t2i_chat.storybook.description import Description

_IMPLIED = {"moon": "time=night"}
"""What a thing by this name says of the hour, unless something else is said."""


def describe(prompt: str, bank: NounFinder) -> Description:
    """Describe what a wish asks for.

    Only the first 1,000 letters are read, and at most 24 things taken up. It never raises: words
    that cannot be understood are `undrawn` or left out.
    """
    nouns = Nouns(bank)
    tags = tags_of(tokens_of(prompt), nouns)
    items = [
        name(item, nouns) if isinstance(item, Phrase) else item
        for item in Chunker(tags, nouns).items()
    ]
    reader = Reader(items)
    reader.read()
    return Description(
        reader.drafts.things(),
        reader.drafts.related(),
        setting_of([*reader.said, *_implied(reader.drafts.named)]),
        tuple(reader.undrawn),
    )


def _implied(things: list[Named]) -> list[str]:
    last = (named.words.rpartition(" ")[2] for named in things)
    return [_IMPLIED[word] for word in last if word in _IMPLIED]
