"""Living room, kitchen and bedroom, empty of the furniture that a prompt may name."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from t2i_chat.storybook.backdrops import furnishings, indoors, shapes
from t2i_chat.storybook.backdrops.air import Ramp
from t2i_chat.storybook.backdrops.colour import moved, srgb
from t2i_chat.storybook.backdrops.easel import Easel
from t2i_chat.storybook.oklch import OkLch

Area = tuple[float, float, float, float]


WALLS: tuple[tuple[OkLch, OkLch, OkLch], ...] = (
    ((0.90, 0.045, 85), (0.70, 0.095, 30), (0.72, 0.080, 60)),
    ((0.87, 0.045, 165), (0.80, 0.085, 60), (0.70, 0.075, 58)),
    ((0.88, 0.045, 30), (0.72, 0.070, 200), (0.74, 0.075, 65)),
    ((0.86, 0.045, 235), (0.84, 0.095, 85), (0.73, 0.070, 62)),
)


BEDROOM: tuple[tuple[OkLch, OkLch, OkLch], ...] = (
    ((0.84, 0.055, 300), (0.76, 0.085, 345), (0.76, 0.060, 62)),
    ((0.86, 0.050, 250), (0.72, 0.080, 275), (0.77, 0.060, 65)),
    ((0.88, 0.050, 350), (0.90, 0.050, 60), (0.76, 0.060, 60)),
)


KITCHEN: tuple[tuple[OkLch, OkLch, OkLch], ...] = (
    ((0.92, 0.040, 95), (0.72, 0.075, 170), (0.66, 0.11, 30)),
    ((0.90, 0.035, 200), (0.90, 0.080, 88), (0.60, 0.08, 240)),
    ((0.92, 0.035, 60), (0.74, 0.070, 235), (0.72, 0.10, 60)),
)


def _room(easel: Easel) -> Easel:
    """Return the easel with the light inside."""
    return replace(easel, air=indoors.inside(easel.air))


def _palette(
    easel: Easel, all_: tuple[tuple[OkLch, OkLch, OkLch], ...]
) -> tuple[OkLch, OkLch, OkLch]:
    return all_[int(easel.streams.of("palette").integers(len(all_)))]


def _side(easel: Easel) -> float:
    """Return the side the light comes from: -1 or 1."""
    return 1.0 if easel.air.side > 0 else -1.0


def _window_area(easel: Easel, wide: float = 0.32, tall: float = 0.34) -> Area:
    """Return where the window is: on the side the light comes from."""
    canvas, unit = easel.canvas, easel.canvas.unit
    rng = easel.streams.of("window")
    middle = canvas.width * (0.5 + (0.20 + float(rng.uniform(0, 0.03))) * _side(easel))
    top = easel.horizon - unit * (0.14 + tall)
    return middle - unit * wide / 2, top, middle + unit * wide / 2, top + unit * tall


def _glow(easel: Easel, room: Easel, area: Area) -> None:
    """Let the window light the wall around it."""
    x0, y0, x1, y1 = area
    unit = easel.canvas.unit
    halo = shapes.box(x0, y0, x1, y1, unit * 0.05).softened(unit * 0.07)
    strength = 0.30 * (1 - easel.air.lamps)
    shapes.paint(easel.canvas, halo, srgb(moved(room.air.glow, 0.02)), strength)


def paint_living_room(easel: Easel) -> None:
    """Paint a living room: window with curtains, picture, lamp and rug."""
    room = _room(easel)
    wall, cloth, floor = _palette(easel, WALLS)
    indoors.paint_wall(room, wall, easel.horizon)
    _panelling(room, wall)
    area = _window_area(easel)
    _glow(easel, room, area)
    _framed_window(easel, room, area, cloth)
    furnishings.picture(room, -0.20 * _side(easel))
    indoors.boards(room, int(easel.horizon), floor)
    indoors.skirting(room, easel.horizon)
    indoors.sunbeam(easel, area, int(easel.horizon))
    furnishings.rug(room, cloth, (0.5, 0.62), 0.36)
    furnishings.floor_lamp(room, 0.5 - 0.40 * _side(easel))


def _panelling(room: Easel, wall: OkLch) -> None:
    """Paint faint upright stripes of wallpaper."""
    canvas = room.canvas
    xs = canvas.columns()
    stripe = np.clip(np.sin(xs / canvas.unit * 2 * np.pi * 13) * 3, 0, 1) * 0.16
    alpha = np.broadcast_to(stripe, (int(room.horizon), canvas.width))
    canvas.blend(0, 0, np.asarray(alpha, np.float32), room.air.ramp(moved(wall, -0.03, 1.2)).base)


def _framed_window(easel: Easel, room: Easel, area: Area, cloth: OkLch) -> None:
    """Paint a window with a curtain on either side and the rod above."""
    unit = easel.canvas.unit
    x0, y0, x1, y1 = area
    indoors.window(easel, room, area)
    wide, foot = unit * 0.105, y1 + unit * 0.115
    for left, tied in ((x0 - unit * 0.055, -0.7), (x1 + unit * 0.055 - wide, 0.7)):
        indoors.curtain(room, (left, y0 - unit * 0.045, left + wide, foot), cloth, tied)
    rod = shapes.box(
        x0 - unit * 0.085, y0 - unit * 0.058, x1 + unit * 0.085, y0 - unit * 0.040, unit * 0.009
    )
    shapes.paint_shaded(easel.canvas, rod, room.air.ramp((0.55, 0.07, 60)), 0.85 - 0.7 * rod.down())


def paint_bedroom(easel: Easel) -> None:
    """Paint a bedroom: dotted wallpaper, a string of lights, window, soft rug."""
    room = _room(easel)
    wall, cloth, floor = _palette(easel, BEDROOM)
    indoors.paint_wall(room, wall, easel.horizon)
    _dots(room, wall)
    area = _window_area(easel, 0.30, 0.30)
    _glow(easel, room, area)
    _framed_window(easel, room, area, cloth)
    furnishings.string_of_lights(room)
    furnishings.shelf(room, -0.22 * _side(easel), cloth)
    indoors.boards(room, int(easel.horizon), floor, 2.6)
    indoors.skirting(room, easel.horizon)
    indoors.sunbeam(easel, area, int(easel.horizon))
    furnishings.rug(room, cloth, (0.5, 0.60), 0.34)


def _dots(room: Easel, wall: OkLch) -> None:
    """Print small stars of light on the wallpaper."""
    canvas, unit = room.canvas, room.canvas.unit
    pitch = unit * 0.075
    colour = room.air.ramp(moved(wall, 0.06, 0.6)).base
    for row in range(int(room.horizon / pitch)):
        for column in range(int(canvas.width / pitch) + 2):
            x, y = (column + 0.5 * (row % 2)) * pitch, (row + 0.5) * pitch
            dot = shapes.ellipse(x, y, unit * 0.007, unit * 0.007)
            shapes.paint(canvas, dot, colour, 0.65)


def paint_kitchen(easel: Easel) -> None:
    """Paint a kitchen: tiled wall, fitted cupboards, shelf with jars, chequered floor, lamp."""
    canvas, unit, room = easel.canvas, easel.canvas.unit, _room(easel)
    wall, wood, accent = _palette(easel, KITCHEN)
    indoors.paint_wall(room, wall, easel.horizon)
    _tiled(room)
    area = _window_area(easel, 0.28, 0.24)
    area = area[0], area[1] - unit * 0.10, area[2], area[3] - unit * 0.10
    _glow(easel, room, area)
    indoors.window(easel, room, area)
    _valance(room, area, accent)
    furnishings.jars(room, -0.24 * _side(easel), accent)
    _cupboards(room, wood)
    indoors.tiles(room, int(easel.horizon), ((0.95, 0.02, 85), moved(wood, -0.03, 0.9)))
    foot = shapes.box(-2, easel.horizon - unit * 0.02, canvas.width + 2, easel.horizon)
    shapes.paint(canvas, foot, shapes.SHADOW, 0.5)
    indoors.sunbeam(easel, area, int(easel.horizon))
    furnishings.pendant(room, 0.5 - 0.01 * _side(easel), accent)


def _tiled(room: Easel) -> None:
    """Paint a band of glazed tiles above the worktop."""
    canvas, unit = room.canvas, room.canvas.unit
    top, bottom = room.horizon - unit * 0.37, room.horizon - unit * 0.2
    pitch = unit * 0.042
    glaze = room.air.ramp((0.96, 0.014, 200))
    band = shapes.box(-2, top, canvas.width + 2, bottom)
    shapes.paint_shaded(canvas, band, glaze, 0.42 + 0.1 * room.air.side * band.across())
    for row in range(int((bottom - top) / pitch) + 1):
        shift = 0.5 * pitch * (row % 2)
        for column in range(-1, int(canvas.width / (pitch * 2)) + 2):
            x, y = column * pitch * 2 + shift, top + row * pitch
            tile = shapes.box(x + 1, y + 1, x + pitch * 2 - 1, min(y + pitch - 1, bottom), 2)
            shapes.paint_shaded(canvas, tile, glaze, 0.78 - 0.25 * tile.down())


def _cupboards(room: Easel, wood: OkLch) -> None:
    """Paint a row of fitted cupboards under a worktop along the wall."""
    canvas, unit = room.canvas, room.canvas.unit
    top, front = room.horizon - unit * 0.20, room.air.ramp(wood)
    row = shapes.box(-2, top, canvas.width + 2, room.horizon)
    shapes.paint_shaded(canvas, row, front, 0.45 - 0.18 * row.down())
    count = max(round(5 * canvas.width / unit), 1)
    wide = canvas.width / count / unit
    for i in range(count):
        _cupboard(room, shapes.Frame(canvas.width * i / count, top, unit), wide, front, i % 2 == 0)
    work = shapes.box(-2, top - unit * 0.012, canvas.width + 2, top + unit * 0.016)
    shapes.paint_shaded(canvas, work, room.air.ramp((0.80, 0.055, 68)), 0.85 - 0.5 * work.down())
    shade = shapes.box(-2, top + unit * 0.016, canvas.width + 2, top + unit * 0.030)
    shapes.paint(canvas, shade, front.shadow, 0.5)


def _cupboard(room: Easel, at: shapes.Frame, wide: float, front: Ramp, opens_left: bool) -> None:
    """Paint one cupboard door with a sunken panel and a knob."""
    canvas, side = room.canvas, room.air.side
    door = at.box(0.010, 0.035, wide - 0.010, 0.172, 0.010)
    shapes.paint_block(canvas, door, front, side, 0.60)
    panel = at.box(0.032, 0.057, wide - 0.032, 0.150, 0.006)
    shapes.paint_block(canvas, panel, front, -side, 0.46)
    knob = at.ellipse(wide - 0.022 if opens_left else 0.022, 0.085, 0.007, 0.007)
    shapes.paint_block(canvas, knob, room.air.ramp((0.88, 0.07, 85)), side, 0.6)


def _valance(room: Easel, area: Area, colour: OkLch) -> None:
    """Hang a short chequered curtain over the window."""
    canvas, unit = room.canvas, room.canvas.unit
    x0, y0, x1, _ = area
    cloth = shapes.box(x0 - unit * 0.03, y0 - unit * 0.035, x1 + unit * 0.03, y0 + unit * 0.055, 3)
    shapes.paint(canvas, cloth.softened(unit * 0.01), room.air.ramp(colour).shadow, 0.25)
    shapes.paint_shaded(
        canvas,
        cloth,
        room.air.ramp(colour),
        0.55 + 0.16 * np.cos(cloth.across() * 26) - 0.15 * cloth.down(),
    )
    for stripe in (0.30, 0.72):
        y = y0 - unit * 0.035 + unit * 0.09 * stripe
        shapes.paint(
            canvas,
            shapes.box(x0 - unit * 0.03, y, x1 + unit * 0.03, y + unit * 0.008),
            room.air.flat((0.97, 0.01, 85)),
            0.6,
        )
