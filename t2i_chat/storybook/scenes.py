"""Lay out storybook scenes from a seed; it does not know pixels or captions.

Everything stands on an 8-pixel grid and has one of two sizes: one latent of the autoencoder
covers 8 pixels, so a drawing looks the same to the denoiser wherever it stands. That is what
lets a model this small learn thirty things in an hour.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from t2i_chat.storybook.art import load_atlas
from t2i_chat.storybook.vocabulary import Noun, Place, load_vocabulary

GRID = 8
SIZE = 256
"""The native side of a scene in pixels."""

Box = tuple[int, int, int, int]
Depth = Literal["near", "far"]
Rng = np.random.Generator

WATER = ("lake", "beach", "sea")
LAND = ("meadow", "meadow", "snow", "desert", "beach", "lake")
SUNNY = ("clear", "clear", "sunset", "snow", "fog")
SKIES = (
    "clear",
    "clear",
    "clear",
    "sunset",
    "sunset",
    "night",
    "night",
    "storm",
    "rain",
    "snow",
    "fog",
)
GROUND_COUNTS = (0.06, 0.46, 0.34, 0.14)
SKY_COUNTS = (0.50, 0.40, 0.10)


@dataclass(frozen=True)
class Thing:
    """One thing in a scene; `box` is xyxy in pixels."""

    noun: str
    colour: str | None
    place: Place
    depth: Depth
    box: Box

    def centre(self) -> float:
        """Return the middle of the thing along x, in pixels."""
        return (self.box[0] + self.box[2]) / 2


@dataclass(frozen=True)
class Scene:
    """Everything there is to know about a picture; `things` are ordered back to front."""

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


def sample_scene(seed: int, size: int = SIZE) -> Scene:
    """Return the scene of `seed`, `size` pixels square; a small scene holds one or two things."""
    rng = np.random.default_rng((seed, size))
    nouns = _choose_nouns(rng, small=size < SIZE)
    sky = _choose_sky(rng, nouns)
    ground = _choose_ground(rng, nouns)
    horizon = int(rng.choice([7, 8, 9])) * size // 16
    scene = Scene(size, seed, sky, ground, horizon, bool(rng.random() < 0.25), ())
    things: list[Thing] = []
    colours: dict[str, str | None] = {}
    for noun, place in nouns:
        colour = colours.setdefault(noun.noun, _colour(rng, noun))
        thing = _place_thing(rng, scene, noun, colour, place, things)
        if thing is not None:
            things.append(thing)
    return Scene(size, seed, sky, ground, horizon, scene.hills, tuple(sorted(things, key=_order)))


def _order(thing: Thing) -> tuple[bool, bool, int]:
    return (thing.place != "sky", thing.noun != "mountain", thing.box[3])


def _choose_nouns(rng: Rng, small: bool) -> list[tuple[Noun, Place]]:
    nouns = load_vocabulary().nouns.values()
    standing = [n for n in nouns if "sky" not in n.places]
    flying = [n for n in nouns if "sky" in n.places]
    if small:
        low, high = [(0, 0), (1, 0), (0, 1), (1, 1)][rng.choice(4, p=[0.03, 0.6, 0.22, 0.15])]
    else:
        low, high = rng.choice(4, p=GROUND_COUNTS), rng.choice(3, p=SKY_COUNTS)
    chosen: list[tuple[Noun, Place]] = []
    repeat = rng.random() < 0.2
    for _ in range(low):
        noun = chosen[0][0] if chosen and repeat else standing[rng.integers(len(standing))]
        chosen.append((noun, noun.places[0] if rng.random() < 0.75 else noun.places[-1]))
    for _ in range(high):
        noun = flying[rng.integers(len(flying))]
        if not {noun.noun, *(n.noun for n, _ in chosen)} >= {"sun", "moon"}:
            chosen.append((noun, "sky"))
    return chosen


def _choose_sky(rng: Rng, nouns: list[tuple[Noun, Place]]) -> str:
    names = {noun.noun for noun, _ in nouns}
    if "moon" in names:
        return "night"
    skies = SUNNY if "sun" in names else SKIES
    return skies[rng.integers(len(skies))]


def _choose_ground(rng: Rng, nouns: list[tuple[Noun, Place]]) -> str:
    places = {place for _, place in nouns}
    if "water" in places:
        grounds: tuple[str, ...] = WATER[:2] if "ground" in places else WATER
    else:
        grounds = LAND if "ground" in places else (*LAND, "sea")
    return grounds[rng.integers(len(grounds))]


def _colour(rng: Rng, noun: Noun) -> str | None:
    return noun.colours[rng.integers(len(noun.colours))] if noun.colours else None


def _place_thing(
    rng: Rng, scene: Scene, noun: Noun, colour: str | None, place: Place, others: list[Thing]
) -> Thing | None:
    for _ in range(12):
        depth: Depth = "near" if rng.random() < 0.6 else "far"
        side = noun.near if depth == "near" else noun.far
        height, width = load_atlas().sprite(noun.noun, colour, side).alpha.shape
        bottom = _bottom(rng, scene, noun, place, depth, height)
        left = GRID * int(rng.integers(0, max(1, (scene.size - width) // GRID + 1)))
        box = (left, bottom - height, left + width, bottom)
        if box[1] >= 0 and not any(_crowds(box, other.box) for other in others):
            return Thing(noun.noun, colour, place, depth, box)
    return None


def _bottom(rng: Rng, scene: Scene, noun: Noun, place: Place, depth: Depth, height: int) -> int:
    size, horizon = scene.size, scene.horizon
    if place == "sky":
        low = -(-(height + 4) // GRID)
        return GRID * int(rng.integers(low, max(low, (horizon - 4) // GRID) + 1))
    if noun.noun == "mountain":
        return horizon
    if place == "water":
        top, base = water_band(scene)
        return GRID * (top // GRID + 2) if depth == "far" else GRID * (base // GRID - 1)
    if depth == "far" and scene.ground not in ("beach", "lake"):
        return GRID * (horizon // GRID + 3)
    return GRID * (size // GRID - int(rng.integers(1, 4 if scene.ground != "lake" else 2)))


def water_band(scene: Scene) -> tuple[int, int]:
    """Return the top and bottom rows of the water, equal when there is none."""
    size, horizon = scene.size, scene.horizon
    if scene.ground == "sea":
        return horizon, size
    if scene.ground == "beach":
        return horizon, horizon + (size - horizon) * 5 // 16 // GRID * GRID
    if scene.ground == "lake":
        return horizon + size // 16, size - size // 8
    return size, size


def _crowds(box: Box, other: Box) -> bool:
    wide = min(box[2], other[2]) - max(box[0], other[0])
    high = min(box[3], other[3]) - max(box[1], other[1])
    if wide <= 0 or high <= 0:
        return False
    smaller = min((b[2] - b[0]) * (b[3] - b[1]) for b in (box, other))
    return wide * high > 0.12 * smaller
