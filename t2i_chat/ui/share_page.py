"""HTML page of a shared conversation, with Open Graph preview, without scripts.

What people wrote is data here: everything is escaped, and the page runs no script.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from markupsafe import Markup

from t2i_chat.core.protocols import Shared
from t2i_chat.core.recipe import Version
from t2i_chat.ui.html import render
from t2i_chat.ui.translations import CAPTIONS, FROM_THE_RIGHT

LONGEST = 70
"""Most letters of a title made from what was said."""
UNTITLED = CAPTIONS["en"]["sharedpage"]
CLOSED = CAPTIONS["en"]["notshared"]


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the page: words of either side, None for none, and the picture that came of it."""

    is_persons: bool
    words: str | None
    version: Version | None


def shared_page(shared: Shared, address: str, language: str = "en") -> Markup:
    """The page of a share that is served at `address`, an absolute URL."""
    return _page(
        "share_page.html",
        language,
        title=title_of(shared, CAPTIONS[language]["sharedpage"]),
        address=address,
        here=address.rpartition("/")[2],
        count=len(shared.versions),
        newest=shared.versions[-1] if shared.versions else None,
        lines=list(_lines(shared)),
    )


def closed_page(language: str = "en") -> Markup:
    """What stands where a share was taken back or never was."""
    return _page("share_closed.html", language, title=CAPTIONS[language]["notshared"])


def title_of(shared: Shared, untitled: str = UNTITLED) -> str:
    """The title a person gave, or else what they said first."""
    said = (turn.text for turn in shared.turns if turn.role == "user" and turn.text.strip())
    title = shared.title or next(said, untitled)
    return title if len(title) <= LONGEST else f"{title[: LONGEST - 1].rstrip()}…"


def _page(template: str, language: str, **values: object) -> Markup:
    direction = "rtl" if language in FROM_THE_RIGHT else "ltr"
    says = CAPTIONS[language]
    return render(template, language=language, direction=direction, says=says, **values)


def _lines(shared: Shared) -> Iterator[Line]:
    waiting = {version.number: version for version in shared.versions}
    for turn in shared.turns:
        is_persons = turn.role == "user"
        is_told = turn.role == "assistant" or (is_persons and bool(turn.text.strip()))
        version = waiting.pop(turn.version or 0, None)
        yield Line(is_persons, turn.text if is_told else None, version)


def anchor(number: int) -> str:
    """What leads to a version's picture at the end of a share's address."""
    return f"#version-{number}"
