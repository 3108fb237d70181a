"""A city's skyline behind a park."""

from __future__ import annotations

import numpy as np

from t2i_chat.storybook.backdrops import growth, ridges, shapes
from t2i_chat.storybook.backdrops.colour import moved, srgb
from t2i_chat.storybook.backdrops.countryside import near_land, sow
from t2i_chat.storybook.backdrops.easel import Easel
from t2i_chat.storybook.backdrops.lamplight import window_light
from t2i_chat.storybook.backdrops.skies import paint_sky
from t2i_chat.storybook.backdrops.solids import stamp
from t2i_chat.storybook.oklch import OkLch

TOWERS: tuple[OkLch, ...] = (
    (0.74, 0.050, 245),
    (0.80, 0.045, 60),
    (0.78, 0.050, 20),
    (0.72, 0.055, 275),
    (0.80, 0.040, 190),
)


def _tower(
    easel: Easel, left: float, top: float, width: float, depth: float, rng: np.random.Generator
) -> None:
    """Paint one tall building with a lit front, a shaded side and windows."""
    canvas, air, unit = easel.canvas, easel.air, easel.canvas.unit
    ramp = air.ramp(TOWERS[int(rng.integers(len(TOWERS)))], depth, 1.1)
    bottom, flank = easel.horizon + unit * 0.06, width * 0.24
    front = shapes.box(left, top, left + width, bottom, unit * 0.008)
    shapes.paint_block(canvas, front, ramp, air.side, 0.52)
    edge = left if air.side > 0 else left + width - flank
    dark = shapes.box(edge, top, edge + flank, bottom, unit * 0.006)
    shapes.paint_shaded(canvas, dark, ramp, np.full((1, 1), 0.16, np.float32))
    start = left + (flank if air.side > 0 else 0) + width * 0.07
    _panes(easel, (start, top + unit * 0.022, width * 0.86 - flank, bottom), depth, rng)
    if rng.random() < 0.3:
        roof = shapes.Frame(left + width * 0.48, top, unit)
        shapes.paint(canvas, roof.box(0, -0.05, 0.004, 0.004), ramp.shadow)


def _panes(
    easel: Easel, area: tuple[float, float, float, float], depth: float, rng: np.random.Generator
) -> None:
    """Fill an area (left, top, width, bottom) with a grid of windows."""
    canvas = easel.canvas
    left, top, width, bottom = area
    pitch = canvas.unit * (0.030 - 0.008 * depth)
    columns = max(int(width / pitch), 1)
    step = width / columns
    pane = shapes.box(0, 0, step * 0.6, pitch * 0.72, 1).alpha
    for column in range(columns):
        for row in range(int((bottom - top) / (pitch * 1.25))):
            colour = window_light(easel, bool(rng.random() < 0.55), depth)
            y, x = round(top + row * pitch * 1.25), round(left + (column + 0.2) * step)
            canvas.blend(y, x, pane * 0.9, colour)


def skyline(easel: Easel, layer: int, depth: float, height: float) -> None:
    """Paint a row of towers of different heights."""
    canvas, rng = easel.canvas, easel.streams.of(f"skyline {layer}")
    left = -canvas.unit * float(rng.uniform(0.0, 0.08))
    while left < canvas.width:
        width = canvas.unit * float(rng.uniform(0.08, 0.15))
        top = easel.horizon - canvas.unit * height * float(rng.uniform(0.45, 1.0))
        _tower(easel, left, top, width, depth, rng)
        left += width * float(rng.uniform(0.92, 1.25))


def paint_city(easel: Easel) -> None:
    """Paint a skyline behind a park."""
    canvas, air = easel.canvas, easel.air
    paint_sky(easel)
    for layer, (depth, height) in enumerate(((0.85, 0.46), (0.50, 0.36), (0.22, 0.24))):
        skyline(easel, layer, depth, height)
        thick = 0.7 * depth * air.thickness
        ridges.mist(canvas, easel.horizon, canvas.unit * 0.10, srgb(air.haze), thick)
    _park_edge(easel)
    near_land(easel, easel.plants.grass)
    sow(easel, 60, 24)


def _park_edge(easel: Easel) -> None:
    """Set bushes and some trees along the edge of the park."""
    canvas, unit, rng = easel.canvas, easel.canvas.unit, easel.streams.of("bushes")
    bushes = [growth.bush(rng, easel.air.side) for _ in range(3)]
    trees, leaves = growth.crowns(easel, "trees"), easel.plants.leaves
    count, foot = round(9 * canvas.width / unit), easel.horizon + unit * 0.022
    for i in range(count):
        x = canvas.width * (i + float(rng.uniform(0.1, 0.9))) / count
        leaf = leaves[int(rng.integers(len(leaves)))]
        if rng.random() < 0.45:
            tall = unit * float(rng.uniform(0.13, 0.18))
            growth.plant_round(easel, trees[i % 3], (x, foot), tall, leaf, 0.12)
        green = easel.air.ramp(moved(leaf, -0.05), 0.1)
        stamp(canvas, bushes[i % 3].sized(round(unit * 0.06)), (x + unit * 0.04, foot), green)
