"""Where a drawing stands in a picture, as values that can be moved and scaled; pure.

Lengths are shares of the picture's height, y grows downwards.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from t2i_chat.storybook.bank.drawings import Drawing
from t2i_chat.storybook.description import Size as Scale

SCALES: dict[Scale, float] = {"tiny": 0.45, "small": 0.68, "usual": 1.0, "big": 1.4, "huge": 1.85}
IN_THE_SKY = 0.2
"""The longer side of the sun, the moon or a star, however large they are."""
HEAD = 0.6
"""How large a head is that stands for a whole figure."""
LARGEST, SMALLEST = 0.58, 0.075
"""Longest and shortest longer side of any thing, as shares of the picture's height."""


@dataclass(frozen=True, slots=True)
class Spot:
    """A drawing's rectangle: left, top, width and height; `depth` sorts back to front."""

    thing: int
    drawing: Drawing
    x: float
    y: float
    w: float
    h: float
    depth: float = 0.0
    mirrored: bool = False

    @property
    def foot(self) -> float:
        """The row it stands on."""
        return self.y + self.h

    @property
    def middle(self) -> float:
        """The middle column."""
        return self.x + self.w / 2

    def at(self, anchor: str, default: tuple[float, float]) -> tuple[float, float]:
        """Where an anchor of the drawing lies in the picture."""
        x, y = self.drawing.anchors.get(anchor, default)
        return self.x + (1 - x if self.mirrored else x) * self.w, self.y + y * self.h

    @property
    def faces(self) -> str:
        """The side it looks to in the picture: "left", "right" or "front"."""
        turned = {"left": "right", "right": "left"}
        faces: str = self.drawing.faces
        return turned.get(faces, faces) if self.mirrored else faces

    def flipped(self) -> Spot:
        """Mirrored about the origin; what looks to the front is moved only."""
        turned = self.mirrored if self.drawing.faces == "front" else not self.mirrored
        return replace(self, x=-self.x - self.w, mirrored=turned)

    def moved(self, dx: float, dy: float, times: float = 1.0) -> Spot:
        """Scaled about the origin, then moved."""
        return replace(
            self,
            x=self.x * times + dx,
            y=self.y * times + dy,
            w=self.w * times,
            h=self.h * times,
        )


@dataclass(frozen=True, slots=True)
class Group:
    """Spots that belong together; the first one stands with its foot at the origin."""

    spots: tuple[Spot, ...]

    @property
    def root(self) -> Spot:
        """The thing that all others hang on."""
        return self.spots[0]

    @property
    def left(self) -> float:
        """The leftmost column."""
        return min(spot.x for spot in self.spots)

    @property
    def right(self) -> float:
        """The rightmost column."""
        return max(spot.x + spot.w for spot in self.spots)

    @property
    def top(self) -> float:
        """The highest row."""
        return min(spot.y for spot in self.spots)

    def flipped(self) -> Group:
        """Mirrored about the origin."""
        return Group(tuple(spot.flipped() for spot in self.spots))

    def moved(self, dx: float, dy: float, times: float = 1.0) -> Group:
        """Scaled about the origin, then moved."""
        return Group(tuple(spot.moved(dx, dy, times) for spot in self.spots))


def usual_side(drawing: Drawing, scale: Scale = "usual") -> float:
    """The longer side of a thing, as a share of the picture's height.

    Real sizes are compressed, as in picture books: a house is not twenty cats long.
    """
    usual = IN_THE_SKY if drawing.category == "sky" else 0.34 * drawing.size**0.36
    usual *= 1.0 if drawing.whole else HEAD
    side: float = usual * SCALES[scale]
    return min(LARGEST, max(SMALLEST, side))


def spot_of(thing: int, drawing: Drawing, side: float, depth: float = 0.0) -> Spot:
    """A drawing whose foot is at the origin."""
    longer = max(drawing.width, drawing.height)
    w, h = side * drawing.width / longer, side * drawing.height / longer
    foot = drawing.anchors.get("feet", (0.5, 1.0))
    return Spot(thing, drawing, -foot[0] * w, -h, w, h, depth)


def overlap(a: Spot, b: Spot) -> float:
    """The area two things share, as a share of the smaller one's rectangle."""
    wide = min(a.x + a.w, b.x + b.w) - max(a.x, b.x)
    high = min(a.foot, b.foot) - max(a.y, b.y)
    if wide <= 0 or high <= 0:
        return 0.0
    return wide * high / min(a.w * a.h, b.w * b.h)
