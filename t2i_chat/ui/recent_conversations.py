"""The recent conversations of a browser, kept as ids in its local storage."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from t2i_chat.ui.controller import Controller
from t2i_chat.ui.html import NOTHING, render

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


def earlier(conversations: Controller, before: Sequence[str]) -> Markup:
    """Small pictures of the earlier conversations, to click on; nothing when there are none."""
    left = [
        (place, current.caption, conversations.address(current))
        for place, one in enumerate(before[:SHOWN])
        if (current := conversations.show(one).current) is not None
    ]
    return render("recent_conversations.html", "earlier", left=left) if left else NOTHING
