"""Shading for lettering: the light, shadow and grain of the ground are applied to the ink.

Ink of one flat colour looks pasted on. Here the ground's low frequencies modulate the ink's
brightness, its high frequencies are added as grain, and a little of its colour shows through.
"""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageFilter

OPACITY = 0.9
"""Opacity of the ink."""
LIGHT = 0.4
"""How strongly the ground's brightness modulates the ink; below 1, as some of it is colour."""
DARKEST, BRIGHTEST = 0.5, 1.1
"""Limits of the ground's brightness relative to its bright parts."""
GRAIN = 16.0
"""Maximum grain added to the ink, in levels of 255."""


def lit(
    ground: Image.Image, ink: tuple[int, int, int], region: Image.Image, reach: float
) -> Image.Image:
    """The RGB ground covered all over by ink of an RGB colour, shaded like the ground.

    `region` is the 8-bit mask where the ink will show; details finer than `reach` pixels count as
    grain, the rest as light.
    """
    levels = ground.convert("L")
    smooth = np.asarray(levels.filter(ImageFilter.GaussianBlur(reach)), dtype=np.float64)
    full = np.percentile(smooth[np.asarray(region) > 0], 90) or 1.0
    light = 1 + LIGHT * (np.clip(smooth / full, DARKEST, BRIGHTEST) - 1)
    grain = np.clip(np.asarray(levels) - smooth, -GRAIN, GRAIN)
    covered = np.array(ink) * light[..., None] + grain[..., None]
    pixels = np.asarray(ground) * (1 - OPACITY) + covered.clip(0, 255) * OPACITY
    return Image.fromarray(pixels.round().astype(np.uint8))
