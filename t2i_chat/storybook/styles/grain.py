"""Noise for paper, pigment and strokes; it depends on seed and size alone, not on the picture."""

from __future__ import annotations

import cv2
import numpy as np

from t2i_chat.storybook.styles.filters import blurred, step
from t2i_chat.storybook.styles.oklab import Floats


def clouds(rng: np.random.Generator, shape: tuple[int, int], cell: float, octaves: int) -> Floats:
    """Return (h, w) fractal noise, about -1 to 1; its largest spots are `cell` pixels wide."""
    height, width = shape
    total = np.zeros(shape, np.float32)
    for octave in range(octaves):
        side = max(cell / 2**octave, 1.0)
        rows, columns = int(height / side) + 2, int(width / side) + 2
        grid = rng.random((rows, columns), np.float32) * 2 - 1
        large = (round(columns * side), round(rows * side))
        fine = cv2.resize(grid, large, interpolation=cv2.INTER_CUBIC)
        total += fine[:height, :width] / 2**octave
    return np.asarray(total / sum(0.5**octave for octave in range(octaves)), np.float32)


def paper(rng: np.random.Generator, shape: tuple[int, int], scale: float) -> Floats:
    """Return (h, w) height of rough paper, mean 0, deviation about 1."""
    fine = blurred(rng.standard_normal(shape, np.float32), 0.9 * scale) * 3.2 * scale
    coarse = blurred(rng.standard_normal(shape, np.float32), 2.2 * scale) * 7.8 * scale
    return np.asarray(0.75 * fine + 0.65 * coarse, np.float32)


def strokes(
    rng: np.random.Generator, shape: tuple[int, int], angle: float, width: float, length: float
) -> Floats:
    """Return (h, w) even noise, 0 to 1, drawn out into strokes at `angle` degrees."""
    height, width_px = shape
    side = int(np.hypot(height, width_px)) + 8
    noise = rng.standard_normal((side, side), np.float32)
    along = cv2.getGaussianKernel(2 * round(length) + 1, length / 2, cv2.CV_32F)
    across = cv2.getGaussianKernel(2 * max(1, round(2 * width)) + 1, width, cv2.CV_32F)
    drawn = cv2.sepFilter2D(noise, -1, along, across)
    drawn *= np.float32(1 / np.sqrt(np.sum(along**2) * np.sum(across**2)))
    turn = cv2.getRotationMatrix2D((side / 2, side / 2), angle, 1.0)
    turn[:, 2] += (width_px - side) / 2, (height - side) / 2
    turned = cv2.warpAffine(drawn, turn, (width_px, height), borderMode=cv2.BORDER_REFLECT_101)
    return step(np.asarray(turned, np.float32), -2.0, 2.0)
