"""What hangs and stands along the walls of rooms: pictures, shelves, lamps, rugs."""

from __future__ import annotations

import numpy as np

from t2i_chat.storybook.backdrops import indoors, shapes
from t2i_chat.storybook.backdrops.colour import Floats, moved, srgb
from t2i_chat.storybook.backdrops.easel import Easel
from t2i_chat.storybook.oklch import OkLch

JARS: tuple[OkLch, ...] = ((0.90, 0.06, 85), (0.78, 0.07, 165), (0.82, 0.07, 30), (0.80, 0.06, 240))


def picture(room: Easel, share: float) -> None:
    """Hang a small landscape in a wooden frame."""
    canvas, unit, air = room.canvas, room.canvas.unit, room.air
    wall = shapes.Frame(canvas.width * (0.5 + share), room.horizon - unit * 0.37, unit)
    shapes.drop_shadow(canvas, wall.box(-0.095, -0.060, 0.095, 0.084), unit * 0.010, 0.30)
    frame = wall.box(-0.095, -0.072, 0.095, 0.072, 0.008)
    shapes.paint_block(canvas, frame, air.ramp((0.66, 0.085, 62)), air.side, 0.55)
    shapes.paint(canvas, wall.box(-0.082, -0.059, 0.082, 0.059), air.flat((0.97, 0.015, 85)))
    scene = wall.box(-0.070, -0.048, 0.070, 0.048)
    shapes.paint_shaded(canvas, scene, air.ramp((0.82, 0.07, 225)), 0.4 + 0.3 * scene.down())
    far, near = wall.ellipse(0.038, 0.061, 0.085, 0.058), wall.ellipse(-0.033, 0.079, 0.085, 0.058)
    shapes.paint(canvas, _inside(far, scene), air.flat((0.72, 0.09, 190)))
    shapes.paint(canvas, _inside(near, scene), air.flat((0.70, 0.12, 140)))
    shapes.paint(canvas, wall.ellipse(-0.030, -0.020, 0.012, 0.012), air.flat((0.92, 0.12, 85)))


def _inside(shape: shapes.Stencil, outer: shapes.Stencil) -> shapes.Stencil:
    """Return the part of a shape that lies in another."""
    alpha = np.zeros_like(shape.alpha)
    y0, x0 = outer.top - shape.top, outer.left - shape.left
    rows, columns = outer.alpha.shape
    top, left = max(y0, 0), max(x0, 0)
    bottom, right = min(y0 + rows, alpha.shape[0]), min(x0 + columns, alpha.shape[1])
    if bottom > top and right > left:
        part = outer.alpha[top - y0 : bottom - y0, left - x0 : right - x0]
        alpha[top:bottom, left:right] = shape.alpha[top:bottom, left:right] * part
    return shapes.Stencil(shape.top, shape.left, alpha)


def rug(room: Easel, colour: OkLch, at: tuple[float, float], half: float) -> None:
    """Lay an oval rug with a border on the floor."""
    canvas, unit = room.canvas, room.canvas.unit
    x, y = canvas.width * at[0], room.horizon + (canvas.height - room.horizon) * at[1]
    flat = half * 0.27
    under = shapes.ellipse(x, y + unit * 0.008, unit * half, unit * flat).softened(unit * 0.008)
    shapes.paint(canvas, under, shapes.SHADOW, 0.35)
    rings = (
        (1.0, moved(colour, 0.05, 0.8)),
        (0.90, colour),
        (0.62, moved(colour, 0.09, 0.6)),
        (0.55, moved(colour, 0.02)),
    )
    for share, tone in rings:
        ring = shapes.ellipse(x, y, unit * half * share, unit * flat * share)
        shade = 0.56 + 0.10 * room.air.side * ring.across() - 0.16 * (ring.down() - 0.4)
        shapes.paint_shaded(canvas, ring, room.air.ramp(tone), np.asarray(shade, np.float32))


def floor_lamp(room: Easel, share: float) -> None:
    """Stand a lamp by the wall; it shines as far as lamps are lit."""
    canvas, unit, air = room.canvas, room.canvas.unit, room.air
    floor = shapes.Frame(canvas.width * share, room.horizon + unit * 0.045, unit)
    brass, lamps = air.ramp((0.62, 0.06, 75)), max(air.lamps, 0.15)
    shapes.drop_shadow(canvas, floor.ellipse(0, 0.006, 0.06, 0.017), unit * 0.006, 0.3)
    shapes.paint_block(canvas, floor.box(-0.006, -0.445, 0.006, 0), brass, air.side)
    shapes.paint_block(canvas, floor.ellipse(0, 0, 0.045, 0.013), brass, air.side)
    hood = floor.polygon([(-0.052, -0.465), (0.052, -0.465), (0.085, -0.35), (-0.085, -0.35)])
    shapes.paint_block(canvas, hood, air.ramp((0.93, 0.055, 85)), air.side, 0.6)
    shapes.paint(canvas, hood, srgb((0.97, 0.085, 85)), 0.75 * lamps)
    bulb = floor.points([(0, -0.395)])[0]
    shapes.paint_glow(canvas, bulb, unit * 0.30, srgb(indoors.LAMP), 0.50 * lamps)


def string_of_lights(room: Easel) -> None:
    """Hang little lamps in three bows along the top of the wall."""
    canvas, unit = room.canvas, room.canvas.unit
    wire = room.air.flat((0.55, 0.05, 60))
    lamps = 0.45 + 0.55 * room.air.lamps
    count = max(round(21 * canvas.width / unit), 3)
    for i in range(count + 1):
        t = i / count
        sag = abs(np.sin(np.pi * 3 * t))
        x, y = canvas.width * t, unit * (0.030 + 0.060 * float(sag))
        tone = srgb(((0.95, 0.10, 90), (0.90, 0.09, 40), (0.93, 0.07, 160))[i % 3])
        shapes.paint(canvas, shapes.ellipse(x, y - unit * 0.008, unit * 0.004, unit * 0.006), wire)
        shapes.paint_glow(canvas, (x, y), unit * 0.035, tone, 0.6 * lamps)
        shapes.paint(canvas, shapes.ellipse(x, y, unit * 0.008, unit * 0.010), tone)
    _wire(room, wire)


def _wire(room: Easel, colour: Floats) -> None:
    canvas, unit = room.canvas, room.canvas.unit
    t = canvas.columns() / canvas.width
    line = unit * (0.022 + 0.060 * np.abs(np.sin(np.pi * 3 * t)))
    rows = np.arange(int(unit * 0.12), dtype=np.float32)[:, None]
    alpha = np.clip(1.2 - np.abs(rows - line), 0, 1) * 0.7
    canvas.blend(0, 0, np.asarray(alpha, np.float32), colour)


def _board(room: Easel, share: float, height: float, half: float) -> shapes.Frame:
    """Hang an empty board `height` canvases above the floor; return the frame of its top."""
    canvas, unit = room.canvas, room.canvas.unit
    top = shapes.Frame(canvas.width * (0.5 + share), room.horizon - unit * height, unit)
    shapes.drop_shadow(canvas, top.box(-half, 0.016, half, 0.04), unit * 0.008, 0.22)
    wood = room.air.ramp((0.77, 0.065, 67))
    shapes.paint_block(canvas, top.box(-half, 0, half, 0.018, 0.006), wood, room.air.side, 0.6)
    return top


def shelf(room: Easel, share: float, cloth: OkLch) -> None:
    """Hang a shelf with some books."""
    top, rng, left = _board(room, share, 0.30, 0.13), room.streams.of("books"), -0.11
    while left < 0.02:
        wide, tall = float(rng.uniform(0.016, 0.028)), float(rng.uniform(0.075, 0.11))
        tone = moved(cloth, float(rng.uniform(-0.12, 0.1)), 1.2, float(rng.uniform(-120, 120)))
        book = top.box(left, -tall, left + wide, 0, 0.004)
        shapes.paint_block(room.canvas, book, room.air.ramp(tone), room.air.side)
        left += wide + 0.002


def jars(room: Easel, share: float, accent: OkLch) -> None:
    """Hang a shelf with jars."""
    canvas, air, rng = room.canvas, room.air, room.streams.of("jars")
    top, lid = _board(room, share, 0.42, 0.16), air.ramp((0.66, 0.06, 65))
    for i, tone in enumerate((accent, *JARS)):
        x, half = -0.12 + 0.06 * i, float(rng.uniform(0.019, 0.025))
        tall, narrow = float(rng.uniform(0.055, 0.085)), half * 0.85
        jar = top.box(x - half, -tall, x + half, 0, half * 0.5)
        shapes.paint_block(canvas, jar, air.ramp(tone), air.side, 0.58)
        cover = top.box(x - narrow, -tall - 0.012, x + narrow, -tall + 0.004, 0.004)
        shapes.paint_block(canvas, cover, lid, air.side, 0.6)


def pendant(room: Easel, share: float, colour: OkLch) -> None:
    """Hang a lamp from the ceiling."""
    canvas, unit, air = room.canvas, room.canvas.unit, room.air
    lamp, lamps = shapes.Frame(canvas.width * share, unit * 0.13, unit), max(air.lamps, 0.2)
    shapes.paint(canvas, lamp.box(-0.002, -0.14, 0.002, -0.03), air.flat((0.40, 0.02, 60)))
    glow = lamp.points([(0, 0.03)])[0]
    shapes.paint_glow(canvas, glow, unit * 0.24, srgb(indoors.LAMP), 0.5 * lamps)
    shapes.paint(canvas, lamp.ellipse(0, 0.018, 0.026, 0.022), srgb((0.98, 0.06, 90)))
    hood = lamp.polygon([(-0.022, -0.045), (0.022, -0.045), (0.085, 0.02), (-0.085, 0.02)])
    shapes.paint_block(canvas, hood, air.ramp(colour), air.side, 0.58)
