"""The bottom of the sea."""

from __future__ import annotations

import numpy as np

from t2i_chat.storybook.backdrops import growth, noise, ridges, shapes
from t2i_chat.storybook.backdrops.air import Air, Ramp
from t2i_chat.storybook.backdrops.colour import Floats, mix, moved, srgb
from t2i_chat.storybook.backdrops.easel import Easel
from t2i_chat.storybook.backdrops.light import Light
from t2i_chat.storybook.backdrops.skies import paint_gradient
from t2i_chat.storybook.backdrops.solids import cast_shadow, stamp
from t2i_chat.storybook.oklch import OkLch

BRIGHT: tuple[OkLch, ...] = (
    (0.88, 0.085, 195),
    (0.74, 0.115, 215),
    (0.60, 0.120, 235),
    (0.50, 0.110, 245),
)
DARK: tuple[OkLch, ...] = (
    (0.46, 0.105, 235),
    (0.36, 0.105, 250),
    (0.28, 0.095, 262),
    (0.24, 0.085, 265),
)
SAND: OkLch = (0.89, 0.090, 85)
WEEDS: tuple[OkLch, ...] = ((0.68, 0.13, 150), (0.62, 0.12, 165), (0.74, 0.13, 128))
CORALS: tuple[OkLch, ...] = (
    (0.72, 0.15, 20),
    (0.76, 0.13, 350),
    (0.80, 0.12, 65),
    (0.66, 0.13, 310),
)


def sea_light(air: Air) -> Light:
    """Return the blue light of things under water."""
    dark = 0.35 * air.lamps
    return Light((0.74 - dark, 0.93 - dark, 1.0 - 0.5 * dark), 0.3 * air.side, 0.25, 0.0)


def _dark(easel: Easel) -> float:
    """Return how dark the sea is, 0 by day to 1 at night."""
    return {"day": 0.0, "dawn": 0.3, "sunset": 0.5, "night": 1.0}[easel.look.time]


def _tone(easel: Easel, colour: OkLch, depth: float) -> OkLch:
    """Return a colour as seen through water."""
    dark = _dark(easel)
    sea = mix(BRIGHT[2], DARK[2], dark)
    return mix(
        mix(colour, moved(colour, -0.38, 0.8), dark),
        sea,
        0.08 + 0.74 * depth + 0.30 * dark * (1 - depth),
    )


def paint_underwater(easel: Easel) -> None:
    """Paint rays from the surface, rocks fading into the blue, sand, corals and weeds."""
    canvas, unit = easel.canvas, easel.canvas.unit
    sea = tuple(mix(a, b, _dark(easel)) for a, b in zip(BRIGHT, DARK, strict=True))
    paint_gradient(canvas, sea, easel.horizon + unit * 0.1)
    canvas.water[:] = True
    _rays(easel)
    for layer, depth in enumerate((0.85, 0.55)):
        _reef(easel, layer, depth)
    _bottom(easel)
    _gardens(easel)
    _bubbles(easel)


def _rays(easel: Easel) -> None:
    """Let beams of light fall from above, spreading."""
    canvas, unit, rng = easel.canvas, easel.canvas.unit, easel.streams.of("rays")
    source = canvas.width * (0.5 + 0.3 * easel.air.side), -0.35 * canvas.height
    angle = (canvas.columns() - source[0]) / (canvas.rows() - source[1])
    strip = noise.line(rng, 512, 30)
    places = np.clip((angle + 1.6) / 3.2 * 511, 0, 511)
    beams = np.clip(np.interp(places, np.arange(512), strip), 0, 1)
    fade = np.clip(1 - canvas.rows() / (canvas.height * 0.92), 0, 1) ** 1.1
    strength = 0.42 - 0.26 * _dark(easel)
    canvas.blend(
        0,
        0,
        np.asarray(beams * fade * strength, np.float32),
        srgb(mix((0.97, 0.05, 190), (0.70, 0.08, 230), _dark(easel))),
    )
    surface = np.exp(-canvas.rows() / (unit * 0.10)) + 0 * canvas.columns()
    canvas.blend(
        0,
        0,
        np.asarray(0.4 * surface, np.float32),
        srgb(mix((0.98, 0.03, 190), (0.6, 0.08, 230), _dark(easel))),
    )


def _ramp_of(easel: Easel, colour: OkLch, depth: float, contrast: float = 1.0) -> Ramp:
    from_tone = _tone(easel, colour, depth)
    dark = (from_tone[0] - 0.13 * contrast, from_tone[1], from_tone[2])
    light = (from_tone[0] + 0.09 * contrast, from_tone[1], from_tone[2])
    return Ramp(srgb(dark), srgb(from_tone), srgb(light))


def _reef(easel: Easel, layer: int, depth: float) -> None:
    canvas, unit, rng = easel.canvas, easel.canvas.unit, easel.streams.of(f"reef {layer}")
    tops = ridges.rolling(
        rng, canvas, easel.horizon + unit * 0.03 * layer, unit * 0.20, 0.9 + 0.4 * layer
    )
    rough = tops + noise.line(rng, canvas.width, 20) * unit * 0.018
    ridges.paint_ridge(
        canvas,
        np.asarray(rough, np.float32),
        _ramp_of(easel, (0.60, 0.06, 280), depth),
        easel.air.side,
    )


def _bottom(easel: Easel) -> None:
    canvas, unit, rng = easel.canvas, easel.canvas.unit, easel.streams.of("sand")
    tops = ridges.rolling(rng, canvas, easel.horizon + unit * 0.05, unit * 0.05, 0.6)
    first, under = ridges.below(canvas, tops)
    flat = ridges.ground_noise(rng, canvas, first) - 0.5
    net = ridges.ground_noise(easel.streams.of("net"), canvas, first)
    shade = (
        0.50
        + 0.30 * flat
        + 0.10 * np.exp(-under / (unit * 0.1))
        - 0.14 * np.clip(under / (unit * 0.4), 0, 1)
    )
    alpha = np.clip(under + 0.5, 0, 1)
    canvas.blend(first, 0, alpha, _ramp_of(easel, SAND, 0.0).at(np.clip(shade, 0, 1)))
    lines = np.exp(-(((net - 0.5) / 0.035) ** 2)) * (0.30 - 0.18 * _dark(easel)) * alpha
    canvas.blend(first, 0, np.asarray(lines, np.float32), srgb((0.98, 0.05, 180)))
    ridges.mist(
        canvas, easel.horizon + unit * 0.06, unit * 0.06, srgb(_tone(easel, SAND, 0.9)), 0.4
    )
    canvas.stand_on(alpha, first)


def _weed(
    easel: Easel, at: tuple[float, float], height: float, depth: float, rng: np.random.Generator
) -> None:
    """Grow one waving ribbon of weed."""
    canvas = easel.canvas
    rows = max(int(height), 4)
    up = np.linspace(1, 0, rows, dtype=np.float32)[:, None]
    reach = int(height * 0.35) + 2
    xs = np.arange(-reach, reach + 1, dtype=np.float32)[None, :]
    middle = height * 0.10 * np.sin(up * 6 + float(rng.random()) * 6) * up
    half = height * 0.055 * np.clip(1 - up**2.2, 0, 1) ** 0.7 + 0.3
    alpha = np.clip(half - np.abs(xs - middle) + 0.5, 0, 1)
    shade = 0.35 + 0.35 * up + 0.25 * easel.air.side * np.clip((xs - middle) / half, -1, 1)
    ramp = _ramp_of(easel, WEEDS[int(rng.integers(len(WEEDS)))], depth, 1.2)
    canvas.blend(
        round(at[1]) - rows,
        round(at[0]) - reach,
        np.asarray(alpha, np.float32),
        ramp.at(np.clip(np.asarray(shade, np.float32), 0, 1)),
    )


def _gardens(easel: Easel) -> None:
    """Set corals, stones and weeds at both edges, so that the middle stays free."""
    canvas, unit, rng = easel.canvas, easel.canvas.unit, easel.streams.of("gardens")
    kinds = [growth.bush(rng, easel.air.side) for _ in range(3)]
    for side in (-1, 1):
        for i in range(7):
            x = canvas.width * 0.5 + side * (
                canvas.width * 0.5 - unit * float(rng.uniform(-0.02, 0.19))
            )
            y = easel.horizon + unit * (0.09 + 0.028 * i + float(rng.uniform(0, 0.01)))
            for _ in range(3):
                spot = x + unit * float(rng.uniform(-0.05, 0.05)), y
                _weed(easel, spot, unit * float(rng.uniform(0.10, 0.26)), 0.08, rng)
            if i % 2 == 0:
                size, tone = (
                    round(unit * float(rng.uniform(0.05, 0.085))),
                    CORALS[int(rng.integers(len(CORALS)))],
                )
                cast_shadow(canvas, (x, y), size * 2.0, 0.25)
                stamp(canvas, kinds[i % 3].sized(size), (x, y), _ramp_of(easel, tone, 0.03, 1.3))


def _bubbles(easel: Easel) -> None:
    canvas, unit, rng = easel.canvas, easel.canvas.unit, easel.streams.of("bubbles")
    white = srgb(mix((0.98, 0.02, 190), (0.75, 0.06, 230), _dark(easel)))
    for _ in range(3):
        x, y = (
            canvas.width * float(rng.uniform(0.08, 0.92)),
            canvas.height * float(rng.uniform(0.4, 0.7)),
        )
        for i in range(6):
            radius = unit * float(rng.uniform(0.004, 0.014))
            place = x + unit * 0.02 * float(np.sin(i * 1.7)), y - unit * 0.055 * i
            _bubble(easel, place, radius, white)


def _bubble(easel: Easel, at: tuple[float, float], radius: float, white: Floats) -> None:
    disc = shapes.ellipse(at[0], at[1], radius, radius)
    away = np.hypot(disc.across(), disc.down() * 2 - 1)
    rim = disc.alpha * (0.12 + 0.55 * np.clip(away, 0, 1) ** 4)
    easel.canvas.blend(disc.top, disc.left, np.asarray(rim, np.float32), white)
    spark = shapes.ellipse(
        at[0] - radius * 0.35, at[1] - radius * 0.4, max(radius * 0.2, 0.6), max(radius * 0.2, 0.6)
    )
    shapes.paint(easel.canvas, spark, white, 0.9)
