"""Drift over twelve edits is measured against the first picture; a leak is detected."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from t2i_chat.chat.session import Parts
from t2i_chat.core.geometry import Size
from t2i_chat.core.recipe import Rendered, RenderEvent, RenderRequest
from t2i_chat.core.registry import facts_for
from t2i_chat.core.settings import Settings
from t2i_chat.reproduce.drift import cells, measure
from t2i_chat.store import SqlStore
from tests.fakes import FakePlanner, FakeRenderer, FakeSegmenter


class Leaky(FakeRenderer):
    """Moves the first pixel of every edited picture by 5."""

    def render(self, request: RenderRequest, cancel: threading.Event) -> Iterator[RenderEvent]:
        """As FakeRenderer, but for that pixel."""
        for event in super().render(request, cancel):
            if isinstance(event, Rendered) and request.mask is not None:
                red, green, blue = event.image.getpixel((0, 0))
                event.image.putpixel((0, 0), (red + (5 if red < 128 else -5), green, blue))
            yield event


def parts_with(renderer: FakeRenderer, folder: Path) -> Parts:
    return Parts(
        planner=FakePlanner(),
        segmenter=FakeSegmenter(),
        renderer=renderer,
        store=SqlStore(folder),
        facts=facts_for("storybook"),
        settings=Settings(data_dir=folder),
    )


def test_exact_edits_do_not_drift(tmp_path: Path) -> None:
    drift = measure(parts_with(FakeRenderer(), tmp_path))
    assert drift.outside == (0,) * 12
    assert len(drift.whole) == 4
    assert min(drift.whole) > 0


def test_a_leak_adds_up_and_is_seen(tmp_path: Path) -> None:
    outside = measure(parts_with(Leaky(), tmp_path)).outside
    assert outside[0] == 5
    assert all(value > 0 for value in outside[::2])


@pytest.mark.parametrize("size", [Size(width=256, height=256), Size(width=500, height=333)])
def test_cells_do_not_touch(size: Size) -> None:
    boxes = cells(size)
    assert len(boxes) == 12
    for one in boxes:
        assert 0 < one.x0 < one.x1 < size.width
        assert 0 < one.y0 < one.y1 < size.height
        for other in boxes:
            apart = one.x1 < other.x0 or other.x1 < one.x0 or one.y1 < other.y0 or other.y1 < one.y0
            assert one == other or apart
