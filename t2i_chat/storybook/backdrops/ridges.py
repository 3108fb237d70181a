"""Layers of land: rolling outlines, softly shaded, with room for the next layer at their foot."""

from __future__ import annotations

import cv2
import numpy as np

from t2i_chat.storybook.backdrops import noise
from t2i_chat.storybook.backdrops.air import Ramp
from t2i_chat.storybook.backdrops.canvas import Canvas
from t2i_chat.storybook.backdrops.colour import Floats


def rolling(
    rng: np.random.Generator, canvas: Canvas, top: float, height: float, waves: float
) -> Floats:
    """Return (w,) rows of an outline: `height` pixels of hills above row `top`."""
    x = np.linspace(0, canvas.width / canvas.unit, canvas.width)
    total = np.zeros(canvas.width)
    for octave, share in enumerate((1.0, 0.42, 0.12)):
        pace = waves * 1.9**octave * rng.uniform(0.85, 1.2)
        total += share * np.sin(2 * np.pi * (x * pace + rng.random()))
    return np.asarray(top - height * (0.5 + total / 2.6), np.float32)


def below(canvas: Canvas, tops: Floats) -> tuple[int, Floats]:
    """Return a first row, and the (rows, w) distance in pixels from there below an outline."""
    first = max(int(tops.min()) - 1, 0)
    return first, canvas.rows(first) - tops[None, :]


def facing(canvas: Canvas, tops: Floats, side: float) -> Floats:
    """Return (w,) how far a slope turns to the light, about -1 to 1."""
    slope = np.gradient(np.asarray(cv2.GaussianBlur(tops[None, :], (0, 0), canvas.unit / 60))[0])
    return np.asarray(np.tanh(-2.6 * slope * side), np.float32)


def paint_ridge(
    canvas: Canvas,
    tops: Floats,
    ramp: Ramp,
    side: float,
    patches: np.random.Generator | None = None,
    relief: float = 1.0,
) -> tuple[int, Floats]:
    """Paint all below an outline as one soft body of land; return its first row and coverage."""
    first, under = below(canvas, tops)
    if under.shape[0] == 0:
        return first, np.zeros((0, canvas.width), np.float32)
    reach = canvas.unit * 0.11
    fall = np.exp(-np.maximum(under, 0) / reach)
    shade = 0.46 + relief * (0.26 * facing(canvas, tops, side)[None, :] + 0.22) * fall
    shade -= 0.10 * relief * np.clip(under / (canvas.unit * 0.5), 0, 1)
    if patches is not None:
        shade += 0.16 * relief * (ground_noise(patches, canvas, first) - 0.5)
    alpha = np.clip(under + 0.5, 0, 1)
    canvas.blend(first, 0, alpha, ramp.at(np.clip(shade, 0, 1)))
    return first, alpha


def ground_noise(rng: np.random.Generator, canvas: Canvas, first: int) -> Floats:
    """Return (rows, w) noise, 0 to 1, lying flat: wide, and finer towards row `first`."""
    rows, width = canvas.height - first, canvas.width
    tile = noise.clouded(rng, 160, 160, 7, 3)
    near = (np.arange(rows, dtype=np.float32)[:, None] + 1) / max(rows, 1)
    away = 1 / (0.16 + near)
    xs = (np.arange(width, dtype=np.float32)[None, :] / width - 0.5) * away * 44 + 80
    ys = np.broadcast_to(away * 36, xs.shape)
    kind = cv2.INTER_LINEAR, cv2.BORDER_REFLECT
    flat = cv2.remap(tile, xs, np.ascontiguousarray(ys, np.float32), kind[0], borderMode=kind[1])
    return np.asarray(flat, np.float32)


def shade_foot(canvas: Canvas, tops: Floats, colour: Floats, reach: float, dark: float) -> None:
    """Darken what lies above an outline towards it: the soft shadow where layers touch."""
    first = max(int(tops.min() - reach), 0)
    last = min(int(tops.max()) + 1, canvas.height)
    if last <= first:
        return
    above = tops[None, :] - np.arange(first, last, dtype=np.float32)[:, None]
    alpha = dark * np.clip(1 - above / reach, 0, 1) ** 2 * (above > -1)
    canvas.blend(first, 0, np.asarray(alpha, np.float32), colour)


def mist(canvas: Canvas, row: float, reach: float, colour: Floats, strength: float) -> None:
    """Lay a band of mist, `reach` pixels up and down, round a row."""
    first, last = max(int(row - 3 * reach), 0), min(int(row + 3 * reach), canvas.height)
    if last <= first:
        return
    away = (np.arange(first, last, dtype=np.float32)[:, None] - row) / reach
    alpha = np.broadcast_to(strength * np.exp(-(away**2)), (last - first, canvas.width))
    canvas.blend(first, 0, np.asarray(alpha, np.float32), colour)
