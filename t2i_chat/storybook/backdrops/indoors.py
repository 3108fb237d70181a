"""Light inside a house, floors that run away from the viewer, and windows with the day in them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from t2i_chat.storybook.backdrops import noise, shapes
from t2i_chat.storybook.backdrops.air import Air
from t2i_chat.storybook.backdrops.canvas import Canvas
from t2i_chat.storybook.backdrops.colour import Floats, mix, moved, srgb
from t2i_chat.storybook.backdrops.countryside import far_hills, near_land
from t2i_chat.storybook.backdrops.easel import Easel
from t2i_chat.storybook.backdrops.light import Light
from t2i_chat.storybook.backdrops.skies import paint_sky
from t2i_chat.storybook.oklch import OkLch

LAMP: OkLch = (0.93, 0.110, 80)
Rgb = tuple[float, float, float]


def inside(air: Air) -> Air:
    """Return the air of a room: daylight through the window, and lamps where it is dim."""
    lamps = air.lamps
    sun = _between((1.03, 1.0, 0.95), (0.98, 0.72, 0.48), lamps)
    shade = _between((0.82, 0.82, 0.90), (0.44, 0.31, 0.36), lamps)
    tint = _between(air.sun, (1.0, 1.0, 1.0), 0.62)
    return replace(
        air,
        sun=_times(sun, tint),
        shade=_times(shade, tint),
        thickness=0.0,
        chroma=1.0,
        distance=air.haze,
    )


def _between(first: Rgb, second: Rgb, share: float) -> Rgb:
    mixed = [a + (b - a) * share for a, b in zip(first, second, strict=True)]
    return mixed[0], mixed[1], mixed[2]


def _times(light: Rgb, tint: Rgb) -> Rgb:
    """Return a light tinted; the tint is brought to full strength first."""
    most = max(tint)
    return light[0] * tint[0] / most, light[1] * tint[1] / most, light[2] * tint[2] / most


def indoor_light(air: Air) -> Light:
    """Return the light of things in a room."""
    room = inside(air)
    mean = [(a + b) / 2 for a, b in zip(room.sun, room.shade, strict=True)]
    red, green, blue = (min(1.0, 0.10 + 0.95 * m**0.7) for m in mean)
    return Light((red, green, blue), air.side, 0.42, 0.2 + 0.5 * air.lamps)


def paint_wall(easel: Easel, colour: OkLch, bottom: float) -> None:
    """Paint a wall, lighter where the light comes from and darker in its corners."""
    canvas = easel.canvas
    wall = shapes.box(-2, -2, canvas.width + 2, bottom + 2)
    across, down = wall.across(), wall.down()
    shade = 0.60 + 0.17 * easel.air.side * across - 0.16 * across**2 - 0.16 * (down - 0.45) ** 2 * 2
    shapes.paint_shaded(
        canvas, wall, easel.air.ramp(colour, 0.0, 1.1), np.asarray(shade, np.float32)
    )


def skirting(easel: Easel, bottom: float, colour: OkLch = (0.95, 0.018, 80)) -> None:
    """Paint a skirting board on the floor's edge, with its shadow on the floor."""
    canvas, unit = easel.canvas, easel.canvas.unit
    board = shapes.box(-2, bottom - unit * 0.038, canvas.width + 2, bottom)
    shapes.paint_shaded(canvas, board, easel.air.ramp(colour), 0.72 - 0.45 * board.down())
    shapes.paint(
        canvas,
        shapes.box(-2, bottom - unit * 0.041, canvas.width + 2, bottom - unit * 0.038),
        easel.air.ramp(colour).shadow,
        0.35,
    )


def lying(canvas: Canvas, first: int, lift: float) -> tuple[Floats, Floats]:
    """Return a floor's own coordinates: (rows, w) across and (rows, 1) away from the viewer.

    `lift` says how far above row `first` its lines meet, as a share of the canvas.
    """
    rows = canvas.rows(first) + 0.5
    reach = np.maximum(rows - first + canvas.unit * lift, 1.0)
    across = (canvas.columns() + 0.5 - canvas.width / 2) / reach
    away = canvas.unit * lift * 3.2 / reach
    return np.asarray(across, np.float32), np.asarray(away, np.float32)


def boards(easel: Easel, first: int, colour: OkLch, per_unit: float = 3.0) -> None:
    """Paint a floor of boards running away from the viewer."""
    canvas, rng = easel.canvas, easel.streams.of("boards")
    across, away = lying(canvas, first, 0.30)
    place = across * per_unit
    number = np.floor(place).astype(int)
    inner = np.abs(place - number - 0.5)
    start = rng.random(64).astype(np.float32)
    joint = away * 1.7 + start[number % 64]
    tone = rng.random((64, 16)).astype(np.float32)[number % 64, np.floor(joint).astype(int) % 16]
    reach = np.maximum(canvas.rows(first) - first + canvas.unit * 0.30, 1)
    seam = np.clip((inner - 0.5) * reach / per_unit + 1.3, 0, 1)
    end = np.clip(1.0 - np.abs(joint - np.floor(joint)) * reach / (canvas.unit * 0.010), 0, 1)
    fibre = noise.smooth(rng, 4, 256, (2, 128))[0][(np.abs(place) * 34).astype(int) % 256]
    shade = _floor_shade(easel, first) + 0.18 * (tone - 0.5) + 0.07 * (fibre - 0.5)
    shade = shade - 0.30 * np.maximum(seam, end * 0.8)
    _lay(easel, first, easel.air.ramp(colour).at(np.clip(np.asarray(shade, np.float32), 0, 1)))


def tiles(easel: Easel, first: int, pair: tuple[OkLch, OkLch], per_unit: float = 2.4) -> None:
    """Paint a floor of tiles of two colours in turn."""
    canvas = easel.canvas
    across, _ = lying(canvas, first, 0.30)
    reach = np.maximum(canvas.rows(first) - first + canvas.unit * 0.30, 1.0)
    depth = canvas.unit * 0.30 / reach * 4.2
    x, y = across * per_unit, depth * per_unit * 0.62
    sharp = np.clip(reach / (per_unit * 1.6), 4, 60)
    wave = np.tanh(np.sin(np.pi * x) * sharp * 0.35) * np.tanh(np.sin(np.pi * y) * sharp * 0.22)
    share = np.asarray(0.5 + 0.5 * wave, np.float32)[..., None]
    shade = np.clip(np.asarray(_floor_shade(easel, first) + 0 * x, np.float32), 0, 1)
    first_ramp, second_ramp = easel.air.ramp(pair[0]), easel.air.ramp(pair[1])
    light, dark = first_ramp.at(shade), second_ramp.at(shade)
    _lay(easel, first, np.asarray(dark + (light - dark) * share, np.float32))


def _floor_shade(easel: Easel, first: int) -> Floats:
    """Return a floor's shade: dark along the wall, light in the middle and towards the light."""
    canvas = easel.canvas
    down = (canvas.rows(first) - first) / max(canvas.height - first, 1)
    across = canvas.columns() / canvas.width * 2 - 1
    shade = 0.52 + 0.10 * easel.air.side * across - 0.10 * across**2 * down
    return np.asarray(shade - 0.26 * np.exp(-down * 16) - 0.12 * down**2, np.float32)


def _lay(easel: Easel, first: int, colours: Floats) -> None:
    alpha = np.ones(colours.shape[:2], np.float32)
    easel.canvas.blend(first, 0, alpha, colours)
    easel.canvas.stand_on(alpha, first)


def view(easel: Easel, area: tuple[float, float, float, float]) -> Floats:
    """Return (h, w, 3) of the land and sky outside, as a window of this area shows them."""
    x0, y0, x1, y1 = area
    width, height = round(x1 - x0), round(y1 - y0)
    canvas = Canvas(max(width, 8), max(height, 8), easel.canvas.unit * 0.62)
    outside = replace(easel, canvas=canvas, horizon=height * 0.80)
    paint_sky(outside)
    far_hills(outside, 1, trees=False)
    near_land(replace(outside, horizon=height * 0.86), easel.plants.grass)
    return canvas.pixels


def window(easel: Easel, room: Easel, area: tuple[float, float, float, float]) -> None:
    """Paint a window with its frame and sill; `room` has the light inside, `easel` outside."""
    canvas, unit = easel.canvas, easel.canvas.unit
    x0, y0, x1, y1 = area
    white = room.air.ramp((0.965, 0.014, 80))
    frame = unit * 0.018
    surround = shapes.box(x0 - frame, y0 - frame, x1 + frame, y1 + frame, unit * 0.012)
    shapes.paint(canvas, surround.softened(unit * 0.012), white.shadow, 0.45)
    shapes.paint_block(canvas, surround, white, easel.air.side, 0.60)
    pixels = view(easel, area)
    pane = np.ones(pixels.shape[:2], np.float32)
    canvas.blend(round(y0), round(x0), pane, pixels)
    _bars(canvas, area, white.base, unit * 0.010)
    inner = np.clip(
        1 - (np.arange(pixels.shape[0], dtype=np.float32)[:, None]) / (unit * 0.03), 0, 1
    )
    canvas.blend(round(y0), round(x0), np.asarray(0.25 * inner * pane, np.float32), white.shadow)
    sill = shapes.box(
        x0 - frame * 2.2, y1 + frame * 0.6, x1 + frame * 2.2, y1 + frame * 2.2, unit * 0.008
    )
    shapes.paint(canvas, sill.softened(unit * 0.012), white.shadow, 0.4)
    shapes.paint_block(canvas, sill, white, easel.air.side, 0.66)


def _bars(
    canvas: Canvas, area: tuple[float, float, float, float], colour: Floats, thick: float
) -> None:
    x0, y0, x1, y1 = area
    middle, row = (x0 + x1) / 2, y0 + (y1 - y0) * 0.42
    shapes.paint(canvas, shapes.box(middle - thick / 2, y0, middle + thick / 2, y1), colour)
    shapes.paint(canvas, shapes.box(x0, row - thick / 2, x1, row + thick / 2), colour)


def curtain(
    room: Easel, area: tuple[float, float, float, float], colour: OkLch, tied: float
) -> None:
    """Paint one curtain with soft folds; `tied` (-1 to 1) pulls its foot to one side."""
    canvas = room.canvas
    x0, y0, x1, y1 = area
    cloth = shapes.box(x0 - (x1 - x0), y0, x1 + (x1 - x0), y1, 2)
    xs = np.arange(cloth.alpha.shape[1], dtype=np.float32)[None, :] + cloth.left
    down = cloth.down()
    pull = np.sin(np.clip(down / 0.72, 0, 1) * np.pi / 2) ** 2 * (
        1 - 0.45 * np.clip((down - 0.72) / 0.28, 0, 1)
    )
    left = x0 + (x1 - x0) * np.maximum(tied, 0) * 0.55 * pull
    right = x1 - (x1 - x0) * np.maximum(-tied, 0) * 0.55 * pull
    alpha = np.clip(xs - left + 0.5, 0, 1) * np.clip(right - xs + 0.5, 0, 1) * cloth.alpha
    share = (xs - left) / np.maximum(right - left, 1)
    folds = np.cos(share * 2 * np.pi * 4.5) * 0.19 + np.cos(share * 2 * np.pi * 2.1 + 1) * 0.06
    shade = 0.50 + folds + 0.12 * (0.5 - down) + 0.06 * room.air.side
    soft = shapes.Stencil(cloth.top, cloth.left, np.asarray(alpha, np.float32))
    shapes.paint(canvas, soft.softened(canvas.unit * 0.012), room.air.ramp(colour).shadow, 0.30)
    shapes.paint_shaded(
        canvas, soft, room.air.ramp(colour, 0.0, 1.1), np.asarray(shade, np.float32)
    )


def sunbeam(easel: Easel, area: tuple[float, float, float, float], first: int) -> None:
    """Lay the light of a window on the floor, on the side away from the sun."""
    canvas, unit, air = easel.canvas, easel.canvas.unit, easel.air
    x0, _, x1, _ = area
    shift = -0.16 * unit * air.side
    top, bottom = first + unit * 0.05, first + unit * 0.26
    strength = 0.34 * (1 - air.lamps) * (0.5 if easel.look.weather else 1.0)
    middle = (x0 + x1) / 2
    for a, b in ((x0, middle - unit * 0.01), (middle + unit * 0.01, x1)):
        points = [
            (a + shift * 0.6, top),
            (b + shift * 0.6, top),
            (b + shift * 2, bottom),
            (a + shift * 2, bottom),
        ]
        patch = shapes.polygon(points).softened(unit * 0.008)
        shapes.paint(
            canvas, patch, srgb(mix((1.0, 0.03, 90), moved(air.glow, 0.03), 0.6)), strength
        )
