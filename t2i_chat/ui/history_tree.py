"""All versions of a conversation as a tree of small pictures to go back to; pure.

A line of changes stands in one row; whatever begins anew from an older picture begins a row of its
own and says from which. Single pictures of one origin, as variations are, share a row.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from html import escape

from t2i_chat.core.recipe import Version
from t2i_chat.ui.translations import attributes


def shelf(
    versions: Sequence[Version], current: Version | None, address: Callable[[Version], str]
) -> str:
    """Small pictures with their numbers, row by row; the current one is marked."""
    inner = "".join(thumb for _, thumb in thumbs(versions, current, address))
    return f'<ul class="shelf">{inner}</ul>' if inner else ""


def thumbs(
    versions: Sequence[Version], current: Version | None, address: Callable[[Version], str]
) -> Iterator[tuple[int, str]]:
    """The number of each version and its small picture, in the order of the shelf."""
    now = current.number if current else None
    for row in rows(versions):
        for place, version in enumerate(row):
            yield version.number, _thumb(version, address(version), now, first=place == 0)


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


def _thumb(version: Version, address: str, now: int | None, *, first: bool) -> str:
    here = ' aria-current="true"' if version.number == now else ""
    called = f"{version.name}: {version.caption}" if version.name else version.caption
    label = attributes(
        {"n": version.number, "called": called},
        label="gotostarred" if version.starred else "gotoversion",
    )
    words = escape(f"{version.number} {called} {'★ star' * version.starred}".lower())
    origin = version.parent if first else None
    branch = f"<i{attributes({'n': origin}, title='fromversion')}>↳{origin}</i>" if origin else ""
    badge = '<b aria-hidden="true">★</b>' if version.starred else ""
    row = " class=row" if first else ""
    return (
        f'<li data-words="{words}"{row}>'
        f'<button type="button" data-version="{version.number}"{label} '
        f'title="{escape(called)}"{here}><img src="{escape(address)}" alt="" loading="lazy">'
        f"<span>{version.number}</span>{badge}{branch}</button></li>"
    )
