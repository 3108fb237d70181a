"""Water: its colours, ripples, glints, foam, and what it mirrors."""

from __future__ import annotations

import cv2
import numpy as np

from t2i_chat.storybook.backdrops.canvas import Canvas
from t2i_chat.storybook.backdrops.colour import Floats, mix, srgb
from t2i_chat.storybook.backdrops.easel import Easel
from t2i_chat.storybook.oklch import OkLch

SEA: OkLch = (0.62, 0.115, 232)
SHALLOW: OkLch = (0.82, 0.095, 200)


def paint_water(
    easel: Easel, alpha: Floats, first: int, last: float, deep: OkLch, near: OkLch
) -> None:
    """Fill an area from row `first` with water: sky far off, `deep`, and `near` at row `last`."""
    canvas, air = easel.canvas, easel.air
    share = np.clip(np.arange(alpha.shape[0], dtype=np.float32) / max(last - first, 1), 0, 1)
    marks = (
        srgb(mix(air.sky[-1], deep, 0.35)) * 0.5 + air.flat(deep, 0.7) * 0.5,
        air.flat(deep, 0.22),
        air.flat(mix(deep, near, 0.4), 0.05),
        air.flat(near),
    )
    places = (0.0, 0.34, 0.74, 1.0)
    colours = np.stack([np.interp(share, places, [m[c] for m in marks]) for c in range(3)], axis=-1)
    full = np.broadcast_to(colours[:, None, :].astype(np.float32), (*alpha.shape, 3))
    canvas.blend(first, 0, alpha, full)
    canvas.float_on(alpha, first)


def mirror(
    canvas: Canvas, alpha: Floats, first: int, strength: float, rng: np.random.Generator
) -> None:
    """Mirror what stands above row `first` in the water below it, blurred and broken by waves."""
    rows = alpha.shape[0]
    source = np.clip(first - 1 - (np.arange(rows) * 1.15).astype(int), 0, canvas.height - 1)
    image = np.ascontiguousarray(canvas.pixels[source])
    soft = canvas.unit / 512
    image = np.asarray(cv2.GaussianBlur(image, (0, 0), 0.8 * soft, sigmaY=2.6 * soft), np.float32)
    share = np.arange(rows, dtype=np.float32) / max(canvas.unit, 1)
    waves = (
        np.sin(share * 260 / (1 + 6 * share) + rng.random() * 6)
        * (1 + 26 * share)
        * canvas.unit
        / 900
    )
    columns = np.arange(canvas.width)
    places = np.clip(columns[None, :] + waves[:, None], 0, canvas.width - 1).astype(int)
    broken = np.take_along_axis(image, places[:, :, None], axis=1)
    fade = strength * np.exp(-1.5 * share)[:, None]
    canvas.blend(first, 0, np.asarray(alpha * fade, np.float32), broken)


def ripples(easel: Easel, area: Floats, first: int, count: int, part: str = "ripples") -> None:
    """Draw light and dark lens-shaped ripples in an area, larger towards the viewer."""
    canvas, air, rng = easel.canvas, easel.air, easel.streams.of(part)
    light, dark = srgb(mix(air.sky[-1], (0.98, 0.02, 220), 0.35)), air.flat((0.48, 0.10, 245))
    rows = area.shape[0]
    for near in np.sort(rng.random(count)) ** 1.2:
        length = canvas.unit * (0.02 + 0.10 * float(near)) * float(rng.uniform(0.6, 1.3))
        x, y = float(rng.random()) * canvas.width, first + float(near) * rows
        bright = rng.random() < 0.6
        _lens(
            canvas, area, first, (x, y), length, light if bright else dark, 0.34 if bright else 0.20
        )


def _lens(
    canvas: Canvas,
    area: Floats,
    first: int,
    at: tuple[float, float],
    length: float,
    colour: Floats,
    opacity: float,
) -> None:
    """Draw one ripple, as far as it lies in the area."""
    half, thick = int(length / 2) + 1, max(length * 0.045, 0.7)
    tall = int(thick) + 1
    xs = np.arange(-half, half + 1, dtype=np.float32)[None, :] / (length / 2)
    ys = np.arange(-tall, tall + 1, dtype=np.float32)[:, None]
    alpha = np.clip(thick * np.clip(1 - xs**2, 0, 1) - np.abs(ys) + 0.3, 0, 1) * opacity
    top, left = round(at[1]) - tall, round(at[0]) - half
    rows = np.clip(np.arange(top - first, top - first + alpha.shape[0]), 0, area.shape[0] - 1)
    columns = np.clip(np.arange(left, left + alpha.shape[1]), 0, canvas.width - 1)
    canvas.blend(top, left, np.asarray(alpha * area[np.ix_(rows, columns)], np.float32), colour)


def glints(easel: Easel, area: Floats, first: int, count: int) -> None:
    """Draw the road of light that a low sun or the moonlit sky lays on the water."""
    canvas, air, rng = easel.canvas, easel.air, easel.streams.of("glints")
    middle = canvas.width * (0.5 + 0.36 * air.side)
    rows, colour = area.shape[0], srgb(mix(air.glow, (1, 0.02, 95), 0.4))
    for near in np.sort(rng.random(count)):
        spread = canvas.unit * (0.03 + 0.16 * float(near))
        x, y = middle + float(rng.normal()) * spread, first + 2 + float(near) * rows * 0.9
        length = canvas.unit * (0.008 + 0.035 * float(near)) * float(rng.uniform(0.6, 1.4))
        _lens(canvas, area, first, (x, y), length, colour, 0.25 + 0.6 * air.glowing)
