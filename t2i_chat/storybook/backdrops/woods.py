"""The edge of a forest, and a park in its leaves."""

from __future__ import annotations

import numpy as np

from t2i_chat.storybook.backdrops import growth, noise, ridges
from t2i_chat.storybook.backdrops.colour import moved, srgb
from t2i_chat.storybook.backdrops.countryside import near_land, sow
from t2i_chat.storybook.backdrops.easel import Easel
from t2i_chat.storybook.backdrops.skies import paint_sky
from t2i_chat.storybook.backdrops.solids import cast_shadow, stamp


def tree_row(
    easel: Easel, row: int, depth: float, foot: float, height: float, conifer: float
) -> None:
    """Stand a row of trees across the picture, feet near row `foot`; `conifer` is their share."""
    canvas, rng = easel.canvas, easel.streams.of(f"tree row {row}")
    cones, rounds = growth.conifers(easel, "cones"), growth.crowns(easel, "rounds")
    step = height * 0.31
    count = int(canvas.width / step) + 3
    leaves = easel.plants.leaves
    order = np.argsort(rng.random(count))
    for i in order:
        x = (i - 1 + float(rng.uniform(-0.25, 0.25))) * step
        tall = height * float(rng.uniform(0.78, 1.15))
        y = foot + float(rng.uniform(-0.02, 0.02)) * height
        tone = float(rng.uniform(-0.03, 0.03))
        if rng.random() < conifer:
            growth.plant_cone(
                easel, cones[i % 3], (x, y), tall * 1.12, moved(easel.plants.needles, tone), depth
            )
        else:
            leaf = moved(leaves[int(rng.integers(len(leaves)))], tone - 0.03)
            growth.plant_round(easel, rounds[i % 3], (x, y), tall, leaf, depth)


def paint_forest(easel: Easel) -> None:
    """Paint a clearing before rows of trees that fade into the air behind."""
    canvas, air, unit = easel.canvas, easel.air, easel.canvas.unit
    paint_sky(easel)
    _mass(easel, easel.horizon - unit * 0.21, 0.80)
    for row, (depth, height) in enumerate(((0.80, 0.31), (0.48, 0.30), (0.20, 0.29))):
        foot = easel.horizon + unit * (-0.045 + 0.028 * row)
        tree_row(easel, row, depth, foot, unit * height, 0.75 - 0.15 * row)
        ridges.mist(canvas, foot, unit * 0.07, srgb(air.haze), 0.5 * depth * air.thickness)
        _undergrowth(easel, row, foot + unit * 0.012, depth)
    near_land(easel, moved(easel.plants.grass, -0.02, 0.95), bend=0.03)
    sow(easel, 100, 22)
    frame_trees(easel)


def _mass(easel: Easel, top: float, depth: float) -> None:
    """Paint the dark inside of a wood, so that no sky shows between its trunks."""
    canvas, air, rng = easel.canvas, easel.air, easel.streams.of("mass")
    tops = top + noise.line(rng, canvas.width, 18) * canvas.unit * 0.02
    colour = moved(easel.plants.needles, -0.04)
    ridges.paint_ridge(canvas, np.asarray(tops, np.float32), air.ramp(colour, depth), air.side)


def _undergrowth(easel: Easel, row: int, foot: float, depth: float) -> None:
    """Set bushes along the feet of a row of trees."""
    rng, canvas = easel.streams.of(f"undergrowth {row}"), easel.canvas
    kinds = [growth.bush(rng, easel.air.side) for _ in range(3)]
    ramp = easel.air.ramp(moved(easel.plants.leaves[0], -0.08), depth, 1.2)
    count = round(10 * canvas.width / canvas.unit)
    for i in range(count):
        x = canvas.width * (i + float(rng.uniform(0.1, 0.9))) / count
        stamp(
            canvas,
            kinds[i % 3].sized(round(canvas.unit * float(rng.uniform(0.05, 0.09)))),
            (x, foot),
            ramp,
        )


def frame_trees(easel: Easel) -> None:
    """Stand a great tree at the edge away from the light, partly outside the picture."""
    canvas, unit = easel.canvas, easel.canvas.unit
    rng = easel.streams.of("frame")
    edge = 0.0 if easel.air.side > 0 else float(canvas.width)
    x = edge + float(rng.uniform(-0.02, 0.02)) * unit
    y = easel.horizon + unit * 0.13
    cast_shadow(canvas, (x, y), unit * 0.42, 0.30)
    leaf = moved(easel.plants.leaves[0], -0.02)
    growth.plant_round(
        easel, growth.crown(rng, easel.air.side, 220), (x, y), unit * 0.62, leaf, 0.0
    )
    canvas.standing[: round(y), max(round(x - unit * 0.03), 0) : round(x + unit * 0.03)] = False


def paint_park(easel: Easel) -> None:
    """Paint a park: round trees in loose groups, a path, and leaves on the grass in autumn."""
    canvas, unit = easel.canvas, easel.canvas.unit
    paint_sky(easel)
    _mass(easel, easel.horizon - unit * 0.10, 0.85)
    tree_row(easel, 0, 0.70, easel.horizon - unit * 0.005, unit * 0.20, 0.15)
    tree_row(easel, 1, 0.34, easel.horizon + unit * 0.025, unit * 0.27, 0.1)
    _undergrowth(easel, 0, easel.horizon + unit * 0.035, 0.15)
    near_land(easel, easel.plants.grass)
    sow(easel, 60, 14)
    if easel.look.season == "autumn":
        growth.strew_leaves(easel, easel.horizon + unit * 0.05, round(110 * canvas.width / unit))
    frame_trees(easel)
