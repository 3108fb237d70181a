"""A cave that opens to the land outside."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np

from t2i_chat.storybook.backdrops import noise, ridges, shapes
from t2i_chat.storybook.backdrops.air import Air, dimmed
from t2i_chat.storybook.backdrops.colour import Floats, srgb
from t2i_chat.storybook.backdrops.countryside import far_hills, near_land
from t2i_chat.storybook.backdrops.easel import Easel
from t2i_chat.storybook.backdrops.light import Light
from t2i_chat.storybook.backdrops.skies import paint_sky
from t2i_chat.storybook.oklch import OkLch

ROCK: OkLch = (0.52, 0.050, 300)
FLOOR: OkLch = (0.56, 0.050, 50)
CRYSTALS: tuple[OkLch, ...] = ((0.80, 0.12, 200), (0.76, 0.13, 320), (0.82, 0.12, 165))


def cave_light(air: Air) -> Light:
    """Return the light in a cave: dim, and from its opening behind."""
    dim = 0.10 + 0.14 * air.lamps
    return Light((0.84 - dim, 0.82 - dim, 0.92 - dim), air.side, 0.45, 0.35)


def paint_cave(easel: Easel) -> None:
    """Paint rock in rings, darker towards the viewer, round an opening with the day in it."""
    canvas, unit, air = easel.canvas, easel.canvas.unit, easel.air
    paint_sky(easel)
    far_hills(easel, 2, trees=False)
    near_land(replace(easel, horizon=easel.horizon + unit * 0.01), easel.plants.grass)
    canvas.standing[:] = False
    dim = replace(
        air,
        thickness=0.0,
        distance=air.haze,
        sun=dimmed(air.sun, 0.80),
        shade=dimmed(air.shade, 0.50),
    )
    cave = replace(easel, air=dim)
    for ring, (reach, dark) in enumerate(((0.27, 0.10), (0.37, 0.00), (0.49, -0.10))):
        _ring(cave, ring, reach, dark)
        if ring == 1:
            _floor(cave)
    _crystals(cave)


def _ring(cave: Easel, ring: int, reach: float, tone: float) -> None:
    """Paint rock all round an opening of about `reach` canvases, hollow and softly lit inside."""
    canvas, unit, rng = cave.canvas, cave.canvas.unit, cave.streams.of(f"ring {ring}")
    away = _from_opening(cave, reach, rng)
    depth = away * unit * reach
    grain = noise.clouded(rng, canvas.height, canvas.width, 5, 2) - 0.5
    rim = np.exp(-np.clip(depth, 0, None) / (unit * 0.05))
    shade = np.clip(0.34 + 0.46 * rim + 0.40 * grain - 0.30 * np.clip(away, 0, 1), 0, 1)
    if ring:
        soft = np.exp(-np.clip(-depth, 0, None) / (unit * 0.035)) * (depth < 1) * 0.35
        canvas.blend(0, 0, np.asarray(soft, np.float32), shapes.SHADOW)
    rock = cave.air.ramp((ROCK[0] + tone * 0.9, ROCK[1], ROCK[2]), 0.0, 1.3)
    canvas.blend(0, 0, np.clip(depth + 0.5, 0, 1), rock.at(np.asarray(shade, np.float32)))


def _from_opening(cave: Easel, reach: float, rng: np.random.Generator) -> Floats:
    """Return (h, w) how far outside a ragged oval a pixel lies, in shares of its half axes.

    It is smooth, and therefore computed at half the size.
    """
    canvas, unit = cave.canvas, cave.canvas.unit
    columns = np.arange((canvas.width + 1) // 2, dtype=np.float32)[None, :] * 2 + 0.5
    rows = np.arange((canvas.height + 1) // 2, dtype=np.float32)[:, None] * 2 + 0.5
    dx = (columns - canvas.width * 0.5) / (canvas.width * reach * 1.08)
    dy = (rows - cave.horizon + unit * 0.10) / (canvas.height * reach)
    half = np.hypot(dx, dy) - 1 - _ragged(np.arctan2(dy, dx) / (2 * np.pi) + 0.5, rng)
    full = cv2.resize(np.asarray(half, np.float32), None, fx=2, fy=2)
    return np.asarray(full[: canvas.height, : canvas.width], np.float32)


def _ragged(turn: Floats, rng: np.random.Generator) -> Floats:
    """Return how far an edge juts out at every turn, 0 to 1; both ends join."""
    wobble = noise.line(rng, 360, 9) * 0.11 + noise.line(rng, 360, 26) * 0.05
    wobble *= np.clip(np.minimum(np.arange(360), 359 - np.arange(360)) / 30, 0, 1)
    place = np.clip(turn * 359, 0, 358.999)
    low = place.astype(np.int32)
    return np.asarray(wobble[low] + (wobble[low + 1] - wobble[low]) * (place - low), np.float32)


def _floor(cave: Easel) -> None:
    """Paint the ground of the cave with the light of the opening lying on it."""
    canvas, unit, rng = cave.canvas, cave.canvas.unit, cave.streams.of("floor")
    tops = ridges.rolling(rng, canvas, cave.horizon + unit * 0.05, unit * 0.035, 0.8)
    first, alpha = ridges.paint_ridge(canvas, tops, cave.air.ramp(FLOOR), cave.air.side, rng)
    canvas.stand_on(alpha, first)
    pool = shapes.ellipse(
        canvas.width / 2, cave.horizon + unit * 0.16, canvas.width * 0.30, unit * 0.13
    ).softened(unit * 0.06)
    shapes.paint(canvas, pool, srgb(cave.air.haze), 0.34)


def _crystals(cave: Easel) -> None:
    """Grow glowing crystals in both lower corners."""
    canvas, unit, rng = cave.canvas, cave.canvas.unit, cave.streams.of("crystals")
    tone = CRYSTALS[int(rng.integers(len(CRYSTALS)))]
    for side in (-1, 1):
        x = canvas.width * 0.5 + side * (canvas.width * 0.5 - unit * 0.10)
        y = cave.horizon + unit * float(rng.uniform(0.15, 0.24))
        shapes.paint_glow(canvas, (x, y - unit * 0.05), unit * 0.16, srgb(tone), 0.45)
        for lean, tall in ((-0.55, 0.085), (0.5, 0.10), (0.0, 0.15)):
            _crystal(cave, (x + lean * unit * 0.05, y), unit * tall, lean, tone)


def _crystal(cave: Easel, at: tuple[float, float], height: float, lean: float, tone: OkLch) -> None:
    canvas, (x, y) = cave.canvas, at
    half, tip = height * 0.16, (x + lean * height * 0.6, y - height)
    shoulder = x + lean * height * 0.42, y - height * 0.72
    left = [
        (x - half, y),
        (shoulder[0] - half, shoulder[1]),
        tip,
        (shoulder[0], shoulder[1]),
        (x, y),
    ]
    right = [
        (x, y),
        (shoulder[0], shoulder[1]),
        tip,
        (shoulder[0] + half, shoulder[1]),
        (x + half, y),
    ]
    bright, dark = (
        srgb((tone[0] + 0.10, tone[1] * 0.6, tone[2])),
        srgb((tone[0] - 0.14, tone[1], tone[2])),
    )
    pair: tuple[Floats, Floats] = (dark, bright) if cave.air.side > 0 else (bright, dark)
    shapes.paint(canvas, shapes.polygon(left), pair[0])
    shapes.paint(canvas, shapes.polygon(right), pair[1])
