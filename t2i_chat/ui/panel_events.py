"""Event handlers of the compare, attention and share panels, and of version labels (name, star)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from urllib.parse import urljoin

import gradio as gr

from t2i_chat.core.errors import UserError
from t2i_chat.core.events import Watched
from t2i_chat.ui.attention_view import NOWHERE, frame
from t2i_chat.ui.compare import before
from t2i_chat.ui.share_page import anchor
from t2i_chat.ui.turns import told
from t2i_chat.ui.widgets import AT_ONCE, Updates, Widgets, id_of


class Panels:
    """The events of what lies over the chat, and of the marks a person gives a version."""

    def __init__(self, widgets: Widgets) -> None:
        self._page = widgets
        self._conversations = widgets.conversations

    def wire(self) -> None:
        """Has the widgets call what is below."""
        page = self._page
        seen = [page.kept, page.talk]
        page.talk.star(self._star, seen, page.talk, **AT_ONCE)
        page.talk.delete(self._delete, seen, page.all, **AT_ONCE)
        page.talk.name(_named, None, page.box, **AT_ONCE)
        page.share.click(self._share, page.kept, page.over, **AT_ONCE)
        page.talk.link(self._link, page.kept, page.over, **AT_ONCE)
        page.sharing.revoke.click(self._unshare, page.kept, page.over, **AT_ONCE)
        for leave in (
            page.comparing.leave,
            page.watching.leave,
            page.strip.leave,
            page.sharing.leave,
        ):
            leave.click(lambda: page.closed, None, page.over, **AT_ONCE)
        self._wire_choices()

    def _wire_choices(self) -> None:
        page = self._page
        page.talk.compare(self._compare, page.kept, page.over, **AT_ONCE)
        gr.on(
            [widget.input for widget in page.comparing.asked],
            self._compared, [page.kept, *page.comparing.asked], page.comparing.all, **AT_ONCE,
        )  # fmt: skip
        step, word = page.watching.step, page.watching.word
        looking = {"inputs": page.watching.asked, **AT_ONCE}
        step.input(_at_step, outputs=[page.watching.picture, word], **looking)
        word.input(_at_word, outputs=page.watching.picture, **looking)

    def _compare(self, kept: object, chosen: gr.EventData) -> Updates:
        view = self._conversations.show(id_of(kept))
        version = next((v for v in view.versions if v.number == int(chosen.version)), None)
        if version is None:
            return self._page.closed
        one, other = before(version, view.versions).number, version.number
        opened = self._page.comparing.opened(one, other, view.versions)
        return self._page.closed | opened | self._compared(kept, one, other, glow=False)

    def _compared(self, kept: object, left: int, right: int, glow: bool) -> Updates:
        try:
            two = self._conversations.compared(id_of(kept), left, right, glow=glow)
        except UserError:  # another page deleted it
            return self._page.comparing.closed
        return self._page.comparing.shown(two)

    def _link(self, kept: object, request: gr.Request, chosen: gr.EventData) -> Updates:
        """The same link, to one of the pictures."""
        return self._share(kept, request, anchor(int(chosen.version)))

    def _share(self, kept: object, request: gr.Request, at: str = "") -> Updates:
        try:
            share = self._conversations.store.share(id_of(kept))
        except UserError:  # another page deleted it
            return self._page.closed
        return self._page.closed | self._page.sharing.opened(
            urljoin(request.headers.get("referer", ""), f"s/{share}{at}")
        )

    def _unshare(self, kept: object) -> Updates:
        self._conversations.store.unshare(id_of(kept))
        return self._page.closed

    def _star(self, kept: object, seen: object, chosen: gr.EventData) -> Updates:
        try:
            view = self._conversations.star(id_of(kept), int(chosen.version))
        except UserError:  # another page deleted it
            return {self._page.talk: gr.skip()}
        return {self._page.talk: self._page.patch(view, seen)}

    def _delete(self, kept: object, seen: object, chosen: gr.EventData) -> Updates:
        try:
            view = self._conversations.hide(id_of(kept), int(chosen.version))
        except UserError as problem:
            now = [told(str(problem), "problem")]
            view = replace(self._conversations.show(id_of(kept)), now=now, wishes=None)
        return self._page.drawn(view, seen)


def _named(chosen: gr.EventData) -> gr.MultimodalTextbox:
    """The beginning of a sentence that names a version, for the person to finish."""
    return gr.MultimodalTextbox(value={"text": f"Call version {int(chosen.version)} ", "files": []})


def _at_step(watched: Watched | None, step: float, _word: str) -> tuple[Any, Any]:
    shown = gr.skip() if watched is None else frame(watched, int(step), NOWHERE)
    return shown, NOWHERE


def _at_word(watched: Watched | None, step: float, word: str) -> Any:  # noqa: ANN401  a picture, or Gradio's nothing
    return gr.skip() if watched is None else frame(watched, int(step), word)
