"""The outpainting canvas: margins per side, and what fills them before they are painted.

The old picture is copied into its new place byte for byte and never resampled.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
from PIL import Image, ImageFilter

from t2i_chat.core.geometry import Box, Size, width_to_height
from t2i_chat.imaging import masks

Direction = Literal["left", "right", "up", "down", "all"]

ONE_SIDE = 0.5
"""How much is added when a picture is extended to one side, as a share of its width or height."""
EACH_SIDE = 0.2
"""The same on each of four sides: nearly twice the area, which still fits one denoising pass."""


@dataclass(frozen=True, slots=True)
class Margins:
    """Pixels added to a picture on each side."""

    left: int = 0
    up: int = 0
    right: int = 0
    down: int = 0

    @property
    def narrowest(self) -> int:
        """The smallest non-zero margin, in pixels; 0 when there is none."""
        return min(
            (side for side in (self.left, self.up, self.right, self.down) if side), default=0
        )

    def around(self, size: tuple[int, int]) -> tuple[int, int]:
        """The width and height of a picture of `size` with these margins."""
        return size[0] + self.left + self.right, size[1] + self.up + self.down

    def inside(self, size: tuple[int, int]) -> Box:
        """Where the old picture, of `size`, lies on the new canvas."""
        return Box(x0=self.left, y0=self.up, x1=self.left + size[0], y1=self.up + size[1])


def towards(direction: Direction, size: tuple[int, int], multiple: int) -> Margins:
    """The default margins of a picture of `size` (width, height), in multiples of `multiple`."""
    wide, high = size

    def share(side: int) -> int:
        part = EACH_SIDE if direction == "all" else ONE_SIDE
        return max(1, round(side * part / multiple)) * multiple

    match direction:
        case "left":
            return Margins(left=share(wide))
        case "right":
            return Margins(right=share(wide))
        case "up":
            return Margins(up=share(high))
        case "down":
            return Margins(down=share(high))
        case "all":
            return Margins(left=share(wide), right=share(wide), up=share(high), down=share(high))


def to_shape(aspect_ratio: str, size: tuple[int, int], direction: Direction) -> Margins:
    """The margins that give a picture of `size` the aspect ratio "w:h" without cropping.

    They lie on the side of `direction` if that axis has to grow, else half on each side. Raises
    BadParameter for an invalid ratio.
    """
    shape, (wide, high) = width_to_height(aspect_ratio), size
    across, along = (
        max(0, math.ceil(high * shape - 0.5) - wide),
        max(0, math.ceil(wide / shape - 0.5) - high),
    )
    left, right = _shared(across, direction, "left", "right")
    up, down = _shared(along, direction, "up", "down")
    return Margins(left=left, up=up, right=right, down=down)


def _shared(pixels: int, direction: Direction, before: str, after: str) -> tuple[int, int]:
    if direction == before:
        return pixels, 0
    return (0, pixels) if direction == after else (pixels // 2, pixels - pixels // 2)


def extended(picture: Image.Image, margins: Margins) -> Image.Image:
    """The RGB picture with its edge pixels replicated over the margins, blurred more further out.

    Sky continues as sky and ground as ground, without a step at the old edge. Mirrored padding
    would do that too, but the model then paints the mirrored things again.
    """
    picture = picture.convert("RGB")
    sides = ((margins.up, margins.down), (margins.left, margins.right), (0, 0))
    drawn_out = Image.fromarray(np.pad(np.asarray(picture), sides, mode="edge"))
    reach = max(margins.left, margins.up, margins.right, margins.down)
    blurred = drawn_out.filter(ImageFilter.GaussianBlur(reach / 8))
    size = Size(width=drawn_out.width, height=drawn_out.height)
    near = masks.box_mask(margins.inside(picture.size), size)
    soft = masks.composite_mask(near, 0, max(2, reach // 3))
    whole = Image.composite(drawn_out, blurred, soft)
    whole.paste(picture, (margins.left, margins.up))
    return whole


def new_area(size: tuple[int, int], margins: Margins, seam: int) -> Image.Image:
    """The 8-bit mask that is white in the margins, but for `seam` pixels at the old picture.

    So a mask that is feathered over `seam` pixels is 0 everywhere on the old picture.
    """
    old = margins.inside(size)
    whole = margins.around(size)
    mask = Image.new("L", whole, 255)
    kept = (
        old.x0 - seam if margins.left else 0,
        old.y0 - seam if margins.up else 0,
        old.x1 + seam if margins.right else whole[0],
        old.y1 + seam if margins.down else whole[1],
    )
    mask.paste(0, kept)
    return mask
