"""Outer space."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from t2i_chat.storybook.backdrops import ridges, shapes, stars
from t2i_chat.storybook.backdrops.air import Air, Ramp
from t2i_chat.storybook.backdrops.colour import mix, moved, srgb, turn
from t2i_chat.storybook.backdrops.easel import Easel
from t2i_chat.storybook.backdrops.light import Light
from t2i_chat.storybook.backdrops.skies import paint_gradient
from t2i_chat.storybook.backdrops.solids import Solid, ball, stamp
from t2i_chat.storybook.oklch import OkLch

DEEP: tuple[OkLch, ...] = (
    (0.16, 0.070, 285),
    (0.21, 0.090, 290),
    (0.25, 0.100, 278),
    (0.20, 0.085, 268),
)
MOON: OkLch = (0.80, 0.018, 265)
VEILS: tuple[tuple[OkLch, ...], ...] = (
    ((0.48, 0.165, 310), (0.55, 0.135, 250), (0.62, 0.14, 350)),
    ((0.50, 0.120, 215), (0.48, 0.150, 290), (0.60, 0.12, 180)),
    ((0.52, 0.160, 345), (0.48, 0.140, 285), (0.68, 0.13, 50)),
)
WORLDS: tuple[tuple[OkLch, OkLch], ...] = (
    ((0.74, 0.130, 50), (0.85, 0.090, 75)),
    ((0.68, 0.110, 205), (0.80, 0.090, 165)),
    ((0.66, 0.130, 330), (0.80, 0.090, 350)),
    ((0.70, 0.090, 280), (0.84, 0.060, 250)),
)


def starlight(air: Air) -> Light:
    """Return the light of things in space: clear, a little blue."""
    return Light((0.90, 0.90, 1.0), air.side, 0.0, 0.35)


def moonlit(air: Air) -> Light:
    """Return the light of things on the moon: they cast shadows on its ground."""
    return replace(starlight(air), shadow=0.42)


def paint_space(easel: Easel) -> None:
    """Paint stars and glowing gas, with two small planets near the edges."""
    canvas, unit, rng = easel.canvas, easel.canvas.unit, easel.streams.of("space")
    paint_gradient(canvas, DEEP, canvas.height)
    veils = VEILS[int(rng.integers(len(VEILS)))]
    stars.paint_nebula(canvas, easel.streams.of("nebula"), veils, 0.62)
    stars.paint_stars(canvas, easel.streams.of("stars"), canvas.height * 1.4, 1.15)
    order = rng.permutation(len(WORLDS))
    side = 1.0 if easel.air.side > 0 else -1.0
    planet(
        easel,
        (canvas.width * (0.5 - 0.34 * side), canvas.height * 0.24),
        unit * 0.19,
        int(order[0]),
        ringed=True,
    )
    planet(
        easel,
        (canvas.width * (0.5 + 0.38 * side), canvas.height * 0.80),
        unit * 0.12,
        int(order[1]),
        ringed=False,
    )


def planet(easel: Easel, at: tuple[float, float], size: float, kind: int, ringed: bool) -> None:
    """Paint a striped planet, `size` pixels across, perhaps with a ring."""
    canvas, (x, y) = easel.canvas, at
    base, band = WORLDS[kind]
    height = max(round(size), 8)
    body = ball(height, easel.air.side)
    rows = np.linspace(-1, 1, height, dtype=np.float32)[:, None]
    columns = np.linspace(-1, 1, height, dtype=np.float32)[None, :]
    stripes = 0.5 + 0.5 * np.sin(rows * 8 + 0.7 * np.sin(rows * 3) + 0.5 * columns**2)
    dark = np.clip(
        0.62 + 0.60 * columns * easel.air.side - 0.30 * rows - 0.25 * (rows**2 + columns**2), 0, 1
    )
    shapes.paint_glow(canvas, at, size * 0.62, srgb(band), 0.32)
    if ringed:
        _ring(easel, at, size, band, behind=True)
    stamp(
        canvas, Solid(body.alpha, np.asarray(dark, np.float32)), (x, y + height / 2), _glowing(base)
    )
    stamp(
        canvas,
        Solid(np.asarray(body.alpha * stripes * 0.55, np.float32), np.asarray(dark, np.float32)),
        (x, y + height / 2),
        _glowing(band),
    )
    if ringed:
        _ring(easel, at, size, band, behind=False)


def _glowing(colour: OkLch) -> Ramp:
    """Return a material lit by a sun in black space."""
    lightness, chroma, hue = colour
    dark = (lightness * 0.42, chroma * 0.9, turn(hue, 285, 45))
    light = mix((lightness + 0.12, chroma * 0.8, hue), (0.97, 0.05, 90), 0.25)
    return Ramp(srgb(dark), srgb(colour), srgb(light))


def _ring(easel: Easel, at: tuple[float, float], size: float, colour: OkLch, behind: bool) -> None:
    """Paint the half of a ring that lies behind a planet or before it."""
    canvas, (x, y) = easel.canvas, at
    reach = int(size * 1.05) + 1
    grid = np.arange(-reach, reach + 1, dtype=np.float32) / size
    slant = 0.32 * easel.air.side
    ys, xs = grid[:, None] - grid[None, :] * slant, grid[None, :] + 0 * grid[:, None]
    away = np.hypot(xs, ys / 0.26)
    edge = 90.0
    alpha = np.clip((0.96 - away) * edge * 0.26 + 0.5, 0, 1) * np.clip(
        (away - 0.66) * edge * 0.26 + 0.5, 0, 1
    )
    alpha *= 0.55 + 0.40 * np.cos(away * 46) ** 2
    alpha *= (ys < 0) if behind else (ys >= 0)
    canvas.blend(
        round(y) - reach,
        round(x) - reach,
        np.asarray(alpha * 0.9, np.float32),
        srgb((min(colour[0] + 0.05, 0.95), colour[1] * 0.7, colour[2])),
    )


def paint_moon(easel: Easel) -> None:
    """Paint the ground of the moon, with craters, under a black sky with the earth in it."""
    canvas, unit = easel.canvas, easel.canvas.unit
    paint_gradient(canvas, DEEP, canvas.height)
    stars.paint_nebula(canvas, easel.streams.of("nebula"), VEILS[1], 0.35)
    stars.paint_stars(canvas, easel.streams.of("stars"), easel.horizon * 1.3, 1.1)
    side = 1.0 if easel.air.side > 0 else -1.0
    earth = canvas.width * (0.5 - 0.30 * side), easel.horizon * 0.36
    planet(easel, earth, unit * 0.20, 1, ringed=False)
    for layer, tone in enumerate((-0.30, -0.16, 0.0)):
        rng = easel.streams.of(f"moon {layer}")
        top = easel.horizon + unit * (-0.03 + 0.03 * layer)
        tops = ridges.rolling(rng, canvas, top, unit * (0.09 - 0.02 * layer), 0.6 + 0.3 * layer)
        ramp = _glowing(moved(MOON, tone))
        first, alpha = ridges.paint_ridge(canvas, tops, ramp, easel.air.side, rng, 0.8)
    canvas.stand_on(alpha, first)
    _craters(easel)


def _craters(easel: Easel) -> None:
    """Sink flat round craters into the ground, larger towards the viewer."""
    canvas, rng, side = easel.canvas, easel.streams.of("craters"), easel.air.side
    ramp, reach = _glowing(MOON), canvas.height - easel.horizon
    for near in np.sort(rng.uniform(0.14, 1.0, round(11 * canvas.width / canvas.unit))):
        x, y = float(rng.random()) * canvas.width, easel.horizon + float(near) * reach
        half = canvas.unit * (0.018 + 0.065 * float(near)) * float(rng.uniform(0.6, 1.2))
        rim = shapes.ellipse(x, y, half * 1.18, half * 0.42)
        shapes.paint_shaded(
            canvas, rim.softened(half * 0.05), ramp, np.full((1, 1), 0.62, np.float32)
        )
        pit = shapes.ellipse(x, y, half, half * 0.32)
        light = 0.30 - 0.24 * side * pit.across() + 0.30 * (pit.down() - 0.5)
        shapes.paint_shaded(canvas, pit, ramp, np.asarray(light, np.float32))
