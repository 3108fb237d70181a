"""Brush strokes in thick oil paint, lit from the upper left.

Strokes in layers from coarse to fine after Hertzmann, "Painterly rendering with curved brush
strokes of multiple sizes" (1998); here they are straight.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from t2i_chat.storybook.styles.filters import blurred, light, simplified, step, strongest, unit
from t2i_chat.storybook.styles.grain import clouds
from t2i_chat.storybook.styles.oklab import Floats

_SHIFT = 4
"""OpenCV's lines take points in 1/16 pixels."""
_UNEVEN = 0.022
"""Deviation of the lightness of strokes."""
_RELIEF = np.array([[-1, -1, 0], [-1, 0, 1], [0, 1, 1]], np.float32)


@dataclass(frozen=True, slots=True)
class Brush:
    """Strokes of one size, in pixels of a picture whose shorter side is 512."""

    width: float
    length: float
    apart: float
    detail: float
    """How much a place must vary to be gone over with this brush."""


@dataclass(frozen=True, slots=True)
class Model:
    """What is painted from: (h, w, 3) colour, (h, w) direction in radians, (h, w) detail."""

    colour: Floats
    direction: Floats
    detail: Floats
    scale: float


_BRUSHES = (Brush(9, 18, 6.5, 0.0), Brush(5, 12, 4.5, 0.02), Brush(2.8, 8, 3.8, 0.06))


def oil(pixels: Floats, seed: int) -> Floats:
    """Return a picture as strokes of three brushes that follow its shapes."""
    rng = np.random.default_rng([seed, 3])
    model = _model(pixels, rng)
    canvas = np.dstack([model.colour, np.full(pixels.shape[:2], 0.5, np.float32)])
    wet = (np.clip(canvas, 0, 1) * 255).astype(np.uint8)
    for brush in _BRUSHES:
        _go_over(wet, model, brush, rng)
    paint: Floats = wet.astype(np.float32) / np.float32(255)
    fine = 0.8 * step(model.detail, 0.03, 0.13)[..., None]
    colour = paint[..., :3] + fine * (model.colour - paint[..., :3])
    ridge = cv2.filter2D(blurred(paint[..., 3], 0.8 * model.scale), -1, _RELIEF)
    return np.asarray(colour - 0.09 * model.scale * ridge[..., None], np.float32)


def _model(pixels: Floats, rng: np.random.Generator) -> Model:
    scale = unit(pixels)
    smooth = simplified(pixels, 2 * scale)
    contrast = strongest(np.abs(pixels - blurred(pixels, 3 * scale)))
    detail = blurred(contrast, 2.2 * scale)
    return Model(smooth, _along_edges(smooth, rng, scale), detail, scale)


def _along_edges(smooth: Floats, rng: np.random.Generator, scale: float) -> Floats:
    """(h, w) angle of strokes in radians: along edges, and along slow waves where there are none.

    Doubled angles are averaged, as in a structure tensor, so that opposite gradients agree.
    """
    tone = light(smooth)
    right = cv2.Sobel(tone, cv2.CV_32F, 1, 0, ksize=3)
    down = cv2.Sobel(tone, cv2.CV_32F, 0, 1, ksize=3)
    doubled = blurred(np.dstack([right * right - down * down, 2 * right * down]), 2.5 * scale)
    wave = 1.2 * np.pi * clouds(rng, tone.shape, 200 * scale, 2)
    cosine = doubled[..., 0] - 0.004 * np.cos(wave)
    sine = doubled[..., 1] - 0.004 * np.sin(wave)
    return np.asarray(np.arctan2(sine, cosine) / 2 + np.pi / 2, np.float32)


def _go_over(wet: NDArray[np.uint8], model: Model, brush: Brush, rng: np.random.Generator) -> None:
    """Lay a brush's strokes on (h, w, 4) colour and thickness, where there is detail for it."""
    spots = _spots(model.detail.shape, brush.apart * model.scale, rng)
    uneven = rng.normal(0, _UNEVEN, (len(spots), 1))
    x, y = spots.astype(int).T
    wanted = model.detail[y, x] >= brush.detail
    spots, uneven, x, y = spots[wanted], uneven[wanted], x[wanted], y[wanted]
    colour = model.colour[y, x] * (1 + 1.5 * uneven) + uneven
    paint = np.clip(np.hstack([colour, 0.5 + 9 * uneven]), 0, 1) * 255
    angle = model.direction[y, x]
    half = np.stack([np.cos(angle), np.sin(angle)], axis=1) * (brush.length * model.scale / 2)
    ends = np.round(np.hstack([spots - half, spots + half]) * 2**_SHIFT).astype(int)
    width = max(1, round(brush.width * model.scale))
    for end, load in zip(ends.tolist(), paint.tolist(), strict=True):
        cv2.line(wet, end[:2], end[2:], load, width, cv2.LINE_AA, _SHIFT)


def _spots(shape: tuple[int, ...], apart: float, rng: np.random.Generator) -> NDArray[np.float64]:
    """(n, 2) middles x, y of strokes: an uneven grid in random order."""
    rows, columns = int(shape[0] / apart) + 1, int(shape[1] / apart) + 1
    row, column = np.divmod(rng.permutation(rows * columns), columns)
    jitter = rng.random((2, rows * columns))
    middle = (np.stack([column, row]) + jitter) * apart
    return np.minimum(middle.T, (shape[1] - 1, shape[0] - 1))
