"""Hills and meadows."""

from __future__ import annotations

import numpy as np

from t2i_chat.storybook.backdrops import growth, ridges
from t2i_chat.storybook.backdrops.colour import Floats, mix, moved, srgb
from t2i_chat.storybook.backdrops.easel import Easel
from t2i_chat.storybook.backdrops.skies import paint_sky
from t2i_chat.storybook.oklch import OkLch


def far_hills(easel: Easel, layers: int = 3, trees: bool = True) -> None:
    """Paint hills from the haze to the near land, each with a few small trees on its back."""
    canvas, air = easel.canvas, easel.air
    for layer in range(layers):
        depth = 0.92 - 0.68 * layer / max(layers - 1, 1)
        rng = easel.streams.of(f"hill {layer}")
        top = easel.horizon + canvas.unit * (-0.05 + 0.035 * layer)
        height = canvas.unit * (0.16 - 0.02 * layer)
        tops = ridges.rolling(rng, canvas, top, height, 0.55 + 0.25 * layer)
        ridges.shade_foot(
            canvas, tops, air.flat(grass_at(easel, 0.2), depth), canvas.unit * 0.05, 0.25
        )
        ridges.paint_ridge(canvas, tops, air.ramp(grass_at(easel, depth), depth), air.side)
        if trees and layer > 0:
            _dot_trees(easel, tops, depth, rng)
        ridges.mist(
            canvas,
            top + canvas.unit * 0.07,
            canvas.unit * 0.05,
            srgb(air.haze),
            0.28 * air.thickness,
        )


def grass_at(easel: Easel, depth: float) -> OkLch:
    """Return the colour of grass at a depth: far meadows are cooler."""
    grass = easel.plants.grass
    return mix(grass, moved(grass, -0.06, 0.85, 18), depth)


def _dot_trees(easel: Easel, tops: Floats, depth: float, rng: np.random.Generator) -> None:
    """Stand little groups of trees on an outline."""
    canvas = easel.canvas
    kinds = growth.crowns(easel, "far crowns", 2)
    cones = growth.conifers(easel, "far cones", 2)
    size = canvas.unit * (0.050 - 0.022 * depth)
    for _ in range(int(rng.integers(3, 6))):
        middle, conifer = float(rng.random() * canvas.width), rng.random() < 0.45
        for i in range(int(rng.integers(1, 5))):
            x = middle + (i - 1) * size * float(rng.uniform(0.5, 0.8))
            y = float(tops[int(np.clip(x, 0, canvas.width - 1))]) + size * 0.16
            height = size * float(rng.uniform(0.8, 1.25))
            leaf = easel.plants.leaves[int(rng.integers(len(easel.plants.leaves)))]
            if conifer:
                growth.plant_cone(
                    easel, cones[i % 2], (x, y), height * 1.3, easel.plants.needles, depth
                )
            else:
                growth.plant_round(easel, kinds[i % 2], (x, y), height, leaf, depth)


def near_land(
    easel: Easel, colour: OkLch, part: str = "near", bend: float = 0.03
) -> tuple[int, Floats]:
    """Paint the near land, on which feet stand; return its first row and coverage."""
    canvas, air = easel.canvas, easel.air
    rng = easel.streams.of(part)
    tops = ridges.rolling(rng, canvas, easel.horizon + canvas.unit * 0.02, canvas.unit * bend, 0.45)
    ridges.shade_foot(canvas, tops, air.flat(moved(colour, -0.25)), canvas.unit * 0.04, 0.22)
    first, alpha = ridges.paint_ridge(canvas, tops, air.ramp(colour), air.side, rng)
    canvas.stand_on(alpha, first)
    return first, alpha


def paint_hills(easel: Easel) -> None:
    """Paint rolling hills with a lawn before them."""
    paint_sky(easel)
    far_hills(easel)
    near_land(easel, easel.plants.grass, bend=0.085)
    sow(easel, 70, 26)


def paint_meadow(easel: Easel) -> None:
    """Paint a wide meadow full of flowers."""
    paint_sky(easel)
    far_hills(easel, 2)
    near_land(easel, easel.plants.grass)
    sow(easel, 110, 110)


def sow(easel: Easel, tufts: int, flowers: int) -> None:
    """Sow tufts and flowers on the near land, or strew leaves on it in autumn."""
    first = easel.horizon + easel.canvas.unit * 0.06
    if easel.plants.snowy:
        return
    share = easel.canvas.width / easel.canvas.unit
    growth.sow_tufts(easel, first, round(tufts * share))
    growth.sow_flowers(easel, first, round(flowers * share))
    if easel.look.season == "autumn":
        growth.strew_leaves(easel, first, round(46 * share))
