"""Mountains with lit and shaded faces and snow on their tops."""

from __future__ import annotations

import numpy as np

from t2i_chat.storybook.backdrops import noise, ridges
from t2i_chat.storybook.backdrops.colour import Floats, srgb
from t2i_chat.storybook.backdrops.countryside import far_hills, near_land, sow
from t2i_chat.storybook.backdrops.easel import Easel
from t2i_chat.storybook.backdrops.skies import paint_sky
from t2i_chat.storybook.backdrops.woods import tree_row
from t2i_chat.storybook.oklch import OkLch

ROCK: OkLch = (0.60, 0.055, 265)
SNOW: OkLch = (0.965, 0.012, 240)


def range_of(easel: Easel, part: str, depth: float, height: float, foot: float, peaks: int) -> None:
    """Paint a chain of mountains up to `height` pixels high whose feet lie at row `foot`."""
    canvas, rng = easel.canvas, easel.streams.of(part)
    places = (np.arange(peaks) + 0.5 + rng.uniform(-0.3, 0.3, peaks)) / peaks * canvas.width
    tall = height * rng.uniform(0.55, 1.0, peaks)
    for i in np.argsort(-rng.random(peaks)):
        _mountain(easel, (float(places[i]), foot, float(tall[i])), depth, rng)
    ridges.mist(canvas, foot, height * 0.30, srgb(easel.air.haze), 0.6 * easel.air.thickness)


def _mountain(
    easel: Easel, form: tuple[float, float, float], depth: float, rng: np.random.Generator
) -> None:
    """Paint one mountain: the column of its peak, the row of its foot, its height in pixels."""
    canvas, (peak, foot, tall) = easel.canvas, form
    away = canvas.columns()[0] - peak
    rounding = tall * 0.03
    rise = np.sqrt(away**2 + rounding**2) - rounding
    ragged = noise.line(rng, canvas.width, 22) * tall * 0.045 * np.clip(rise / (tall * 0.2), 0, 1)
    tops = np.asarray(foot - tall + rise * float(rng.uniform(0.72, 1.0)) + ragged, np.float32)
    first = max(int(foot - tall) - 2, 0)
    last = min(int(foot + canvas.unit * 0.12), canvas.height)
    under = np.arange(first, last, dtype=np.float32)[:, None] - tops[None, :]
    crest = _crest(rng, under.shape[0], away, tall)
    deep = np.arange(first, last, dtype=np.float32)[:, None] - (foot - tall)
    _rock(easel, first, under, crest, depth)
    _snow(easel, (first, under, np.asarray(deep, np.float32), crest), tall, depth, rng)


def _crest(rng: np.random.Generator, rows: int, away: Floats, tall: float) -> Floats:
    """Return how far, -1 to 1, a pixel lies left or right of a mountain's crooked crest."""
    bend = noise.line(rng, max(rows, 2), 7)[:rows, None] * tall * 0.10
    fine = noise.line(rng, max(rows, 2), 22)[:rows, None] * tall * 0.03
    start = np.clip(np.arange(rows, dtype=np.float32)[:, None] / (tall * 0.2), 0, 1)
    return np.asarray(np.tanh((away[None, :] + (bend + fine) * start) / (tall * 0.02)), np.float32)


def _rock(easel: Easel, first: int, under: Floats, crest: Floats, depth: float) -> None:
    canvas, air = easel.canvas, easel.air
    grain = noise.clouded(easel.streams.of("rock"), under.shape[0], canvas.width, 5, 3) - 0.5
    shade = 0.52 + 0.30 * crest * air.side + 0.34 * grain
    alpha = np.clip(under + 0.5, 0, 1)
    canvas.blend(first, 0, alpha, air.ramp(ROCK, depth, 1.2).at(np.clip(shade, 0, 1)))


def _snow(
    easel: Easel,
    form: tuple[int, Floats, Floats, Floats],
    tall: float,
    depth: float,
    rng: np.random.Generator,
) -> None:
    """Lay snow on a top, with a hem that hangs down in tongues."""
    first, under, deep, crest = form
    canvas, air = easel.canvas, easel.air
    share = 0.85 if easel.plants.snowy else 0.36
    tongues = 1 + 0.40 * noise.line(rng, canvas.width, 34) + 0.2 * noise.line(rng, canvas.width, 80)
    hem = tall * share * tongues
    alpha = np.clip((hem[None, :] - deep) / 2.5 + 0.5, 0, 1) * np.clip(under + 0.5, 0, 1)
    shade = np.clip(0.58 + 0.38 * crest * air.side, 0, 1)
    snow = air.ramp(SNOW, depth * 0.6, 1.4)
    canvas.blend(first, 0, np.asarray(alpha, np.float32), snow.at(shade))


def paint_mountains(easel: Easel) -> None:
    """Paint two chains of mountains, wooded hills before them, and a meadow."""
    canvas, unit = easel.canvas, easel.canvas.unit
    wide = max(round(3 * canvas.width / unit), 2)
    paint_sky(easel)
    range_of(easel, "far range", 0.92, unit * 0.34, easel.horizon - unit * 0.02, wide + 2)
    range_of(easel, "near range", 0.48, unit * 0.42, easel.horizon + unit * 0.01, wide)
    far_hills(easel, 1, trees=False)
    tree_row(easel, 0, 0.30, easel.horizon + unit * 0.028, unit * 0.095, 0.95)
    near_land(easel, easel.plants.grass)
    sow(easel, 80, 40)
