"""How long a picture still takes, from what earlier ones took on this machine; it has no clock.

A request falls into stretches whose steps all take as long: a layout's backdrop is painted at the
picture's own size, each region from near. What a step of a kind took is remembered, and of the last
few times the median counts.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import accumulate
from statistics import median
from typing import Annotated

from pydantic import Field, TypeAdapter, ValidationError

from t2i_chat.core.geometry import Box, Size
from t2i_chat.core.recipe import RenderRequest, steps_of

KEPT = 9
"""How many of the last times count."""
UNLIKE = 4.0
"""How many times slower or faster than before a painting may be taken to be."""
_SIDE = 64
"""Pixels in which sizes are counted."""
_SEEN = 16
"""Pixels of surroundings that a region is painted with at least."""

_NOTHING = 1e-6
"""As much as shares are off by."""

Mark = tuple[float, float]
"""The share of a picture's steps that is done (0–1), and the seconds it took from the beginning."""

_File = TypeAdapter(
    dict[str, tuple[Annotated[float, Field(ge=0, allow_inf_nan=False, strict=True)], ...]]
)


@dataclass(frozen=True, slots=True)
class Stretch:
    """So many denoising steps of one kind, each of which takes as long as the others."""

    kind: str
    steps: int


def stretches_of(request: RenderRequest) -> tuple[Stretch, ...]:
    """What is painted for a request, in order."""
    recipe, layout = request.recipe, request.recipe.layout
    if layout is None:
        steps = max(1, round(recipe.num_inference_steps * (recipe.strength or 1)))
        return (Stretch(_kind(request, f"{recipe.kind}{_marked(request)}"), steps),)
    regions = (f"region{_near(region.box, recipe.size)}" for region in layout.regions)
    parts = zip(("backdrop", *regions), steps_of(recipe, layout), strict=True)
    return tuple(Stretch(_kind(request, part), steps) for part, steps in parts if steps)


def _marked(request: RenderRequest) -> str:
    found = request.mask.getbbox() if request.mask else None
    if found is None:
        return ""
    x0, y0, x1, y1 = found
    return _near(Box(x0=x0, y0=y0, x1=x1, y1=y1), request.recipe.size)


def _near(box: Box, size: Size) -> str:
    """How much of a picture is painted for a box of it, in quarters of its side."""
    side = max(box.width, box.height) + _SEEN
    return f" {min(4, math.ceil(4 * side / math.sqrt(size.area)))}/4"


def _kind(request: RenderRequest, what: str) -> str:
    """The name under which is remembered what something takes."""
    recipe = request.recipe
    side = _SIDE * max(1, round(math.sqrt(recipe.size.area) / _SIDE))
    guided = " guided" if recipe.guidance_scale > 1 else ""
    return f"{recipe.model} {side} {what}{guided}{' watched' if request.watched else ''}"


@dataclass(frozen=True, slots=True)
class Pace:
    """What was learnt: by kind the seconds of the last few times, oldest first."""

    learnt: Mapping[str, tuple[float, ...]] = field(default_factory=dict)

    def after(self, request: RenderRequest, marks: Sequence[Mark], seconds: float) -> Pace:
        """With what a finished picture taught: its marks on the way, and how long it took."""
        learnt = dict(self.learnt)
        for kind, took in _taught(request, marks, seconds):
            learnt[kind] = (*learnt.get(kind, ()), took)[-KEPT:]
        return replace(self, learnt=learnt)

    def left(self, request: RenderRequest, mark: Mark = (0.0, 0.0)) -> float | None:
        """Seconds from a mark until the picture is there; None where too little was learnt.

        The further it has come, the more counts how fast this very painting has been.
        """
        stretches = stretches_of(request)
        learnt = [self._of(kind) for kind in (*(s.kind for s in stretches), *_ends(request))]
        known = [seconds for seconds in learnt if seconds is not None]
        if len(known) < len(learnt):
            return None
        *each, start, finish = known
        share, passed = mark
        if share == 0:
            return start + _seconds(each, [one.steps for one in stretches]) + finish
        done = _within(stretches, share * _steps(stretches))
        taken = start + _seconds(each, done)
        to_do = [one.steps - within for one, within in zip(stretches, done, strict=True)]
        speed = min(max(passed / taken, 1 / UNLIKE), UNLIKE) if taken else 1.0
        return (_seconds(each, to_do) + finish) * (1 + share * (speed - 1))

    def _of(self, kind: str) -> float | None:
        times = self.learnt.get(kind)
        return median(times) if times else None

    def as_json(self) -> str:
        """All of it as a text, for `read`."""
        return json.dumps({kind: [round(t, 4) for t in took] for kind, took in self.learnt.items()})


def read(text: str | bytes) -> Pace:
    """What `as_json` wrote; nothing was learnt where the text is anything else."""
    try:
        learnt = _File.validate_json(text)
    except ValidationError:
        return Pace()
    return Pace({kind: took[-KEPT:] for kind, took in learnt.items() if took})


def _ends(request: RenderRequest) -> tuple[str, str]:
    """What is remembered of the time before the first step, and of that after the last one."""
    kind = request.recipe.kind
    return _kind(request, f"{kind} start"), _kind(request, f"{kind} finish")


def _seconds(each: Sequence[float], steps: Sequence[float]) -> float:
    return sum(seconds * count for seconds, count in zip(each, steps, strict=True))


def _steps(stretches: Sequence[Stretch]) -> int:
    return sum(stretch.steps for stretch in stretches)


def _within(stretches: Sequence[Stretch], done: float) -> list[float]:
    """How many steps of each stretch are done when `done` of all are."""
    ends = accumulate(stretch.steps for stretch in stretches)
    return [
        min(max(done - (end - stretch.steps), 0.0), stretch.steps)
        for end, stretch in zip(ends, stretches, strict=True)
    ]


def _taught(
    request: RenderRequest, marks: Sequence[Mark], seconds: float
) -> Iterator[tuple[str, float]]:
    stretches = stretches_of(request)
    total, (start, finish) = _steps(stretches), _ends(request)
    if not marks:  # whoever paints in one step tells of none
        if len(stretches) == 1:
            yield from [(stretches[0].kind, seconds / total), (start, 0.0), (finish, 0.0)]
        return
    done = [(share * total, when) for share, when in marks]
    each = _each(stretches, done)
    yield from (
        (one.kind, took) for one, took in zip(stretches, each, strict=True) if took is not None
    )
    (first, began), (last, ended) = done[0], done[-1]
    if each[0] is not None:
        yield start, max(0.0, began - first * each[0])
    if each[-1] is not None:
        yield finish, max(0.0, seconds - ended - (total - last) * each[-1])


def _each(stretches: Sequence[Stretch], done: Sequence[Mark]) -> list[float | None]:
    """Seconds of a step of each stretch, by the marks in it."""
    ends = accumulate(stretch.steps for stretch in stretches)
    inside = [
        [mark for mark in done if end - stretch.steps - _NOTHING <= mark[0] <= end + _NOTHING]
        for end, stretch in zip(ends, stretches, strict=True)
    ]
    return [
        (marks[-1][1] - marks[0][1]) / (marks[-1][0] - marks[0][0]) if len(marks) > 1 else None
        for marks in inside
    ]


def rounded(seconds: float) -> int:
    """Seconds as exactly as they can honestly be told; 0 are a few."""
    if seconds < 3.5:
        return 0
    for step, limit in ((1, 9.5), (5, 57.5)):
        if seconds < limit:
            return step * round(seconds / step)
    return 60 * max(1, round(seconds / 60))
