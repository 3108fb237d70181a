"""Perspective lettering: finds the corners of a surface seen at an angle, warps a page onto it.

Upright rectangles need no warp and count as having no corners.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from t2i_chat.core.geometry import Corners, Size
from t2i_chat.imaging import masks

VERSION: str = cv2.__version__
"""The version of OpenCV, on which the warp's pixels depend; kept in the recipe."""
ALIKE = 0.85
"""Minimum intersection over union of a mask and the shape fitted to it."""
BETTER = 0.08
"""How much higher it must be for a more complex shape to be preferred."""
STEEP = 0.84
"""Maximum slope of any edge from its axis (tangent of 40°): beyond it, "up" is ambiguous."""
TOLERANCES = (0.01, 0.02, 0.03)
"""Douglas-Peucker tolerances that are tried, as shares of the outline's length."""
LEAST = 0.8
"""Minimum scale when a quadrilateral is shrunk to lie inside the mask."""
SHARPER, MOST = 4, 4096
"""Supersampling factor of the page, and its maximum side in pixels."""

_Points = NDArray[np.float64]


def corners_of(region: Image.Image) -> Corners | None:
    """The corners of a mask that is a quadrilateral in perspective or rotated, top left first.

    The quadrilateral lies inside the 8-bit mask. None for upright rectangles and other shapes.
    """
    white = masks.binary(region).astype(np.uint8)
    outlines, _ = cv2.findContours(white, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    outline = max(outlines, key=cv2.contourArea, default=None)
    shape = None if outline is None else _shape_of(outline)
    if shape is None:
        return None
    inside = _shrunk(_clockwise(shape), white)
    return None if inside is None or _lean(inside) > STEEP else _as_corners(inside)


def _shape_of(outline: NDArray[np.int32]) -> _Points | None:
    """The simplest shape that fits an outline: rotated rectangle, else quadrilateral.

    None if an upright rectangle fits as well, or none fits.
    """
    hull, area = cv2.convexHull(outline), cv2.contourArea(outline)
    x, y, wide, high = cv2.boundingRect(outline)
    upright = cv2.boxPoints(((x + (wide - 1) / 2, y + (high - 1) / 2), (wide - 1, high - 1), 0))
    shapes = upright, cv2.boxPoints(cv2.minAreaRect(hull)), *_quadrilaterals(hull)
    alike = [_alike(shape, hull, area) for shape in shapes]
    first = next(place for place, share in enumerate(alike) if share >= max(alike) - BETTER)
    return shapes[first] if first and alike[first] >= ALIKE else None


def _alike(shape: _Points, hull: NDArray[np.int32], area: float) -> float:
    """Intersection over union of an outline and a shape."""
    common, _ = cv2.intersectConvexConvex(shape.astype(np.float32), hull.astype(np.float32))
    common = min(common, area)  # OpenCV can overestimate it for extreme shapes
    covered = cv2.contourArea(hull) + cv2.contourArea(shape.astype(np.float32)) - common
    return float(common / max(covered, 1.0))


def _quadrilaterals(hull: NDArray[np.int32]) -> Iterator[_Points]:
    """Quadrilaterals from the four longest edges of an outline, extended until they intersect.

    So a sign with rounded corners gets corners, too.
    """
    around = cv2.arcLength(hull, closed=True)
    for share in TOLERANCES:
        points = cv2.approxPolyDP(hull, share * around, closed=True)[:, 0].astype(np.float64)
        edges = np.roll(points, -1, axis=0) - points
        longest = np.sort(np.argsort(np.hypot(edges[:, 0], edges[:, 1]))[-4:])
        if len(longest) == 4:
            met = _met(points[longest], edges[longest])
            if met is not None:
                yield met


def _met(points: _Points, edges: _Points) -> _Points | None:
    """The intersections of each of four lines with the next; None unless convex."""
    others, along = np.roll(points, -1, axis=0), np.roll(edges, -1, axis=0)
    turn = _cross(edges, along)
    if (np.abs(turn) < 1e-6).any():
        return None
    met = np.asarray(points + edges * (_cross(others - points, along) / turn)[:, None])
    return met if cv2.isContourConvex(met.astype(np.float32)) else None


def _cross(one: _Points, other: _Points) -> _Points:
    return np.asarray(one[:, 0] * other[:, 1] - one[:, 1] * other[:, 0])


def _clockwise(four: _Points) -> _Points:
    """The corners clockwise from the page's top left: its top edge is the most level one."""
    apart = four - four.mean(axis=0)
    ordered = four[np.argsort(np.arctan2(apart[:, 1], apart[:, 0]))]
    turns = [np.roll(ordered, -turn, axis=0) for turn in range(4)]
    return max(turns, key=lambda turn: turn[1, 0] + turn[2, 0] - turn[0, 0] - turn[3, 0])


def _lean(corners: _Points) -> float:
    """The largest slope of any edge from its axis, as a tangent."""
    edges = np.abs(np.roll(corners, -1, axis=0) - corners).clip(1)
    level, plumb = edges[[0, 2]], edges[[1, 3]]
    return float(max((level[:, 1] / level[:, 0]).max(), (plumb[:, 0] / plumb[:, 1]).max()))


def _shrunk(corners: _Points, white: NDArray[np.uint8]) -> _Points | None:
    """The corners scaled towards their centre until the quadrilateral lies inside the mask."""
    middle = corners.mean(axis=0)
    for share in np.arange(1.0, LEAST, -0.01):
        smaller = (middle + share * (corners - middle)).round()
        inside = np.zeros_like(white)
        cv2.fillConvexPoly(inside, smaller.astype(np.int32), 1)
        if not (inside > white).any() and _is_in(smaller, white.shape):
            return np.asarray(smaller)
    return None


def _is_in(corners: _Points, shape: tuple[int, ...]) -> bool:
    """Whether all corners lie in an array of this shape (rows, columns)."""
    return bool((corners >= 0).all() and (corners < shape[::-1]).all())


def _as_corners(corners: _Points) -> Corners:
    first, second, third, fourth = ((int(x), int(y)) for x, y in corners)
    return first, second, third, fourth


@dataclass(frozen=True)
class Page:
    """A flat page seen at `corners` in a picture of `size` pixels."""

    corners: Corners
    size: Size

    @cached_property
    def sharper(self) -> int:
        """The supersampling factor."""
        return max(1, min(SHARPER, MOST // max(self.size.width, self.size.height)))

    @cached_property
    def drawn(self) -> tuple[int, int]:
        """The page's width and height in pixels: the means of its opposite edges, supersampled."""
        edges = np.roll(self._corners, -1, axis=0) - self._corners
        top, right, bottom, left = np.hypot(edges[:, 0], edges[:, 1]) * self.sharper
        return max(1, round((top + bottom) / 2)), max(1, round((left + right) / 2))

    def laid(self, page: Image.Image) -> Image.Image:
        """An 8-bit page warped onto the corners; the rest of the picture is black."""
        wide, high = self.drawn
        flat = np.array([[0, 0], [wide, 0], [wide, high], [0, high]], dtype=np.float32)
        seen = (self._corners * self.sharper).astype(np.float32)
        large = (self.size.width * self.sharper, self.size.height * self.sharper)
        onto = cv2.getPerspectiveTransform(flat, seen)
        pixels = cv2.warpPerspective(np.asarray(page), onto, large, flags=cv2.INTER_LINEAR)
        return Image.fromarray(pixels).reduce(self.sharper)

    @property
    def region(self) -> Image.Image:
        """The 8-bit mask that is white between the corners."""
        inside = np.zeros((self.size.height, self.size.width), dtype=np.uint8)
        cv2.fillConvexPoly(inside, self._corners.astype(np.int32), 255)
        return Image.fromarray(inside)

    @property
    def _corners(self) -> _Points:
        return np.array(self.corners, dtype=np.float64)
