"""ChatSession: the whole sequence of a conversation, from a message to a stream of events.

    planner.plan → find_region → requests → renderer.render → store.add_version → reply

It depends on protocols only. It also holds the one broad `except` of the program: whatever breaks,
the person reads a sentence and the conversation goes on.
"""

from __future__ import annotations

import secrets
import threading
from collections.abc import Iterator, Mapping
from dataclasses import replace

import structlog
from PIL import Image

from t2i_chat.chat import transcript
from t2i_chat.chat.execution import Easel
from t2i_chat.chat.jobs import Jobs, Parts
from t2i_chat.chat.upload_parameters import MORE, taken_along
from t2i_chat.core.actions import (
    Action,
    Add,
    Answer,
    Clarify,
    Combine,
    Generate,
    Goto,
    Inpaint,
    Label,
    Letter,
    Outpaint,
    Plan,
    Redo,
    Refuse,
    Remove,
    Replace,
    Restyle,
    SetParam,
    Undo,
    Upscale,
    Variation,
)
from t2i_chat.core.errors import Cancelled, HostError, StoreError, T2IChatError
from t2i_chat.core.events import (
    ChatEvent,
    Enriched,
    Message,
    Moved,
    Painted,
    Planned,
    Said,
    Turn,
    Understood,
)
from t2i_chat.core.protocols import PlanContext
from t2i_chat.core.recipe import Version
from t2i_chat.editing import requests
from t2i_chat.editing.instruct import by_instruction
from t2i_chat.editing.requests import Knob
from t2i_chat.imaging import masks
from t2i_chat.imaging.decode import open_upload
from t2i_chat.planning import answers, masked
from t2i_chat.text.lexicon import told, whole

__all__ = ["ChatSession", "Parts"]

log = structlog.get_logger(__name__)

ROUGH = "I learnt to paint from picture-book scenes alone, so of a photo little is left."


class ChatSession:
    """One conversation: messages in, events out."""

    def __init__(self, parts: Parts, conversation: str) -> None:
        self.parts = parts
        self.conversation = conversation
        self._store = parts.store
        self._jobs = Jobs(parts, conversation)
        self._easel = Easel(parts, conversation, self._jobs)

    def reply(self, message: Message, cancel: threading.Event) -> Iterator[ChatEvent]:
        """Answers one message. Never raises: errors become `Said` events."""
        return self._guarded(self._reply(message, cancel))

    def perform(
        self, plan: Plan, cancel: threading.Event, mask: Image.Image | None = None
    ) -> Iterator[ChatEvent]:
        """Runs a plan that came from a button instead of a message. Never raises.

        `mask` is the brushed region: 8-bit, white = repaint.
        """
        return self._guarded(self._perform(plan, Message(text="", mask=mask), cancel))

    def use(self, model: str, cancel: threading.Event) -> Iterator[ChatEvent]:
        """Switches this conversation to another model, once it is loaded. Never raises.

        The choice is stored with the conversation's settings.
        """
        return self._guarded(self._use(model, cancel))

    def watch(self, number: int, cancel: threading.Event) -> Iterator[ChatEvent]:
        """Renders a version again, with a frame per step and attention maps. Never raises."""
        return self._guarded(self._easel.watch(number, cancel))

    def things(self, number: int) -> Mapping[str, Image.Image]:
        """The things in a version's caption with their 8-bit masks.

        Raises UnknownVersion.
        """
        return self._jobs.things(number)

    def strip(self, number: int, knob: Knob, cancel: threading.Event) -> Iterator[ChatEvent]:
        """A parameter sweep of a version at three values; stores nothing. Never raises."""
        return self._guarded(self._easel.strip(number, knob, cancel))

    def _guarded(self, events: Iterator[ChatEvent]) -> Iterator[ChatEvent]:
        try:
            for event in events:
                self._keep(transcript.turn_of(event))
                yield event
        except Exception as error:  # noqa: BLE001  the chat boundary: a person reads words, the log keeps the trace
            yield self._apologise(error)

    def _reply(self, message: Message, cancel: threading.Event) -> Iterator[ChatEvent]:
        message = _without_empty_mask(message)
        if message.of is not None:
            self._store.goto(self.conversation, message.of)
        context = self._context(message)
        self._keep(transcript.asked(message))
        if message.upload is not None:
            yield from self._take_in(message.upload)
            context = self._context(message)
        if message.text.strip() or message.upload is None:
            plan = self.parts.planner.plan(message.text, context)
            if context.marked:
                plan = masked.within(plan, message.text)
            yield Planned(plan)
            yield from self._perform(plan, message, cancel)

    def _perform(
        self, plan: Plan, message: Message, cancel: threading.Event
    ) -> Iterator[ChatEvent]:
        if (unclear := self._jobs.disambiguate(plan, message)) is not None:
            yield unclear
            return
        if any(isinstance(action, _PAINTS) for action in plan.actions):
            yield Understood(self.parts.planner.explain(plan))
        heard: set[str] = set()
        for action in plan.actions:
            yield from self._act(action, message, cancel)
            news = [words for words in self._otherwise(action) if words not in heard]
            heard.update(news)
            if news:
                yield Said(" ".join(news))

    def _act(
        self, action: Action, message: Message, cancel: threading.Event
    ) -> Iterator[ChatEvent]:
        match action:
            case Undo() | Redo() | Goto():
                yield Moved(self._move(action))
            case SetParam():
                yield from self._set_params(action, cancel)
            case Answer() | Label():
                yield Said(self._words(action))
            case Clarify():
                yield Said(action.question, options=action.options, tone="question")
            case Refuse():
                yield Said(action.reason, tone="refusal")
            case Generate():
                prompt = whole(action.prompt, self.parts.lexicon)
                if message.enrich and self.parts.settings.enrich:
                    enriched = self.parts.planner.enrich(prompt)
                    prompt = enriched.prompt
                    yield Enriched(prompt, enriched.added)
                yield from self._easel.paint(
                    self._jobs.new_pictures(action, prompt), action, cancel
                )
            case Variation():
                yield from self._easel.paint(self._jobs.variations(action), action, cancel)
            case Restyle() | Outpaint() | Upscale() | Combine():
                yield from self._easel.paint([self._jobs.reworked(action, message)], action, cancel)
            case Letter():
                job = yield from self._easel.edit(action, message, cancel)
                yield from self._easel.paint([job], action, cancel)
            case Inpaint() | Add() | Remove() | Replace():
                job = yield from self._easel.edit(action, message, cancel)
                job = by_instruction(job, action, self.parts.facts)
                yield from self._easel.paint_and_look(job, action, cancel)

    def _move(self, action: Undo | Redo | Goto) -> Version:
        match action:
            case Undo(steps=steps):
                return self._store.undo(self.conversation, steps)
            case Redo(steps=steps):
                return self._store.redo(self.conversation, steps)
            case Goto(version=number):
                return self._store.goto(self.conversation, number)

    def _words(self, action: Answer | Label) -> str:
        if isinstance(action, Answer):
            return self._answer(action.about)
        number = self._jobs.version(action.version).number
        version = self._store.label(
            self.conversation, number, name=action.name, starred=action.starred
        )
        return answers.labelled(version, named=action.name is not None)

    def _set_params(self, action: SetParam, cancel: threading.Event) -> Iterator[ChatEvent]:
        params = self._jobs.params().updated(action)
        requests.require_paintable(params, self.parts.facts)
        self._store.set_params(self.conversation, params.model_dump(exclude_none=True))
        if action.rerun and self._store.current(self.conversation):
            yield from self._easel.paint([self._jobs.rerun(action, params)], action, cancel)
        else:
            yield Said(self._answer("settings"))

    def _use(self, model: str, cancel: threading.Event) -> Iterator[ChatEvent]:
        try:
            facts = self.parts.load_model(model)
        except HostError as error:
            raise HostError(f"{error} I go on with {self.parts.facts.name}.") from error
        if cancel.is_set():
            raise Cancelled
        params = self._jobs.params().model_copy(update={"model": facts.name})
        self._store.set_params(self.conversation, params.model_dump(exclude_none=True))
        yield Said(f"From now on I paint with {facts.name}.")

    def _take_in(self, content: bytes) -> Iterator[ChatEvent]:
        native, megabytes = self.parts.facts.native, self.parts.settings.max_upload_megabytes
        longest = 4 * max(native.width, native.height)
        upload = open_upload(content, longest=longest, max_megabytes=megabytes)
        if upload.note:
            yield Said(upload.note)
        brought = taken_along(upload)
        version = self._store.add_version(
            self.conversation,
            image=upload.image,
            recipe=brought.recipe,
            parent=None,
            caption=brought.caption,
            summary="You brought this picture.",
        )
        yield Painted(version)
        if brought.words:
            yield Said(brought.words, options=(MORE,) if brought.recipe.prompt else ())

    # Words.

    def _otherwise(self, action: Action) -> tuple[str, ...]:
        """Sentences about words that were replaced or left out (vocabulary swaps)."""
        match action:
            case Generate(prompt=words):
                return told(self.parts.lexicon.read(words), new=True)
            case Restyle() | Inpaint() | Add() | Replace():
                rough = (ROUGH,) if isinstance(action, Restyle) and self._is_of_a_photo() else ()
                return *told(self.parts.lexicon.read(action.result), new=False), *rough
        return ()

    def _is_of_a_photo(self) -> bool:
        """Whether the current picture derives from an upload unlike the model's training data."""
        current = self._store.current(self.conversation)
        if not self.parts.facts.literal or current is None or current.parent is None:
            return False
        return self._store.version(self.conversation, current.parent).recipe.kind == "upload"

    def _context(self, message: Message) -> PlanContext:
        current = self._store.current(self.conversation)
        can_undo, can_redo = self._store.steps(self.conversation)
        versions = [v for v in self._store.versions(self.conversation) if not v.hidden]
        said = [t.text for t in self._store.turns(self.conversation) if t.role == "user"]
        return PlanContext(
            captions={v.number: v.caption for v in versions},
            parents={v.number: v.parent for v in versions},
            names={v.number: v.name for v in versions if v.name},
            starred=frozenset(v.number for v in versions if v.starred),
            current=current.number if current else None,
            previous=said[-1] if said else None,
            can_undo=can_undo,
            can_redo=can_redo,
            marked=message.mask is not None and current is not None,
        )

    def _answer(self, about: answers.About) -> str:
        return answers.answer(
            about,
            versions=self._store.versions(self.conversation),
            current=self._store.current(self.conversation),
            params=self._jobs.params(),
            facts=self.parts.facts,
        )

    def _keep(self, turn: Turn | None) -> None:
        if turn is not None:
            self._store.add_turn(self.conversation, turn)

    def _apologise(self, error: Exception) -> Said:
        log_id = secrets.token_hex(4)
        if not isinstance(error, Cancelled):
            ours = not isinstance(error, T2IChatError)
            tell = log.error if ours else log.info
            tell("request_failed", log_id=log_id, error=repr(error), exc_info=ours)
        said = transcript.words_for(error, log_id)
        try:
            self._keep(transcript.turn_of(said))
        except StoreError as again:
            log.error("apology_not_kept", log_id=log_id, error=repr(again))  # noqa: TRY400  the first error has its trace
        return said


def _without_empty_mask(message: Message) -> Message:
    empty = message.mask is not None and masks.is_empty(message.mask)
    return replace(message, mask=None) if empty else message


_PAINTS = (
    Generate,
    Variation,
    Restyle,
    Inpaint,
    Add,
    Remove,
    Replace,
    Outpaint,
    Upscale,
    Letter,
    Combine,
)
