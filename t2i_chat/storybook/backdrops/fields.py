"""Land that people keep: garden, farm, road."""

from __future__ import annotations

import numpy as np

from t2i_chat.storybook.backdrops import growth, ridges, shapes
from t2i_chat.storybook.backdrops.colour import Floats, mix, moved
from t2i_chat.storybook.backdrops.countryside import far_hills, near_land, sow
from t2i_chat.storybook.backdrops.easel import Easel
from t2i_chat.storybook.backdrops.mountains import SNOW
from t2i_chat.storybook.backdrops.shore import winding
from t2i_chat.storybook.backdrops.skies import paint_sky
from t2i_chat.storybook.backdrops.solids import cast_shadow, stamp
from t2i_chat.storybook.backdrops.woods import tree_row
from t2i_chat.storybook.oklch import OkLch


def paint_garden(easel: Easel) -> None:
    """Paint a lawn with flower beds before a hedge and a white fence."""
    unit = easel.canvas.unit
    paint_sky(easel)
    far_hills(easel, 1, trees=False)
    tree_row(easel, 0, 0.35, easel.horizon + unit * 0.01, unit * 0.22, 0.1)
    _hedge(easel)
    near_land(easel, easel.plants.grass, bend=0.015)
    fence(easel, easel.horizon + unit * 0.050, unit * 0.115)
    _flower_bed(easel, easel.horizon + unit * 0.062)
    sow(easel, 60, 12)


def _hedge(easel: Easel) -> None:
    canvas, rng = easel.canvas, easel.streams.of("hedge")
    kinds = [growth.bush(rng, easel.air.side) for _ in range(3)]
    count = round(13 * canvas.width / canvas.unit)
    for i in range(-1, count + 1):
        x = canvas.width * (i + 0.5 + float(rng.uniform(-0.2, 0.2))) / count
        size = round(canvas.unit * float(rng.uniform(0.12, 0.15)))
        leaf = moved(easel.plants.leaves[0], -0.05)
        stamp(
            canvas,
            kinds[i % 3].sized(size),
            (x, easel.horizon + canvas.unit * 0.03),
            easel.air.ramp(leaf, 0.1),
        )


def fence(easel: Easel, foot: float, height: float) -> None:
    """Paint a white picket fence across the picture."""
    canvas, air = easel.canvas, easel.air
    white = air.ramp((0.965, 0.012, 85), 0.0, 1.1)
    step, half = height * 0.42, height * 0.125
    for rail in (0.72, 0.32):
        bar = shapes.box(-2, foot - height * rail, canvas.width + 2, foot - height * (rail - 0.11))
        shapes.paint_shaded(canvas, bar, white, 0.45 - 0.3 * bar.down())
    for i in range(int(canvas.width / step) + 2):
        x = step * i
        top = foot - height
        points = [
            (x - half, foot),
            (x - half, top + half),
            (x, top),
            (x + half, top + half),
            (x + half, foot),
        ]
        shapes.paint_block(canvas, shapes.polygon(points), white, air.side, 0.62)
        cast_shadow(canvas, (x, foot), half * 5, 0.16)


def _flower_bed(easel: Easel, row: float) -> None:
    """Plant tall flowers, or their bare leaves, along the fence."""
    canvas, rng, unit = easel.canvas, easel.streams.of("flower bed"), easel.canvas.unit
    kinds = [growth.bush(rng, easel.air.side, 40) for _ in range(3)]
    leaf = easel.air.ramp(
        moved(easel.plants.leaves[0], -0.03) if easel.plants.snowy else (0.66, 0.14, 140)
    )
    for i in range(round(13 * canvas.width / unit) + 1):
        x = unit * (i / 13 + float(rng.uniform(-0.01, 0.03)))
        size = round(unit * float(rng.uniform(0.050, 0.072)))
        stamp(
            canvas,
            kinds[i % 3].sized(size),
            (x, row + float(rng.uniform(-0.004, 0.008)) * unit),
            leaf,
        )
        if easel.plants.flowers:
            _heads(easel, (x, row - size * 0.62), size, rng)


def _heads(easel: Easel, at: tuple[float, float], size: int, rng: np.random.Generator) -> None:
    """Set some flower heads on a bush."""
    kinds = easel.plants.flowers
    petals = growth.flower()
    tone = easel.air.ramp(kinds[int(rng.integers(len(kinds)))])
    for _ in range(5):
        x = at[0] + float(rng.uniform(-0.7, 0.7)) * size
        y = at[1] + float(rng.uniform(-0.25, 0.35)) * size
        stamp(easel.canvas, petals.sized(max(round(size * 0.27), 3)), (x, y + size * 0.2), tone)


SOIL: OkLch = (0.56, 0.070, 55)


def paint_farm(easel: Easel) -> None:
    """Paint fields: patches on the hills and rows that run to the horizon."""
    unit = easel.canvas.unit
    paint_sky(easel)
    far_hills(easel)
    tree_row(easel, 0, 0.40, easel.horizon + unit * 0.014, unit * 0.06, 0.2)
    first, land = near_land(easel, easel.plants.grass, bend=0.015)
    _rows(easel, first, land)
    _verge(easel)


def _rows(easel: Easel, first: int, land: Floats) -> None:
    """Draw furrows that meet at a point behind the horizon."""
    canvas, air, unit = easel.canvas, easel.air, easel.canvas.unit
    rng = easel.streams.of("rows")
    point = canvas.width * float(rng.uniform(0.35, 0.65)), easel.horizon - unit * 0.05
    rows = canvas.rows(first)
    reach = np.maximum(rows - point[1], 1)
    across = (canvas.columns() - point[0]) / reach
    phase = across * 2 * np.pi * 1.9
    clear = np.clip(reach / (unit * 0.13) - 0.3, 0, 1)
    wave = np.cos(phase) * clear
    soil = mix(SOIL, SNOW, 0.55) if easel.plants.snowy else SOIL
    crop = SNOW if easel.plants.snowy else mix(easel.plants.grass, (0.70, 0.15, 138), 0.6)
    lit = 0.5 + 0.30 * np.sin(phase) * air.side * clear
    canvas.blend(first, 0, land, air.ramp(soil).at(np.clip(np.asarray(lit, np.float32), 0, 1)))
    grown = np.clip((wave - 0.10) * 2.6, 0, 1) * 0.96 + 0.40 * (1 - clear)
    leafy = 0.40 + 0.30 * wave + 0.22 * np.sin(phase) * air.side
    leafy += 0.5 * (ridges.ground_noise(rng, canvas, first) - 0.5)
    canvas.blend(
        first,
        0,
        np.asarray(land * np.clip(grown, 0, 1), np.float32),
        air.ramp(crop).at(np.clip(np.asarray(leafy, np.float32), 0, 1)),
    )


def _verge(easel: Easel) -> None:
    """Lay a grass strip along the near edge, where animals stand well."""
    canvas, air, rng = easel.canvas, easel.air, easel.streams.of("verge")
    tops = ridges.rolling(rng, canvas, canvas.height - canvas.unit * 0.13, canvas.unit * 0.035, 0.6)
    ridges.shade_foot(canvas, tops, air.flat((0.35, 0.05, 80)), canvas.unit * 0.03, 0.35)
    first, alpha = ridges.paint_ridge(canvas, tops, air.ramp(easel.plants.grass), air.side, rng)
    canvas.stand_on(alpha, first)
    if not easel.plants.snowy:
        growth.sow_tufts(easel, float(tops.max()), round(30 * canvas.width / canvas.unit))


def paint_road(easel: Easel) -> None:
    """Paint a country road that winds over hills."""
    canvas, air = easel.canvas, easel.air
    paint_sky(easel)
    far_hills(easel)
    first, land = near_land(easel, easel.plants.grass, bend=0.03)
    sow(easel, 90, 40)
    tar, verge = winding(easel, first, 0.010, 0.24, "road")
    canvas.blend(first, 0, verge * land, air.flat((0.84, 0.06, 85)))
    share = np.clip((canvas.rows(first) - easel.horizon) / (canvas.height - easel.horizon), 0, 1)
    shade = np.broadcast_to(0.62 - 0.2 * share, tar.shape).astype(np.float32)
    canvas.blend(first, 0, tar * land, air.ramp((0.66, 0.020, 265)).at(shade))
    _dashes(easel, first, land)


def _dashes(easel: Easel, first: int, land: Floats) -> None:
    """Draw the broken line along the middle of the road."""
    canvas = easel.canvas
    inner, _ = winding(easel, first, 0.0008, 0.0085, "road")
    t = np.clip((canvas.rows(first) - easel.horizon) / (canvas.height - easel.horizon), 1e-3, 1)
    on = np.clip(np.sin(9.5 * np.log(t + 0.09) * 2.2) * 6 + 0.5, 0, 1)
    canvas.blend(
        first, 0, np.asarray(inner * land * on, np.float32), easel.air.flat((0.96, 0.03, 90))
    )
