"""Infill of a masked region before denoising (Telea inpainting with OpenCV), to remove things.

An img2img start from a picture of the thing to be removed paints another such thing. Started from a
smooth infill, the model only has the surroundings to go by.
"""

from __future__ import annotations

import cv2
import numpy as np
from PIL import Image

from t2i_chat.core.geometry import Size
from t2i_chat.imaging import masks

VERSION: str = cv2.__version__
"""The version of OpenCV, on which the infill's pixels depend; kept in the recipe."""
RADIUS = 5
"""Radius, in pixels, of the neighbourhood each pixel is inpainted from."""
AROUND = 16
"""Context around the region, in pixels, that the infill may use."""


def prefilled(picture: Image.Image, region: Image.Image) -> Image.Image:
    """The RGB picture with the 8-bit mask `region` filled in from its edge.

    Telea, "An Image Inpainting Technique Based on the Fast Marching Method" (2004). If the region
    is empty or the whole picture, the picture is returned unchanged.
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
