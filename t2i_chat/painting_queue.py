"""Lets one picture be painted at a time, first come, first served; knows nothing of painting."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager

from t2i_chat.errors import Cancelled
from t2i_chat.ports import Renderer
from t2i_chat.recipe import Queued, RenderEvent, RenderRequest

POLL_SECONDS = 0.05
"""How often one who waits looks whether Stop was pressed."""


class PaintQueue:
    """A Renderer in front of another, which it never calls from two places at once.

    A place in the line is taken when the first event is asked for, and given back when the
    generator ends, fails or is closed.
    """

    def __init__(self, renderer: Renderer) -> None:
        self._renderer = renderer
        self._line: deque[object] = deque()
        self._moved = threading.Condition()

    def render(self, request: RenderRequest, cancel: threading.Event) -> Iterator[RenderEvent]:
        """Queued whenever the position changes, then the renderer's own events.

        Raises Cancelled while waiting, too, and whatever the renderer raises.
        """
        with self._place() as place:
            yield from self._waiting(place, cancel)
            yield from self._renderer.render(request, cancel)

    @contextmanager
    def _place(self) -> Iterator[object]:
        place = object()
        with self._moved:
            self._line.append(place)
        try:
            yield place
        finally:
            with self._moved:
                self._line.remove(place)
                self._moved.notify_all()

    def _waiting(self, place: object, cancel: threading.Event) -> Iterator[Queued]:
        position = 0
        while (now := self._position_after(place, position)) > 0:
            if cancel.is_set():
                raise Cancelled
            if now != position:
                position = now
                yield Queued(position)

    def _position_after(self, place: object, known: int) -> int:
        """How many are in front, as soon as that is not `known`, or after a moment."""
        with self._moved:
            self._moved.wait_for(
                lambda: self._line.index(place) != known or known == 0, POLL_SECONDS
            )
            return self._line.index(place)
