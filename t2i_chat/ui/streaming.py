"""Runs an answer's event generator in a thread, with heartbeats, so that Stop is seen at once.

The page asks for events from a thread of its own. Closing the page, or pressing Stop, sets the
cancel flag of that thread, and the painter leaves within one step.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from t2i_chat.core.events import ChatEvent, Progress

BEAT = 0.2
"""Seconds between two looks at whether the page is still there."""

Answer = Callable[[threading.Event], Iterator[ChatEvent]]


@dataclass(frozen=True, slots=True)
class Beat:
    """Nothing new yet; `stopping` tells that Stop was pressed."""

    stopping: bool


def beside(answer: Answer, cancel: threading.Event) -> Iterator[ChatEvent | Beat]:
    """The answer's events as they come, with beats between; stale previews are left out.

    Whoever closes this generator stops the painting.
    """
    events: queue.SimpleQueue[ChatEvent | None] = queue.SimpleQueue()
    threading.Thread(target=_run, args=(answer, cancel, events), name="answer", daemon=True).start()
    try:
        yield from _listen(events, cancel)
    finally:
        cancel.set()


def _run(
    answer: Answer, cancel: threading.Event, events: queue.SimpleQueue[ChatEvent | None]
) -> None:
    try:
        for event in answer(cancel):
            events.put(event)
    finally:
        events.put(None)


def _listen(
    events: queue.SimpleQueue[ChatEvent | None], cancel: threading.Event
) -> Iterator[ChatEvent | Beat]:
    while True:
        try:
            event = events.get(timeout=BEAT)
        except queue.Empty:
            yield Beat(stopping=cancel.is_set())
            continue
        if event is None:
            return
        if isinstance(event, Progress) and not events.empty():
            continue
        yield event
