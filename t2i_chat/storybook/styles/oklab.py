"""Moves pictures between sRGB and OKLab in float32, with sums in a fixed order.

OKLab: Björn Ottosson, "A perceptual color space for image processing" (2020).
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
"""(h, w) or (h, w, 3) float32."""

_TO_LMS = np.array(
    [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]
)
_TO_LAB = np.array(
    [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ]
)
_FROM_LMS = np.linalg.inv(_TO_LMS)
_FROM_LAB = np.linalg.inv(_TO_LAB)


def to_oklab(rgb: Floats) -> Floats:
    """Return (h, w, 3) lightness, a and b of (h, w, 3) sRGB, 0 to 1."""
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    lms = cv2.transform(linear.astype(np.float32), _TO_LMS)
    return np.asarray(cv2.transform(np.cbrt(lms), _TO_LAB), np.float32)


def to_srgb(lab: Floats) -> Floats:
    """Return (h, w, 3) sRGB of OKLab; what lies outside sRGB is clipped."""
    lms = cv2.transform(lab, _FROM_LAB) ** 3
    linear = np.clip(cv2.transform(lms, _FROM_LMS), 0, 1)
    curved = 1.055 * linear ** np.float32(1 / 2.4) - 0.055
    return np.asarray(np.where(linear <= 0.0031308, linear * 12.92, curved), np.float32)
