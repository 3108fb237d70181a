"""The list of a browser's conversations: search, open, rename, save, import, delete with undo.

The browser keeps their ids; nothing here can name a conversation the browser does not know.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import gradio as gr
from markupsafe import Markup

from t2i_chat.core.recipe import Version
from t2i_chat.ui import theme
from t2i_chat.ui.controller import Controller
from t2i_chat.ui.html import NOTHING, render
from t2i_chat.ui.translations import CAPTIONS, LANGUAGES

LONGEST = 80
"""Most letters of a title."""
UNTITLED = CAPTIONS["en"]["nothingsaid"]


@dataclass(frozen=True, slots=True)
class Card:
    """A conversation as the list shows it; `words` is all that can be searched for."""

    title: str
    words: str
    count: int
    picture: str = ""


def card(conversations: Controller, conversation: str) -> Card | None:
    """The card of a conversation; None when it is not kept."""
    if not conversations.knows(conversation):
        return None
    store = conversations.store
    versions = store.versions(conversation)
    said = [t.text for t in store.turns(conversation) if t.role == "user" and t.text.strip()]
    title = store.title(conversation) or (said or [UNTITLED])[0]
    return Card(
        title=_short(title),
        words=" ".join([title, *said, *(version.caption for version in versions)]),
        count=len(versions),
        picture=_newest(conversations, versions),
    )


def _newest(conversations: Controller, versions: Sequence[Version]) -> str:
    return conversations.address(versions[-1]) if versions else ""


def _short(title: str) -> str:
    return title if len(title) <= LONGEST else f"{title[: LONGEST - 1].rstrip()}…"


def listed(cards: Sequence[Card | None], current: bool, told: Markup = NOTHING) -> Markup:
    """The list; of `cards`, None where one is not kept. The first is open when `current`."""
    kept = [(place, one) for place, one in enumerate(cards) if one]
    return render(
        "conversation_list.html",
        "listed",
        cards=kept,
        current=current,
        untitled=UNTITLED,
        told=told,
    )


def deleted(title: str) -> Markup:
    """What is said once a conversation was deleted."""
    return render("conversation_list.html", "deleted", title=title)


def saved(title: str, address: str) -> Markup:
    """What is said once a conversation can be saved; the page fetches the file at once."""
    return render("conversation_list.html", "saved", title=title, address=address)


class ConversationList:
    """The widgets, over the chat like the brush; closed until somebody asks."""

    def __init__(self) -> None:
        with gr.Column(elem_id="library", visible=False) as self.panel:
            gr.HTML(render("conversation_list.html", "search"), js_on_load=None)
            self.list = gr.HTML(elem_id="talks", js_on_load=theme.read("conversation_list.js"))
            with gr.Row(elem_id="shelved"):
                self.take = gr.UploadButton(
                    LANGUAGES("take"), file_types=[".zip"], type="filepath", size="sm"
                )
                self.leave = gr.Button(LANGUAGES("close"), size="sm")
        self.gone = gr.State("")

    @property
    def all(self) -> list[Any]:
        """The widgets that `opened` and `closed` may change."""
        return [self.panel, self.list, self.gone]

    def opened(
        self, conversations: Controller, known: Sequence[str], current: str, told: Markup = NOTHING
    ) -> dict[Any, Any]:
        """The panel with the conversations `known`, of which `current` is open now."""
        cards = [card(conversations, one) for one in known]
        here = bool(known) and known[0] == current
        return {self.panel: gr.Column(visible=True), self.list: listed(cards, here, told)}

    @property
    def closed(self) -> dict[Any, Any]:
        """The panel put away."""
        return {self.panel: gr.Column(visible=False)}


def known_ids(current: str, before: Sequence[str]) -> list[str]:
    """The ids in the order they are listed: the open one, then the earlier ones."""
    return list(dict.fromkeys(filter(None, [current, *before])))


def at(known: Sequence[str], place: object) -> str:
    """The id at a place of the list; "" for whatever else a browser sent."""
    number = int(place) if isinstance(place, int | float) else -1
    return known[number] if 0 <= number < len(known) else ""


def file_name(title: str) -> Path:
    """A file name made of a title."""
    kept = "".join(letter if letter.isalnum() else "-" for letter in title)[:40].strip("-")
    return Path(f"{kept or 'conversation'}.zip")
