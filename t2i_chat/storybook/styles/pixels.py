"""Pixel art: large square pixels, few colours, dithered shading and dark outlines."""

from __future__ import annotations

import cv2
import numpy as np

from t2i_chat.storybook.styles.filters import edge_darkness, simplified, step, unit
from t2i_chat.storybook.styles.oklab import Floats, to_oklab, to_srgb

_SIDE = 4
"""Side of a large pixel, in pixels of a picture whose shorter side is 512."""
_LIGHTNESS = 12
_CHROMA = 0.036
_BAYER = np.array([[0, 8, 2, 10], [12, 4, 14, 6], [3, 11, 1, 9], [15, 7, 13, 5]], np.float32)
"""Bayer, "An optimum method for two-level rendition of continuous-tone pictures" (1973)."""


def pixel_art(pixels: Floats, _seed: int) -> Floats:
    """Return a picture in square pixels of few colours; it is the same for every seed."""
    side = max(2, round(_SIDE * unit(pixels)))
    height, width = pixels.shape[:2]
    rows, columns = -(-height // side), -(-width // side)
    padding = (0, rows * side - height, 0, columns * side - width)
    whole = cv2.copyMakeBorder(pixels, *padding, cv2.BORDER_REPLICATE)
    large = cv2.resize(simplified(whole, 0.6 * side), (columns, rows), interpolation=cv2.INTER_AREA)
    art = _few_colours(_outlined(large))
    return np.asarray(np.repeat(np.repeat(art, side, 0), side, 1)[:height, :width])


def _outlined(large: Floats) -> Floats:
    """The dark side of strong edges made darker still."""
    edge = step(edge_darkness(large, 0.6), 0.02, 0.07)[..., None]
    return np.asarray(large * (1 - 0.5 * edge), np.float32)


def _few_colours(large: Floats) -> Floats:
    """Every pixel in the nearest of a few lightnesses, hues and strengths, dithered between two."""
    lab = to_oklab(large)
    rows, columns = large.shape[:2]
    tiles = np.tile(_BAYER, (rows // 4 + 1, columns // 4 + 1))[:rows, :columns]
    between = 0.5 * ((tiles + 0.5) / 16 - 0.5)
    lightness = np.round(lab[..., 0] * _LIGHTNESS + between) / _LIGHTNESS
    tint = np.round(lab[..., 1:] * 1.12 / _CHROMA + 0.5 * between[..., None]) * _CHROMA
    return to_srgb(np.dstack([lightness, tint]).astype(np.float32))
