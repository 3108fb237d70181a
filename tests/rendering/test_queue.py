"""The render queue: one at a time, in order; leaving frees the place."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field

import pytest

from t2i_chat.core.errors import Cancelled
from t2i_chat.core.geometry import Size
from t2i_chat.core.recipe import Preview, Queued, Recipe, Rendered, RenderEvent, RenderRequest
from t2i_chat.rendering.queue import PaintQueue
from tests.fakes import FakeRenderer


def request(seed: int = 0) -> RenderRequest:
    size = Size(width=8, height=8)
    return RenderRequest(
        Recipe(model="fake", kind="text-to-image", seed=seed, num_inference_steps=3, size=size)
    )


def start(queue: PaintQueue, seed: int = 0) -> tuple[Iterator[RenderEvent], RenderEvent]:
    """A painting and its first event; from then on it has its place in the line."""
    events = queue.render(request(seed), threading.Event())
    return events, next(events)


@dataclass
class Jealous:
    """A renderer that notices when two paint at once and remembers the order of seeds."""

    inner: FakeRenderer = field(default_factory=lambda: FakeRenderer(step_seconds=0.001))
    busy: int = 0
    most: int = 0
    seeds: list[int] = field(default_factory=list)

    def render(self, request: RenderRequest, cancel: threading.Event) -> Iterator[RenderEvent]:
        """The inner renderer's events."""
        self.busy += 1
        self.most = max(self.most, self.busy)
        self.seeds.append(request.recipe.seed)
        try:
            yield from self.inner.render(request, cancel)
        finally:
            self.busy -= 1


def test_alone_nobody_waits() -> None:
    events = list(PaintQueue(FakeRenderer()).render(request(), threading.Event()))
    assert [type(event) for event in events] == [Preview, Preview, Rendered]


def test_many_threads_paint_one_at_a_time() -> None:
    renderer = Jealous()
    queue = PaintQueue(renderer)
    with ThreadPoolExecutor(8) as pool:
        runs = list(pool.map(lambda n: list(queue.render(request(n), threading.Event())), range(8)))
    assert renderer.most == 1
    assert sorted(renderer.seeds) == list(range(8))
    assert all(isinstance(run[-1], Rendered) for run in runs)


def test_the_line_moves_up_in_order_and_tells_so() -> None:
    renderer = Jealous()
    queue = PaintQueue(renderer)
    first, _ = start(queue, 1)
    second, second_waits = start(queue, 2)
    third, third_waits = start(queue, 3)
    assert (second_waits, third_waits) == (Queued(1), Queued(2))
    list(first)
    assert next(third) == Queued(1)
    assert isinstance(list(second)[-1], Rendered)
    assert isinstance(list(third)[-1], Rendered)
    assert renderer.seeds == [1, 2, 3]


def test_stop_is_heard_while_waiting_and_gives_the_place_back() -> None:
    renderer = Jealous()
    queue = PaintQueue(renderer)
    first, _ = start(queue, 1)
    cancel = threading.Event()
    second = queue.render(request(2), cancel)
    assert next(second) == Queued(1)
    third, _ = start(queue, 3)
    cancel.set()
    with pytest.raises(Cancelled):
        next(second)
    assert next(third) == Queued(1)
    list(first)
    list(third)
    assert renderer.seeds == [1, 3]


@pytest.mark.parametrize("leave", ["while waiting", "while painting"])
def test_closing_gives_the_place_back(leave: str) -> None:
    renderer = Jealous()
    queue = PaintQueue(renderer)
    first, _ = start(queue, 1)
    second, _ = start(queue, 2)
    leaving, staying = (second, first) if leave == "while waiting" else (first, second)
    with closing(leaving):  # type: ignore[type-var] # it is a generator
        pass
    assert isinstance(list(staying)[-1], Rendered)
    begun = start(queue, 3)[1]
    assert isinstance(begun, Queued)
    assert begun.position == 0, "nobody is in front, and how long it takes was learnt"


def test_a_failed_painting_gives_the_place_back() -> None:
    renderer = FakeRenderer(error=RuntimeError("broken"))
    queue = PaintQueue(renderer)
    with pytest.raises(RuntimeError, match="broken"):
        list(queue.render(request(), threading.Event()))
    renderer.error = None
    assert isinstance(list(queue.render(request(), threading.Event()))[-1], Rendered)
