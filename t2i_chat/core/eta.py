"""Time estimates (ETA) for pictures, learnt from the step times of earlier pictures.

A request is split into stretches of denoising steps of equal cost: a layout's backdrop is denoised
at full size, each region in a crop. For each kind of stretch the seconds per step of the last few
pictures on this machine are kept, and their median is used. Callers pass the times; no clock is
read here.
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
"""How many of the last measurements of each kind are kept."""
UNLIKE = 4.0
"""The measured speed of the running picture counts for at most this factor, up or down."""
_SIDE = 64
"""Picture sizes are rounded to multiples of this many pixels before they are compared."""
_SEEN = 16
"""Minimum context around an inpainted region, in pixels."""

_NOTHING = 1e-6
"""Tolerance when comparing step counts that are floats."""

Mark = tuple[float, float]
"""A progress measurement: the share of all steps done (0–1), the seconds since the start."""

_File = TypeAdapter(
    dict[str, tuple[Annotated[float, Field(ge=0, allow_inf_nan=False, strict=True)], ...]]
)


@dataclass(frozen=True, slots=True)
class Stretch:
    """A number of denoising steps of one kind, each of which takes equally long."""

    kind: str
    steps: int


def stretches_of(request: RenderRequest) -> tuple[Stretch, ...]:
    """The stretches of denoising steps that a request consists of, in order."""
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
    """The size class of a region's crop, in quarters of the picture's side (" 1/4" to " 4/4")."""
    side = max(box.width, box.height) + _SEEN
    return f" {min(4, math.ceil(4 * side / math.sqrt(size.area)))}/4"


def _kind(request: RenderRequest, what: str) -> str:
    """The key under which times are kept: model, size, part, guidance or not, watched or not."""
    recipe = request.recipe
    side = _SIDE * max(1, round(math.sqrt(recipe.size.area) / _SIDE))
    guided = " guided" if recipe.guidance_scale > 1 else ""
    return f"{recipe.model} {side} {what}{guided}{' watched' if request.watched else ''}"


@dataclass(frozen=True, slots=True)
class Pace:
    """The times measured so far: seconds per kind, the last few of each, oldest first."""

    learnt: Mapping[str, tuple[float, ...]] = field(default_factory=dict)

    def after(self, request: RenderRequest, marks: Sequence[Mark], seconds: float) -> Pace:
        """These times with those of a finished picture added: its marks and its total seconds."""
        learnt = dict(self.learnt)
        for kind, took in _taught(request, marks, seconds):
            learnt[kind] = (*learnt.get(kind, ()), took)[-KEPT:]
        return replace(self, learnt=learnt)

    def left(self, request: RenderRequest, mark: Mark = (0.0, 0.0)) -> float | None:
        """Estimated seconds from `mark` to the finished picture; None if a kind was never measured.

        The further the picture has come, the more its own measured speed counts.
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
        """All times as JSON, to be read back by `read`."""
        return json.dumps({kind: [round(t, 4) for t in took] for kind, took in self.learnt.items()})


def read(text: str | bytes) -> Pace:
    """The times that `as_json` wrote; empty for any other text."""
    try:
        learnt = _File.validate_json(text)
    except ValidationError:
        return Pace()
    return Pace({kind: took[-KEPT:] for kind, took in learnt.items() if took})


def _ends(request: RenderRequest) -> tuple[str, str]:
    """The keys for the time before the first step (encoding) and after the last one (decoding)."""
    kind = request.recipe.kind
    return _kind(request, f"{kind} start"), _kind(request, f"{kind} finish")


def _seconds(each: Sequence[float], steps: Sequence[float]) -> float:
    return sum(seconds * count for seconds, count in zip(each, steps, strict=True))


def _steps(stretches: Sequence[Stretch]) -> int:
    return sum(stretch.steps for stretch in stretches)


def _within(stretches: Sequence[Stretch], done: float) -> list[float]:
    """How many steps of each stretch are done when `done` steps in total are."""
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
    if not marks:  # a renderer of a single step reports no progress
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
    """Seconds per step of each stretch, from the marks that lie in it; None with fewer than two."""
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
    """Seconds rounded for display: to 1 s, 5 s or whole minutes; 0 means a few seconds."""
    if seconds < 3.5:
        return 0
    for step, limit in ((1, 9.5), (5, 57.5)):
        if seconds < limit:
            return step * round(seconds / step)
    return 60 * max(1, round(seconds / 60))
