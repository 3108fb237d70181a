"""Recolours flat drawings in the OKLCh colour space.

OKLab: Björn Ottosson, "A perceptual color space for image processing" (2020).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
OkLch = tuple[float, float, float]
"""Lightness 0–1, chroma, hue in degrees."""

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
VIVID = 0.045
"""Minimum chroma of a pixel that has a hue."""
REACH = 38.0
"""Pixels within this hue distance of the main tone are recoloured, in degrees."""


@dataclass(frozen=True)
class Tone:
    """The main colour of a drawing, and its share of the pixels."""

    oklch: OkLch
    share: float


def to_oklch(rgb: Floats) -> Floats:
    """Return (..., 3) lightness, chroma and hue in degrees of (..., 3) sRGB, 0 to 1."""
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    lab = np.cbrt(linear @ _TO_LMS.T) @ _TO_LAB.T
    chroma = np.hypot(lab[..., 1], lab[..., 2])
    hue = np.degrees(np.arctan2(lab[..., 2], lab[..., 1])) % 360
    return np.stack([lab[..., 0], chroma, hue], axis=-1)


def to_rgb(oklch: Floats) -> Floats:
    """Return (..., 3) sRGB, 0 to 1; what lies outside sRGB is clipped."""
    angle = np.radians(oklch[..., 2])
    a, b = oklch[..., 1] * np.cos(angle), oklch[..., 1] * np.sin(angle)
    lms = (np.stack([oklch[..., 0], a, b], axis=-1) @ np.linalg.inv(_TO_LAB).T) ** 3
    linear = np.clip(lms @ np.linalg.inv(_TO_LMS).T, 0, 1)
    srgb = np.where(linear <= 0.0031308, linear * 12.92, 1.055 * linear ** (1 / 2.4) - 0.055)
    return np.asarray(srgb, np.float64)


def apart(hue: Floats, other: float) -> Floats:
    """Return how many degrees, 0 to 180, hues lie from another."""
    return np.abs((hue - other + 180) % 360 - 180)


def main_tone(rgb: Floats, alpha: Floats) -> Tone:
    """Return the tone that most of a drawing's vivid pixels lie near; chroma weighs them."""
    pixels = to_oklch(rgb[alpha > 0.5])
    vivid = pixels[pixels[:, 1] > VIVID]
    if not len(vivid):
        return Tone((float(np.median(pixels[:, 0])), 0.0, 0.0), 0.0)
    weights, edges = np.histogram(vivid[:, 2], bins=72, range=(0, 360), weights=vivid[:, 1])
    spread = sum(np.roll(weights, shift) for shift in range(-3, 4))
    peak = float(edges[int(np.argmax(spread))]) + 2.5
    near = vivid[apart(vivid[:, 2], peak) < REACH]
    middle = np.median(near, axis=0)
    return Tone((float(middle[0]), float(middle[1]), peak), len(near) / len(pixels))


def recolour(rgb: Floats, tone: Tone, target: OkLch) -> Floats:
    """Return (h, w, 3) sRGB with every pixel near `tone` moved to `target`.

    They keep their distance to it in lightness and their share of its chroma, so that shading
    survives.
    """
    pixels = to_oklch(rgb)
    moves = (pixels[..., 1] > VIVID / 2) & (apart(pixels[..., 2], tone.oklch[2]) < REACH)
    shifted = np.stack(
        [
            np.clip(target[0] + 0.8 * (pixels[..., 0] - tone.oklch[0]), 0.12, 0.99),
            target[1] * np.minimum(1.2, pixels[..., 1] / max(tone.oklch[1], 1e-3)),
            np.full(pixels.shape[:2], target[2]),
        ],
        axis=-1,
    )
    return np.where(moves[..., None], to_rgb(shifted), rgb)
