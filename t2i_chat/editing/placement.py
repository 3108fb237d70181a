"""Places a new thing: chooses a free box in the picture ("on the left", "in the sky").

Takes the emptiest box that fits, given masks of what is there and the place the person named.
Things of the sky go high, things of the ground low.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from t2i_chat.core.geometry import Box, Size

Zone = Literal["sky", "ground", "water"]
STEPS = 16
"""Boxes are aligned to this many grid steps per picture width: left edge and lower edge.

That is the latent grid the embedded model was trained on.
"""
_BANDS: dict[Zone, tuple[float, float]] = {
    "sky": (0.04, 0.45), "ground": (0.42, 0.97), "water": (0.5, 0.97),
}  # fmt: skip
_SIDES: dict[str, tuple[float, float]] = {
    "left": (0.0, 0.45), "right": (0.55, 1.0), "middle": (0.25, 0.75), "center": (0.25, 0.75),
    "centre": (0.25, 0.75), "corner": (0.55, 1.0), "top": (0.0, 1.0), "bottom": (0.0, 1.0),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class SizePrior:
    """The usual size of a thing relative to the picture's height, and its zone (sky, ground, …).

    `name` is the model's word for it, whatever synonym was said; "" if its vocabulary has none.
    """

    height: float = 0.4
    aspect: float = 1.0
    zone: Zone = "ground"
    name: str = ""


def side_named(target: str | None) -> str | None:
    """The side word in a place such as "on the left"; None if there is none."""
    words = (target or "").lower().split()
    return next((word for word in words if word in _SIDES), None)


def _spans(size: Size, hint: SizePrior, side: str | None) -> tuple[float, float, float, float]:
    top, bottom = _BANDS[hint.zone]
    if side == "top":
        top, bottom = 0.0, 0.5
    if side == "bottom":
        top, bottom = 0.5, 1.0
    left, right = _SIDES.get(side or "", (0.0, 1.0))
    return left * size.width, top * size.height, right * size.width, bottom * size.height


def _integral(mask: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.pad(mask.cumsum(0).cumsum(1), ((1, 0), (1, 0)))


def _boxes(size: Size, hint: SizePrior, side: str | None) -> list[Box]:
    left, top, right, bottom = _spans(size, hint, side)
    height = round(min(hint.height * size.height, bottom - top))
    width = round(min(height * hint.aspect, right - left))
    step = max(1, size.width // STEPS)
    xs = _along(left, right - width, step)
    feet = _along(top + height, bottom, step)
    return [Box(x0=x, y0=y - height, x1=x + width, y1=y) for y in feet for x in xs]


def standing(size: Size, hint: SizePrior, *, middle: int, foot: int) -> Box:
    """The box of a thing centred on column `middle` with its lower edge at row `foot`, in pixels.

    It is aligned to the grid and shifted to lie inside the picture.
    """
    step = max(1, size.width // STEPS)
    height = min(size.height, round(hint.height * size.height))
    width = min(size.width, round(height * hint.aspect))
    x = min(max(0, round((middle - width / 2) / step) * step), size.width - width)
    y = min(max(0, round(foot / step) * step - height), size.height - height)
    return Box(x0=x, y0=y, x1=x + width, y1=y + height)


def _along(first: float, last: float, step: int) -> list[int]:
    """Grid steps from `first` to `last`; just `first` if there is none between."""
    start = -(-round(first) // step) * step
    return list(range(start, round(last) + 1, step)) or [round(first)]


def place(
    size: Size,
    hint: SizePrior,
    *,
    occupied: Image.Image | None = None,
    wanted: Image.Image | None = None,
    side: str | None = None,
) -> Box:
    """The best box for a new thing in a picture of `size`.

    Args:
        size: the picture's, in pixels.
        hint: usual size and zone of the thing.
        occupied: 8-bit mask of what should not be covered.
        wanted: 8-bit mask of where it should be ("the lake"), if a place was named and found.
        side: a side word such as "left".
    """
    blank = np.zeros((size.height, size.width))
    taken = _integral(blank if occupied is None else np.asarray(occupied) / 255.0)
    liked = _integral(blank if wanted is None else np.asarray(wanted) / 255.0)
    centre = size.width / 2

    def cost(box: Box) -> float:
        def inside(table: NDArray[np.float64]) -> float:
            total = table[box.y1, box.x1] - table[box.y0, box.x1]
            return float(total - table[box.y1, box.x0] + table[box.y0, box.x0])

        area = max(1, box.width * box.height)
        off_centre = abs((box.x0 + box.x1) / 2 - centre) / size.width
        low = box.y1 / size.height if hint.zone != "sky" else 1 - box.y0 / size.height
        overlap, fit = inside(taken) / area, inside(liked) / area
        at_edge = min(box.x0, size.width - box.x1) < size.width // STEPS
        return 4 * overlap - 3 * fit + 0.3 * off_centre - 0.3 * low + 0.3 * at_edge

    candidates = [box.clipped(size) for box in _boxes(size, hint, side)]
    return min(candidates, key=cost)
