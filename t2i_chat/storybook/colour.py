"""Recolour flat vector art in OKLCh; it does not know what a drawing shows.

OKLab: Björn Ottosson, "A perceptual color space for image processing" (2020).
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

import numpy as np

OkLch = tuple[float, float, float]

_TO_LMS = np.array(
    [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]
)
_TO_LAB = np.array(
    [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ]
)


def hex_to_oklch(colour: str) -> OkLch:
    """Return (lightness, chroma, hue in degrees) of "#rgb" or "#rrggbb"."""
    digits = colour.lstrip("#")
    digits = "".join(2 * c for c in digits) if len(digits) == 3 else digits
    srgb = np.array([int(digits[i : i + 2], 16) for i in (0, 2, 4)]) / 255
    linear = np.where(srgb <= 0.04045, srgb / 12.92, ((srgb + 0.055) / 1.055) ** 2.4)
    lightness, a, b = _TO_LAB @ np.cbrt(_TO_LMS @ linear)
    return float(lightness), math.hypot(a, b), math.degrees(math.atan2(b, a)) % 360


def oklch_to_hex(colour: OkLch) -> str:
    """Return "#rrggbb"; what lies outside sRGB is clipped."""
    lightness, chroma, hue = colour
    a, b = chroma * math.cos(math.radians(hue)), chroma * math.sin(math.radians(hue))
    lms = np.linalg.solve(_TO_LAB, np.array([lightness, a, b])) ** 3
    linear = np.clip(np.linalg.solve(_TO_LMS, lms), 0, 1)
    srgb = np.where(linear <= 0.0031308, linear * 12.92, 1.055 * linear ** (1 / 2.4) - 0.055)
    return "#" + "".join(f"{round(float(c) * 255):02x}" for c in srgb)


def recolour(svg: str, tints: Sequence[str], target: OkLch) -> str:
    """Return `svg` with every fill in `tints` moved to `target`.

    The first of `tints` becomes `target` itself; the others keep their distance to it in
    lightness and their share of its chroma, so that shading survives.
    """
    main = hex_to_oklch(tints[0])
    for tint in tints:
        lightness, chroma, _ = hex_to_oklch(tint)
        moved = (
            min(0.99, max(0.12, target[0] + 0.8 * (lightness - main[0]))),
            target[1] * min(1.2, chroma / max(main[1], 1e-3)),
            target[2],
        )
        svg = re.sub(re.escape(tint), oklch_to_hex(moved), svg, flags=re.IGNORECASE)
    return svg
