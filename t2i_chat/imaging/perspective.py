"""Finds the four corners of what is seen from the side, and lays a flat page onto them.

It knows outlines and OpenCV, not what is on the page. What stands upright has no corners here.
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
"""The version of OpenCV, which decides how a page is laid down."""
ALIKE = 0.85
"""Share that a region and a shape have in common, of all they cover, if the one is of the other."""
BETTER = 0.08
"""How much more it has to be for a shape to be taken instead of a simpler one."""
STEEP = 0.84
"""How much an edge leans at most (40°) while it is clear which way is up."""
TOLERANCES = (0.01, 0.02, 0.03)
"""How far the edges of an outline are from the true one, in shares of its length."""
LEAST = 0.8
"""How far a quadrilateral is shrunk at most, until all of it lies in the region."""
SHARPER, MOST = 4, 4096
"""How many times larger a page is drawn than it is shown, where it is not longer than so many."""

_Points = NDArray[np.float64]


def corners_of(region: Image.Image) -> Corners | None:
    """The corners of a region that is a quadrilateral in perspective or at a slant, top left first.

    All between them lies in the 8-bit region. None for upright regions and for other shapes.
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
    """The simplest shape that an outline nearly has; None if that stands upright, or is no other.

    From an upright rectangle to one at a slant to any quadrilateral.
    """
    hull, area = cv2.convexHull(outline), cv2.contourArea(outline)
    x, y, wide, high = cv2.boundingRect(outline)
    upright = cv2.boxPoints(((x + (wide - 1) / 2, y + (high - 1) / 2), (wide - 1, high - 1), 0))
    shapes = upright, cv2.boxPoints(cv2.minAreaRect(hull)), *_quadrilaterals(hull)
    alike = [_alike(shape, hull, area) for shape in shapes]
    first = next(place for place, share in enumerate(alike) if share >= max(alike) - BETTER)
    return shapes[first] if first and alike[first] >= ALIKE else None


def _alike(shape: _Points, hull: NDArray[np.int32], area: float) -> float:
    """How much an outline of some area and a shape have in common, of all that they cover."""
    common, _ = cv2.intersectConvexConvex(shape.astype(np.float32), hull.astype(np.float32))
    common = min(common, area)  # far out OpenCV finds more than there is
    covered = cv2.contourArea(hull) + cv2.contourArea(shape.astype(np.float32)) - common
    return float(common / max(covered, 1.0))


def _quadrilaterals(hull: NDArray[np.int32]) -> Iterator[_Points]:
    """Those that the four longest edges of an outline make when they are drawn on until they meet.

    So a sign with round corners has corners, too.
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
    """Where each of four lines meets the next one; None where that makes no convex shape."""
    others, along = np.roll(points, -1, axis=0), np.roll(edges, -1, axis=0)
    turn = _cross(edges, along)
    if (np.abs(turn) < 1e-6).any():
        return None
    met = np.asarray(points + edges * (_cross(others - points, along) / turn)[:, None])
    return met if cv2.isContourConvex(met.astype(np.float32)) else None


def _cross(one: _Points, other: _Points) -> _Points:
    return np.asarray(one[:, 0] * other[:, 1] - one[:, 1] * other[:, 0])


def _clockwise(four: _Points) -> _Points:
    """The corners in the order in which they lie on a page: its top edge leans the least."""
    apart = four - four.mean(axis=0)
    ordered = four[np.argsort(np.arctan2(apart[:, 1], apart[:, 0]))]
    turns = [np.roll(ordered, -turn, axis=0) for turn in range(4)]
    return max(turns, key=lambda turn: turn[1, 0] + turn[2, 0] - turn[0, 0] - turn[3, 0])


def _lean(corners: _Points) -> float:
    """How far the edge that leans most leans from level or from plumb: its tangent."""
    edges = np.abs(np.roll(corners, -1, axis=0) - corners).clip(1)
    level, plumb = edges[[0, 2]], edges[[1, 3]]
    return float(max((level[:, 1] / level[:, 0]).max(), (plumb[:, 0] / plumb[:, 1]).max()))


def _shrunk(corners: _Points, white: NDArray[np.uint8]) -> _Points | None:
    """The corners drawn towards their middle until nothing between them is outside."""
    middle = corners.mean(axis=0)
    for share in np.arange(1.0, LEAST, -0.01):
        smaller = (middle + share * (corners - middle)).round()
        inside = np.zeros_like(white)
        cv2.fillConvexPoly(inside, smaller.astype(np.int32), 1)
        if not (inside > white).any() and _is_in(smaller, white.shape):
            return np.asarray(smaller)
    return None


def _is_in(corners: _Points, shape: tuple[int, ...]) -> bool:
    """Whether all corners lie in a picture of so many rows and columns."""
    return bool((corners >= 0).all() and (corners < shape[::-1]).all())


def _as_corners(corners: _Points) -> Corners:
    first, second, third, fourth = ((int(x), int(y)) for x, y in corners)
    return first, second, third, fourth


@dataclass(frozen=True)
class Page:
    """A flat page that is seen at `corners` in a picture of `size` pixels."""

    corners: Corners
    size: Size

    @cached_property
    def sharper(self) -> int:
        """How many times larger it is drawn than it is shown."""
        return max(1, min(SHARPER, MOST // max(self.size.width, self.size.height)))

    @cached_property
    def drawn(self) -> tuple[int, int]:
        """Its width and height in pixels: as long and as high as its edges are in the middle."""
        edges = np.roll(self._corners, -1, axis=0) - self._corners
        top, right, bottom, left = np.hypot(edges[:, 0], edges[:, 1]) * self.sharper
        return max(1, round((top + bottom) / 2)), max(1, round((left + right) / 2))

    def laid(self, page: Image.Image) -> Image.Image:
        """An 8-bit page as it is seen in the picture, which is black everywhere else."""
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
