"""Smooth noise, and the grain that keeps gradients from banding."""

from __future__ import annotations

import cv2
import numpy as np

from t2i_chat.storybook.backdrops.colour import Floats


def smooth(rng: np.random.Generator, height: int, width: int, cells: tuple[int, int]) -> Floats:
    """Return (h, w) noise, 0 to 1, of (rows, columns) cells: random values, cubic between."""
    rows, columns = max(cells[0], 2), max(cells[1], 2)
    grid = rng.random((rows, columns), np.float32)
    large = cv2.resize(grid, (width, height), interpolation=cv2.INTER_CUBIC)
    return np.asarray(np.clip(large, 0, 1), np.float32)


def clouded(rng: np.random.Generator, height: int, width: int, cells: int, octaves: int) -> Floats:
    """Return (h, w) fractal noise, about 0 to 1: every octave twice as fine and half as strong."""
    total = np.zeros((height, width), np.float32)
    across = max(1.0, width / height)
    for octave in range(octaves):
        fine = cells * 2**octave
        total += smooth(rng, height, width, (fine, round(fine * across))) / 2**octave
    return np.asarray(total / sum(0.5**octave for octave in range(octaves)), np.float32)


def line(rng: np.random.Generator, width: int, cells: int) -> Floats:
    """Return (w,) smooth noise, -1 to 1."""
    return np.asarray(smooth(rng, 2, width, (2, cells))[0] * 2 - 1, np.float32)


def grain(rng: np.random.Generator, height: int, width: int) -> Floats:
    """Return (h, w, 1) triangular noise of one 8-bit step, against banding."""
    pair = rng.random((2, height, width, 1), np.float32)
    return np.asarray((pair[0] - pair[1]) / 255, np.float32)
