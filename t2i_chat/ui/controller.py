"""The page's controller: calls ChatSession and the store for each button, and returns a View.

Every view is made from what the store keeps, so a page that was reloaded, or opened a second time,
shows the same. Only what passes by (previews, "Stopping…") is added at the end.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import structlog
from PIL import Image

from t2i_chat.chat.transcript import asked
from t2i_chat.core.actions import Plan, SetParam
from t2i_chat.core.errors import HostError, UserError
from t2i_chat.core.events import (
    ChatEvent,
    Located,
    Message,
    Painted,
    Planned,
    Progress,
    Said,
    Strip,
    Waiting,
    Watched,
)
from t2i_chat.core.protocols import VersionStore
from t2i_chat.core.recipe import Version
from t2i_chat.core.settings import Settings
from t2i_chat.editing.requests import Knob
from t2i_chat.ui.action_row import Here
from t2i_chat.ui.advanced_values import Wishes
from t2i_chat.ui.compare import Pair, pair
from t2i_chat.ui.picture_urls import Shown
from t2i_chat.ui.rate_limit import RateLimit
from t2i_chat.ui.stop import Running
from t2i_chat.ui.streaming import BEAT, Answer, Beat, beside
from t2i_chat.ui.translations import known, phrase
from t2i_chat.ui.turns import Pictures, blocks, passing, said, told, working
from t2i_chat.ui.views import Ask, Glance, Opening, Session, Tokens, View, Visitor, no_tokens

log = structlog.get_logger(__name__)

_STOPPED = "Stopped before anything was painted."
_BROKEN = "Sorry, something went wrong on my side, and nothing was changed. Please try again."


class Controller:
    """All conversations of this installation, as a page sees them."""

    def __init__(
        self,
        open_session: Callable[[str], Session],
        store: VersionStore,
        settings: Settings,
        ready: Callable[[], str | None],
        models: Callable[[], Sequence[str]],
        shown: Shown,
        tokens: Tokens = no_tokens,
    ) -> None:
        self.store = store
        self.settings = settings
        self.ready = ready
        self.models = models
        self.shown = shown
        self._tokens = tokens
        self._open_session = open_session
        self._running = Running()
        self._rate_limit = RateLimit(settings.messages_per_minute)

    def show(self, conversation: str) -> View:
        """The conversation as it is kept; an empty view when there is none of that id."""
        if not self.knows(conversation):
            return View("", wishes=Wishes(), model=self.models()[0])
        turns = self.store.turns(conversation)
        versions = tuple(self.store.versions(conversation))
        current = self.store.current(conversation)
        undo, redo = self.store.steps(conversation)
        here = Here(current.number if current else None, undo > 0, redo > 0)
        params = self.store.params(conversation)
        pictures = Pictures({v.number: v for v in versions}, self.address, here, self._pieces)
        return View(
            conversation,
            turns=turns,
            kept=blocks(turns, pictures),
            versions=tuple(version for version in versions if not version.hidden),
            current=current,
            here=here,
            wishes=Wishes.kept(params),
            model=self._chosen(params),
        )

    def address(self, version: Version) -> str:
        """Where a version's PNG is served."""
        return self.shown.address(version, self.store.image_path(version))

    def saved(self, conversation: str, name: Path) -> str:
        """Where all of a conversation is served as one file. Raises UnknownVersion."""
        file = self.shown.room() / name
        self.store.save(conversation, file)
        return self.shown.at(file)

    def _pieces(self, version: Version) -> Sequence[str]:
        if self.ready() is not None:  # the models are being loaded, and so is their library
            return ()
        return self._tokens(version.recipe.model, version.recipe.prompt)

    def things(self, conversation: str, number: int) -> Mapping[str, Image.Image]:
        """What a version shows, and where; nothing while the models are being loaded.

        Raises UnknownVersion.
        """
        if self.ready() is not None:
            return {}
        try:
            return self._open_session(conversation).things(number)
        except HostError as error:
            log.error("no_session", error=str(error))  # noqa: TRY400  it says how to mend it
            return {}

    def compared(self, conversation: str, one: int, other: int, *, glow: bool = False) -> Pair:
        """Two versions to lay over each other. Raises UnknownVersion for what is not kept."""
        left, right = (self.store.version(conversation, number) for number in (one, other))
        return pair(left, right, self.store.image, glow=glow)

    def star(self, conversation: str, number: int) -> View:
        """Gives a version its star, or takes it away. Raises UnknownVersion."""
        starred = self.store.version(conversation, number).starred
        self.store.label(conversation, number, starred=not starred)
        return replace(self.show(conversation), wishes=None)

    def hide(self, conversation: str, number: int) -> View:
        """Deletes a version, which can be had again. Raises UnknownVersion for the only one."""
        self.store.hide(conversation, number)
        return replace(self.show(conversation), wishes=None)

    def knows(self, conversation: str) -> bool:
        """Whether a conversation of that id is kept; whatever a browser sent may be asked."""
        return bool(conversation) and self.store.has_conversation(conversation)

    def say(
        self, conversation: str, message: Message, wishes: Wishes, visitor: Visitor
    ) -> Iterator[View | Glance]:
        """Sends words, and perhaps a picture, and shows what comes of it."""
        words = said(
            message.text, picture=message.upload is not None, marked=message.mask is not None
        )
        yield from self._asked(
            conversation,
            lambda session, cancel: session.reply(message, cancel),
            visitor,
            wishes,
            [words, working(phrase("reading"))],
        )

    def do(
        self,
        conversation: str,
        plan: Plan,
        visitor: Visitor,
        wishes: Wishes | None = None,
        words: str = "",
        mask: Image.Image | None = None,
    ) -> Iterator[View | Glance]:
        """Carries out what a button stands for; with `wishes` when it is going to paint.

        `words` are kept as the person's own, where the button stands for a sentence; `mask` is
        what was marked.
        """
        yield from self._asked(
            conversation,
            lambda session, cancel: session.perform(plan, cancel, mask),
            visitor,
            wishes,
            [working(phrase("brushes"))] if wishes else [],
            words,
        )

    def use(self, conversation: str, model: str, visitor: Visitor) -> Iterator[View | Glance]:
        """Paints a conversation with another model from now on, once that is loaded."""
        if model in self.models() and model != self.show(conversation).model:
            yield from self._asked(
                conversation,
                lambda session, cancel: session.use(model, cancel),
                visitor,
                None,
                [working(phrase("otherbrushes"))],
            )

    def watch(
        self, conversation: str, number: int, visitor: Visitor, note: Callable[[Watched], None]
    ) -> Iterator[View | Glance]:
        """Paints a version once more for somebody to watch; `note` is given what was seen."""

        def watched(session: Session, cancel: threading.Event) -> Iterator[ChatEvent]:
            for event in session.watch(number, cancel):
                if isinstance(event, Watched):
                    note(event)
                else:
                    yield event

        opening = [working(phrase("again"))]
        yield from self._asked(conversation, watched, visitor, None, opening)

    def strip(
        self,
        conversation: str,
        number: int,
        knob: Knob,
        visitor: Visitor,
        note: Callable[[Strip], None],
    ) -> Iterator[View | Glance]:
        """Paints a version at three values of a number; `note` is given what came of it."""

        def tried(session: Session, cancel: threading.Event) -> Iterator[ChatEvent]:
            for event in session.strip(number, knob, cancel):
                if isinstance(event, Strip):
                    note(event)
                else:
                    yield event

        opening = [working(phrase(f"other{knob}"))]
        yield from self._asked(conversation, tried, visitor, None, opening)

    def stop(self, visitor: Visitor) -> None:
        """Stops what is being painted for this page; returns at once."""
        self._running.stop(visitor.page)

    def _asked(
        self,
        conversation: str,
        ask: Ask,
        visitor: Visitor,
        wishes: Wishes | None,
        opening: Opening,
        words: str = "",
    ) -> Iterator[View | Glance]:
        with self._running.claim(visitor.page) as cancel:
            if cancel is None:
                return
            if not self.knows(conversation):
                conversation = self.store.new_conversation()
            try:
                change = wishes.changes(self.store.params(conversation)) if wishes else None
                if wishes is not None:
                    self._rate_limit.count(conversation, visitor.address)
            except UserError as problem:
                yield self._refused(conversation, str(problem))
                return
            if words:
                self.store.add_turn(conversation, asked(Message(text=words)))
            trouble = yield from self._answered(conversation, ask, change, cancel, opening)
        if trouble:
            yield self._refused(conversation, trouble)
        else:
            yield self._settled(conversation, wishes)

    def _answered(
        self,
        conversation: str,
        ask: Ask,
        change: SetParam | None,
        cancel: threading.Event,
        opening: Opening,
    ) -> Generator[View | Glance, None, str | None]:
        """Shows what happens; returns a sentence when nothing did."""
        yield replace(self.show(conversation), now=opening, wishes=None, busy=True)
        while (still := self.ready()) is not None and not cancel.wait(BEAT):
            yield Glance([*opening[:-1], working(known(still))])
        if still is not None:
            return _STOPPED
        try:
            session = self._open_session(conversation)
        except HostError as error:
            log.error("no_session", error=str(error))  # noqa: TRY400  it says how to mend it
            return str(error)
        heard, located = False, None
        for event in beside(_answer(session, ask, change), cancel):
            heard = heard or not isinstance(event, Beat)
            if isinstance(event, Located | Painted):
                located = event if isinstance(event, Located) else None
            yield from self._shown(conversation, event, located)
        return None if heard else _BROKEN

    def _shown(
        self, conversation: str, event: ChatEvent | Beat, located: Located | None
    ) -> Iterator[View | Glance]:
        if isinstance(event, Beat):
            if event.stopping:
                yield Glance([working(phrase("stopping"))])
        elif isinstance(event, Located | Waiting | Progress):
            yield Glance(passing(event, located))
        elif isinstance(event, Planned):
            return  # people are told in words
        else:
            view = self.show(conversation)
            yield replace(view, now=passing(event), wishes=None, busy=True)

    def _chosen(self, params: Mapping[str, object]) -> str:
        models = self.models()
        chosen = params.get("model")
        return str(chosen) if chosen in models else models[0]

    def _settled(self, conversation: str, wishes: Wishes | None) -> View:
        view = self.show(conversation)
        if wishes is None or view.wishes == replace(wishes, keep_my_words=False):
            return replace(view, wishes=None)
        return view

    def _refused(self, conversation: str, why: str) -> View:
        return replace(
            self.show(conversation), now=[told(known(why), "problem")], wishes=None, problem=why
        )


def _answer(session: Session, ask: Ask, change: SetParam | None) -> Answer:
    """Sets what the drawer changed, then answers, unless that cannot be set."""

    def answer(cancel: threading.Event) -> Iterator[ChatEvent]:
        refused = False
        for event in session.perform(Plan(actions=(change,)), cancel) if change else ():
            refused |= isinstance(event, Said) and event.tone == "problem"
            yield event
        if not refused:
            yield from ask(session, cancel)

    return answer
