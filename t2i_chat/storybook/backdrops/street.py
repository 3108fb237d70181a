"""A street of town houses with shops."""

from __future__ import annotations

import numpy as np

from t2i_chat.storybook.backdrops import ridges, shapes, waters
from t2i_chat.storybook.backdrops.city import skyline
from t2i_chat.storybook.backdrops.colour import mix, moved, srgb
from t2i_chat.storybook.backdrops.easel import Easel
from t2i_chat.storybook.backdrops.lamplight import LAMPLIGHT, window_light
from t2i_chat.storybook.backdrops.skies import paint_sky
from t2i_chat.storybook.oklch import OkLch

PLASTER: tuple[OkLch, ...] = (
    (0.86, 0.075, 60),
    (0.84, 0.070, 25),
    (0.86, 0.055, 165),
    (0.88, 0.080, 92),
    (0.80, 0.070, 240),
    (0.82, 0.065, 310),
    (0.90, 0.030, 80),
)


SHOPS: tuple[OkLch, ...] = (
    (0.62, 0.135, 32),
    (0.56, 0.10, 20),
    (0.55, 0.06, 260),
    (0.60, 0.11, 48),
)


AWNINGS: tuple[OkLch, ...] = (
    (0.66, 0.16, 25),
    (0.66, 0.12, 160),
    (0.64, 0.12, 250),
    (0.78, 0.14, 75),
)
SHOP = 0.135
STOREY = 0.118
"""Heights of a shop and of a floor above it, in canvases."""


def _snowed(easel: Easel, colour: OkLch, share: float = 0.85) -> OkLch:
    """Return a colour under snow in a snowy season."""
    return mix(colour, (0.95, 0.016, 240), share) if easel.plants.snowy else colour


def paint_street(easel: Easel) -> None:
    """Paint a row of town houses, a pavement and a street, wet and mirroring in the rain."""
    canvas, unit, air = easel.canvas, easel.canvas.unit, easel.air
    paint_sky(easel)
    skyline(easel, 9, 0.8, 0.50)
    rng = easel.streams.of("town houses")
    kerb = easel.horizon + unit * 0.085
    left, order = -unit * float(rng.uniform(0.0, 0.1)), rng.permutation(len(PLASTER))
    number = 0
    while left < canvas.width:
        width = unit * float(rng.uniform(0.20, 0.27))
        _town_house(easel, (left, width), PLASTER[int(order[number % len(PLASTER)])], rng)
        left, number = left + width, number + 1
    _pavement(easel, kerb)
    _road(easel, kerb)
    if easel.look.weather in {"rain", "storm"}:
        area = np.ones((canvas.height - int(easel.horizon), canvas.width), np.float32)
        waters.mirror(canvas, area, int(easel.horizon), 0.27, easel.streams.of("wet"))
    if air.lamps > 0.3:
        _street_lamps(easel)
    canvas.standing[int(easel.horizon + unit * 0.01) :] = True


def _town_house(
    easel: Easel, span: tuple[float, float], tone: OkLch, rng: np.random.Generator
) -> None:
    """Paint one house front: cornice, two or three floors of windows, and a shop."""
    canvas, unit, air = easel.canvas, easel.canvas.unit, easel.air
    floors, wide = int(rng.integers(2, 4)), span[1] / unit
    tall = SHOP + floors * STOREY + 0.03
    front = shapes.Frame(span[0], easel.horizon - unit * tall, unit)
    wall, trim = air.ramp(tone, 0.06), air.ramp((0.95, 0.02, 85), 0.06)
    shapes.paint_block(canvas, front.box(0, 0, wide, tall + 0.004), wall, air.side, 0.52)
    cornice = front.box(-0.006, -0.012, wide + 0.006, 0.010, 0.004)
    shapes.paint_block(canvas, cornice, trim, air.side)
    shapes.paint(canvas, front.box(0, 0.010, wide, 0.028), wall.shadow, 0.45)
    for floor in range(floors):
        _window_row(easel, (span[0], front.y + (0.035 + floor * STOREY) * unit, wide), rng)
    _shop(easel, (span[0], wide), rng)
    shapes.paint(canvas, front.box(wide - 0.003, 0, wide + 0.001, tall), wall.shadow, 0.5)


def _window_row(easel: Easel, row: tuple[float, float, float], rng: np.random.Generator) -> None:
    """Paint a storey's windows; `row` is its left and top in pixels, and its width in canvases."""
    left, top, wide = row
    count, unit = max(round(wide / 0.085), 2), easel.canvas.unit
    for i in range(count):
        middle = left + wide * unit * (i + 0.5) / count
        _sash_window(easel, shapes.Frame(middle, top, unit), bool(rng.random() < 0.6))


def _sash_window(easel: Easel, at: shapes.Frame, on: bool) -> None:
    """Paint a window with white frame, crossbars and sill."""
    canvas, trim = easel.canvas, easel.air.ramp((0.96, 0.015, 85), 0.05)
    shapes.paint(canvas, at.box(-0.026, -0.005, 0.026, 0.083, 0.004), trim.base)
    pane = at.box(-0.021, 0, 0.021, 0.078, 0.003)
    shapes.paint(canvas, pane, window_light(easel, on))
    sheen = pane.alpha * np.clip(0.35 * (1 - pane.down()), 0, 1)
    canvas.blend(pane.top, pane.left, np.asarray(sheen, np.float32), trim.light)
    shapes.paint(canvas, at.box(-0.0015, 0, 0.0015, 0.078), trim.base)
    shapes.paint(canvas, at.box(-0.021, 0.0375, 0.021, 0.0405), trim.base)
    shapes.paint(canvas, at.box(-0.032, 0.082, 0.032, 0.0885, 0.002), trim.light)


def _shop(easel: Easel, span: tuple[float, float], rng: np.random.Generator) -> None:
    """Paint a shop; `span` is its left in pixels, and its width in canvases."""
    canvas, unit, air = easel.canvas, easel.canvas.unit, easel.air
    wide, at = span[1], shapes.Frame(span[0], easel.horizon - unit * SHOP, unit)
    frame = air.ramp(moved(SHOPS[int(rng.integers(len(SHOPS)))], -0.08, 0.7), 0.03)
    shapes.paint_block(canvas, at.box(0.012, 0, wide - 0.012, SHOP, 0.004), frame, air.side)
    pane = at.box(0.026, 0.045, wide * 0.62, SHOP - 0.022, 0.006)
    shapes.paint(canvas, pane, window_light(easel, True))
    sheen = pane.alpha * np.clip(0.30 - 0.5 * np.abs(pane.across() + pane.down() * 0.8), 0, 1)
    canvas.blend(pane.top, pane.left, np.asarray(sheen, np.float32), np.ones(3, np.float32))
    tone = moved(PLASTER[int(rng.integers(len(PLASTER)))], -0.25, 1.2)
    door = at.box(wide * 0.70, 0.045, wide - 0.028, SHOP, 0.006)
    shapes.paint_block(canvas, door, air.ramp(tone), air.side)
    _awning(easel, shapes.Frame(at.x + unit * 0.006, at.y + unit * 0.006, unit), wide - 0.012, rng)


def _awning(easel: Easel, at: shapes.Frame, wide: float, rng: np.random.Generator) -> None:
    """Paint a striped awning with a scalloped hem and its shadow."""
    canvas, air = easel.canvas, easel.air
    tone, stripes = AWNINGS[int(rng.integers(len(AWNINGS)))], max(round(wide / 0.030), 3)
    step = wide / stripes
    for i in range(stripes):
        colour = air.ramp(tone if i % 2 == 0 else (0.97, 0.012, 85))
        strip = at.box(step * i, 0, step * (i + 1) + 0.001, 0.046)
        shapes.paint_shaded(canvas, strip, colour, 0.66 - 0.30 * strip.down())
        hem = at.ellipse(step * (i + 0.5), 0.046, step / 2 + 0.0006, 0.009)
        shapes.paint(canvas, hem, colour.base)
    shapes.paint(canvas, at.box(0, 0.054, wide, 0.072), shapes.SHADOW, 0.22)


def _pavement(easel: Easel, kerb: float) -> None:
    """Paint the slabs from the houses to the kerb, and the kerb."""
    canvas, unit, air = easel.canvas, easel.canvas.unit, easel.air
    stone, far = air.ramp(_snowed(easel, (0.84, 0.020, 70))), easel.horizon
    slab = shapes.box(-2, far, canvas.width + 2, kerb)
    shapes.paint_shaded(canvas, slab, stone, 0.32 + 0.30 * slab.down())
    count = round(9 * canvas.width / unit)
    for i in range(-4, count + 5):
        x = canvas.width * i / count
        back = canvas.width / 2 + (x - canvas.width / 2) * 0.86
        seam = shapes.polygon([(back, far), (back + 1, far), (x + 1.4, kerb), (x, kerb)])
        shapes.paint(canvas, seam, stone.shadow, 0.5)
    edge, curb = shapes.box(-2, kerb, canvas.width + 2, kerb + unit * 0.016), (0.76, 0.018, 70)
    shapes.paint_shaded(canvas, edge, air.ramp(_snowed(easel, curb)), 0.8 - 0.6 * edge.down())


def _road(easel: Easel, kerb: float) -> None:
    """Paint the roadway with its gutter and broken middle line."""
    canvas, unit, air = easel.canvas, easel.canvas.unit, easel.air
    top = kerb + unit * 0.016
    tar = air.ramp(_snowed(easel, (0.58, 0.022, 265), 0.45))
    first, down = int(top), (canvas.rows(int(top)) - top) / (canvas.height - top)
    flat = ridges.ground_noise(easel.streams.of("tar"), canvas, first) - 0.5
    shade = np.asarray(0.34 + 0.24 * down + 0.14 * flat, np.float32)
    canvas.blend(first, 0, np.ones(flat.shape, np.float32), tar.at(shade))
    gutter = shapes.box(-2, top, canvas.width + 2, top + unit * 0.014)
    shapes.paint_shaded(canvas, gutter, air.ramp((0.46, 0.02, 265)), 0.3 + 0.4 * gutter.down())
    middle = top + (canvas.height - top) * 0.48
    for i in range(-1, round(4 * canvas.width / unit) + 1):
        at = shapes.Frame(unit * 0.25 * (i + 0.3), middle, unit)
        dash = at.polygon([(0, 0), (0.13, 0), (0.125, 0.020), (-0.012, 0.020)])
        shapes.paint(canvas, dash, air.flat((0.95, 0.03, 90)), 0.9)


def _street_lamps(easel: Easel) -> None:
    """Lay pools of lamplight before the shops."""
    canvas, unit, air = easel.canvas, easel.canvas.unit, easel.air
    rng = easel.streams.of("lamp pools")
    for i in range(round(3 * canvas.width / unit)):
        x = unit * (0.18 + 0.33 * i + float(rng.uniform(-0.04, 0.04)))
        pool = shapes.ellipse(x, easel.horizon + unit * 0.05, unit * 0.15, unit * 0.045).softened(
            unit * 0.03
        )
        shapes.paint(canvas, pool, srgb(LAMPLIGHT), 0.40 * air.lamps)
        shapes.paint_glow(
            canvas, (x, easel.horizon - unit * 0.06), unit * 0.16, srgb(LAMPLIGHT), 0.30 * air.lamps
        )
