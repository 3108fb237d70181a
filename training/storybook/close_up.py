"""Crops the context of a hole out of a scene's latents.

A thing covers a sixteenth of a scene. In a close-up it takes a quarter of the work to paint, and
the UNet learns what it looks like that much sooner.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from t2i_chat.storybook.backdrop import Mask
from training.storybook.holes import Hole, empty_hole, thing_hole
from training.storybook.scene_pool import Encoded

Rng = np.random.Generator

THINGS = 0.85
"""The share of close-ups that are about a thing, where there is one."""


def close_up(one: Encoded, side: int, rng: Rng) -> tuple[Encoded, Hole]:
    """Return a random hole in a scene and the `side` by `side` latents about it.

    Where a thing is too large for that, the hole is about none.
    """
    about_a_thing = bool(one.scene.things) and rng.random() < THINGS
    hole = thing_hole(one, rng) if about_a_thing else empty_hole(one, rng)
    if max(_extent(hole.mask, axis)[1] for axis in (0, 1)) > side:
        hole = empty_hole(one, rng)
    rows, columns = (_around(hole.mask, axis, side, rng) for axis in (0, 1))
    return _cropped(one, rows, columns), _seen_through(hole, rows, columns)


def _extent(mask: Mask, axis: int) -> tuple[int, int]:
    """Return where a mask begins along an axis and how long it is."""
    taken = np.flatnonzero(mask.any(1 - axis))
    return (int(taken[0]), int(np.ptp(taken)) + 1) if len(taken) else (0, 0)


def _around(mask: Mask, axis: int, side: int, rng: Rng) -> slice:
    """Return `side` latents along an axis that hold the mask, from an even one: labels are twos."""
    start, length = _extent(mask, axis)
    last = mask.shape[axis] - side
    low, high = max(0, start + length - side), min(start, last)
    first = int(rng.integers(low, max(low, high) + 1)) // 2 * 2
    return slice(first, first + side)


def _cropped(one: Encoded, rows: slice, columns: slice) -> Encoded:
    halves = [slice(span.start // 2, span.stop // 2) for span in (rows, columns)]
    return replace(
        one,
        latents=one.latents[:, rows, columns],
        things=one.things[:, rows, columns],
        labels=one.labels[:, halves[0], halves[1]],
        regions=one.regions[:, rows, columns],
    )


def _seen_through(hole: Hole, rows: slice, columns: slice) -> Hole:
    return Hole(hole.caption, hole.mask[rows, columns], hole.latents[:, rows, columns])
