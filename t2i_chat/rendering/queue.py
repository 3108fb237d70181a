"""Lets one picture be painted at a time, first come, first served, and says how long it takes.

It knows nothing of painting: how long earlier pictures took is all it goes by.
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
"""How often one who waits looks whether Stop was pressed."""


@dataclass(eq=False, slots=True)
class _Ticket:
    """A place in the line: how many seconds its picture takes, and when on the clock it is due.

    Each is None where that is not known; a picture is due only once it is being painted.
    """

    request: RenderRequest
    seconds: float | None
    due: float | None = None
    marks: list[Mark] = field(default_factory=list)

    def left(self, now: float) -> float | None:
        """Seconds until it is there, counted from its turn where that has not come."""
        return self.seconds if self.due is None else max(0.0, self.due - now)


class PaintQueue:
    """A Renderer in front of another, which it never calls from two places at once.

    A place in the line is taken when the first event is asked for, and given back when the
    generator ends, fails or is closed. `pace` is what was learnt before; `keep` is given it anew
    whenever a finished picture has taught something; `clock` tells seconds.
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
        """Queued whenever the position or the time changes, then the renderer's own events.

        Where it is known how long the picture takes, the previews tell how much of that is left.
        Raises Cancelled while waiting, too, and whatever the renderer raises.
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
        """How many are in front, as soon as that is not as it was told, or after a moment."""
        with self._moved:
            self._moved.wait_for(
                lambda: self._line.index(place) != told.position or told.position == 0, POLL_SECONDS
            )
            position = self._line.index(place)
            return Queued(position, self._seconds(list(self._line)[:position]))

    def _seconds(self, before: list[_Ticket]) -> float | None:
        """How long some pictures take one after the other; None where that is not known of all."""
        now = self._clock()
        left = [place.left(now) for place in before]
        known = [seconds for seconds in left if seconds is not None]
        return sum(known) if len(known) == len(left) else None

    def _painted(self, place: _Ticket, cancel: threading.Event) -> Iterator[RenderEvent]:
        begun = self._clock()
        seconds = self._expect(place, begun)  # those before may have taught it
        if seconds is not None:
            yield Queued(0, seconds)
        events = self._renderer.render(place.request, cancel)
        with closing(events) if isinstance(events, Generator) else nullcontext():
            for event in events:
                yield self._noted(event, place, begun)

    def _noted(self, event: RenderEvent, place: _Ticket, begun: float) -> RenderEvent:
        """The event with what is left; a finished picture is learnt from."""
        now = self._clock()
        if isinstance(event, Preview):
            place.marks.append((event.step / event.total, now - begun))
            return replace(event, seconds=self._expect(place, now))
        if isinstance(event, Rendered):
            self._pace = self._pace.after(place.request, place.marks, now - begun)
            self._keep(self._pace)
        return event

    def _expect(self, place: _Ticket, now: float) -> float | None:
        """Reckons anew what is left of a picture that is being painted."""
        left = self._pace.left(place.request, *place.marks[-1:])
        place.due = None if left is None else now + left
        return left


def _said(queued: Queued) -> tuple[int, int | None]:
    """What a person hears of it."""
    return queued.position, None if queued.seconds is None else rounded(queued.seconds)
