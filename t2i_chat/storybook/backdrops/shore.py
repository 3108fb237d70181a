"""Where land meets water: beach, sea, lake and river."""

from __future__ import annotations

import numpy as np

from t2i_chat.storybook.backdrops import growth, noise, ridges, waters
from t2i_chat.storybook.backdrops.colour import Floats, mix, moved, srgb
from t2i_chat.storybook.backdrops.countryside import far_hills, near_land, sow
from t2i_chat.storybook.backdrops.easel import Easel
from t2i_chat.storybook.backdrops.mountains import range_of
from t2i_chat.storybook.backdrops.skies import paint_sky
from t2i_chat.storybook.backdrops.solids import cast_shadow, stamp
from t2i_chat.storybook.backdrops.woods import tree_row
from t2i_chat.storybook.oklch import OkLch

SAND: OkLch = (0.885, 0.075, 82)
LAKE: OkLch = (0.64, 0.095, 228)


def open_water(easel: Easel, deep: OkLch, near: OkLch, last: float) -> tuple[int, Floats]:
    """Fill all below the horizon with water; return its first row and coverage."""
    first = int(easel.horizon)
    alpha = np.ones((easel.canvas.height - first, easel.canvas.width), np.float32)
    waters.paint_water(easel, alpha, first, last, deep, near)
    return first, alpha


def _far_coast(easel: Easel) -> None:
    """Paint a low coast far away over part of the horizon."""
    canvas, rng = easel.canvas, easel.streams.of("coast")
    middle = canvas.width * (0.18 if easel.air.side > 0 else 0.82)
    x = (canvas.columns()[0] - middle) / (0.42 * canvas.unit)
    bumps = 1 + 0.3 * noise.line(rng, canvas.width, 9)
    tops = easel.horizon + 2 - canvas.unit * 0.075 * bumps * np.exp(-(x**2)) + 1.5
    ridges.paint_ridge(
        canvas,
        np.asarray(tops, np.float32),
        easel.air.ramp((0.62, 0.09, 160), 0.72),
        easel.air.side,
    )


def paint_sea(easel: Easel) -> None:
    """Paint the open sea to the horizon."""
    canvas = easel.canvas
    paint_sky(easel)
    _far_coast(easel)
    first, area = open_water(easel, waters.SEA, moved(waters.SEA, -0.06), canvas.height)
    _swell(easel, first)
    waters.ripples(easel, area, first, round(90 * canvas.width / canvas.unit))
    waters.glints(easel, area, first, 60)


def _swell(easel: Easel, first: int) -> None:
    """Lay soft waves across the water, one behind the other."""
    canvas, air = easel.canvas, easel.air
    rough = 2.0 if easel.look.weather == "storm" else 1.0
    for wave in range(6):
        rng = easel.streams.of(f"swell {wave}")
        near = ((wave + 1) / 6) ** 1.5
        row = first + near * (canvas.height - first) * 0.92
        height = canvas.unit * (0.006 + 0.026 * near) * rough
        tops = ridges.rolling(rng, canvas, row, height, 3.4 - 2.2 * near)
        under = canvas.rows(first) - tops[None, :]
        crest = np.exp(-np.abs(under) / (canvas.unit * (0.002 + 0.004 * near))) * (under > -1)
        trough = np.exp(-np.clip(under, 0, None) / (canvas.unit * (0.01 + 0.05 * near))) * (
            under > 0
        )
        canvas.blend(
            first,
            0,
            np.asarray(0.34 * trough, np.float32),
            air.flat((0.46, 0.11, 245), 0.3 * (1 - near)),
        )
        canvas.blend(first, 0, np.asarray(0.30 * crest, np.float32), srgb(air.sky[-1]))


def paint_beach(easel: Easel) -> None:
    """Paint a beach: sea, shallow water, foam, wet sand and dry sand."""
    canvas, unit = easel.canvas, easel.canvas.unit
    paint_sky(easel)
    _far_coast(easel)
    rng = easel.streams.of("shoreline")
    shore = easel.horizon + unit * 0.155
    first, area = open_water(easel, waters.SEA, waters.SHALLOW, shore)
    waters.ripples(easel, area[: round(unit * 0.14)], first, round(44 * canvas.width / unit))
    waters.glints(easel, area[: round(unit * 0.14)], first, 26)
    edge = ridges.rolling(rng, canvas, shore, unit * 0.030, 0.9)
    _surf(easel, edge)
    _sand(easel, edge)


def _surf(easel: Easel, edge: Floats) -> None:
    """Draw two lines of foam running up the beach."""
    canvas, air, unit = easel.canvas, easel.air, easel.canvas.unit
    foam = air.ramp((0.975, 0.012, 220)).light
    for line, (away, thick) in enumerate(((0.052, 0.0035), (0.026, 0.005))):
        rng = easel.streams.of(f"surf {line}")
        tops = edge - unit * away + noise.line(rng, canvas.width, 12) * unit * 0.008
        broken = np.clip(noise.line(rng, canvas.width, 16) + 0.7, 0, 1)
        band = np.exp(-(((canvas.rows() - tops[None, :]) / (unit * thick)) ** 2)) * broken[None, :]
        canvas.blend(0, 0, np.asarray(0.8 * band, np.float32), foam)


def _sand(easel: Easel, edge: Floats) -> None:
    canvas, air, unit = easel.canvas, easel.air, easel.canvas.unit
    first, under = ridges.below(canvas, edge)
    alpha = np.clip(under / 1.5 + 0.5, 0, 1)
    sand = mix(SAND, (0.955, 0.014, 240), 0.8) if easel.plants.snowy else SAND
    flat = ridges.ground_noise(easel.streams.of("sand"), canvas, first) - 0.5
    shade = 0.56 + 0.34 * flat - 0.12 * np.clip(under / (unit * 0.5), 0, 1)
    canvas.blend(first, 0, alpha, air.ramp(sand).at(np.clip(shade, 0, 1)))
    wet = 0.62 * np.clip(1 - under / (unit * 0.055), 0, 1) ** 0.7 * alpha
    canvas.blend(first, 0, np.asarray(wet, np.float32), air.flat((0.72, 0.065, 75)))
    foam = np.exp(-(((under - unit * 0.004) / (unit * 0.008)) ** 2))
    canvas.blend(first, 0, np.asarray(0.95 * foam, np.float32), air.ramp((0.98, 0.01, 220)).light)
    canvas.stand_on(alpha * (under > unit * 0.02), first)
    _pebbles(easel, first + round(unit * 0.09))


def _pebbles(easel: Easel, first: int) -> None:
    rng, canvas = easel.streams.of("pebbles"), easel.canvas
    stone = growth.bush(rng, easel.air.side, 30)
    tones: tuple[OkLch, ...] = (
        (0.80, 0.05, 60),
        (0.93, 0.03, 60),
        (0.76, 0.02, 250),
        (0.85, 0.08, 30),
    )
    for x, y, near in growth.scattered(rng, canvas, first, round(34 * canvas.width / canvas.unit)):
        size = max(round(canvas.unit * (0.004 + 0.008 * near)), 2)
        cast_shadow(canvas, (x, y), size * 2.2, 0.25)
        stamp(canvas, stone.sized(size), (x, y), easel.air.ramp(tones[int(rng.integers(4))]))


def paint_lake(easel: Easel) -> None:
    """Paint a lake that mirrors its far bank, with a meadow on this side."""
    canvas, unit = easel.canvas, easel.canvas.unit
    paint_sky(easel)
    range_of(
        easel, "range", 0.75, unit * 0.24, easel.horizon, max(round(3 * canvas.width / unit), 2)
    )
    far_hills(easel, 2, trees=False)
    tree_row(easel, 0, 0.42, easel.horizon + 1, unit * 0.085, 0.6)
    first, area = open_water(easel, LAKE, moved(LAKE, -0.04), easel.horizon + unit * 0.3)
    waters.mirror(canvas, area, first, 0.62, easel.streams.of("mirror"))
    waters.ripples(easel, area[: round(unit * 0.26)], first, round(46 * canvas.width / unit))
    near_bank(easel, easel.horizon + unit * 0.225)


def near_bank(easel: Easel, row: float) -> None:
    """Paint the bank on this side of the water from about `row` down."""
    canvas, air, unit = easel.canvas, easel.air, easel.canvas.unit
    rng = easel.streams.of("near bank")
    tops = ridges.rolling(rng, canvas, row, unit * 0.05, 0.55)
    lip = tops - unit * 0.010
    ridges.shade_foot(canvas, lip, air.flat((0.35, 0.08, 230)), unit * 0.03, 0.45)
    ridges.paint_ridge(canvas, lip, air.ramp((0.62, 0.06, 80)), air.side)
    first, alpha = ridges.paint_ridge(canvas, tops, air.ramp(easel.plants.grass), air.side, rng)
    canvas.stand_on(alpha, first)
    full = np.zeros((canvas.height, canvas.width), np.float32)
    full[first:] = alpha
    if not easel.plants.snowy:
        growth.sow_tufts(easel, row - unit * 0.02, round(70 * canvas.width / unit), full)
        growth.sow_flowers(easel, row, round(26 * canvas.width / unit), full)


def paint_river(easel: Easel) -> None:
    """Paint a river that winds through meadows from the hills to the viewer."""
    paint_sky(easel)
    far_hills(easel)
    first, land = near_land(easel, easel.plants.grass)
    sow(easel, 90, 40)
    alpha, bank = winding(easel, first, 0.012, 0.17, "river")
    canvas, air = easel.canvas, easel.air
    canvas.blend(first, 0, bank * land, air.flat((0.63, 0.085, 112)))
    waters.paint_water(easel, alpha * land, first, canvas.height, LAKE, moved(LAKE, -0.03))
    canvas.standing[first:] &= ~(bank * land > 0.5)
    waters.ripples(easel, alpha * land, first, round(110 * canvas.width / canvas.unit))


def winding(easel: Easel, first: int, far: float, near: float, part: str) -> tuple[Floats, Floats]:
    """Return a band that winds from the horizon to the viewer, and a slightly wider one.

    `far` and `near` are its half widths at both ends as shares of the canvas.
    """
    canvas, rng = easel.canvas, easel.streams.of(part)
    rows = canvas.rows(first)
    t = np.clip((rows - easel.horizon) / (canvas.height - easel.horizon), 0, 1)
    bend = float(rng.choice((-1.0, 1.0)))
    start = 0.5 + bend * float(rng.uniform(0.10, 0.22))
    middle = (
        start - bend * 0.30 * t**0.8 + bend * 0.075 * np.sin(t**0.55 * 2.2 * np.pi) * (0.25 + t)
    )
    half = canvas.unit * (far + (near - far) * t**1.25)
    away = np.abs(canvas.columns() - middle * canvas.width)
    inner = np.clip(half - away + 0.5, 0, 1)
    outer = np.clip(half * 1.045 + canvas.unit * 0.003 - away + 0.5, 0, 1)
    return np.asarray(inner, np.float32), np.asarray(outer, np.float32)
