"""The conversations a browser was in before, to go on with; the browser keeps no more than ids."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from t2i_chat.ui.controller import Controller
from t2i_chat.ui.translations import attributes, marked

MOST = 60
"""How many earlier conversations a browser remembers."""
SHOWN = 12
"""How many of them are offered on the first screen."""


def ids(value: object) -> list[str]:
    """The ids a browser sent, whatever it really sent."""
    return [one for one in value if isinstance(one, str)] if isinstance(value, list) else []


def remembered(before: Sequence[str], leaving: str, opening: str = "") -> list[str]:
    """The earlier ids, newest first, once one conversation is left and another one opened."""
    now = [leaving, *before] if leaving else list(before)
    return [one for one in dict.fromkeys(now) if one != opening][:MOST]


def earlier(conversations: Controller, before: Sequence[str]) -> str:
    """Small pictures of the earlier conversations, to click on; nothing when there are none."""
    thumbs = "".join(_thumb(conversations, place, one) for place, one in enumerate(before[:SHOWN]))
    if not thumbs:
        return ""
    return f'<h3>{marked("goon")}</h3><ul class="shelf">{thumbs}</ul>'


def _thumb(conversations: Controller, place: int, conversation: str) -> str:
    current = conversations.show(conversation).current
    if current is None:
        return ""
    label = attributes({"called": current.caption}, label="goonwith")
    return (
        f'<li><button type="button" data-earlier="{place}"{label}>'
        f'<img src="{escape(conversations.address(current))}" alt="" loading="lazy">'
        "</button></li>"
    )
