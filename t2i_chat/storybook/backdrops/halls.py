"""A stage and the hall of a castle."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from t2i_chat.storybook.backdrops import indoors, shapes
from t2i_chat.storybook.backdrops.air import Air
from t2i_chat.storybook.backdrops.colour import moved, srgb
from t2i_chat.storybook.backdrops.easel import Easel
from t2i_chat.storybook.backdrops.light import Light
from t2i_chat.storybook.oklch import OkLch

VELVET: tuple[OkLch, ...] = (
    (0.52, 0.175, 22),
    (0.50, 0.155, 5),
    (0.46, 0.12, 300),
    (0.48, 0.11, 255),
)
GOLD: OkLch = (0.83, 0.125, 82)
STONE: OkLch = (0.74, 0.028, 75)


def stage_light(air: Air) -> Light:
    """Return the light of a spotlight from above."""
    return Light((1.0, 0.97, 0.92), 0.3 * air.side, 0.5, 0.5)


def paint_stage(easel: Easel) -> None:
    """Paint a stage: velvet curtains, boards, and a spotlight."""
    canvas, unit = easel.canvas, easel.canvas.unit
    air = replace(
        easel.air,
        sun=(0.95, 0.90, 0.86),
        shade=(0.48, 0.42, 0.56),
        thickness=0.0,
        lamps=1.0,
        chroma=1.0,
    )
    hall = replace(easel, air=air)
    rng = easel.streams.of("velvet")
    velvet = VELVET[int(rng.integers(len(VELVET)))]
    _folds(hall, (-2, -2, canvas.width + 2, easel.horizon + 2), moved(velvet, -0.10, 0.9), 15, 0.34)
    indoors.boards(hall, int(easel.horizon), (0.66, 0.085, 58), 2.6)
    shade = shapes.box(
        -2, easel.horizon - unit * 0.03, canvas.width + 2, easel.horizon + unit * 0.03
    ).softened(unit * 0.015)
    shapes.paint(canvas, shade, shapes.SHADOW, 0.5)
    _spotlight(hall)
    for side in (-1, 1):
        _side_curtain(hall, side, velvet)
    _pelmet(hall, velvet)


def _folds(
    hall: Easel, area: tuple[float, float, float, float], colour: OkLch, count: float, level: float
) -> None:
    """Paint a hanging cloth with upright folds."""
    cloth = shapes.box(*area)
    across = (cloth.across() + 1) / 2
    waves = np.cos(across * 2 * np.pi * count + 0.9 * np.sin(across * 9)) * 0.20
    shade = level + waves + 0.10 * (0.4 - cloth.down()) - 0.2 * cloth.across() ** 2
    shapes.paint_shaded(
        hall.canvas, cloth, hall.air.ramp(colour, 0.0, 1.2), np.asarray(shade, np.float32)
    )


def _side_curtain(hall: Easel, side: int, colour: OkLch) -> None:
    """Paint a curtain drawn to one side of the stage and tied with a golden cord."""
    canvas, unit = hall.canvas, hall.canvas.unit
    wide = unit * 0.20
    x0 = -unit * 0.01 if side < 0 else canvas.width - wide
    foot = hall.horizon + unit * 0.10
    indoors.curtain(hall, (x0, -2, x0 + wide, foot), colour, float(side) * 0.75)
    x = (x0 + wide * 0.28) if side < 0 else (x0 + wide * 0.72)
    cord = shapes.box(
        x - wide * 0.34, foot * 0.70, x + wide * 0.34, foot * 0.70 + unit * 0.020, unit * 0.01
    )
    shapes.paint_shaded(canvas, cord, hall.air.ramp(GOLD), 0.85 - 0.5 * cord.down())


def _pelmet(hall: Easel, colour: OkLch) -> None:
    """Hang a row of velvet bows with golden fringes along the top."""
    canvas, unit = hall.canvas, hall.canvas.unit
    count = max(round(5 * canvas.width / unit), 1)
    wide = canvas.width / count
    for i in range(count):
        x = wide * (i + 0.5)
        for reach, tone in ((0.155, GOLD), (0.138, colour)):
            bow = shapes.ellipse(x, 0, wide * 0.56, unit * reach)
            arcs = np.cos(bow.down() * 26 + bow.across() ** 2 * 5) * 0.13
            shade = 0.60 + arcs - 0.22 * bow.across() ** 2
            shapes.paint(canvas, bow.softened(unit * 0.008), shapes.SHADOW, 0.3)
            shapes.paint_shaded(
                canvas, bow, hall.air.ramp(tone, 0.0, 1.2), np.asarray(shade, np.float32)
            )


def _spotlight(hall: Easel) -> None:
    """Let light fall from above in a cone on an oval of the floor."""
    canvas, unit = hall.canvas, hall.canvas.unit
    x, y = canvas.width * 0.5, hall.horizon + (canvas.height - hall.horizon) * 0.48
    warm = srgb((0.98, 0.05, 88))
    start = x + unit * 0.20 * hall.air.side
    cone = shapes.polygon(
        [
            (start - unit * 0.03, -4),
            (start + unit * 0.03, -4),
            (x + unit * 0.33, y),
            (x - unit * 0.33, y),
        ]
    )
    soft = cone.softened(unit * 0.02)
    fade = np.asarray(soft.alpha * (0.24 - 0.10 * soft.down()), np.float32)
    canvas.blend(soft.top, soft.left, fade, warm)
    pool = shapes.ellipse(x, y, unit * 0.34, unit * 0.10).softened(unit * 0.014)
    shapes.paint(canvas, pool, warm, 0.42)


def paint_castle_hall(easel: Easel) -> None:
    """Paint a hall: stone walls with arched windows, banners, torches, and a long carpet."""
    canvas, unit = easel.canvas, easel.canvas.unit
    air = indoors.inside(easel.air)
    hall = replace(
        easel, air=replace(air, sun=(air.sun[0] * 0.92, air.sun[1] * 0.90, air.sun[2] * 0.88))
    )
    indoors.paint_wall(hall, STONE, easel.horizon)
    _masonry(hall)
    bays = max(round(3 * canvas.width / unit), 1)
    for i in range(bays):
        _arch(easel, hall, canvas.width * (i + 0.5) / bays)
    tone = VELVET[int(easel.streams.of("banner").integers(len(VELVET)))]
    for i in range(bays + 1):
        _column(hall, canvas.width * i / bays)
        if 0 < i < bays:
            _banner(hall, canvas.width * i / bays, tone)
    indoors.tiles(hall, int(easel.horizon), ((0.82, 0.03, 75), (0.64, 0.035, 60)), 1.9)
    _carpet(hall, tone)


def _masonry(hall: Easel) -> None:
    """Draw single stones, lighter and darker, in the wall."""
    canvas, unit, rng = hall.canvas, hall.canvas.unit, hall.streams.of("masonry")
    tall, wide, stone = unit * 0.055, unit * 0.11, hall.air.ramp(STONE)
    for row in range(int(hall.horizon / tall) + 1):
        for column in range(-1, int(canvas.width / wide) + 1):
            if rng.random() < 0.45:
                continue
            x, y = (column + 0.5 * (row % 2)) * wide, row * tall
            block = shapes.box(
                x + 1.5, y + 1.5, x + wide - 1.5, min(y + tall - 1.5, hall.horizon), unit * 0.008
            )
            lighter = rng.random() < 0.5
            shapes.paint(canvas, block, stone.light if lighter else stone.shadow, 0.22)


def _arch(easel: Easel, hall: Easel, x: float) -> None:
    """Paint a round-arched window with the sky in it."""
    canvas, unit = easel.canvas, easel.canvas.unit
    half, top, foot = unit * 0.075, easel.horizon - unit * 0.43, easel.horizon - unit * 0.13
    stone = hall.air.ramp(moved(STONE, 0.06))
    outer = shapes.box(
        x - half * 1.3, top - half * 0.3, x + half * 1.3, foot + unit * 0.02, half * 1.3
    )
    shapes.paint_block(canvas, outer, stone, easel.air.side, 0.6)
    pane = shapes.box(x - half, top, x + half, foot, half)
    pixels = indoors.view(
        easel,
        (pane.left, pane.top, pane.left + pane.alpha.shape[1], pane.top + pane.alpha.shape[0]),
    )
    canvas.blend(pane.top, pane.left, pane.alpha, pixels)
    shapes.paint(canvas, shapes.box(x - unit * 0.004, top, x + unit * 0.004, foot), stone.shadow)
    for row in (0.42, 0.72):
        y = top + (foot - top) * row
        shapes.paint(
            canvas, shapes.box(x - half, y - unit * 0.003, x + half, y + unit * 0.003), stone.shadow
        )
    sill = shapes.box(x - half * 1.5, foot - 1, x + half * 1.5, foot + unit * 0.028, 3)
    shapes.paint_block(canvas, sill, stone, easel.air.side, 0.62)
    halo = shapes.box(x - half, top, x + half, foot, half).softened(unit * 0.06)
    shapes.paint(canvas, halo, srgb(easel.air.glow), 0.14 * (1 - easel.air.lamps))


def _column(hall: Easel, x: float) -> None:
    """Paint a round column with its base and capital, and a torch."""
    canvas, unit = hall.canvas, hall.canvas.unit
    stone = hall.air.ramp(moved(STONE, 0.03), 0.0, 1.2)
    shaft = shapes.box(x - unit * 0.045, -2, x + unit * 0.045, hall.horizon + unit * 0.02)
    shapes.paint(canvas, shaft.softened(unit * 0.015), shapes.SHADOW, 0.28)
    round_ = 0.58 + 0.30 * hall.air.side * shaft.across() - 0.22 * shaft.across() ** 2
    shapes.paint_shaded(canvas, shaft, stone, np.asarray(round_ + 0 * shaft.down(), np.float32))
    for y in (hall.horizon + unit * 0.02, unit * 0.075):
        ring = shapes.box(x - unit * 0.062, y - unit * 0.045, x + unit * 0.062, y, unit * 0.012)
        shapes.paint_shaded(
            canvas,
            ring,
            stone,
            np.asarray(0.66 + 0.24 * hall.air.side * ring.across() - 0.2 * ring.down(), np.float32),
        )


def _banner(hall: Easel, x: float, colour: OkLch) -> None:
    """Hang a pointed banner with a golden hem before a column, with a torch below."""
    canvas, unit = hall.canvas, hall.canvas.unit
    half, top, foot = unit * 0.052, unit * 0.10, hall.horizon - unit * 0.24
    for grow, tone in ((1.0, GOLD), (0.86, colour)):
        h, f = half * grow, foot - half * (1 - grow) * 2.2
        points = [
            (x - h, top),
            (x + h, top),
            (x + h, f - half * 0.9),
            (x, f),
            (x - h, f - half * 0.9),
        ]
        cloth = shapes.polygon(points)
        shade = 0.58 + 0.12 * np.cos(cloth.across() * 5) - 0.12 * cloth.down()
        shapes.paint_shaded(canvas, cloth, hall.air.ramp(tone), np.asarray(shade, np.float32))
    diamond = shapes.polygon(
        [
            (x, top + half * 1.2),
            (x + half * 0.5, top + half * 2.0),
            (x, top + half * 2.8),
            (x - half * 0.5, top + half * 2.0),
        ]
    )
    shapes.paint_block(canvas, diamond, hall.air.ramp(GOLD), hall.air.side, 0.6)
    _torch(hall, (x, hall.horizon - unit * 0.17))


def _torch(hall: Easel, at: tuple[float, float]) -> None:
    canvas, unit, (x, y) = hall.canvas, hall.canvas.unit, at
    handle = shapes.box(x - unit * 0.008, y, x + unit * 0.008, y + unit * 0.06, 3)
    shapes.paint_block(canvas, handle, hall.air.ramp((0.42, 0.06, 50)), hall.air.side)
    shapes.paint_glow(
        canvas,
        (x, y - unit * 0.01),
        unit * 0.15,
        srgb((0.86, 0.14, 65)),
        0.35 + 0.35 * hall.air.lamps,
    )
    for size, tone in ((1.0, (0.72, 0.18, 50)), (0.68, (0.85, 0.16, 78)), (0.38, (0.96, 0.09, 95))):
        flame = [
            (x, y - unit * 0.060 * size),
            (x + unit * 0.016 * size, y - unit * 0.018 * size),
            (x + unit * 0.010 * size, y + unit * 0.004),
            (x - unit * 0.010 * size, y + unit * 0.004),
            (x - unit * 0.016 * size, y - unit * 0.018 * size),
        ]
        shapes.paint(canvas, shapes.polygon(flame).softened(unit * 0.0025), srgb(tone))


def _carpet(hall: Easel, colour: OkLch) -> None:
    """Lay a carpet with golden borders from the far wall to the viewer."""
    canvas, unit = hall.canvas, hall.canvas.unit
    x, top, foot = canvas.width / 2, hall.horizon, canvas.height + 2
    for grow, tone in ((1.0, GOLD), (0.90, colour)):
        far, near = unit * 0.085 * grow, unit * 0.26 * grow
        cloth = shapes.polygon([(x - far, top), (x + far, top), (x + near, foot), (x - near, foot)])
        shade = 0.40 + 0.20 * cloth.down() + 0.08 * hall.air.side * cloth.across()
        shapes.paint_shaded(canvas, cloth, hall.air.ramp(tone), np.asarray(shade, np.float32))
