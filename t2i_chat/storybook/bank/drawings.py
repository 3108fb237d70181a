"""Values of the bank: a drawing and what is known of it, and what words were found to mean."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Style = Literal["soft", "flat", "noto"]
"""Microsoft's Fluent emoji in soft 3D and flat, and Google's Noto emoji."""
Place = Literal["ground", "sky", "water", "wall", "table", "hand", "head", "floor"]
"""Where a thing usually is."""
Faces = Literal["left", "right", "front"]


@dataclass(frozen=True, slots=True)
class Drawing:
    """One cut-out picture of a thing.

    `name` is unique ("soft:cat"); `noun` is an English singular in lower case. `size` is the longer
    side of the whole thing in metres, also where `whole` is False because only its head or bust is
    drawn. `width` and `height` are pixels of the picture, which is cropped to its alpha. `anchors`
    are points as shares (x, y) of the picture, from its upper left: "feet" (where it touches what
    it stands on), "head" (its top, where a hat goes), and for some "seat" (where a rider or sitter
    goes), "hand", "surface" (middle of a plane that things can stand on), "neck" and "face".
    `recolours` tells whether its main tone may be moved to another colour.
    """

    name: str
    noun: str
    style: Style
    category: str
    places: tuple[Place, ...]
    size: float
    whole: bool
    width: int
    height: int
    anchors: Mapping[str, tuple[float, float]]
    recolours: bool
    faces: Faces


@dataclass(frozen=True, slots=True)
class Match:
    """The noun that words are drawn as: named by them, a synonym, or the nearest there is.

    `score` is 1 for a name and a synonym; for the nearest it falls with how far it was sought.
    """

    noun: str
    how: Literal["name", "synonym", "nearest"]
    score: float
