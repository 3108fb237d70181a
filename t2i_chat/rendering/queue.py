"""The render queue: one picture at a time, first come, first served, with ETA.

Estimates come from the times of earlier pictures (`core.eta`).
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Generator, Iterator
from contextlib import closing, contextmanager, nullcontext
from dataclasses import dataclass, field, replace

from t2i_chat.core.errors import Cancelled
from t2i_chat.core.eta import Mark, Pace, rounded
from t2i_chat.core.protocols import Renderer
from t2i_chat.core.recipe import Preview, Queued, Rendered, RenderEvent, RenderRequest

POLL_SECONDS = 0.05
"""How often a waiting request checks whether Stop was pressed, in seconds."""


@dataclass(eq=False, slots=True)
class _Ticket:
    """A place in the queue: the estimated seconds of its picture, and the clock time it is due.

    Each is None if unknown; `due` is set once rendering has begun.
    """

    request: RenderRequest
    seconds: float | None
    due: float | None = None
    marks: list[Mark] = field(default_factory=list)

    def left(self, now: float) -> float | None:
        """Estimated seconds until it is finished, once it is its turn."""
        return self.seconds if self.due is None else max(0.0, self.due - now)


class PaintQueue:
    """A renderer in front of another one, which it calls from one thread at a time.

    A place is taken when the first event is requested, and released when the generator ends, fails
    or is closed. `pace` are the times known so far; `keep` is called with the new ones after each
    finished picture; `clock` returns seconds.
    """

    def __init__(
        self,
        renderer: Renderer,
        pace: Pace | None = None,
        keep: Callable[[Pace], None] = lambda _: None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._renderer = renderer
        self._pace = pace or Pace()
        self._keep = keep
        self._clock = clock
        self._line: deque[_Ticket] = deque()
        self._moved = threading.Condition()

    def render(self, request: RenderRequest, cancel: threading.Event) -> Iterator[RenderEvent]:
        """Queued whenever position or ETA changes, then the renderer's own events.

        Previews carry the time left where an estimate exists. Raises Cancelled, also while waiting,
        and whatever the renderer raises.
        """
        with self._place(request) as place:
            yield from self._waiting(place, cancel)
            yield from self._painted(place, cancel)

    @contextmanager
    def _place(self, request: RenderRequest) -> Iterator[_Ticket]:
        place = _Ticket(request, self._pace.left(request))
        with self._moved:
            self._line.append(place)
        try:
            yield place
        finally:
            with self._moved:
                self._line.remove(place)
                self._moved.notify_all()

    def _waiting(self, place: _Ticket, cancel: threading.Event) -> Iterator[Queued]:
        told = Queued(0)
        while (now := self._standing(place, told)).position > 0:
            if cancel.is_set():
                raise Cancelled
            if _said(now) != _said(told):
                told = now
                yield now

    def _standing(self, place: _Ticket, told: Queued) -> Queued:
        """Waits until position or ETA differs from what was last reported, or a moment passed."""
        with self._moved:
            self._moved.wait_for(
                lambda: self._line.index(place) != told.position or told.position == 0, POLL_SECONDS
            )
            position = self._line.index(place)
            return Queued(position, self._seconds(list(self._line)[:position]))

    def _seconds(self, before: list[_Ticket]) -> float | None:
        """Total estimate for several pictures in seconds; None if one of them is unknown."""
        now = self._clock()
        left = [place.left(now) for place in before]
        known = [seconds for seconds in left if seconds is not None]
        return sum(known) if len(known) == len(left) else None

    def _painted(self, place: _Ticket, cancel: threading.Event) -> Iterator[RenderEvent]:
        begun = self._clock()
        seconds = self._expect(place, begun)  # earlier pictures improved it
        if seconds is not None:
            yield Queued(0, seconds)
        events = self._renderer.render(place.request, cancel)
        with closing(events) if isinstance(events, Generator) else nullcontext():
            for event in events:
                yield self._noted(event, place, begun)

    def _noted(self, event: RenderEvent, place: _Ticket, begun: float) -> RenderEvent:
        """The event with its time left; times of a finished picture are recorded."""
        now = self._clock()
        if isinstance(event, Preview):
            place.marks.append((event.step / event.total, now - begun))
            return replace(event, seconds=self._expect(place, now))
        if isinstance(event, Rendered):
            self._pace = self._pace.after(place.request, place.marks, now - begun)
            self._keep(self._pace)
        return event

    def _expect(self, place: _Ticket, now: float) -> float | None:
        """Updates the estimate for the picture that is being rendered."""
        left = self._pace.left(place.request, *place.marks[-1:])
        place.due = None if left is None else now + left
        return left


def _said(queued: Queued) -> tuple[int, int | None]:
    """What the page shows of it, to tell whether that changed."""
    return queued.position, None if queued.seconds is None else rounded(queued.seconds)
