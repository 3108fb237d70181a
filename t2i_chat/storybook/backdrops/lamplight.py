"""Windows of houses seen from outside, lit in the evening."""

from __future__ import annotations

import numpy as np

from t2i_chat.storybook.backdrops.colour import Floats, mix, srgb
from t2i_chat.storybook.backdrops.easel import Easel
from t2i_chat.storybook.oklch import OkLch

LAMPLIGHT: OkLch = (0.90, 0.125, 82)


GLASS: OkLch = (0.70, 0.065, 235)


def window_light(easel: Easel, on: bool, depth: float = 0.0) -> Floats:
    """Return the colour of a window: lamplight in the evening where somebody is at home."""
    glass = easel.air.flat(mix(GLASS, easel.air.sky[1], 0.45), depth)
    if not on:
        return glass
    lit = srgb(LAMPLIGHT) + (srgb(easel.air.haze) - srgb(LAMPLIGHT)) * 0.45 * depth
    return np.asarray(glass + (lit - glass) * easel.air.lamps, np.float32)
