"""A shared conversation as a page to read, with a preview for whoever passes its link on; pure.

What people wrote is data here: everything is escaped, and the page runs no script.
"""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from string import Template

from t2i_chat.ports import Shared
from t2i_chat.recipe import Version
from t2i_chat.ui.theme import read

LONGEST = 70
"""Most letters of a title made from what was said."""
UNTITLED = "A conversation in pictures"
CLOSED = "This page is not shared any more, or never was."
_WHAT_NEXT = "Ask whoever sent you the link, or paint something of your own."


def shared_page(shared: Shared, address: str) -> str:
    """The page of a share that is served at `address`, an absolute URL."""
    title = escape(title_of(shared))
    here = address.rpartition("/")[2]
    return _filled(
        title=title,
        preview=_preview(title, shared, address),
        remix=f'<a class="button" href="../?remix={here}">Go on from here</a>',
        lines="\n".join(_lines(shared, here)),
        foot="Painted by talking. “Go on from here” makes a copy of your own.",
    )


def closed_page() -> str:
    """What stands where a share was taken back or never was."""
    return _filled(
        title=CLOSED,
        preview="",
        remix="",
        lines=f"<p>{_WHAT_NEXT}</p>",
        foot='<a class="button" href="../">Paint something</a>',
    )


def title_of(shared: Shared) -> str:
    """The title a person gave, or else what they said first."""
    said = (turn.text for turn in shared.turns if turn.role == "user" and turn.text.strip())
    title = shared.title or next(said, UNTITLED)
    return title if len(title) <= LONGEST else f"{title[: LONGEST - 1].rstrip()}…"


def _filled(**words: str) -> str:
    return Template(read("shared.html")).substitute(words)


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


def _figure(version: Version, here: str) -> str:
    size, words = version.recipe.size, escape(version.caption)
    return (
        f'<figure><img src="{here}/{version.number}.png" alt="{words}" width="{size.width}" '
        f'height="{size.height}" loading="lazy"><figcaption>{words}</figcaption></figure>'
    )
