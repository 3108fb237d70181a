"""Clouds: heaps of soft balls on a flat foot, and the closed roof of bad weather."""

from __future__ import annotations

import cv2
import numpy as np

from t2i_chat.storybook.backdrops.air import Air, Ramp
from t2i_chat.storybook.backdrops.canvas import Canvas
from t2i_chat.storybook.backdrops.colour import mix, srgb
from t2i_chat.storybook.backdrops.solids import Disc, Solid, puffs, stamp

FOOT = 0.80
"""The share of a cloud's height where its balls stand."""


def cloud(rng: np.random.Generator, side: float, height: int = 150) -> Solid:
    """Return one heap cloud with a soft flat foot."""
    aspect = float(rng.uniform(1.9, 2.7))
    discs = _heap(rng, aspect)
    solid = puffs(discs, height, aspect, side, crease=0.035)
    ys = (np.arange(height, dtype=np.float32)[:, None] + 0.5) / height
    foot = np.clip((FOOT + 0.08 - ys) / 0.17, 0, 1)
    alpha = cv2.GaussianBlur(solid.alpha * foot**0.8, (0, 0), height / 75)
    shade = cv2.GaussianBlur(solid.shade, (0, 0), height / 60) + 0.28 * (0.62 - ys / FOOT)
    return Solid(np.asarray(alpha, np.float32), np.clip(np.asarray(shade + 0.16, np.float32), 0, 1))


def _heap(rng: np.random.Generator, aspect: float) -> list[Disc]:
    """Return balls that are high in the middle and low at both ends."""
    discs: list[Disc] = []
    count = int(rng.integers(6, 9))
    peak = float(rng.uniform(0.38, 0.62))
    for i in range(count):
        t = (i + 0.5) / count
        bell = float(np.exp(-(((t - peak) / 0.28) ** 2)))
        radius = (0.155 + 0.175 * bell) * float(rng.uniform(0.92, 1.1))
        x = aspect * (0.13 + 0.74 * t)
        discs.append((x, FOOT - radius * 0.72, radius))
        if bell > 0.45:
            discs.append((x + float(rng.uniform(-0.1, 0.1)), FOOT - radius * 1.45, radius * 0.82))
    return [d for d in discs if d[1] - d[2] > 0.01]


def paint_heaps(
    canvas: Canvas, air: Air, rng: np.random.Generator, horizon: float, count: int
) -> None:
    """Paint heap clouds: small and hazy low down, large and clear high up."""
    kinds = [cloud(rng, air.side) for _ in range(3)]
    starts = rng.permutation(count)
    for i in range(count):
        near = (i + 0.6) / count
        height = canvas.unit * (0.05 + 0.13 * near) * float(rng.uniform(0.85, 1.15))
        x = canvas.width * (starts[i] + 0.5 + float(rng.uniform(-0.35, 0.35))) / count
        y = horizon * (0.90 - 0.66 * near + float(rng.uniform(-0.07, 0.07)))
        solid = kinds[i % 3].sized(round(height))
        stamp(canvas, solid, (x, y), cloud_ramp(air, 0.75 * (1 - near)), 0.94)


def cloud_ramp(air: Air, depth: float) -> Ramp:
    """Return a cloud's colours, `depth` (0 to 1) into the colour of the horizon."""
    light, dark = (mix(c, air.sky[-1], depth * 0.7) for c in air.cloud)
    return Ramp(srgb(dark), srgb(mix(dark, light, 0.62)), srgb(light))


def paint_roof(
    canvas: Canvas, air: Air, rng: np.random.Generator, horizon: float, rows: int
) -> None:
    """Paint rows of great clouds hanging over the picture, the lowest and farthest first."""
    kinds = [cloud(rng, air.side) for _ in range(3)]
    for row in range(rows):
        near = (row + 1) / rows
        y = horizon * (0.74 - 0.52 * near)
        count = max(round(canvas.width / canvas.unit * (4.5 - 1.5 * near)), 2)
        for i in range(-1, count + 1):
            height = canvas.unit * (0.20 + 0.16 * near) * float(rng.uniform(0.85, 1.2))
            x = canvas.width * (i + 0.5 + float(rng.uniform(-0.3, 0.3))) / count
            drop = canvas.unit * float(rng.uniform(-0.03, 0.03))
            solid = kinds[int(rng.integers(3))].sized(round(height))
            stamp(canvas, solid, (x, y + drop), cloud_ramp(air, 0.75 * (1 - near)), 0.86)
