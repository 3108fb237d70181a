"""Gradio event handlers of the message box and chat buttons: send, Stop, undo, variations."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import gradio as gr

from t2i_chat.core.actions import Action, Goto, Plan, Variation
from t2i_chat.core.events import Message, Strip, Watched
from t2i_chat.editing.requests import Knob
from t2i_chat.ui import brush
from t2i_chat.ui.action_row import ACTIONS
from t2i_chat.ui.advanced_values import Wishes
from t2i_chat.ui.api import visitor
from t2i_chat.ui.mask_panel import Marked
from t2i_chat.ui.starters import FIRST, words_of
from t2i_chat.ui.translations import preferred
from t2i_chat.ui.widgets import AT_ONCE, PAINTING, Updates, Widgets, id_of


class Asking:
    """The events of the box, of the buttons in the chat and of the shelf."""

    def __init__(self, widgets: Widgets) -> None:
        self._page = widgets
        self._conversations = widgets.conversations

    def wire(self) -> None:
        """Has the widgets call what is below."""
        page = self._page
        drawer = page.drawer.wishes
        seen = [page.kept, page.talk]
        said = [*seen, page.box, *page.marking.asked, *drawer]
        for painted in (
            page.box.submit(self._say, said, page.all, **PAINTING),
            page.talk.choose(self._choose, [*seen, *drawer], page.all, **PAINTING),
            page.talk.first(self._first, [*seen, *drawer], page.all, **PAINTING),
            page.talk.deed(self._deed, [*seen, *drawer], page.all, **PAINTING),
        ):
            seeds = [page.drawer.seed, page.drawer.lock]
            painted.then(self._seed, [page.kept, *seeds], seeds, **AT_ONCE)
        page.drawer.model.input(self._use, [*seen, page.drawer.model], page.all, **PAINTING)
        page.shelf.pick(self._goto, seen, page.all, **PAINTING)
        page.talk.watch(self._watch, seen, [*page.all, *page.watching.all], **PAINTING)
        page.talk.strip(self._strip, seen, [*page.all, *page.strip.all], **PAINTING)
        page.box.stop(self._stop, None, None, **AT_ONCE)

    def _say(
        self,
        kept: object,
        seen: object,
        box: Mapping[str, Any],
        about: Marked | None,
        painted: Mapping[str, Any] | None,
        request: gr.Request,
        *drawer: object,
    ) -> Iterator[Updates]:
        text, files = str(box.get("text") or ""), list(box.get("files") or ())
        message = Message(
            text=text,
            upload=Path(files[0]).read_bytes() if files else None,
            mask=brush.mask(painted) if about else None,
            enrich=not drawer[-1],
            of=about.version if about else None,
        )
        yield from self._sent(kept, seen, message, drawer, request)

    def _choose(
        self, kept: object, seen: object, request: gr.Request, chosen: gr.EventData, *drawer: object
    ) -> Iterator[Updates]:
        message = Message(text=str(chosen.words), enrich=not drawer[-1])
        yield from self._sent(kept, seen, message, drawer, request)

    def _first(
        self, kept: object, seen: object, request: gr.Request, chosen: gr.EventData, *drawer: object
    ) -> Iterator[Updates]:
        place = int(chosen.place)
        words = words_of(place, preferred(request.headers))
        wishes = Wishes.read(*drawer)
        yield from self._done(kept, seen, FIRST[place].action, request, wishes, words)

    def _sent(
        self,
        kept: object,
        seen: object,
        message: Message,
        drawer: Sequence[object],
        request: gr.Request,
    ) -> Iterator[Updates]:
        shown = self._conversations.say(
            id_of(kept), message, Wishes.read(*drawer), visitor(request)
        )
        yield from self._page.told(shown, seen, clear=True)

    def _deed(
        self, kept: object, seen: object, request: gr.Request, chosen: gr.EventData, *drawer: object
    ) -> Iterator[Updates]:
        action = ACTIONS[str(chosen.deed)](int(chosen.version))
        paints = Wishes.read(*drawer) if isinstance(action, Variation) else None
        yield from self._done(kept, seen, action, request, paints)

    def _use(
        self, kept: object, seen: object, model: str, request: gr.Request
    ) -> Iterator[Updates]:
        shown = self._conversations.use(id_of(kept), model, visitor(request))
        yield from self._page.told(shown, seen)

    def _seed(self, kept: object, seed: object, lock: object) -> Updates:
        return self._page.drawer.seeded(self._conversations.show(id_of(kept)), seed, lock)

    def _goto(
        self, kept: object, seen: object, request: gr.Request, chosen: gr.EventData
    ) -> Iterator[Updates]:
        yield from self._done(kept, seen, Goto(version=int(chosen.number)), request)

    def _watch(
        self, kept: object, seen: object, request: gr.Request, chosen: gr.EventData
    ) -> Iterator[Updates]:
        watched: list[Watched] = []
        shown = self._conversations.watch(
            id_of(kept), int(chosen.version), visitor(request), watched.append
        )
        yield from self._page.told(shown, seen)
        if watched:
            yield self._page.watching.opened(watched[-1], preferred(request.headers))

    def _strip(
        self, kept: object, seen: object, request: gr.Request, chosen: gr.EventData
    ) -> Iterator[Updates]:
        knob: Knob = "steps" if chosen.knob == "steps" else "guidance"
        tried: list[Strip] = []
        shown = self._conversations.strip(
            id_of(kept), int(chosen.version), knob, visitor(request), tried.append
        )
        yield from self._page.told(shown, seen)
        if tried:
            yield self._page.strip.opened(tried[-1])

    def _done(
        self,
        kept: object,
        seen: object,
        action: Action,
        request: gr.Request,
        paints: Wishes | None = None,
        words: str = "",
    ) -> Iterator[Updates]:
        plan = Plan(actions=(action,))
        shown = self._conversations.do(id_of(kept), plan, visitor(request), paints, words)
        yield from self._page.told(shown, seen)

    def _stop(self, request: gr.Request) -> None:
        self._conversations.stop(visitor(request))
