"""Paints the sky: a smooth gradient, the glow of the low sun, clouds, stars."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from t2i_chat.storybook.backdrops import clouds, stars
from t2i_chat.storybook.backdrops.canvas import Canvas
from t2i_chat.storybook.backdrops.colour import Floats, mix, srgb
from t2i_chat.storybook.backdrops.easel import Easel
from t2i_chat.storybook.oklch import OkLch

WISPS = 2
HEAPS = 6


def paint_sky(easel: Easel) -> None:
    """Paint the whole sky of a look down to the lower edge."""
    paint_gradient(easel.canvas, easel.air.sky, easel.horizon)
    _glow(easel)
    SKIES[easel.look.sky](easel)


def paint_gradient(canvas: Canvas, stops: tuple[OkLch, ...], bottom: float) -> None:
    """Fill the canvas with colours from the top down to row `bottom`, blended in OKLab."""
    shares = np.linspace(0, 1, 33)
    places = shares * (len(stops) - 1)
    marks = [
        srgb(
            mix(
                stops[min(int(p), len(stops) - 2)],
                stops[min(int(p) + 1, len(stops) - 1)],
                float(p) - min(int(p), len(stops) - 2),
            )
        )
        for p in places
    ]
    rows = np.clip(np.arange(canvas.height) / max(bottom, 1), 0, 1)
    for channel in range(3):
        canvas.pixels[:, :, channel] = np.interp(rows, shares, [m[channel] for m in marks])[:, None]


def _glow(easel: Easel) -> None:
    """Lay the glow of the light low over the horizon, on the side it comes from."""
    canvas, air = easel.canvas, easel.air
    x = canvas.width * (0.5 + 0.36 * air.side)
    across = (canvas.columns() - x) / (0.62 * canvas.unit)
    up = (canvas.rows() - easel.horizon) / (0.34 * canvas.unit)
    glow: Floats = np.asarray(air.glowing * np.exp(-(across**2) - up**2), np.float32)
    canvas.blend(0, 0, glow, srgb(air.glow))


def _clear(easel: Easel) -> None:
    clouds.paint_heaps(
        easel.canvas, easel.air, easel.streams.of("clouds"), easel.horizon * 0.9, WISPS
    )


def _clouds(easel: Easel) -> None:
    clouds.paint_heaps(easel.canvas, easel.air, easel.streams.of("clouds"), easel.horizon, HEAPS)


def _low(easel: Easel) -> None:
    clouds.paint_heaps(easel.canvas, easel.air, easel.streams.of("clouds"), easel.horizon, 4)


def _stars(easel: Easel) -> None:
    stars.paint_stars(easel.canvas, easel.streams.of("stars"), easel.horizon)


def _night(easel: Easel) -> None:
    stars.paint_stars(easel.canvas, easel.streams.of("stars"), easel.horizon, 0.45)
    clouds.paint_heaps(easel.canvas, easel.air, easel.streams.of("clouds"), easel.horizon, 3)


def _aurora(easel: Easel) -> None:
    stars.paint_stars(easel.canvas, easel.streams.of("stars"), easel.horizon)
    stars.paint_aurora(easel.canvas, easel.streams.of("aurora"), easel.horizon)


def _closed(easel: Easel) -> None:
    clouds.paint_roof(easel.canvas, easel.air, easel.streams.of("clouds"), easel.horizon, 2)


def _storm(easel: Easel) -> None:
    clouds.paint_roof(easel.canvas, easel.air, easel.streams.of("clouds"), easel.horizon, 3)


def _fog(_: Easel) -> None:
    """Fog hides the clouds."""


SKIES: Mapping[str, Callable[[Easel], None]] = {
    "clear": _clear,
    "clouds": _clouds,
    "stars": _stars,
    "dawn": _low,
    "sunset": _low,
    "night": _night,
    "storm": _storm,
    "rain": _closed,
    "snow": _closed,
    "fog": _fog,
    "aurora": _aurora,
}
"""What hangs in every sky, over the gradient of the hour."""
