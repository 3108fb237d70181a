"""Names colours in OKLCh and mixes them."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from t2i_chat.storybook.oklch import OkLch, to_rgb

Floats = NDArray[np.float32]
"""Any float32 array; a colour is (3,) sRGB, 0 to 1."""


@lru_cache(maxsize=4096)
def _rgb(lightness: float, chroma: float, hue: float) -> tuple[float, float, float]:
    red, green, blue = to_rgb(np.array([lightness, chroma, hue]))
    return float(red), float(green), float(blue)


def srgb(colour: OkLch) -> Floats:
    """Return a colour as (3,) sRGB, 0 to 1."""
    lightness, chroma, hue = colour
    return np.array(_rgb(min(max(lightness, 0.0), 1.0), max(chroma, 0.0), hue % 360), np.float32)


def mix(first: OkLch, second: OkLch, share: float) -> OkLch:
    """Return the colour at `share` (0 to 1) of the straight way through OKLab."""
    a = [c[1] * np.cos(np.radians(c[2])) for c in (first, second)]
    b = [c[1] * np.sin(np.radians(c[2])) for c in (first, second)]
    light = first[0] + (second[0] - first[0]) * share
    x, y = a[0] + (a[1] - a[0]) * share, b[0] + (b[1] - b[0]) * share
    return float(light), float(np.hypot(x, y)), float(np.degrees(np.arctan2(y, x)) % 360)


def turn(hue: float, towards: float, degrees: float) -> float:
    """Return a hue moved at most `degrees` towards another along the shorter way."""
    way = (towards - hue + 180) % 360 - 180
    return (hue + float(np.clip(way, -degrees, degrees))) % 360


def moved(colour: OkLch, lightness: float = 0.0, chroma: float = 1.0, hue: float = 0.0) -> OkLch:
    """Return a colour with lightness added, chroma multiplied and hue turned."""
    return colour[0] + lightness, colour[1] * chroma, (colour[2] + hue) % 360
