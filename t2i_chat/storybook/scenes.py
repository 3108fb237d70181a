"""Samples synthetic training scenes from a seed: which things, where, how large.

Everything stands on a 16-pixel grid, most things in their usual size: a drawing then looks the same
to the UNet wherever it stands, so a small model can learn many of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from t2i_chat.storybook.art import load_atlas
from t2i_chat.storybook.art.atlas import Sprite
from t2i_chat.storybook.vocabulary import Noun, Place, load_vocabulary

GRID = 16
SIZE = 256
"""Native side of a scene in pixels."""
HELD_OUT = 10_000_000
"""Scenes with seeds from here on are reserved for evaluation."""

Box = tuple[int, int, int, int]
Scale = Literal["small", "usual", "big"]
Relation = Literal["next to", "in front of", "above"]
Rng = np.random.Generator

WATER = ("lake", "beach", "sea")
LAND = ("meadow", "meadow", "meadow", "snow", "desert", "beach", "lake", "forest", "autumn")
PAVED = ("street", "room")
SUNNY = ("clear", "clear", "sunset", "dawn", "snow", "fog")
SKIES = ("clear", "clear", "clear", "dawn", "sunset", "night", "night", "storm", "rain", "snow",
         "fog")  # fmt: skip
SCALES: dict[Scale, float] = {"small": 0.68, "usual": 1.0, "big": 1.4}


@dataclass(frozen=True)
class Thing:
    """One thing in a scene; `box` is xyxy in pixels, its left and lower edge on the grid."""

    noun: str
    colour: str | None
    place: Place
    scale: Scale
    box: Box

    def centre(self) -> float:
        """Return the middle of the thing along x, in pixels."""
        return (self.box[0] + self.box[2]) / 2


@dataclass(frozen=True)
class Scene:
    """The full description of a scene; `things` are ordered back to front."""

    size: int
    seed: int
    sky: str
    ground: str
    horizon: int
    hills: bool
    things: tuple[Thing, ...]

    def position(self, thing: Thing) -> str:
        """Return "left", "middle" or "right": the third of the picture the thing stands in."""
        return ("left", "middle", "right")[min(2, int(3 * thing.centre() / self.size))]

    def relation(self, one: Thing, other: Thing) -> Relation | None:
        """Return how `one` stands to `other`, when that can be said plainly."""
        between = abs(one.centre() - other.centre())
        wide = (one.box[2] - one.box[0] + other.box[2] - other.box[0]) / 2
        if one.place == "sky" != other.place:
            return "above" if between <= 2 * GRID else None
        if "sky" in (one.place, other.place):
            return None
        if one.box[3] - other.box[3] >= GRID and between < 0.5 * wide:
            return "in front of"
        close = wide <= between <= wide + 2 * GRID
        return "next to" if close and abs(one.box[3] - other.box[3]) <= GRID else None


def side_of(noun: Noun, scale: Scale) -> int:
    """Returns the longer side in pixels of a noun drawn at a scale, on the grid."""
    usual = noun.side // GRID
    scaled = round(usual * SCALES[scale])
    return (
        GRID
        * {"small": min(scaled, usual - 1), "usual": usual, "big": max(scaled, usual + 1)}[scale]
    )


def drawing(noun: str, colour: str | None, side: int) -> Sprite:
    """Return the sprite of a noun in a colour; its own colour is the drawing as it is."""
    words = load_vocabulary()
    own = colour is None or colour == words.nouns[noun].default_colour
    tone = None if own or colour is None else words.colours[colour].oklch
    return load_atlas().sprite(noun, tone, side)


def sample_scene(seed: int, size: int = SIZE) -> Scene:
    """Return the scene of `seed`, `size` pixels square; a small scene holds one or two things."""
    rng = np.random.default_rng((seed, size))
    nouns = _choose_nouns(rng, small=size < SIZE)
    sky = _choose_sky(rng, nouns)
    ground = _choose_ground(rng, nouns)
    horizon = GRID * int(rng.choice([7, 8, 9] if size == SIZE else [3, 4, 5, 6]))
    hills = bool(rng.random() < 0.2) and ground in ("meadow", "snow", "desert", "lake", "autumn")
    scene = Scene(size, seed, sky, ground, horizon, hills, ())
    things: list[Thing] = []
    looks: dict[str, tuple[str | None, Scale]] = {}
    for noun, place in nouns:
        colour, scale = looks.setdefault(noun.noun, (_colour(rng, noun), _scale(rng)))
        thing = place_thing(rng, scene, noun, colour, place, scale, things)
        if thing is not None:
            things.append(thing)
    return Scene(size, seed, sky, ground, horizon, hills, tuple(sorted(things, key=back_to_front)))


def back_to_front(thing: Thing) -> tuple[bool, bool, int]:
    """Return what things are sorted by so that what is nearer comes later."""
    return (thing.place != "sky", thing.noun != "mountain", thing.box[3])


@cache
def _nouns(*, flying: bool) -> tuple[tuple[Noun, ...], NDArray[np.float64]]:
    nouns = tuple(n for n in load_vocabulary().nouns.values() if ("sky" in n.places) == flying)
    weights = np.array([noun.weight for noun in nouns], float) ** 1.5
    return nouns, np.cumsum(weights / weights.sum())


def _draw(rng: Rng, *, flying: bool) -> Noun:
    nouns, shares = _nouns(flying=flying)
    return nouns[int(np.searchsorted(shares, rng.random()))]


def _choose_nouns(rng: Rng, *, small: bool) -> list[tuple[Noun, Place]]:
    if small:
        low, high = [(1, 0), (0, 1), (1, 1), (2, 0)][rng.choice(4, p=[0.6, 0.22, 0.1, 0.08])]
    else:
        low, high = rng.choice(4, p=(0.05, 0.43, 0.36, 0.16)), rng.choice(3, p=(0.55, 0.36, 0.09))
    if not small and rng.random() < 0.16:
        return _several(rng)
    chosen: list[tuple[Noun, Place]] = []
    for _ in range(low):
        noun = _draw(rng, flying=False)
        chosen.append((noun, noun.places[0] if rng.random() < 0.75 else noun.places[-1]))
    for _ in range(high):
        noun = _draw(rng, flying=True)
        if not {noun.noun, *(n.noun for n, _ in chosen)} >= {"sun", "moon"}:
            chosen.append((noun, "sky"))
    return chosen


def _several(rng: Rng) -> list[tuple[Noun, Place]]:
    """Return two to four of one noun."""
    noun = _draw(rng, flying=bool(rng.random() < 0.2))
    if noun.noun in ("sun", "moon", "mountain", "rainbow"):
        noun = load_vocabulary().nouns["balloon"]
    return [(noun, noun.places[0])] * int(rng.integers(2, 5))


def _choose_sky(rng: Rng, nouns: Sequence[tuple[Noun, Place]]) -> str:
    names = {noun.noun for noun, _ in nouns}
    if names & {"moon", "star"}:
        return "night"
    skies = SUNNY if names & {"sun", "rainbow"} else SKIES
    return skies[rng.integers(len(skies))]


def _choose_ground(rng: Rng, nouns: Sequence[tuple[Noun, Place]]) -> str:
    places = {place for _, place in nouns}
    grounds: tuple[str, ...] = (*LAND, "street", "street")
    if "water" in places:
        grounds = WATER[:2] if "ground" in places else WATER
    elif "sky" not in places and "mountain" not in {noun.noun for noun, _ in nouns}:
        grounds = (*LAND, *PAVED, *PAVED)
    elif "ground" not in places:
        grounds = (*LAND, "sea", "sea")
    return grounds[rng.integers(len(grounds))]


def _colour(rng: Rng, noun: Noun) -> str | None:
    if not noun.colours or rng.random() < 0.35:
        return noun.default_colour
    return noun.colours[rng.integers(len(noun.colours))]


def _scale(rng: Rng) -> Scale:
    return ("small", "big", "usual")[int(np.searchsorted((0.06, 0.12), rng.random()))]


def place_thing(
    rng: Rng,
    scene: Scene,
    noun: Noun,
    colour: str | None,
    place: Place,
    scale: Scale,
    others: Sequence[Thing],
) -> Thing | None:
    """Returns the thing at a free place; None if there is none."""
    side = side_of(noun, scale)
    height, width = drawing(noun.noun, colour, side).alpha.shape
    room = -(-width // GRID) * GRID
    for _ in range(16 if room <= scene.size else 0):
        bottom = _bottom(rng, scene, noun, place, scale, height)
        column = GRID * int(rng.integers(0, max(1, (scene.size - room) // GRID + 1)))
        left = column + (room - width) // 2
        box = (left, bottom - height, left + width, bottom)
        inside = box[1] >= 0 and bottom <= scene.size
        if inside and not any(_crowds(box, other.box) for other in others):
            return Thing(noun.noun, colour, place, scale, box)
    return None


def _bottom(rng: Rng, scene: Scene, noun: Noun, place: Place, scale: Scale, height: int) -> int:
    """Returns the row a thing stands on, on the grid: nearer things stand lower."""
    size, horizon = scene.size, scene.horizon
    if place == "sky":
        low = -(-(height + 2) // GRID)
        high = (horizon + (0 if size == SIZE else GRID)) // GRID
        return GRID * int(rng.integers(low, max(low, high) + 1))
    if noun.noun == "mountain":
        return horizon
    if place == "water":
        top, base = water_band(scene)
        first = min(max(top + 2 * GRID, height), base)
        return GRID * int(rng.integers(first // GRID, max(first, base) // GRID + 1))
    first = horizon + {"small": 1, "usual": 2, "big": 3}[scale] * GRID
    if scene.ground in ("beach", "lake"):
        first = size - 2 * GRID if scene.ground == "beach" else size - GRID
    last = min(size, horizon + 4 * GRID) if scale == "small" else size
    first = min(first, last)
    return GRID * int(rng.integers(first // GRID, last // GRID + 1))


def water_band(scene: Scene) -> tuple[int, int]:
    """Return the top and bottom rows of the water, equal when there is none."""
    size, horizon = scene.size, scene.horizon
    if scene.ground == "sea":
        return horizon, size
    if scene.ground == "beach":
        return horizon, horizon + (size - horizon) * 6 // 16 // GRID * GRID
    if scene.ground == "lake":
        return horizon + GRID, size - 2 * GRID
    return size, size


def _crowds(box: Box, other: Box) -> bool:
    wide = min(box[2], other[2]) - max(box[0], other[0])
    high = min(box[3], other[3]) - max(box[1], other[1])
    if wide <= 0 or high <= 0:
        return False
    smaller = min((b[2] - b[0]) * (b[3] - b[1]) for b in (box, other))
    return wide * high > 0.3 * smaller
