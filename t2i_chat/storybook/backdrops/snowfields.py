"""Snowy hills and a frozen lake."""

from __future__ import annotations

import numpy as np

from t2i_chat.storybook.backdrops import growth, noise, ridges, waters
from t2i_chat.storybook.backdrops.colour import Floats, srgb
from t2i_chat.storybook.backdrops.easel import Easel
from t2i_chat.storybook.backdrops.mountains import SNOW, range_of
from t2i_chat.storybook.backdrops.skies import paint_sky
from t2i_chat.storybook.backdrops.woods import tree_row


def paint_snow(easel: Easel) -> None:
    """Paint a wide snowy land with a wood behind it."""
    unit = easel.canvas.unit
    paint_sky(easel)
    range_of(easel, "range", 0.9, unit * 0.22, easel.horizon - unit * 0.02, 4)
    _drifts(easel, 2)
    tree_row(easel, 0, 0.45, easel.horizon + unit * 0.015, unit * 0.15, 1.0)
    _near_snow(easel, 0.03)


def paint_snowy_hill(easel: Easel) -> None:
    """Paint a great snowy slope before lower hills, with conifers on its shoulder."""
    canvas, unit = easel.canvas, easel.canvas.unit
    paint_sky(easel)
    _drifts(easel, 3)
    tops = _hill(easel)
    _stand_conifers(easel, tops)
    ridges.shade_foot(canvas, tops, easel.air.flat((0.6, 0.06, 260)), unit * 0.04, 0.25)
    first, alpha = ridges.paint_ridge(
        canvas, tops, easel.air.ramp(SNOW, 0.0, 1.3), easel.air.side, easel.streams.of("near"), 1.2
    )
    canvas.stand_on(alpha, first)
    _sparkles(easel, easel.horizon + unit * 0.1)


def _hill(easel: Easel) -> Floats:
    """Return the outline of a hill that is highest on the side away from the light."""
    canvas = easel.canvas
    x = canvas.columns()[0] / canvas.width - (0.30 if easel.air.side > 0 else 0.70)
    swell = 0.17 * np.exp(-((x / 0.36) ** 2))
    return np.asarray(easel.horizon + canvas.unit * (0.07 - swell), np.float32)


def _stand_conifers(easel: Easel, tops: Floats) -> None:
    canvas, rng = easel.canvas, easel.streams.of("shoulder")
    kinds = growth.conifers(easel, "cones")
    start = 0.72 if easel.air.side > 0 else 0.04
    for i in range(4):
        x = canvas.width * (start + 0.075 * i + float(rng.uniform(-0.01, 0.01)))
        height = canvas.unit * float(rng.uniform(0.13, 0.24))
        y = float(tops[int(np.clip(x, 0, canvas.width - 1))]) + canvas.unit * 0.018
        growth.plant_cone(easel, kinds[i % 3], (x, y), height, easel.plants.needles, 0.15)


def _drifts(easel: Easel, layers: int) -> None:
    """Paint snowy hills that fade into the air."""
    canvas, air = easel.canvas, easel.air
    for layer in range(layers):
        depth = 0.85 - 0.5 * layer / max(layers - 1, 1)
        rng = easel.streams.of(f"drift {layer}")
        top = easel.horizon + canvas.unit * (-0.05 + 0.035 * layer)
        tops = ridges.rolling(rng, canvas, top, canvas.unit * 0.12, 0.6 + 0.2 * layer)
        ridges.paint_ridge(canvas, tops, air.ramp(SNOW, depth, 1.3), air.side)
        ridges.mist(canvas, top + canvas.unit * 0.06, canvas.unit * 0.05, srgb(air.haze), 0.2)


def _near_snow(easel: Easel, bend: float) -> None:
    canvas, air, rng = easel.canvas, easel.air, easel.streams.of("near")
    tops = ridges.rolling(rng, canvas, easel.horizon + canvas.unit * 0.02, canvas.unit * bend, 0.5)
    ridges.shade_foot(canvas, tops, air.flat((0.6, 0.06, 260)), canvas.unit * 0.04, 0.2)
    first, alpha = ridges.paint_ridge(canvas, tops, air.ramp(SNOW, 0.0, 1.3), air.side, rng, 1.25)
    canvas.stand_on(alpha, first)
    _sparkles(easel, easel.horizon + canvas.unit * 0.06)


def _sparkles(easel: Easel, first: float) -> None:
    """Let single crystals catch the light."""
    canvas, rng = easel.canvas, easel.streams.of("sparkles")
    white = easel.air.ramp((0.995, 0.0, 0)).light
    dot = np.array([[0.2, 0.5, 0.2], [0.5, 1.0, 0.5], [0.2, 0.5, 0.2]], np.float32)
    for x, y, near in growth.scattered(rng, canvas, first, round(60 * canvas.width / canvas.unit)):
        canvas.blend(round(y), round(x), dot * (0.35 + 0.5 * near), white)


def paint_icy_lake(easel: Easel) -> None:
    """Paint a frozen lake, that bears, between snowy banks."""
    canvas, unit = easel.canvas, easel.canvas.unit
    paint_sky(easel)
    range_of(easel, "range", 0.75, unit * 0.26, easel.horizon, 4)
    _drifts(easel, 2)
    tree_row(easel, 0, 0.45, easel.horizon + 1, unit * 0.10, 1.0)
    first = int(easel.horizon)
    area = np.ones((canvas.height - first, canvas.width), np.float32)
    waters.paint_water(easel, area, first, canvas.height, (0.83, 0.055, 222), (0.90, 0.040, 215))
    waters.mirror(canvas, area, first, 0.42, easel.streams.of("mirror"))
    _veins(easel, first)
    canvas.stand_on(area, first)
    _snow_rim(easel)


def _veins(easel: Easel, first: int) -> None:
    """Draw soft white clouds and fine cracks in the ice."""
    canvas, white = easel.canvas, easel.air.ramp((0.98, 0.01, 220)).light
    flat = ridges.ground_noise(easel.streams.of("ice"), canvas, first)
    canvas.blend(first, 0, np.clip((flat - 0.42) * 1.7, 0, 0.5), white)
    crack = ridges.ground_noise(easel.streams.of("cracks"), canvas, first)
    lines = np.exp(-(((crack - 0.5) / 0.012) ** 2)) * 0.5
    canvas.blend(first, 0, np.asarray(lines, np.float32), white)


def _snow_rim(easel: Easel) -> None:
    """Lay snow along the near edge of the ice."""
    canvas, air, rng = easel.canvas, easel.air, easel.streams.of("rim")
    tops = ridges.rolling(rng, canvas, canvas.height - canvas.unit * 0.045, canvas.unit * 0.05, 0.7)
    edge = tops + noise.line(rng, canvas.width, 14) * canvas.unit * 0.006
    ridges.shade_foot(canvas, edge, air.flat((0.5, 0.08, 240)), canvas.unit * 0.02, 0.3)
    ridges.paint_ridge(canvas, np.asarray(edge, np.float32), air.ramp(SNOW, 0.0, 1.3), air.side)
