"""Sizes, boxes and aspect ratios in whole pixels."""

from __future__ import annotations

import math
import re
from typing import Self, TypeAlias

from pydantic import BaseModel, ConfigDict, Field

from t2i_chat.core.errors import BadParameter

MAX_SIDE = 4096
"""Longest side of any picture, in pixels."""


MIN_SIDE = 64
"""Shortest side that can be asked for, in pixels."""


class Size(BaseModel):
    """A width and a height in pixels."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    width: int = Field(gt=0, le=MAX_SIDE)
    height: int = Field(gt=0, le=MAX_SIDE)

    @property
    def area(self) -> int:
        """Number of pixels."""
        return self.width * self.height

    def rounded_up(self, multiple: int) -> Self:
        """This size with each side rounded up to a multiple of `multiple` pixels."""
        return type(self)(
            width=math.ceil(self.width / multiple) * multiple,
            height=math.ceil(self.height / multiple) * multiple,
        )


Corners: TypeAlias = tuple[tuple[int, int], tuple[int, int], tuple[int, int], tuple[int, int]]
"""The corners of a quadrilateral, x and y in pixels, clockwise from the top left."""


class Box(BaseModel):
    """A rectangle in pixels (`xyxy`): left and top inclusive, right and bottom exclusive."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    x0: int
    y0: int
    x1: int
    y1: int

    @property
    def width(self) -> int:
        """Width in pixels."""
        return self.x1 - self.x0

    @property
    def height(self) -> int:
        """Height in pixels."""
        return self.y1 - self.y0

    def roomy(self, pixels: int) -> Box:
        """This box padded by at least `pixels` on each side, aligned to multiples of `pixels`."""
        return Box(
            x0=(self.x0 - pixels) // pixels * pixels,
            y0=(self.y0 - pixels) // pixels * pixels,
            x1=-(-(self.x1 + pixels) // pixels) * pixels,
            y1=-(-(self.y1 + pixels) // pixels) * pixels,
        )

    def inset(self, pixels: int) -> Box:
        """This box without a margin of `pixels` on each side, at least one pixel large."""
        x0, y0 = self.x0 + pixels, self.y0 + pixels
        return Box(x0=x0, y0=y0, x1=max(x0 + 1, self.x1 - pixels), y1=max(y0 + 1, self.y1 - pixels))

    def enlarged(self, times: int) -> Box:
        """This box in coordinates of the picture upscaled by `times`."""
        return Box(x0=times * self.x0, y0=times * self.y0, x1=times * self.x1, y1=times * self.y1)

    def clipped(self, size: Size) -> Box:
        """The part of this box that lies inside a picture of `size`."""
        return Box(
            x0=min(max(self.x0, 0), size.width),
            y0=min(max(self.y0, 0), size.height),
            x1=min(max(self.x1, 0), size.width),
            y1=min(max(self.y1, 0), size.height),
        )


def exact_size(words: str, most: int) -> Size:
    """Parses "512x384" into a size of at most `most` pixels in area.

    Raises BadParameter when it is written otherwise or lies outside what can be painted.
    """
    found = re.fullmatch(r"(\d{1,9})\s?[x×]\s?(\d{1,9})", words.strip().lower())
    if found is None:
        raise BadParameter(f"“{words}” is no size. Write it 512x384: width and height in pixels.")
    width, height = (int(side) for side in found.groups())
    if min(width, height) < MIN_SIDE or max(width, height) > MAX_SIDE:
        raise BadParameter(
            f"A picture of {width}x{height} pixels can't be painted: "
            f"sides go from {MIN_SIDE} to {MAX_SIDE}."
        )
    if width * height > most:
        side = math.isqrt(most)
        raise BadParameter(
            f"{width}x{height} is more than this model can paint. "
            f"Something like {side}x{side} is the most."
        )
    return Size(width=width, height=height)


def size_for_ratio(aspect_ratio: str, area: int, multiple: int) -> Size:
    """The size closest to `area` pixels with the aspect ratio "w:h", sides multiples of `multiple`.

    Raises BadParameter when the ratio is not two positive numbers or is more extreme than 4:1.
    """
    shape = width_to_height(aspect_ratio)
    width = math.sqrt(area * shape)
    return Size(
        width=max(multiple, round(width / multiple) * multiple),
        height=max(multiple, round(width / shape / multiple) * multiple),
    )


def width_to_height(aspect_ratio: str) -> float:
    """Parses an aspect ratio "w:h" into the quotient w / h.

    Raises BadParameter when the ratio is not two positive numbers or is more extreme than 4:1.
    """
    try:
        wide, high = (float(part) for part in aspect_ratio.split(":"))
    except ValueError:
        raise BadParameter(
            f"“{aspect_ratio}” is not a shape I know. Try 1:1, 3:2 or 16:9."
        ) from None
    if not (wide > 0 and high > 0 and 0.25 <= wide / high <= 4):
        raise BadParameter(f"A {aspect_ratio} picture is too narrow. Try something up to 4:1.")
    return wide / high
