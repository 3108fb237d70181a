"""The ETA is learnt from earlier pictures, never negative, and converges."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

import pytest
from PIL import Image

from t2i_chat.core import eta
from t2i_chat.core.errors import Cancelled
from t2i_chat.core.eta import KEPT, Pace
from t2i_chat.core.geometry import Box, Size
from t2i_chat.core.recipe import (
    Layout,
    Preview,
    Queued,
    Recipe,
    Region,
    Rendered,
    RenderEvent,
    RenderRequest,
)
from t2i_chat.imaging import masks
from t2i_chat.rendering.queue import PaintQueue
from t2i_chat.store import PaceFile
from t2i_chat.store.eta_file import FILE_NAME

SMALL, LARGE = Box(x0=0, y0=0, x1=40, y1=40), Box(x0=0, y0=0, x1=200, y1=200)


def request(
    *boxes: Box, steps: int = 20, side: int = 256, model: str = "m", guidance: float = 4.0
) -> RenderRequest:
    layout = Layout(backdrop="hay", regions=tuple(Region(prompt="a hen", box=box) for box in boxes))
    return RenderRequest(
        Recipe(
            model=model, kind="text-to-image", size=Size(width=side, height=side),
            num_inference_steps=steps, guidance_scale=guidance, layout=layout if boxes else None,
        )
    )  # fmt: skip


@dataclass
class Clock:
    """A clock that somebody else moves."""

    now: float = 0.0

    def __call__(self) -> float:
        """The time."""
        return self.now


@dataclass
class Slow:
    """A renderer whose every part takes its time, by the clock."""

    clock: Clock
    start: float = 0.5
    step: dict[str, float] = field(default_factory=dict)
    finish: float = 1.0
    every: int = 1

    def render(self, request: RenderRequest, cancel: threading.Event) -> Iterator[RenderEvent]:
        """Previews, then the picture."""
        picture = Image.new("RGB", (8, 8))
        steps = [one for one in eta.stretches_of(request) for _ in range(one.steps)]
        self.clock.now += self.start
        for number, one in enumerate(steps, start=1):
            if cancel.is_set():
                raise Cancelled
            self.clock.now += self.step.get(one.kind, 0.25)
            if number < len(steps) and number % self.every == 0:
                yield Preview(number, len(steps), picture)
        self.clock.now += self.finish
        yield Rendered(picture, request.recipe)


def told(queue: PaintQueue, wanted: RenderRequest) -> list[tuple[float, float | None]]:
    """When something was told, and how much was said to be left."""
    clock = queue._clock
    return [
        (clock(), event.seconds)
        for event in queue.render(wanted, threading.Event())
        if isinstance(event, Queued | Preview)
    ]


def learnt(*wanted: RenderRequest) -> tuple[PaintQueue, Clock]:
    clock = Clock()
    queue = PaintQueue(Slow(clock), clock=clock)
    for one in wanted:
        told(queue, one)
    return queue, clock


@pytest.mark.parametrize("wanted", [request(), request(SMALL), request(SMALL, LARGE, LARGE)])
@pytest.mark.parametrize("every", [1, 3])
def test_of_what_was_painted_once_all_that_is_left_is_known_to_the_end(wanted, every):
    clock = Clock()
    slow = Slow(clock, every=every)
    slow.step = {one.kind: 0.1 + 0.2 * n for n, one in enumerate(eta.stretches_of(wanted))}
    queue = PaintQueue(slow, clock=clock)
    assert {seconds for _, seconds in told(queue, wanted)} == {None}, "nothing was learnt yet"
    again = told(queue, wanted)
    end = clock.now
    for when, seconds in again:
        assert seconds == pytest.approx(end - when, abs=0.05 if every == 1 else 1.0)
    assert all(later < earlier for (_, earlier), (_, later) in pairwise(again))


def test_another_number_of_things_and_steps_is_reckoned_from_the_parts():
    queue, clock = learnt(request(SMALL))
    (_, seconds), *_ = told(queue, request(SMALL, SMALL, SMALL, steps=40))
    start = queue._pace.left(request(SMALL, SMALL, SMALL, steps=40))
    assert seconds == start == pytest.approx(0.5 + (16 + 3 * 24) * 0.25 + 1.0)
    assert clock.now > 0


@pytest.mark.parametrize(
    "other",
    [
        request(side=512), request(model="n"), request(guidance=0), request(LARGE),
        RenderRequest(request().recipe, watched=True),
        RenderRequest(request().recipe.model_copy(update={"kind": "image-to-image"})),
    ],
)  # fmt: skip
def test_what_is_unlike_what_was_painted_is_not_reckoned_from_it(other):
    queue, _ = learnt(request())
    assert queue._pace.left(request()) is not None
    assert queue._pace.left(other) is None


def test_small_and_large_regions_do_not_mix():
    queue, _ = learnt(request(SMALL))
    assert queue._pace.left(request(LARGE)) is None


def test_a_marked_region_counts_by_its_size():
    recipe = request().recipe.model_copy(update={"kind": "inpaint"})
    small, large = (masks.box_mask(box, recipe.size) for box in (SMALL, LARGE))
    one, other = (
        Pace().after(RenderRequest(recipe, mask=mask), [(0.1, 1.0), (0.5, 2.0)], 4.0)
        for mask in (small, large)
    )
    assert set(one.learnt) - set(other.learnt)
    assert one.left(RenderRequest(recipe, mask=large)) is None


def test_one_slow_time_does_not_count_and_a_new_pace_soon_does():
    wanted, marks = request(), [(0.25, 2.0), (0.5, 3.0), (0.75, 4.0)]
    known = Pace()
    for _ in range(3):
        known = known.after(wanted, marks, 5.0)
    usual = known.left(wanted)
    hiccup = known.after(wanted, [(s, 60 + 9 * t) for s, t in marks], 200.0)
    assert hiccup.left(wanted) == pytest.approx(usual)
    slower = known
    for _ in range(KEPT):
        slower = slower.after(wanted, [(s, 2 * t) for s, t in marks], 10.0)
    assert slower.left(wanted) == pytest.approx(2 * usual)
    assert {len(times) for times in slower.learnt.values()} == {KEPT}


def test_a_picture_that_is_slower_than_ever_is_told_to_take_longer_but_never_less_than_nothing():
    known = Pace().after(request(), [(0.25, 2.0), (0.5, 3.0), (0.75, 4.0)], 5.0)
    usual, slow = (known.left(request(), (0.5, seconds)) for seconds in (3.0, 6.0))
    assert slow == pytest.approx(1.5 * usual)
    for share in (0.0, 0.01, 0.5, 0.99, 1.0):
        for seconds in (0.0, 0.1, 1e6):
            assert known.left(request(), (share, seconds)) >= 0


def test_what_is_painted_in_one_step_is_learnt_as_a_whole():
    one = request(steps=1)
    assert Pace().after(one, [], 3.0).left(one) == 3.0
    assert Pace().after(request(SMALL), [], 3.0) == Pace()


def test_whoever_waits_hears_how_long_until_it_is_nearly_nothing():
    queue, clock = learnt(request())
    first, second = (queue.render(request(), threading.Event()) for _ in range(2))
    assert next(first).seconds == pytest.approx(6.5)
    waiting = next(second)
    assert (waiting.position, waiting.seconds) == (1, pytest.approx(6.5))
    clock.now += 2
    assert next(second).seconds == pytest.approx(4.5)
    clock.now += 100
    assert next(second).seconds == 0
    first.close()
    assert next(second).position == 0
    second.close()


def test_of_two_before_one_both_count_and_an_unknown_one_leaves_no_number():
    queue, _ = learnt(request())
    line = [queue.render(one, threading.Event()) for one in (request(), request(), request(side=9))]
    assert [next(one).seconds for one in line] == [pytest.approx(s) for s in (6.5, 6.5, 13.0)]
    last = queue.render(request(), threading.Event())
    assert next(last) == Queued(3, None)
    for one in (last, *line):
        one.close()


def test_what_was_stopped_teaches_nothing():
    queue, _ = learnt()
    cancel = threading.Event()
    events = queue.render(request(), cancel)
    next(events)
    cancel.set()
    with pytest.raises(Cancelled):
        next(events)
    assert queue._pace == Pace()


def test_it_outlives_a_restart(tmp_path: Path):
    clock, file = Clock(), PaceFile(tmp_path)
    told(PaintQueue(Slow(clock), file.read(), file.keep, clock), request())
    again = PaintQueue(Slow(clock), PaceFile(tmp_path).read(), clock=clock)
    assert told(again, request())[0][1] == pytest.approx(6.5, abs=0.01)
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == [FILE_NAME]


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"[1]", b'{"m": 3}', b'{"m": [-1]}', b'{"m": [NaN]}', b'{"m": ["x"]}', b"\xff"],
)
def test_a_damaged_file_is_forgotten(tmp_path: Path, content: bytes):
    (tmp_path / FILE_NAME).write_bytes(content)
    assert PaceFile(tmp_path).read() == Pace()


def test_a_disk_that_cannot_be_written_stops_no_painting(tmp_path: Path):
    home = tmp_path / "a file"
    home.write_text("in the way")
    clock, file = Clock(), PaceFile(home)
    told(PaintQueue(Slow(clock), file.read(), file.keep, clock), request())
