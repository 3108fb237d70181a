"""Measures drift: how much repeated edits change the rest of the picture.

A series of local edits changes one grid cell after the other; everything outside the edited cells
is compared with the first picture. For a series of whole-picture edits the mean change is reported.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass

from PIL import Image, ImageChops

from t2i_chat.chat.session import Parts
from t2i_chat.core.actions import MARKED, Generate, Inpaint, Restyle
from t2i_chat.core.geometry import Box, Size
from t2i_chat.core.params import Params
from t2i_chat.core.recipe import Rendered
from t2i_chat.editing import requests
from t2i_chat.editing.requests import Job, Source
from t2i_chat.imaging import diff, masks

PROMPT = "a red house under a blue sky with a tree"
COLUMNS, ROWS = 4, 3
"""The grid of cells, one local edit each."""
LOOKS = ("red flowers", "a blue pond", "yellow leaves")
MANNERS = ("watercolour", "at night", "in winter", "oil painting")


@dataclass(frozen=True, slots=True)
class Drift:
    """The measured drift.

    `outside`: for each local edit the largest difference (0–255) from the first picture outside all
    edited cells. `whole`: for each whole-picture edit the mean change (0–255).
    """

    outside: tuple[int, ...]
    whole: tuple[float, ...]


def measure(parts: Parts) -> Drift:
    """Renders a picture and applies twelve local and four whole-picture edits."""
    conversation = parts.store.new_conversation()
    (job,) = requests.generate(
        Generate(prompt=PROMPT),
        PROMPT,
        facts=parts.facts,
        params=Params(),
        drawn_seed=7,
        lexicon=parts.lexicon,
    )
    first = _painted(parts, conversation, job)
    return Drift(tuple(_outside(parts, first)), tuple(_whole(parts, first)))


def cells(size: Size) -> list[Box]:
    """The inner halves of the grid's cells, row by row."""
    wide, high = size.width // COLUMNS, size.height // ROWS
    return [
        Box(
            x0=wide * column + wide // 4,
            y0=high * row + high // 4,
            x1=wide * column + 3 * wide // 4,
            y1=high * row + 3 * high // 4,
        )
        for row in range(ROWS)
        for column in range(COLUMNS)
    ]


def _outside(parts: Parts, first: Source) -> Iterator[int]:
    base, touched = first, Image.new("L", first.image.size)
    size = Size(width=first.image.width, height=first.image.height)
    for turn, cell in enumerate(cells(size)):
        mask = masks.box_mask(cell, size)
        action = Inpaint(target=MARKED, result=LOOKS[turn % len(LOOKS)])
        job = requests.edit(action, base, mask, facts=parts.facts, params=Params())
        touched = ImageChops.lighter(touched, masks.compositing(mask, job.request.recipe))
        base = _painted(parts, base.version.conversation, job)
        yield masks.receipt(first.image, base.image, touched).max_outside or 0


def _whole(parts: Parts, first: Source) -> Iterator[float]:
    base = first
    for manner in MANNERS:
        job = requests.restyle(Restyle(result=manner), base, facts=parts.facts, params=Params())
        now = _painted(parts, base.version.conversation, job)
        yield float(diff.per_pixel(base.image, now.image).mean())
        base = now


def _painted(parts: Parts, conversation: str, job: Job) -> Source:
    """Renders a job and stores it as a version."""
    job = requests.reworded(job, parts.lexicon)
    events = list(parts.renderer.render(job.request, threading.Event()))
    rendered = next(event for event in events if isinstance(event, Rendered))
    for picture in (job.request.image, job.request.mask):
        if picture is not None:
            parts.store.put_blob(picture)
    version = parts.store.add_version(
        conversation,
        image=rendered.image,
        recipe=rendered.recipe,
        parent=job.parent,
        caption=job.caption,
        summary="",
        receipt=rendered.receipt,
    )
    return Source(version, parts.store.image(version))
