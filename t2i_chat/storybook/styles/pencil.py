"""Lines and hatching in graphite on drawing paper.

Lines after Winnemöller, Kyprianidis and Olsen, "XDoG: an extended difference-of-Gaussians
compendium" (2012); tone by crossed layers of strokes, as in Praun, Hoppe, Webb and Finkelstein,
"Real-time hatching" (2001).
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
from t2i_chat.storybook.styles.grain import clouds, paper, strokes
from t2i_chat.storybook.styles.oklab import Floats

_PAPER = np.array([0.975, 0.968, 0.945], np.float32)
_GRAPHITE = np.array([0.17, 0.17, 0.19], np.float32)
_LAYERS = ((50.0, 0.05, 0.75), (38.0, 0.30, 0.95), (-40.0, 0.55, 1.05))
"""Direction of the strokes in degrees, and between which darknesses the layer fills."""


def pencil(pixels: Floats, seed: int) -> Floats:
    """Return a picture as outlines and hatching in graphite."""
    rng, scale = np.random.default_rng([seed, 2]), unit(pixels)
    smooth = simplified(pixels, 2.2 * scale)
    height = paper(rng, pixels.shape[:2], 0.8 * scale)
    bare = (1 - _hatched(smooth, rng, scale)) * (1 - _outlines(smooth, rng, scale))
    graphite = (1 - bare) * np.clip(1 - 0.10 * height, 0.4, 1.15)
    white = _PAPER * (1 + 0.010 * height)[..., None]
    return np.asarray(white + (_GRAPHITE - white) * np.clip(graphite, 0, 1)[..., None])


def _hatched(smooth: Floats, rng: np.random.Generator, scale: float) -> Floats:
    """(h, w) graphite of strokes, 0 to 1: the darker a place, the more layers cross."""
    dark = 1 - blurred(light(smooth), 0.8 * scale)
    dark = 0.86 * dark + 1.1 * (dark - blurred(dark, 5 * scale))
    bare = np.ones_like(dark)
    for angle, begins, full in _LAYERS:
        drawn = strokes(rng, dark.shape, angle, 0.55 * scale, 16 * scale)
        cover = np.clip((dark - begins) / (full - begins), 0, 1)
        stroke = step(drawn, 0.72 - 0.6 * cover, 1.0 - 0.4 * cover)
        bare *= 1 - 0.8 * cover * (0.45 + 0.55 * stroke)
    return np.asarray(1 - bare, np.float32)


def _outlines(smooth: Floats, rng: np.random.Generator, scale: float) -> Floats:
    """(h, w) graphite of outlines, 0 to 1, drawn twice and not quite in the same place."""
    shape, total = smooth.shape[:2], np.ones(smooth.shape[:2], np.float32)
    edges = edge_darkness(smooth, 0.8 * scale)
    for strength in (0.85, 0.5):
        right, down = (1.6 * scale * clouds(rng, shape, 40 * scale, 2) for _ in range(2))
        total *= 1 - strength * step(displaced(edges, right, down), 0.004, 0.026)
    pressure = 0.85 + 0.25 * clouds(rng, shape, 30 * scale, 2)
    return np.asarray((1 - total) * pressure, np.float32)
