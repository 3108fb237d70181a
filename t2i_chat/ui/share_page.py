"""A shared conversation as a page to read, with a preview for whoever passes its link on; pure.

What people wrote is data here: everything is escaped, and the page runs no script.
"""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from string import Template

from t2i_chat.core.protocols import Shared
from t2i_chat.core.recipe import Version
from t2i_chat.ui.theme import read
from t2i_chat.ui.translations import CAPTIONS, FROM_THE_RIGHT

LONGEST = 70
"""Most letters of a title made from what was said."""
UNTITLED = CAPTIONS["en"]["sharedpage"]
CLOSED = CAPTIONS["en"]["notshared"]


def shared_page(shared: Shared, address: str, language: str = "en") -> str:
    """The page of a share that is served at `address`, an absolute URL."""
    says = CAPTIONS[language]
    title = escape(title_of(shared, says["sharedpage"]))
    here = address.rpartition("/")[2]
    return _filled(
        language,
        title=title,
        preview=_preview(title, shared, address),
        remix=f'<a class="button" href="../?remix={here}">{says["goonhere"]}</a>',
        lines="\n".join(_lines(shared, here)),
        foot=says["sharedfoot"],
    )


def closed_page(language: str = "en") -> str:
    """What stands where a share was taken back or never was."""
    says = CAPTIONS[language]
    return _filled(
        language,
        title=says["notshared"],
        preview="",
        remix="",
        lines=f"<p>{says['asksender']}</p>",
        foot=f'<a class="button" href="../">{says["paintown"]}</a>',
    )


def title_of(shared: Shared, untitled: str = UNTITLED) -> str:
    """The title a person gave, or else what they said first."""
    said = (turn.text for turn in shared.turns if turn.role == "user" and turn.text.strip())
    title = shared.title or next(said, untitled)
    return title if len(title) <= LONGEST else f"{title[: LONGEST - 1].rstrip()}…"


def _filled(language: str, **words: str) -> str:
    direction = "rtl" if language in FROM_THE_RIGHT else "ltr"
    page = Template(read("share_page.html"))
    return page.substitute(words, language=language, direction=direction)


def _preview(title: str, shared: Shared, address: str) -> str:
    count = len(shared.versions)
    told = f"{count} picture{'' if count == 1 else 's'}, painted by talking."
    tags = {"og:type": "article", "og:title": title, "og:description": told, "og:url": address}
    if shared.versions:
        newest = shared.versions[-1]
        tags["og:image"] = f"{address}/{newest.number}.png"
        tags["og:image:alt"] = escape(newest.caption)
        tags["twitter:card"] = "summary_large_image"
    return "\n".join(
        f'<meta property="{name}" content="{content}">' for name, content in tags.items()
    )


def _lines(shared: Shared, here: str) -> Iterator[str]:
    waiting = {version.number: version for version in shared.versions}
    for turn in shared.turns:
        if turn.role == "user" and turn.text.strip():
            yield f'<p class="you">{escape(turn.text)}</p>'
        elif turn.role == "assistant":
            yield f"<p>{escape(turn.text)}</p>"
        if turn.version in waiting:
            yield _figure(waiting.pop(turn.version), here)


def anchor(number: int) -> str:
    """What leads to a version's picture at the end of a share's address."""
    return f"#version-{number}"


def _figure(version: Version, here: str) -> str:
    size, words = version.recipe.size, escape(version.caption)
    return (
        f'<figure id="{anchor(version.number)[1:]}"><img src="{here}/{version.number}.png" '
        f'alt="{words}" width="{size.width}" height="{size.height}" loading="lazy">'
        f"<figcaption>{words}</figcaption></figure>"
    )
