"""The image filters that styles share; each reads only a few pixels around every pixel.

Lengths are in pixels of a picture whose shorter side is 512, times `unit` for others.
"""

from __future__ import annotations

import cv2
import numpy as np

from t2i_chat.storybook.styles.oklab import Floats

REACH = 24
"""A change of its input changes nothing of a style's result farther away than this, in pixels;
in a picture whose shorter side is above 512, than this times `unit`."""


_SUM = np.ones((1, 3))


def unit(pixels: Floats) -> float:
    """Return how large a picture is beside one whose shorter side is 512 pixels."""
    return float(min(pixels.shape[:2])) / 512


def blurred(pixels: Floats, sigma: float) -> Floats:
    """Return a Gaussian blur that ends after 2.5 sigma."""
    side = 2 * max(1, round(2.5 * sigma)) + 1
    return np.asarray(
        cv2.GaussianBlur(pixels, (side, side), sigma, borderType=cv2.BORDER_REFLECT_101),
        np.float32,
    )


def light(rgb: Floats) -> Floats:
    """Return (h, w) luma of sRGB, 0 to 1 (Rec. 709 weights)."""
    return np.asarray(0.2126 * rgb[..., 0] + 0.7152 * rgb[..., 1] + 0.0722 * rgb[..., 2])


def strongest(rgb: Floats) -> Floats:
    """Return (h, w) the largest channel of every pixel."""
    return np.asarray(np.maximum.reduce(cv2.split(rgb)), np.float32)


def step(x: Floats, low: float | Floats, high: float | Floats) -> Floats:
    """Return the smooth step from 0 at `low` to 1 at `high`; `low` may be the larger."""
    t = np.clip((x - low) / (high - low), 0, 1)
    return np.asarray(t * t * (3 - 2 * t), np.float32)


def displaced(pixels: Floats, right: Floats, down: Floats) -> Floats:
    """Return a picture read `right` and `down` (h, w) pixels beside every pixel."""
    height, width = pixels.shape[:2]
    y, x = np.mgrid[:height, :width].astype(np.float32)
    return np.asarray(
        cv2.remap(pixels, x + right, y + down, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT_101),
        np.float32,
    )


def washes(rgb: Floats, radius: float, sharpness: float = 4.0) -> Floats:
    """Return a picture smoothed into patches with firm edges (generalised Kuwahara filter).

    Every pixel takes the mean of those of eight windows around it that vary least. As all
    windows are the same Gaussian, one blur read at eight places makes them.
    Papari, Petkov and Campisi, "Artistic edge and corner enhancing smoothing" (2007).
    """
    mean = blurred(rgb, radius / 2)
    square = blurred(cv2.transform(rgb * rgb, _SUM), radius / 2)
    varies = np.maximum(square - cv2.transform(mean * mean, _SUM), 0) + 1e-4
    weight = (0.02 / (0.02 + varies)) ** np.float32(2 * sharpness)
    margin = int(np.ceil(radius))
    weighted = np.dstack([mean * weight[..., None], weight])
    wide = cv2.copyMakeBorder(weighted, *(margin,) * 4, cv2.BORDER_REFLECT_101)
    total = np.zeros_like(weighted)
    height, width = rgb.shape[:2]
    for k in range(8):
        y = margin + round(radius * float(np.sin(np.pi * k / 4)))
        x = margin + round(radius * float(np.cos(np.pi * k / 4)))
        total += wide[y : y + height, x : x + width]
    return np.asarray(total[..., :3] / total[..., 3:], np.float32)


def simplified(rgb: Floats, radius: float) -> Floats:
    """Return the washes of a picture with its small touches kept: stars, eyes, window bars."""
    wash = washes(rgb, radius)
    touches = rgb - wash
    strength = step(strongest(np.abs(touches)), 0.06, 0.25)[..., None]
    return np.asarray(wash + 0.8 * strength * touches, np.float32)


def edge_darkness(rgb: Floats, width: float) -> Floats:
    """Return (h, w) how much darker a pixel is than around it, in the channel with most contrast.

    Difference of Gaussians; it is largest on the dark side of an edge and 0 on the light side.
    """
    around = blurred(rgb, 1.6 * width) - blurred(rgb, width)
    return np.asarray(np.maximum(strongest(around), 0), np.float32)
