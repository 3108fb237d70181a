"""HTML of the version tree: rows of thumbnails to go back to, with names and stars.

A line of changes stands in one row; whatever begins anew from an older picture begins a row of its
own and says from which. Single pictures of one origin, as variations are, share a row.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from t2i_chat.core.recipe import Version
from t2i_chat.ui.html import NOTHING, render


@dataclass(frozen=True, slots=True)
class Thumb:
    """A small picture; `words` is what it can be found by, `called` what it shows.

    `origin` is the version a row begins anew from, None inside a row and for the very first.
    """

    version: Version
    address: str
    called: str
    words: str
    first: bool
    current: bool
    origin: int | None


def shelf(
    versions: Sequence[Version], current: Version | None, address: Callable[[Version], str]
) -> Markup:
    """Small pictures with their numbers, row by row; the current one is marked."""
    drawn = list(thumbs(versions, current, address))
    return render("history_tree.html", "shelf", thumbs=drawn) if drawn else NOTHING


def thumbs(
    versions: Sequence[Version], current: Version | None, address: Callable[[Version], str]
) -> Iterator[Thumb]:
    """The small pictures, in the order of the shelf."""
    now = current.number if current else None
    for row in rows(versions):
        for place, version in enumerate(row):
            yield _thumb(version, address(version), now, first=place == 0)


def rows(versions: Sequence[Version]) -> list[list[Version]]:
    """The versions of each row, a parent always before what was made from it."""
    children: dict[int | None, list[Version]] = {}
    for version in versions:
        children.setdefault(version.parent, []).append(version)
    lines: list[list[Version]] = []
    waiting = list(reversed(children.get(None, [])))
    while waiting:
        line = [waiting.pop()]
        while following := children.get(line[-1].number):
            waiting.extend(reversed(following[1:]))
            line.append(following[0])
        if lines and len(line) == 1 and _alike(lines[-1], line[0]):
            lines[-1].extend(line)
        else:
            lines.append(line)
    return lines


def _alike(row: Sequence[Version], version: Version) -> bool:
    """Whether a row holds nothing but pictures of the same origin as `version`."""
    return all(one.parent == version.parent for one in row)


def _thumb(version: Version, address: str, now: int | None, *, first: bool) -> Thumb:
    called = f"{version.name}: {version.caption}" if version.name else version.caption
    return Thumb(
        version=version,
        address=address,
        called=called,
        words=f"{version.number} {called} {'★ star' * version.starred}".lower(),
        first=first,
        current=version.number == now,
        origin=version.parent if first else None,
    )
