"""Lights set words as the ground they stand on is lit; it knows pixels, and no type.

Ink of one flat colour floats on a picture. Here the light and the shadows that lie on the ground
lie on the ink as well, the ground's grain goes on in it, and a little of its colour shows through.
"""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageFilter

OPACITY = 0.9
"""How much the ink hides of its ground."""
LIGHT = 0.4
"""How much of the ground's light and shadow lies on the ink; colours are no light, so not all."""
DARKEST, BRIGHTEST = 0.5, 1.1
"""What light or shadow makes of ink at the most."""
GRAIN = 16.0
"""Levels (of 255) of the ground's grain that go on in the ink at the most."""


def lit(
    ground: Image.Image, ink: tuple[int, int, int], region: Image.Image, reach: float
) -> Image.Image:
    """The RGB ground all covered by ink that is lit as it is itself.

    `region` is an 8-bit mask of where the ink will show; what differs within `reach` pixels is
    grain, and the rest is light.
    """
    levels = ground.convert("L")
    smooth = np.asarray(levels.filter(ImageFilter.GaussianBlur(reach)), dtype=np.float64)
    full = np.percentile(smooth[np.asarray(region) > 0], 90) or 1.0
    light = 1 + LIGHT * (np.clip(smooth / full, DARKEST, BRIGHTEST) - 1)
    grain = np.clip(np.asarray(levels) - smooth, -GRAIN, GRAIN)
    covered = np.array(ink) * light[..., None] + grain[..., None]
    pixels = np.asarray(ground) * (1 - OPACITY) + covered.clip(0, 255) * OPACITY
    return Image.fromarray(pixels.round().astype(np.uint8))
