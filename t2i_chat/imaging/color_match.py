"""Matches a painted region's colours to what is around it; knows pixels, paints nothing.

Painting moves the colours of a whole picture a little, also where nothing was to change. How far
is seen in a ring around the region, where the old picture tells what they should be.
"""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageChops

from t2i_chat.imaging import masks

BLOCK = 8
"""Pixels next to the region that are no measure: latents mix them with what is new."""
MOST = 24.0
"""Levels (of 255) that colours are moved by at most; where more is wrong it is not the colour."""


def ring_around(compositing: Image.Image, width: int) -> Image.Image:
    """The 8-bit mask of a ring `width` pixels wide around all that a compositing mask touches."""
    touched = masks.from_array(np.asarray(compositing.convert("L")) > 0)
    inner = masks.grow(touched, BLOCK)
    return ImageChops.subtract(masks.grow(touched, BLOCK + width), inner)


def matched(painted: Image.Image, original: Image.Image, ring: Image.Image) -> Image.Image:
    """The painted RGB picture, moved as a whole to the colours the original has in the ring.

    Without a ring, as around a region of everything, it stays as it is.
    """
    inside = masks.binary(ring)
    if not inside.any():
        return painted
    now, then = (np.asarray(p.convert("RGB"), dtype=np.float64) for p in (painted, original))
    apart = then[inside].mean(axis=0) - now[inside].mean(axis=0)
    moved = now + np.clip(apart, -MOST, MOST)
    return Image.fromarray(moved.round().clip(0, 255).astype(np.uint8))
