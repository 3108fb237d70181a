"""The picture being painted, and the masks of where things may stand and float."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from t2i_chat.storybook.backdrops.colour import Floats


class Canvas:
    """(h, w, 3) sRGB pixels, 0 to 1, with (h, w) masks; painted from back to front."""

    def __init__(self, width: int, height: int, unit: float | None = None) -> None:
        """Begin an empty picture; `unit`, by default its shorter side, is what sizes are shares of.

        Every channel lies in one piece of memory: blending is three times as fast that way.
        """
        self.width, self.height = width, height
        self.unit = float(min(width, height)) if unit is None else unit
        self.pixels: Floats = np.moveaxis(np.zeros((3, height, width), np.float32), 0, -1)
        self.standing: NDArray[np.bool_] = np.zeros((height, width), np.bool_)
        self.water: NDArray[np.bool_] = np.zeros((height, width), np.bool_)

    def blend(self, top: int, left: int, alpha: Floats, colour: Floats) -> None:
        """Lay a colour, (3,) or (h, w, 3), over the pixels where (h, w) `alpha` says, 0 to 1."""
        rows, columns = alpha.shape
        y, x = max(top, 0), max(left, 0)
        bottom, right = min(top + rows, self.height), min(left + columns, self.width)
        if bottom <= y or right <= x:
            return
        inside = np.s_[y - top : bottom - top, x - left : right - left]
        part = self.pixels[y:bottom, x:right]
        paint = colour if colour.ndim == 1 else colour[inside]
        part += (paint - part) * alpha[inside][..., None]

    def rows(self, first: int = 0) -> Floats:
        """Return row numbers from `first` on as (rows, 1)."""
        return np.arange(first, self.height, dtype=np.float32)[:, None]

    def columns(self) -> Floats:
        """Return column numbers as (1, w)."""
        return np.arange(self.width, dtype=np.float32)[None, :]

    def stand_on(self, alpha: Floats, top: int) -> None:
        """Let feet stand, and nothing float, where a layer from row `top` on is solid."""
        solid = alpha > 0.5
        self.standing[top:] |= solid
        self.water[top:] &= ~solid

    def float_on(self, alpha: Floats, top: int) -> None:
        """Let things float, and nothing stand, where a layer from row `top` on is solid."""
        solid = alpha > 0.5
        self.water[top:] |= solid
        self.standing[top:] &= ~solid
