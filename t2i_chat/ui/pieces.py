"""Splits the first screen, chat and version tree into keyed HTML pieces for incremental updates.

Put together they are the same HTML as `chat_log` and `shelf` return.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import groupby

from t2i_chat.core.recipe import Version
from t2i_chat.ui.history_tree import thumbs
from t2i_chat.ui.html import NOTHING, render
from t2i_chat.ui.patches import Piece
from t2i_chat.ui.turns import Block, chat_log, talk

CHAT, SIDE = "talk", "shelf"
"""The places of the page that pieces are drawn into, by the ids of their elements."""


def first_screen(html: str) -> list[Piece]:
    """What stands above the chat until something is painted."""
    return [Piece("welcome", CHAT, html)]


def chat(kept: Sequence[Block]) -> Iterator[Piece]:
    """The kept lines, each a piece inside the speech it belongs to."""
    yield Piece("log", CHAT, chat_log([]))
    numbered = enumerate(kept)
    for side, speech in groupby(numbered, lambda one: one[1].side):
        lines = list(speech)
        article = f"a{lines[0][0]}"
        yield Piece(article, "log", talk([Block(side, NOTHING)]))
        for picture, run in groupby(lines, lambda one: one[1].picture):
            yield from _run(list(run), article, picture=picture)


def _run(lines: Sequence[tuple[int, Block]], article: str, *, picture: bool) -> Iterator[Piece]:
    """Lines of one kind: pictures stand next to each other in a box of their own."""
    inside = article
    if picture:
        inside = f"p{lines[0][0]}"
        yield Piece(inside, article, render("turns.html", "pictures"))
    for place, line in lines:
        yield Piece(f"b{place}", inside, line.html)


def tree(
    versions: Sequence[Version], current: Version | None, address: Callable[[Version], str]
) -> Iterator[Piece]:
    """The versions of a conversation, each a piece of the history tree."""
    if versions:
        yield Piece("versions", SIDE, render("history_tree.html", "shelf", thumbs=[]))
    for one in thumbs(versions, current, address):
        thumb = render("history_tree.html", "thumb", one=one, version=one.version)
        yield Piece(f"v{one.version.number}", "versions", thumb)
