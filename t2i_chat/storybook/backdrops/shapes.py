"""Shapes with smooth edges, as coverage in a box of the canvas."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from t2i_chat.storybook.backdrops.air import Ramp
from t2i_chat.storybook.backdrops.canvas import Canvas
from t2i_chat.storybook.backdrops.colour import Floats

Point = tuple[float, float]
SUBPIXEL_BITS = 4
SHADOW: Floats = np.array((0.09, 0.06, 0.09), np.float32)


@dataclass(frozen=True, slots=True)
class Stencil:
    """The (h, w) coverage, 0 to 1, of a shape whose box begins at (`top`, `left`)."""

    top: int
    left: int
    alpha: Floats

    def across(self) -> Floats:
        """Return (1, w) shares of the width, -1 at the left edge to 1 at the right."""
        return np.linspace(-1, 1, self.alpha.shape[1], dtype=np.float32)[None, :]

    def down(self) -> Floats:
        """Return (h, 1) shares of the height, 0 at the top to 1 at the bottom."""
        return np.linspace(0, 1, self.alpha.shape[0], dtype=np.float32)[:, None]

    def softened(self, sigma: float) -> Stencil:
        """Return the shape blurred by `sigma` pixels, in a box that much larger."""
        more = int(np.ceil(sigma * 3))
        wide = np.pad(self.alpha, more)
        soft = np.asarray(cv2.GaussianBlur(wide, (0, 0), max(sigma, 0.1)), np.float32)
        return Stencil(self.top - more, self.left - more, soft)


def polygon(points: list[Point]) -> Stencil:
    """Return a filled polygon of (x, y) pixels."""
    xs, ys = [p[0] for p in points], [p[1] for p in points]
    left, top = int(np.floor(min(xs))) - 1, int(np.floor(min(ys))) - 1
    width, height = int(np.ceil(max(xs))) - left + 2, int(np.ceil(max(ys))) - top + 2
    mask = np.zeros((height, width), np.uint8)
    fixed = np.round((np.array(points) - (left, top)) * 2**SUBPIXEL_BITS).astype(np.int32)
    cv2.fillPoly(mask, [fixed], (255,), cv2.LINE_AA, SUBPIXEL_BITS)
    return Stencil(top, left, (mask / 255).astype(np.float32))


def box(x0: float, y0: float, x1: float, y1: float, radius: float = 0.0) -> Stencil:
    """Return a rectangle between two corners, in pixels, with rounded corners."""
    left, top = int(np.floor(x0)) - 1, int(np.floor(y0)) - 1
    xs = np.arange(left, int(np.ceil(x1)) + 1, dtype=np.float32)[None, :] + 0.5
    ys = np.arange(top, int(np.ceil(y1)) + 1, dtype=np.float32)[:, None] + 0.5
    radius = min(radius, (x1 - x0) / 2, (y1 - y0) / 2)
    dx = np.abs(xs - (x0 + x1) / 2) - (x1 - x0) / 2 + radius
    dy = np.abs(ys - (y0 + y1) / 2) - (y1 - y0) / 2 + radius
    outside = np.hypot(np.maximum(dx, 0), np.maximum(dy, 0)) + np.minimum(np.maximum(dx, dy), 0)
    return Stencil(top, left, np.asarray(np.clip(radius - outside + 0.5, 0, 1), np.float32))


def ellipse(x: float, y: float, across: float, down: float) -> Stencil:
    """Return an ellipse round (x, y) with half axes in pixels."""
    left, top = int(np.floor(x - across)) - 1, int(np.floor(y - down)) - 1
    xs = (
        np.arange(left, int(np.ceil(x + across)) + 2, dtype=np.float32)[None, :] + 0.5 - x
    ) / across
    ys = (np.arange(top, int(np.ceil(y + down)) + 2, dtype=np.float32)[:, None] + 0.5 - y) / down
    away = np.hypot(xs, ys)
    return Stencil(
        top, left, np.asarray(np.clip((1 - away) * min(across, down) + 0.5, 0, 1), np.float32)
    )


@dataclass(frozen=True, slots=True)
class Frame:
    """A place and a measure: shapes in it are given in shares of `measure` pixels from (x, y)."""

    x: float
    y: float
    measure: float

    def box(self, x0: float, y0: float, x1: float, y1: float, radius: float = 0.0) -> Stencil:
        """Return a rectangle with rounded corners."""
        (left, top), (right, bottom) = self.points([(x0, y0), (x1, y1)])
        return box(left, top, right, bottom, radius * self.measure)

    def ellipse(self, x: float, y: float, across: float, down: float) -> Stencil:
        """Return an ellipse with half axes `across` and `down`."""
        m = self.measure
        return ellipse(self.x + x * m, self.y + y * m, across * m, down * m)

    def polygon(self, points: list[Point]) -> Stencil:
        """Return a polygon."""
        return polygon(self.points(points))

    def points(self, points: list[Point]) -> list[Point]:
        """Return points in pixels of the canvas."""
        return [(self.x + x * self.measure, self.y + y * self.measure) for x, y in points]


def paint(canvas: Canvas, stencil: Stencil, colour: Floats, opacity: float = 1.0) -> None:
    """Fill a shape with one (3,) colour."""
    canvas.blend(stencil.top, stencil.left, stencil.alpha * opacity, colour)


def drop_shadow(canvas: Canvas, stencil: Stencil, sigma: float, dark: float) -> None:
    """Darken a shape's place with a shadow blurred by `sigma` pixels."""
    paint(canvas, stencil.softened(sigma), SHADOW, dark)


def paint_shaded(canvas: Canvas, stencil: Stencil, ramp: Ramp, shade: Floats) -> None:
    """Fill a shape with a material; `shade`, 0 to 1, is of any shape that fits the stencil's."""
    full = np.broadcast_to(np.clip(shade, 0, 1), stencil.alpha.shape)
    canvas.blend(stencil.top, stencil.left, stencil.alpha, ramp.at(full))


def paint_block(
    canvas: Canvas, stencil: Stencil, ramp: Ramp, side: float, level: float = 0.5
) -> None:
    """Fill a shape with a material, softly lit from one side and from above."""
    shade = level + 0.16 * side * stencil.across() + 0.10 * (0.5 - stencil.down())
    paint_shaded(canvas, stencil, ramp, np.asarray(shade, np.float32))


def paint_glow(canvas: Canvas, at: Point, reach: float, colour: Floats, strength: float) -> None:
    """Add a round glow that fades `reach` pixels from its middle."""
    first = int(np.ceil(reach * 2))
    grid = np.arange(-first, first + 1, dtype=np.float32)
    square = (grid[:, None] ** 2 + grid[None, :] ** 2) / reach**2
    alpha = np.clip(np.exp(-square * 1.6) - 0.0017, 0, 1) * strength
    canvas.blend(round(at[1]) - first, round(at[0]) - first, np.asarray(alpha, np.float32), colour)
