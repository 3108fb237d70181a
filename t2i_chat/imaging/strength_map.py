"""Strength maps for differential diffusion: less change towards a region's edge (soft inpainting).

Levin & Fried, "Differential Diffusion: Giving Each Pixel Its Strength" (2023): a pixel of strength
s is reset to the (noised) original until the last fraction s of the denoising steps, so light and
colour blend into the surroundings instead of ending at a line.
"""

from __future__ import annotations

import cv2
import numpy as np
from PIL import Image

from t2i_chat.imaging import masks

FULL = 255
"""The value of a pixel that may change at every step."""


def change_map(region: Image.Image, ramp: int) -> Image.Image:
    """The 8-bit strength map of an 8-bit mask: 0 outside, rising to 255 over `ramp` pixels inwards.

    The picture's border does not count as an edge. In a region too narrow for the ramp, the middle
    is 255.
    """
    white = masks.binary(region).astype(np.uint8)
    if white.all() or not white.any():
        return masks.from_array(white.astype(bool))
    deep = cv2.distanceTransform(white, cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
    shares = np.clip(deep / max(1.0, min(float(ramp), float(deep.max()))), 0, 1)
    return Image.fromarray(np.ceil(shares * FULL).astype(np.uint8))


def in_blocks(change: Image.Image, multiple: int) -> Image.Image:
    """The map max-pooled to one pixel per block of `multiple` pixels, the size of the latents.

    It is scaled so that its maximum is 255.
    """
    pixels = np.asarray(change)
    high, wide = pixels.shape[0] // multiple, pixels.shape[1] // multiple
    blocks = pixels.reshape(high, multiple, wide, multiple).max(axis=(1, 3))
    brought_up = blocks.astype(np.float64) * FULL / max(1, int(blocks.max()))
    return Image.fromarray(brought_up.round().astype(np.uint8))
