"""A village between hills."""

from __future__ import annotations

import numpy as np

from t2i_chat.storybook.backdrops import growth, shapes
from t2i_chat.storybook.backdrops.colour import mix, srgb
from t2i_chat.storybook.backdrops.countryside import far_hills, near_land, sow
from t2i_chat.storybook.backdrops.easel import Easel
from t2i_chat.storybook.backdrops.lamplight import LAMPLIGHT, window_light
from t2i_chat.storybook.backdrops.skies import paint_sky
from t2i_chat.storybook.backdrops.street import PLASTER
from t2i_chat.storybook.oklch import OkLch

ROOFS: tuple[OkLch, ...] = (
    (0.62, 0.135, 32),
    (0.56, 0.10, 20),
    (0.55, 0.06, 260),
    (0.60, 0.11, 48),
)


def house(
    easel: Easel, at: tuple[float, float], width: float, depth: float, rng: np.random.Generator
) -> None:
    """Paint a little gabled house with the middle of its foot at (x, y) pixels."""
    canvas, air, foot = easel.canvas, easel.air, shapes.Frame(*at, width)
    wall = air.ramp(mix(PLASTER[int(rng.integers(len(PLASTER)))], (0.95, 0.02, 85), 0.55), depth)
    tone = (0.95, 0.014, 240) if easel.plants.snowy else ROOFS[int(rng.integers(len(ROOFS)))]
    chimney = foot.box(0.175, -1.085, 0.30, -0.62, 0.01)
    shapes.paint_block(canvas, chimney, air.ramp((0.60, 0.08, 40), depth), air.side)
    shapes.paint_block(canvas, foot.box(-0.5, -0.62, 0.5, 0), wall, air.side)
    shapes.paint(canvas, foot.box(-0.5, -0.62, 0.5, -0.52), wall.shadow, 0.55)
    roof = foot.polygon([(-0.61, -0.577), (-0.35, -1.054), (0.35, -1.054), (0.61, -0.577)])
    shapes.paint_block(canvas, roof, air.ramp(tone, depth, 1.2), air.side, 0.52)
    _openings(easel, foot, depth)


def _openings(easel: Easel, foot: shapes.Frame, depth: float) -> None:
    """Paint a house's door and two windows; they glow in the evening."""
    canvas, air = easel.canvas, easel.air
    door = foot.box(-0.08, -0.36, 0.08, 0, 0.06)
    shapes.paint_block(canvas, door, air.ramp((0.52, 0.09, 45), depth), air.side)
    for x in (-0.30, 0.30):
        pane = foot.box(x - 0.09, -0.42, x + 0.09, -0.21, 0.01)
        shapes.paint(canvas, pane, window_light(easel, True, depth))
        if air.lamps > 0.3:
            middle, strength = foot.points([(x, -0.31)])[0], 0.35 * air.lamps
            shapes.paint_glow(canvas, middle, foot.measure * 0.32, srgb(LAMPLIGHT), strength)


def paint_village(easel: Easel) -> None:
    """Paint a village between hills, with a church, behind a meadow."""
    canvas, unit, rng = easel.canvas, easel.canvas.unit, easel.streams.of("village")
    paint_sky(easel)
    far_hills(easel)
    _row_of_houses(easel, easel.horizon - unit * 0.045, unit * 0.085, 0.45, rng)
    x = canvas.width * float(rng.uniform(0.3, 0.7))
    _church(easel, (x, easel.horizon - unit * 0.03), unit * 0.10, 0.40)
    _row_of_houses(easel, easel.horizon + unit * 0.017, unit * 0.125, 0.18, rng)
    near_land(easel, easel.plants.grass)
    sow(easel, 80, 40)


def _row_of_houses(
    easel: Easel, foot: float, size: float, depth: float, rng: np.random.Generator
) -> None:
    """Set houses about `size` pixels wide, a tree beside each, along row `foot`."""
    width, leaves = easel.canvas.width, easel.plants.leaves
    trees, count = growth.crowns(easel, "trees"), max(round(0.58 * width / size), 1)
    for i in rng.permutation(count):
        x = width * (i + 0.5 + float(rng.uniform(-0.25, 0.25))) / count
        y = foot + float(rng.uniform(-0.06, 0.06)) * size
        leaf = leaves[int(rng.integers(len(leaves)))]
        growth.plant_round(easel, trees[i % 3], (x + size * 0.85, y), size * 1.2, leaf, depth)
        house(easel, (x, y), size * float(rng.uniform(0.9, 1.15)), depth, rng)


def _church(easel: Easel, at: tuple[float, float], width: float, depth: float) -> None:
    """Paint a church with a pointed tower."""
    canvas, air, (x, y) = easel.canvas, easel.air, at
    wall, roof = air.ramp((0.93, 0.02, 85), depth), air.ramp((0.58, 0.09, 30), depth, 1.2)
    half = width * 0.24
    shapes.paint_block(canvas, shapes.box(x - half, y - width * 1.5, x + half, y), wall, air.side)
    points = [
        (x - half * 1.25, y - width * 1.47),
        (x, y - width * 2.5),
        (x + half * 1.25, y - width * 1.47),
    ]
    shapes.paint_block(canvas, shapes.polygon(points), roof, air.side)
    clock = shapes.ellipse(x, y - width * 1.25, half * 0.45, half * 0.45)
    shapes.paint(canvas, clock, window_light(easel, True, depth))
