"""All versions of a conversation as a shelf of small pictures to go back to; pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from html import escape

from t2i_chat.recipe import Version


def shelf(
    versions: Sequence[Version], current: Version | None, address: Callable[[Version], str]
) -> str:
    """Small pictures with their numbers, newest last; the current one is marked."""
    now = current.number if current else None
    thumbs = "".join(_thumb(version, address(version), now) for version in versions)
    return f'<ul class="shelf">{thumbs}</ul>' if thumbs else ""


def _thumb(version: Version, address: str, now: int | None) -> str:
    here = ' aria-current="true"' if version.number == now else ""
    called = f"{version.name}: {version.caption}" if version.name else version.caption
    star = ", with a star" if version.starred else ""
    label = escape(f"Go to version {version.number}{star}: {called}")
    badge = '<b aria-hidden="true">★</b>' if version.starred else ""
    return (
        f'<li><button type="button" data-version="{version.number}" aria-label="{label}" '
        f'title="{escape(called)}"{here}>'
        f'<img src="{escape(address)}" alt="" loading="lazy"><span>{version.number}</span>{badge}'
        "</button></li>"
    )
