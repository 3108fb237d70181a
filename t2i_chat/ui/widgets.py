"""All Gradio components of the page, and the updates that bring a View into them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import gradio as gr
from markupsafe import Markup

from t2i_chat.ui import theme
from t2i_chat.ui.advanced import Drawer
from t2i_chat.ui.attention_view import Watching
from t2i_chat.ui.compare import Comparing
from t2i_chat.ui.controller import Controller
from t2i_chat.ui.conversation_list import ConversationList
from t2i_chat.ui.html import render
from t2i_chat.ui.mask_panel import Marking
from t2i_chat.ui.parameter_sweep import StripPanel
from t2i_chat.ui.patches import BLANK, Patch, Piece, Sheets
from t2i_chat.ui.pieces import chat, first_screen, tree
from t2i_chat.ui.recent_conversations import earlier
from t2i_chat.ui.share_panel import Sharing
from t2i_chat.ui.starters import first_pictures
from t2i_chat.ui.translations import LANGUAGES, caption
from t2i_chat.ui.turns import talk
from t2i_chat.ui.views import Glance, View

Updates = dict[Any, Any]

AT_ONCE: dict[str, Any] = {
    "queue": False, "show_progress": "hidden", "api_visibility": "private",
}  # fmt: skip
"""How Gradio is to call what needs no painter."""
PAINTING: dict[str, Any] = {
    "concurrency_limit": None, "show_progress": "hidden", "api_visibility": "private",
}  # fmt: skip
"""How Gradio is to call what may paint."""
PAINT, CHANGE, HERE = caption("paint"), caption("change"), caption("here")
"""What the box asks for before there is a picture, after, and once a part of it is marked."""
_NONE = "none"
"""What a browser keeps while there is no conversation; Gradio does not keep an empty string."""


def id_of(kept: object) -> str:
    """The conversation a browser keeps; "" when it keeps none."""
    return kept if isinstance(kept, str) and kept != _NONE else ""


class Widgets:
    """The widgets, made inside an open `gr.Blocks`."""

    def __init__(self, conversations: Controller) -> None:
        self.conversations = conversations
        self.sheets = Sheets()
        with gr.Column(elem_id="page"):
            self._head()
            self._chat()
            self.marking = Marking()
            self.comparing = Comparing()
            self.watching = Watching()
            self.strip = StripPanel()
            self.sharing = Sharing()
            self.library = ConversationList()
            self._shelf()
            with gr.Row(elem_id="say"):
                self._box()
                gr.HTML(render("voice.html"), elem_id="voice", js_on_load=theme.read("voice.js"))
            self.drawer = Drawer()

    def _head(self) -> None:
        self.kept = gr.BrowserState("", storage_key="t2i-chat", secret="not-a-secret")  # noqa: S106  the id it scrambles lies on the person's own device
        self.before = gr.BrowserState([], storage_key="t2i-chat-earlier", secret="not-a-secret")  # noqa: S106  as above
        with gr.Row(elem_id="head"):
            gr.HTML(render("title.html"), elem_id="title")
            # Not before the page has been told what there is: that closes what lies over the chat.
            self.talks = gr.Button(LANGUAGES("talks"), size="sm", elem_id="open", interactive=False)
            self.share = gr.Button(LANGUAGES("share"), size="sm", elem_id="share", visible=False)
            self.new = gr.Button(LANGUAGES("new"), size="sm", elem_id="new")

    def _chat(self) -> None:
        with gr.Column(elem_id="chat"):
            self.talk = gr.HTML(
                self.sheets.patch(BLANK, self._pieces(View(""))),
                html_template="",
                label=LANGUAGES("conversation"),
                elem_id="talk",
                js_on_load=theme.read("talk.js"),
            )
            self.now = gr.HTML(elem_id="now", js_on_load=None)
            self.status = gr.HTML(elem_id="status", js_on_load=None)
        self.looking = gr.Timer(2)

    def _shelf(self) -> None:
        with gr.Column(elem_id="side", visible=False) as self.side:
            gr.HTML(render("sift.html"), elem_id="find", js_on_load=None)
            self.shelf = gr.HTML(
                html_template="",
                label=LANGUAGES("allversions"),
                elem_id="shelf",
                js_on_load=theme.read("history_tree.js"),
            )

    def _box(self) -> None:
        self.box = gr.MultimodalTextbox(
            label=LANGUAGES("see"),
            show_label=False,
            placeholder=LANGUAGES("paint"),
            elem_id="box",
            file_types=["image", ".webp", ".heic", ".heif", ".avif"],
            sources=["upload"],
            max_lines=6,
            max_plain_text_length=1_000_000,
            container=False,
            # Until the page has been told what there is, lest that overtake what is said meanwhile.
            interactive=False,
        )

    @property
    def all(self) -> list[Any]:
        """The widgets that `drawn` may change."""
        return [
            self.kept, self.talk, self.now, *self.over, self.side,
            self.box, self.talks, self.share, self.new, self.before, *self.drawer.all,
        ]  # fmt: skip

    @property
    def over(self) -> list[Any]:
        """What may lie over the chat."""
        return [
            *self.marking.all, *self.comparing.all, *self.sharing.all,
            *self.library.all, self.watching.panel, self.watching.watched, self.strip.panel,
        ]  # fmt: skip

    @property
    def closed(self) -> Updates:
        """The chat with nothing over it."""
        closed = self.marking.closed | self.comparing.closed | self.watching.closed
        closed |= self.strip.closed
        return closed | self.sharing.closed | self.library.closed

    def welcome(self, before: Sequence[str]) -> Markup:
        """The first screen, with a way back to the conversations `before`."""
        first = first_pictures(self.conversations.shown.own)
        left = earlier(self.conversations, before)
        return render("welcome.html", first=first, earlier=left)

    def patch(self, view: View, seen: object, before: Sequence[str] = ()) -> Patch:
        """What brings the chat and the versions of a view to a browser that shows `seen`.

        The first screen leads back to the conversations `before`.
        """
        return self.sheets.patch(self.sheets.shown(seen), self._pieces(view, before))

    def _pieces(self, view: View, before: Sequence[str] = ()) -> list[Piece]:
        """The kept lines, below the first screen until something is painted; the versions."""
        first = [] if view.busy or view.versions else first_screen(self.welcome(before))
        log = chat(view.kept) if view.kept or view.now else ()
        return [*first, *log, *tree(view.versions, view.current, self.conversations.address)]

    def drawn(
        self,
        view: View,
        seen: object,
        before: Sequence[str] = (),
        *,
        clear: bool = False,
        first: bool = True,
    ) -> Updates:
        """A view, brought onto the widgets of a browser that shows `seen`.

        With `clear` the box is emptied. The first screen leads back to `before`. Only the `first`
        of several views closes what lies over the chat: what is open later was opened meanwhile.
        """
        emptied = {"value": {"text": "", "files": []}} if clear else {}
        updates: Updates = {
            self.kept: view.conversation or _NONE,
            self.talk: self.patch(view, seen, before),
            self.now: talk(view.now),
            self.side: gr.Column(visible=bool(view.versions)),
            self.box: gr.MultimodalTextbox(
                interactive=True,
                submit_btn=not view.busy,
                stop_btn="Stop" if view.busy else False,
                placeholder=CHANGE if view.versions else PAINT,
                **emptied,
            ),
            self.talks: gr.Button(interactive=True),
            self.share: gr.Button(visible=bool(view.versions)),
            self.new: gr.Button(interactive=not view.busy),
        }
        # whoever is told to say it again keeps the mark, too
        return (
            updates | self.drawer.filled(view) | ({} if view.problem or not first else self.closed)
        )

    def told(
        self, shown: Iterator[View | Glance], seen: object, *, clear: bool = False
    ) -> Iterator[Updates]:
        """Views as they come; the first of them empties the box, if that is wanted.

        Each is told as what changed since the browser asked: should one of them be overtaken by
        the next, nothing is missing.
        """
        yield {self.now: gr.skip()}  # a generator without a word would empty the page
        first = True
        for view in shown:
            if isinstance(view, View):
                emptied = clear and first and not view.problem
                yield self.drawn(view, seen, clear=emptied, first=first)
                first = False
            else:
                yield {self.now: talk(view.now)}
