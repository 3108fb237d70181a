"""Gradio event handlers of conversations: open, create, list, rename, save, import, delete."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import gradio as gr
from markupsafe import Markup

from t2i_chat.core.errors import NoPictures, T2IChatError, UserError
from t2i_chat.ui.api import visitor
from t2i_chat.ui.conversation_list import LONGEST, at, card, deleted, file_name, known_ids, saved
from t2i_chat.ui.html import NOTHING
from t2i_chat.ui.recent_conversations import ids, remembered
from t2i_chat.ui.translations import known, phrase, preferred
from t2i_chat.ui.turns import talk, told
from t2i_chat.ui.views import View
from t2i_chat.ui.widgets import AT_ONCE, Updates, Widgets, id_of


class Opening:
    """The events of coming, leaving, and of the list of conversations."""

    def __init__(self, widgets: Widgets) -> None:
        self._page = widgets
        self._conversations = widgets.conversations

    def wire(self, blocks: gr.Blocks) -> None:
        """Has the page and the widgets call what is below."""
        page = self._page
        known = [page.kept, page.before]
        drawn = [*known, page.talk]
        blocks.load(self._show, drawn, page.all, **AT_ONCE)
        blocks.unload(self._leave)
        gr.on(
            [blocks.load, page.looking.tick],
            self._look, None, [page.status, page.looking], **AT_ONCE,
        )  # fmt: skip
        page.new.click(self._new, drawn, page.all, **AT_ONCE)
        page.talk.reopen(self._reopen, drawn, page.all, **AT_ONCE)
        page.talks.click(self._browse, known, page.over, **AT_ONCE)
        page.talk.resync(self._resync, drawn, page.talk, **AT_ONCE)
        self._wire_library()

    def _wire_library(self) -> None:
        page, library = self._page, self._page.library
        known = [page.kept, page.before]
        drawn = [*known, page.talk]
        library.leave.click(lambda: page.closed, None, page.over, **AT_ONCE)
        library.list.open(self._open, drawn, page.all, **AT_ONCE)
        library.list.rename(self._rename, known, page.over, **AT_ONCE)
        library.list.save(self._save, known, page.over, **AT_ONCE)
        library.list.remove(self._remove, drawn, page.all, **AT_ONCE)
        library.list.restore(self._restore, [*known, library.gone], page.over, **AT_ONCE)
        library.take.upload(self._take, [*drawn, library.take], page.all, **AT_ONCE)

    def _show(self, kept: object, before: object, seen: object, request: gr.Request) -> Updates:
        if share := request.query_params.get("remix"):
            view, left = self._remix(str(share), id_of(kept), before)
            return self._opened(view, seen, request) | {self._page.before: left}
        view = self._conversations.show(id_of(kept))
        if view.conversation:
            return self._opened(view, seen, request)
        # a first visit: leave what was typed into the drawer meanwhile
        return self._opened(replace(view, wishes=None), seen, request, ids(before))

    def _resync(self, kept: object, before: object, seen: object) -> Updates:
        """Brings a browser up to date that could not draw what it was sent."""
        view = self._conversations.show(id_of(kept))
        earlier = () if view.conversation else ids(before)
        return {self._page.talk: self._page.patch(view, seen, earlier)}

    def _opened(
        self, view: View, seen: object, request: gr.Request, before: Sequence[str] = ()
    ) -> Updates:
        """A view, and what can be chosen in the drawer."""
        offered = self._page.drawer.offered(
            view, self._conversations.models(), preferred(request.headers)
        )
        return self._page.drawn(view, seen, before) | offered

    def _remix(self, share: str, kept: str, before: object) -> tuple[View, list[str]]:
        """A copy of what was shared, and the conversations left behind."""
        try:
            view = self._conversations.show(self._conversations.store.remix(share))
        except UserError as closed:
            problem = [told(str(closed), "problem")]
            return replace(self._conversations.show(kept), now=problem), ids(before)
        return view, remembered(ids(before), kept)

    def _new(self, kept: object, before: object, seen: object) -> Updates:
        left = remembered(ids(before), id_of(kept))
        updates = self._page.drawn(self._conversations.show(""), seen, left)
        return updates | {self._page.before: left}

    def _reopen(self, kept: object, before: object, seen: object, chosen: gr.EventData) -> Updates:
        known = ids(before)
        opening = known[int(chosen.place)] if int(chosen.place) in range(len(known)) else ""
        left = remembered(known, id_of(kept), opening)
        view = self._conversations.show(opening)
        return self._page.drawn(view, seen) | {self._page.before: left}

    def _look(self) -> Updates:
        still = self._conversations.ready()
        return {
            self._page.status: talk([told(known(still), "quiet")] if still else []),
            self._page.looking: gr.Timer(active=still is not None),
        }

    def _leave(self, request: gr.Request) -> None:
        self._conversations.stop(visitor(request))

    def _browse(self, kept: object, before: object, told: Markup = NOTHING) -> Updates:
        known = known_ids(id_of(kept), ids(before))
        return self._page.closed | self._page.library.opened(
            self._conversations, known, id_of(kept), told
        )

    def _open(self, kept: object, before: object, seen: object, chosen: gr.EventData) -> Updates:
        opening = at(known_ids(id_of(kept), ids(before)), chosen.place)
        left = remembered(ids(before), id_of(kept), opening)
        view = self._conversations.show(opening)
        return self._page.drawn(view, seen) | {self._page.before: left}

    def _rename(self, kept: object, before: object, chosen: gr.EventData) -> Updates:
        named = at(known_ids(id_of(kept), ids(before)), chosen.place)
        if self._conversations.knows(named):
            self._conversations.store.entitle(named, str(chosen.title).strip()[:LONGEST])
        return self._browse(kept, before)

    def _save(self, kept: object, before: object, chosen: gr.EventData) -> Updates:
        saving = at(known_ids(id_of(kept), ids(before)), chosen.place)
        one = card(self._conversations, saving)
        if one is None:
            return self._browse(kept, before)
        address = self._conversations.saved(saving, file_name(one.title))
        return self._browse(kept, before, saved(one.title, address))

    def _remove(self, kept: object, before: object, seen: object, chosen: gr.EventData) -> Updates:
        going = at(known_ids(id_of(kept), ids(before)), chosen.place)
        one = card(self._conversations, going)
        if one is None:
            return self._browse(kept, before)
        self._conversations.store.put_away(going)
        left = remembered(ids(before), id_of(kept))
        gone = {self._page.library.gone: going, self._page.before: left}
        if going == id_of(kept):
            return self._new("", left, seen) | self._browse("", left, deleted(one.title)) | gone
        return self._browse(kept, left, deleted(one.title)) | gone

    def _restore(self, kept: object, before: object, gone: str) -> Updates:
        try:
            self._conversations.store.bring_back(gone)
        except UserError as problem:
            return self._browse(kept, before, told(str(problem)).html)
        return self._browse(kept, before)

    def _take(self, kept: object, before: object, seen: object, file: str) -> Updates:
        try:
            taken = self._conversations.store.open_saved(Path(file))
        except T2IChatError as problem:
            said = str(problem) if isinstance(problem, NoPictures) else phrase("notsaved")
            return self._browse(kept, before, told(said).html)
        left = remembered(ids(before), id_of(kept))
        view = self._conversations.show(taken)
        return self._page.drawn(view, seen) | {self._page.before: left}
