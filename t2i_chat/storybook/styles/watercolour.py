"""Washes of pigment on rough paper.

Density of pigment after Bousseau, Kaplan, Thollot and Sillion, "Interactive watercolor rendering
with temporal coherence and abstraction" (2006).
"""

from __future__ import annotations

import numpy as np

from t2i_chat.storybook.styles.filters import (
    blurred,
    displaced,
    edge_darkness,
    light,
    simplified,
    step,
    unit,
)
from t2i_chat.storybook.styles.grain import clouds, paper
from t2i_chat.storybook.styles.oklab import Floats

_PAPER = np.array([0.992, 0.982, 0.958], np.float32)


def watercolour(pixels: Floats, seed: int) -> Floats:
    """Return a picture as washes with dark rims, soft bleeding, granulation and paper."""
    rng, scale = np.random.default_rng([seed, 1]), unit(pixels)
    shape = pixels.shape[:2]
    colour = _bled(_wavering(pixels, rng, scale), rng, scale)
    glazed = _glazed(colour, rng, scale)
    rim = edge_darkness(glazed, 1.3 * scale)
    height = paper(rng, shape, scale)
    uneven = 0.42 * clouds(rng, shape, 80 * scale, 5) + 0.11 * height
    uneven += 0.3 * _blooms(rng, shape, scale)
    density = 1 + uneven * (0.3 + 0.7 * light(glazed)) + 6 * rim
    return _on_paper(glazed, density, height)


def _wavering(pixels: Floats, rng: np.random.Generator, scale: float) -> Floats:
    """The picture with the edges of a hand that is not quite steady, as washes."""
    shape = pixels.shape[:2]
    right, down = (1.7 * scale * clouds(rng, shape, 22 * scale, 3) for _ in range(2))
    return simplified(displaced(pixels, right, down), 3.0 * scale)


def _bled(colour: Floats, rng: np.random.Generator, scale: float) -> Floats:
    """The washes run together where the paper is wet."""
    shape = colour.shape[:2]
    wet = step(clouds(rng, shape, 90 * scale, 3), 0.05, 0.5)[..., None]
    right, down = (4 * scale * clouds(rng, shape, 12 * scale, 2) for _ in range(2))
    run = displaced(blurred(colour, 2.0 * scale), right, down)
    return np.asarray(colour + 0.45 * wet * (run - colour), np.float32)


def _glazed(colour: Floats, rng: np.random.Generator, scale: float) -> Floats:
    """The shading as a few glazes laid over each other, each with an edge."""
    levels = 9
    tone = light(colour)
    uneven = tone * levels + 0.45 * clouds(rng, colour.shape[:2], 34 * scale, 4)
    whole = np.floor(uneven)
    stepped = (whole + step(uneven - whole, 0.38, 0.62)) / levels
    ratio = np.clip((stepped + 0.05) / (tone + 0.05), 0.75, 1.25)
    return np.asarray(colour * (1 + 0.75 * (ratio - 1))[..., None], np.float32)


def _blooms(rng: np.random.Generator, shape: tuple[int, int], scale: float) -> Floats:
    """Where water ran back into a drying wash: pale inside, and a dark ragged rim."""
    ground = clouds(rng, shape, 110 * scale, 6)
    inside = step(ground, 0.30, 0.42)
    rim = step(ground, 0.24, 0.30) * (1 - step(ground, 0.30, 0.34))
    return np.asarray(0.9 * rim - 0.6 * inside, np.float32)


def _on_paper(colour: Floats, density: Floats, height: Floats) -> Floats:
    """Light through pigment of a density onto paper and back."""
    through = np.clip(0.07 + 0.95 * colour, 0, 1)
    through = through ** np.maximum(density, 0.25)[..., None] ** 0.9
    return np.asarray(np.clip(through * _PAPER * (1 + 0.012 * height)[..., None], 0, 1), np.float32)
