"""Wax crayon rubbed over rough paper, with outlines in a darker crayon."""

from __future__ import annotations

import numpy as np

from t2i_chat.storybook.styles.filters import (
    displaced,
    edge_darkness,
    light,
    simplified,
    step,
    unit,
)
from t2i_chat.storybook.styles.grain import clouds, paper, strokes
from t2i_chat.storybook.styles.oklab import Floats, to_oklab, to_srgb

_PAPER = np.array([0.985, 0.972, 0.935], np.float32)


def crayon(pixels: Floats, seed: int) -> Floats:
    """Return a picture as waxy strokes, in two directions, thin in the hollows of the paper."""
    rng, scale = np.random.default_rng([seed, 4]), unit(pixels)
    shape = pixels.shape[:2]
    right, down = (1.7 * scale * clouds(rng, shape, 18 * scale, 2) for _ in range(2))
    drawn = simplified(displaced(pixels, right, down), 2.4 * scale)
    height = paper(rng, shape, 0.75 * scale)
    hand = _hand(rng, shape, scale)
    pressed = 0.95 - 0.6 * light(drawn)
    wax = 0.25 + 0.75 * step(0.45 * height + 1.5 * (hand - 0.5) + 1.6 * pressed, -0.6, 0.9)
    line = step(edge_darkness(drawn, 1.3 * scale), 0.006, 0.032)
    line *= 0.85 * step(height + 2 * (hand - 0.5), -1.8, -0.2)
    colour = _bright(drawn) * (1.06 - 0.24 * (hand - 0.25))[..., None]
    bare = _PAPER + 0.5 * (drawn - _PAPER)
    coloured = bare + wax[..., None] * (colour - bare)
    return np.asarray(coloured + line[..., None] * (0.42 * colour - coloured), np.float32)


def _hand(rng: np.random.Generator, shape: tuple[int, int], scale: float) -> Floats:
    """(h, w) strokes, 0 to 1, whose direction differs from patch to patch."""
    first = strokes(rng, shape, 58, 0.8 * scale, 22 * scale)
    second = strokes(rng, shape, -18, 0.8 * scale, 22 * scale)
    patch = step(clouds(rng, shape, 130 * scale, 2), -0.1, 0.1)
    return np.asarray(first + patch * (second - first), np.float32)


def _bright(drawn: Floats) -> Floats:
    """The colours of a box of crayons: stronger, and never quite black."""
    lab = to_oklab(drawn)
    lab[..., 0] = 0.16 + 0.84 * lab[..., 0]
    lab[..., 1:] *= 1.25
    return to_srgb(lab)
