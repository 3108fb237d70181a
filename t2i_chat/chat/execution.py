"""Runs a conversation's render jobs as event streams: edits with retry, replays, parameter sweeps.

Jobs → renderer.render → verify → store.add_version
"""

from __future__ import annotations

import threading
from collections.abc import Generator, Iterator, Mapping
from contextlib import suppress
from dataclasses import replace

from PIL import Image

from t2i_chat.chat.jobs import Jobs, Parts
from t2i_chat.core.actions import Action, Letter, LocalEdit, Plan, Remove
from t2i_chat.core.errors import Cancelled, RegionNotFound
from t2i_chat.core.events import (
    ChatEvent,
    Located,
    Message,
    Painted,
    Part,
    Progress,
    Strip,
    Tried,
    Waiting,
    Watched,
)
from t2i_chat.core.recipe import (
    Looked,
    Preview,
    Queued,
    Rendered,
    RenderRequest,
    Version,
    pixels_sha256,
)
from t2i_chat.editing import attention_region, verify
from t2i_chat.editing.requests import Job, Knob
from t2i_chat.imaging import masks


class Easel:
    """Runs render jobs of one conversation. All raise Cancelled and what a renderer raises."""

    def __init__(self, parts: Parts, conversation: str, jobs: Jobs) -> None:
        self._parts = parts
        self._conversation = conversation
        self._jobs = jobs
        self._store = parts.store

    def edit(
        self, action: LocalEdit | Letter, message: Message, cancel: threading.Event
    ) -> Generator[ChatEvent, None, Job]:
        """The job of an edit; if segmentation fails, attention maps are tried."""
        try:
            return self._jobs.edit(action, message)
        except RegionNotFound:
            found = yield from self._recalled(action, cancel)
            if found is None:
                raise
        yield attention_region.told(action.target or "")
        return self._jobs.edit(action, replace(message, mask=found))

    def paint(
        self, jobs: tuple[Job, ...] | list[Job], action: Action, cancel: threading.Event
    ) -> Iterator[ChatEvent]:
        """Renders and stores jobs one after the other; together they are one undo step."""
        before: int | None = None
        for number, job in enumerate(jobs, start=1):
            part = Part("pictures", number, len(jobs)) if len(jobs) > 1 else None
            rendered = yield from self._rendered(job.request, cancel, part)
            version = self._keep_picture(job, rendered, action, beside=before)
            before = version.number
            yield Painted(version)

    def paint_and_look(
        self, job: Job, action: LocalEdit, cancel: threading.Event
    ) -> Iterator[ChatEvent]:
        """Renders an edit, retries once if the self-check fails, and stores the better result."""
        rendered = yield from self._rendered(job.request, cancel)
        seen, tries = self._look(action, job, rendered), 1
        other = verify.another(job, self._jobs.params())
        if seen is not None and not seen.done and other is not None:
            with suppress(Cancelled):  # Stop during the retry keeps the first result
                again = yield from self._rendered(other.request, cancel, Part("tries"))
                look, tries = self._look(action, other, again), 2
                if look is not None and (look.done, look.well) > (seen.done, seen.well):
                    job, rendered, seen = other, again, look
        failed = seen is not None and not seen.done
        if failed and isinstance(action, Remove) and job.parent is not None:
            still = self._store.version(self._conversation, job.parent).caption
            job = replace(job, caption=still)  # the caption keeps a thing that was not removed
        yield Painted(self._keep_picture(job, rendered, action))
        if failed:
            yield verify.told(action, tries=tries)

    def watch(self, number: int, cancel: threading.Event) -> Iterator[ChatEvent]:
        """Renders a version again, with a frame per step and attention maps; stores nothing."""
        version, request = self._jobs.watched(number)
        frames: list[Image.Image] = []
        maps: Mapping[str, Image.Image] = {}
        for event in self._parts.renderer.render(request, cancel):
            match event:
                case Queued(position, seconds):
                    yield Waiting(position, seconds)
                case Preview(step, total, image, seconds):
                    frames.append(image)
                    yield Progress(step, total, image, seconds)
                case Looked():
                    maps = event.maps
                case Rendered(image):
                    same = pixels_sha256(image) == version.sha256
                    yield Watched(version, (*frames, image), maps, same)

    def strip(self, number: int, knob: Knob, cancel: threading.Event) -> Iterator[ChatEvent]:
        """A parameter sweep of a version at three values; stores nothing."""
        version, requests = self._jobs.strip(number, knob)
        own, tried = self._store.image(version), []
        for value, request in requests:
            if request is None:
                tried.append(Tried(value, own, None))
                continue
            rendered = yield from self._rendered(request, cancel, Part(knob, value))
            changed = masks.whole_receipt(own, rendered.image).changed_fraction
            tried.append(Tried(value, rendered.image, changed))
        yield Strip(version, knob, tuple(tried))

    def _recalled(
        self, action: LocalEdit | Letter, cancel: threading.Event
    ) -> Generator[ChatEvent, None, Image.Image | None]:
        """The region of a thing from attention maps, for which its version is rendered again."""
        request = self._jobs.recalled(action)
        found = None
        for event in self._parts.renderer.render(request, cancel) if request else ():
            match event:
                case Queued(position, seconds):
                    yield Waiting(position, seconds)
                case Looked():
                    found = attention_region.region(event, action.target or "")
        return found

    def _rendered(
        self, request: RenderRequest, cancel: threading.Event, part: Part | None = None
    ) -> Generator[ChatEvent, None, Rendered]:
        image, region = request.image, request.mask
        if image is not None and region is not None:
            yield Located(image, region)
        for event in self._parts.renderer.render(request, cancel):
            match event:
                case Queued(position, seconds):
                    yield Waiting(position, seconds)
                case Preview(step, total, image, seconds):
                    yield Progress(step, total, image, seconds, part)
                case Rendered():
                    return event
        raise RuntimeError("the renderer ended without a picture")

    def _look(self, action: LocalEdit, job: Job, rendered: Rendered) -> verify.Look | None:
        region, checkers = job.request.mask, self._parts.checkers
        if region is None or not verify.needed(action, job):
            return None
        return verify.look(action, rendered.image, region, checkers)

    def _keep_picture(
        self, job: Job, rendered: Rendered, action: Action, beside: int | None = None
    ) -> Version:
        for picture in job.request.inputs:
            self._store.put_blob(picture)
        return self._store.add_version(
            self._conversation,
            image=rendered.image,
            recipe=rendered.recipe,
            parent=job.parent,
            caption=job.caption,
            summary=self._parts.planner.explain(Plan(actions=(action,))),
            receipt=rendered.receipt,
            beside=beside,
        )
