"""Event handlers of the mask panel: brush, click a thing, correct an edit's mask, keep a part."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import gradio as gr
from PIL import Image

from t2i_chat.core.actions import MARKED, Combine, Plan
from t2i_chat.core.errors import UserError
from t2i_chat.ui import brush
from t2i_chat.ui.api import visitor
from t2i_chat.ui.click_select import switched, under
from t2i_chat.ui.corrections import RegionOfEdit, edit_of
from t2i_chat.ui.mask_panel import Marked
from t2i_chat.ui.widgets import AT_ONCE, CHANGE, HERE, PAINTING, Updates, Widgets, id_of


class Selecting:
    """The events of the panel in which a part of a picture is marked."""

    def __init__(self, widgets: Widgets) -> None:
        self._page = widgets
        self._marking = widgets.marking
        self._conversations = widgets.conversations

    def wire(self) -> None:
        """Has the widgets call what is below."""
        page, marking = self._page, self._marking
        page.talk.mark(self._mark, page.kept, page.all, **AT_ONCE)
        page.talk.where(self._where, page.kept, page.all, **AT_ONCE)
        page.talk.part(self._part, page.kept, page.all, **AT_ONCE)
        marking.things.select(self._select, marking.asked, marking.all, **AT_ONCE)
        seen = [page.kept, page.talk]
        marking.keep.click(self._keep, [*seen, *marking.asked], page.all, **PAINTING)
        marking.leave.click(self._leave, [marking.about, page.box], page.all, **AT_ONCE)

    def _mark(self, kept: object, chosen: gr.EventData) -> Updates:
        """The brush over a version; what was touched of its picture is marked already."""
        about = self._marked(kept, int(chosen.version))
        if about is None:
            return self._page.closed
        region = under(about.things, float(chosen.across), float(chosen.down))
        return self._opened(about, region, "marking")

    def _where(self, kept: object, chosen: gr.EventData) -> Updates:
        """Where a version was changed, over what it was before, to be corrected and said again."""
        edit = self._edit(kept, int(chosen.version))
        about = self._marked(kept, edit.before) if edit else None
        if edit is None or about is None:
            return self._page.closed
        words = gr.MultimodalTextbox(value={"text": edit.words, "files": []}, placeholder=HERE)
        about = replace(about, said=edit.words)
        return self._opened(about, edit.region, "corrected") | {self._page.box: words}

    def _edit(self, kept: object, number: int) -> RegionOfEdit | None:
        try:
            return edit_of(self._conversations.store, id_of(kept), number)
        except UserError:  # another page deleted it
            return None

    def _part(self, kept: object, chosen: gr.EventData) -> Updates:
        """The brush over a version of which only a part is to stay."""
        about = self._marked(kept, int(chosen.version), keep=True)
        if about is None:
            return self._page.closed
        return self._opened(about, None, "parting")

    def _marked(self, kept: object, number: int, *, keep: bool = False) -> Marked | None:
        conversations, conversation = self._conversations, id_of(kept)
        try:
            version = conversations.store.version(conversation, number)
            picture = conversations.store.image(version)
            things = conversations.things(conversation, number)
        except UserError:  # another page deleted it
            return None
        return Marked(number, picture, things, version.parent if keep else None)

    def _opened(self, about: Marked, region: Image.Image | None, words: str) -> Updates:
        opened = self._marking.opened(about, region, words)
        return self._page.closed | opened | {self._page.box: gr.MultimodalTextbox(placeholder=HERE)}

    def _select(
        self, about: Marked | None, painted: Mapping[str, Any] | None, chosen: gr.EventData
    ) -> Updates:
        thing = about.things.get(str(chosen.thing)) if about else None
        if about is None or thing is None:
            return {self._marking.words: gr.skip()}
        return self._marking.painted(about, switched(brush.mask(painted), thing))

    def _keep(
        self,
        kept: object,
        seen: object,
        about: Marked | None,
        painted: Mapping[str, Any] | None,
        request: gr.Request,
    ) -> Iterator[Updates]:
        mask = brush.mask(painted)
        if about is None or about.before is None or mask is None:
            yield self._marking.asking("nothingmarked")
            return
        only = Plan(actions=(Combine(target=MARKED, source=about.version, of=about.before),))
        who = visitor(request)
        shown = self._conversations.do(id_of(kept), only, who, mask=mask)
        yield from self._page.told(shown, seen)

    def _leave(self, about: Marked | None, box: Mapping[str, Any]) -> Updates:
        """The chat again; words that came with the mark go with it."""
        came = about is not None and about.said and about.said == box.get("text")
        emptied = {"value": {"text": "", "files": []}} if came else {}
        left = gr.MultimodalTextbox(placeholder=CHANGE, **emptied)
        return self._page.closed | {self._page.box: left}
