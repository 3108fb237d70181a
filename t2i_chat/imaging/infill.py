"""Fills a region from its edge before it is painted, with OpenCV; it paints nothing.

A denoiser that begins from a picture of the thing to be removed paints another one. Begun from a
smooth filling it has nothing to go by but what is around.
"""

from __future__ import annotations

import cv2
import numpy as np
from PIL import Image

from t2i_chat.core.geometry import Size
from t2i_chat.imaging import masks

VERSION: str = cv2.__version__
"""The version of OpenCV, which decides how a region is filled."""
RADIUS = 5
"""How far, in pixels, a filled pixel looks for those it is made of."""
AROUND = 16
"""Pixels around the region that the filling may be made of."""


def prefilled(picture: Image.Image, region: Image.Image) -> Image.Image:
    """The RGB picture with an 8-bit region of it filled from the region's edge, inwards.

    Telea, "An Image Inpainting Technique Based on the Fast Marching Method" (2004). A region of
    nothing or of everything, which has no edge, leaves the picture as it is.
    """
    bounds = masks.box_of(region)
    if bounds is None or masks.binary(region).all():
        return picture
    near = masks.grow(region, AROUND)
    reach = masks.box_of(near) or bounds
    box = reach.clipped(Size(width=picture.width, height=picture.height))
    corners = (box.x0, box.y0, box.x1, box.y1)
    pixels = np.asarray(picture.convert("RGB").crop(corners))
    hole = masks.binary(region.crop(corners)).astype(np.uint8)
    result = picture.convert("RGB")
    result.paste(Image.fromarray(cv2.inpaint(pixels, hole, RADIUS, cv2.INPAINT_TELEA)), corners[:2])
    return result
