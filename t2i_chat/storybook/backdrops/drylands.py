"""Dunes."""

from __future__ import annotations

import numpy as np

from t2i_chat.storybook.backdrops import noise, ridges
from t2i_chat.storybook.backdrops.canvas import Canvas
from t2i_chat.storybook.backdrops.colour import Floats, mix, srgb
from t2i_chat.storybook.backdrops.easel import Easel
from t2i_chat.storybook.backdrops.skies import paint_sky
from t2i_chat.storybook.oklch import OkLch

DUNE: OkLch = (0.825, 0.105, 72)
FAR_DUNE: OkLch = (0.76, 0.11, 50)


def paint_desert(easel: Easel) -> None:
    """Paint dunes with sharp crests between a lit and a shaded side."""
    canvas, air, unit = easel.canvas, easel.air, easel.canvas.unit
    paint_sky(easel)
    for layer in range(4):
        near = layer / 3
        rng = easel.streams.of(f"dune {layer}")
        top = easel.horizon + unit * (-0.03 + 0.085 * near**1.2)
        tops = _dunes(easel, rng, top, unit * (0.09 + 0.05 * near))
        colour = mix(FAR_DUNE, DUNE, near)
        first = _dune(easel, tops, colour, 0.60 * (1 - near), rng)
        if layer < 3:
            ridges.mist(
                canvas,
                top + unit * 0.07,
                unit * 0.04,
                srgb(air.haze),
                0.25 * (1 - near) * air.thickness,
            )
        else:
            canvas.stand_on(np.asarray(canvas.rows(first) > tops[None, :], np.float32), first)


def _dunes(easel: Easel, rng: np.random.Generator, top: float, height: float) -> Floats:
    """Return an outline of dunes: a long slope up and a short one down."""
    canvas = easel.canvas
    x = canvas.columns()[0] / canvas.unit * float(rng.uniform(1.0, 1.5)) + float(rng.random())
    phase = x + 0.12 * np.sin(2 * np.pi * x) * easel.air.side
    wave = 0.5 + 0.5 * np.sin(2 * np.pi * phase)
    swell = 0.5 + 0.5 * np.sin(2 * np.pi * x * 0.37 + float(rng.random()) * 6)
    return np.asarray(top - height * (0.62 * wave**1.5 + 0.38 * swell), np.float32)


def _dune(easel: Easel, tops: Floats, colour: OkLch, depth: float, rng: np.random.Generator) -> int:
    """Paint one row of dunes; return its first row."""
    canvas, air = easel.canvas, easel.air
    first, under = ridges.below(canvas, tops)
    lit = _sides(canvas, tops, first, air.side, rng)
    fall = np.exp(-np.clip(under, 0, None) / (canvas.unit * 0.30))
    wind = noise.line(rng, canvas.width, 5)[None, :] * canvas.unit * 0.03
    pace = (
        canvas.unit * (0.004 + 0.010 * (1 - depth)) * (1 + 3 * np.clip(under / canvas.unit, 0, 1))
    )
    lines = np.sin((under + wind) / pace) * 0.045 * (1 - depth) ** 2
    shade = 0.50 + 0.40 * lit * fall + lines * np.clip(under / (canvas.unit * 0.05), 0, 1)
    shade -= 0.10 * np.clip(under / (canvas.unit * 0.45), 0, 1)
    ramp = air.ramp(colour, depth, 1.25)
    canvas.blend(first, 0, np.clip(under + 0.5, 0, 1), ramp.at(np.clip(shade, 0, 1)))
    return first


def _sides(
    canvas: Canvas, tops: Floats, first: int, side: float, rng: np.random.Generator
) -> Floats:
    """Return -1 (shaded) to 1 (lit): crests run in a curve from every top towards the viewer."""
    inner = tops[1:-1]
    peaks = [i + 1 for i in np.flatnonzero((inner < tops[:-2]) & (inner <= tops[2:]))]
    rows = canvas.rows(first)
    lit = np.asarray(0.5 * ridges.facing(canvas, tops, side)[None, :] + 0 * rows, np.float32)
    for peak in peaks:
        down = np.clip((rows - tops[peak]) / canvas.unit, 0, 1)
        bend = float(rng.uniform(0.5, 0.9)) * side
        crest = peak - canvas.unit * (bend * down - 0.10 * side * np.sin(down * 11))
        away = (canvas.columns() - crest) * side / canvas.unit
        width = 0.004 + 0.10 * down
        dark = np.clip(-away / width, 0, 1) * np.exp(-np.clip(-away, 0, None) / 0.20)
        bright = np.clip(away / width, 0, 1) * np.exp(-np.clip(away, 0, None) / 0.30)
        lit += 0.75 * np.asarray(bright - dark, np.float32)
    return np.clip(lit, -1, 1)
