"""What grows in every season, and its colours."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from t2i_chat.storybook.backdrops.colour import moved
from t2i_chat.storybook.backdrops.look import Look
from t2i_chat.storybook.oklch import OkLch


@dataclass(frozen=True, slots=True)
class Plants:
    """Colours of plants: `snowy` lays snow on the ground and on trees; no flowers: none bloom."""

    grass: OkLch
    leaves: tuple[OkLch, ...]
    needles: OkLch
    flowers: tuple[OkLch, ...]
    snowy: bool = False


SEASONS = {
    "spring": Plants(
        (0.82, 0.130, 128),
        ((0.84, 0.10, 355), (0.82, 0.14, 128), (0.90, 0.06, 350)),
        (0.62, 0.11, 150),
        ((0.90, 0.09, 350), (0.97, 0.02, 100), (0.90, 0.15, 98), (0.78, 0.11, 300)),
    ),
    "summer": Plants(
        (0.775, 0.150, 132),
        ((0.70, 0.15, 138), (0.76, 0.15, 130), (0.66, 0.13, 145)),
        (0.56, 0.105, 155),
        ((0.97, 0.02, 100), (0.88, 0.16, 92), (0.72, 0.17, 20), (0.74, 0.12, 290)),
    ),
    "autumn": Plants(
        (0.77, 0.115, 102),
        ((0.72, 0.16, 55), (0.80, 0.15, 80), (0.62, 0.18, 35), (0.74, 0.12, 105)),
        (0.52, 0.085, 145),
        ((0.76, 0.15, 62), (0.70, 0.16, 45)),
    ),
    "winter": Plants(
        (0.955, 0.014, 240),
        ((0.93, 0.018, 235), (0.90, 0.025, 225)),
        (0.66, 0.06, 195),
        (),
        snowy=True,
    ),
}


TASTE = 7.0
"""How far, in degrees of hue, grass and sky move with the seed."""


def plants_of(look: Look, rng: np.random.Generator) -> Plants:
    """Return what grows in a look's season; the green of the grass is drawn at random."""
    plants = SEASONS[look.season]
    grass = moved(
        plants.grass, float(rng.uniform(-0.015, 0.015)), hue=float(rng.uniform(-TASTE, TASTE))
    )
    return replace(plants, grass=grass)
