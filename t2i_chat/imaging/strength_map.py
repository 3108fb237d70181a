"""How much every pixel of a region may change: less towards its edge; it paints nothing.

Levin & Fried, "Differential Diffusion: Giving Each Pixel Its Strength" (2023): a pixel of strength
s is held to the picture it had until the last s of the denoising steps, so that light and colour
fade into what is around instead of ending at a line.
"""

from __future__ import annotations

import cv2
import numpy as np
from PIL import Image

from t2i_chat.imaging import masks

FULL = 255
"""The value of a pixel that may change at every step."""


def change_map(region: Image.Image, ramp: int) -> Image.Image:
    """The 8-bit map of an 8-bit region: full from `ramp` pixels inside its edge on, 0 outside it.

    The picture's own border is no edge. Of a region too narrow for the ramp the middle is full.
    """
    white = masks.binary(region).astype(np.uint8)
    if white.all() or not white.any():
        return masks.from_array(white.astype(bool))
    deep = cv2.distanceTransform(white, cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
    shares = np.clip(deep / max(1.0, min(float(ramp), float(deep.max()))), 0, 1)
    return Image.fromarray(np.ceil(shares * FULL).astype(np.uint8))


def in_blocks(change: Image.Image, multiple: int) -> Image.Image:
    """The map with one pixel for each block of `multiple` pixels: the most in it.

    They are brought up until the strongest is full, if the map has been scaled down.
    """
    pixels = np.asarray(change)
    high, wide = pixels.shape[0] // multiple, pixels.shape[1] // multiple
    blocks = pixels.reshape(high, multiple, wide, multiple).max(axis=(1, 3))
    brought_up = blocks.astype(np.float64) * FULL / max(1, int(blocks.max()))
    return Image.fromarray(brought_up.round().astype(np.uint8))
