"""Pixel difference of two pictures: measured, and drawn as a heat map."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

_DIM = 0.45
"""Brightness of unchanged pixels in the heat map."""
_FAINTEST = 0.15
"""Where on the colour scale a change of 1 level lies, so that it is still visible."""
_SCALE = np.array(
    [(40, 10, 90), (150, 25, 110), (225, 75, 50), (250, 165, 20), (255, 245, 120)], np.float64
)
"""RGB colours from the smallest change to the largest; none of them is grey."""


@dataclass(frozen=True, slots=True)
class Difference:
    """How much two pictures of one size differ.

    `changed_fraction` is the fraction of pixels that are not identical, `largest` the largest
    difference of any channel (0–255).
    """

    changed_fraction: float
    largest: int


def per_pixel(before: Image.Image, after: Image.Image) -> NDArray[np.int16]:
    """The maximum over the channels of the absolute difference (0–255), as an (H, W) array.

    Raises ValueError when the pictures differ in size.
    """
    if before.size != after.size:
        raise ValueError("pictures of different sizes cannot be compared pixel by pixel")
    one, other = (np.asarray(picture.convert("RGB"), np.int16) for picture in (before, after))
    return np.asarray(np.abs(one - other).max(axis=2), np.int16)


def measure(before: Image.Image, after: Image.Image) -> Difference:
    """The difference of two pictures. Raises ValueError when they differ in size."""
    apart = per_pixel(before, after)
    return Difference(float(np.count_nonzero(apart) / apart.size), int(apart.max(initial=0)))


def heat_map(before: Image.Image, after: Image.Image) -> Image.Image:
    """`after` in dim grey where nothing changed, in heat-map colours where something did.

    Every pixel that differs by at least 1 level has a colour; every other one is grey. Raises
    ValueError when the pictures differ in size.
    """
    apart = per_pixel(before, after)
    grey = np.asarray(after.convert("L"), np.float64) * _DIM
    heat = _FAINTEST + (1 - _FAINTEST) * np.sqrt(apart / 255)
    stops = np.linspace(0, 1, len(_SCALE))
    glow = np.stack([np.interp(heat, stops, channel) for channel in _SCALE.T], axis=2)
    pixels = np.where((apart > 0)[..., None], glow, grey[..., None])
    return Image.fromarray(pixels.round().astype(np.uint8))
