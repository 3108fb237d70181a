"""The styles by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

import numpy as np

from t2i_chat.storybook.styles.comic import comic
from t2i_chat.storybook.styles.crayon import crayon
from t2i_chat.storybook.styles.glass import stained_glass
from t2i_chat.storybook.styles.oil import oil
from t2i_chat.storybook.styles.oklab import Floats
from t2i_chat.storybook.styles.pencil import pencil
from t2i_chat.storybook.styles.pixels import pixel_art
from t2i_chat.storybook.styles.toned import black_and_white, sepia
from t2i_chat.storybook.styles.watercolour import watercolour

STYLES: Mapping[str, Callable[[Floats, int], Floats]] = MappingProxyType(
    {
        "watercolour": watercolour,
        "pencil drawing": pencil,
        "oil painting": oil,
        "pixel art": pixel_art,
        "crayon": crayon,
        "comic": comic,
        "stained glass": stained_glass,
        "black and white": black_and_white,
        "sepia": sepia,
    }
)
"""A style takes (h, w, 3) sRGB, 0 to 1, and a seed, and returns the same shape."""


def styled(pixels: Floats, style: str | None, seed: int) -> Floats:
    """Return (h, w, 3) float32 sRGB, 0 to 1, redrawn in a style of `STYLES`.

    The seed places paper, strokes and pigment. A change of the input changes the result only
    within `filters.REACH` pixels, so a local edit stays local. These are image operations: they
    know nothing of what is in the picture. A style without an entry, or None, returns the picture
    as it is.
    """
    redraw = STYLES.get(style or "")
    if redraw is None:
        return pixels
    redrawn = redraw(np.ascontiguousarray(np.clip(pixels, 0, 1), np.float32), seed)
    return np.asarray(np.clip(redrawn, 0, 1), np.float32)
