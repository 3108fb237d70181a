"""Ink outlines, flat colours and printed dots.

Outlines after Winnemöller, Kyprianidis and Olsen, "XDoG: an extended difference-of-Gaussians
compendium" (2012).
"""

from __future__ import annotations

import numpy as np

from t2i_chat.storybook.styles.filters import edge_darkness, simplified, step, unit
from t2i_chat.storybook.styles.oklab import Floats, to_oklab, to_srgb

_INK = np.array([0.07, 0.06, 0.10], np.float32)
_LEVELS = 6
_DOTS = 6.0
"""From dot to dot, in pixels of a picture whose shorter side is 512."""


def comic(pixels: Floats, _seed: int) -> Floats:
    """Return a picture as a printed comic; it is the same for every seed."""
    scale = unit(pixels)
    smooth = simplified(pixels, 3.0 * scale)
    line = step(edge_darkness(smooth, 1.2 * scale), 0.008, 0.022)[..., None]
    printed = _flat(smooth, scale)
    return np.asarray(printed + 0.95 * line * (_INK - printed), np.float32)


def _flat(smooth: Floats, scale: float) -> Floats:
    """A few lightnesses with firm edges, dots between them, and strong colours."""
    lab = to_oklab(smooth)
    tone = lab[..., 0] * _LEVELS
    level = np.floor(tone)
    dot = _dots(lab.shape[:2], scale)
    share = tone - level
    lab[..., 0] = (level + step(share - dot, -0.06, 0.06) * 0.9 + 0.05) / _LEVELS
    lab[..., 1:] *= 1.3
    return to_srgb(lab)


def _dots(shape: tuple[int, int], scale: float) -> Floats:
    """(h, w) thresholds, 0 to 1, of a screen of dots at 45 degrees.

    Dots are at least 5 pixels apart: closer ones beat against the pixels in a visible grid.
    """
    y, x = np.mgrid[: shape[0], : shape[1]].astype(np.float32)
    turn = np.float32(np.pi / max(_DOTS * scale, 5.0))
    wave = np.cos((x + y) * turn * np.float32(0.7071) * 2) + np.cos((x - y) * turn * 1.4142)
    return np.asarray(0.5 + 0.24 * wave, np.float32)
