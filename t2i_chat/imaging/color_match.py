"""Colour matching after inpainting: shifts the result's colours to those of its surroundings.

Denoising shifts the colours of the whole picture a little. The shift is measured in a ring around
the region, where the original shows the true colours, and is subtracted.
"""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageChops

from t2i_chat.imaging import masks

BLOCK = 8
"""Pixels next to the region left out of the ring: the VAE's 8-pixel blocks mix in new content."""
MOST = 24.0
"""Largest shift per channel, in levels of 255; larger differences are not a colour cast."""


def ring_around(compositing: Image.Image, width: int) -> Image.Image:
    """The 8-bit mask of a ring `width` pixels wide around a compositing mask's non-zero area."""
    touched = masks.from_array(np.asarray(compositing.convert("L")) > 0)
    inner = masks.grow(touched, BLOCK)
    return ImageChops.subtract(masks.grow(touched, BLOCK + width), inner)


def matched(painted: Image.Image, original: Image.Image, ring: Image.Image) -> Image.Image:
    """The painted RGB picture, shifted by the mean colour difference to the original in the ring.

    With an empty ring (the region covers the whole picture) it is returned unchanged.
    """
    inside = masks.binary(ring)
    if not inside.any():
        return painted
    now, then = (np.asarray(p.convert("RGB"), dtype=np.float64) for p in (painted, original))
    apart = then[inside].mean(axis=0) - now[inside].mean(axis=0)
    moved = now + np.clip(apart, -MOST, MOST)
    return Image.fromarray(moved.round().clip(0, 255).astype(np.uint8))
