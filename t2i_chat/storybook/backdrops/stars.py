"""The lights of a night sky: stars, nebulas and the aurora."""

from __future__ import annotations

import cv2
import numpy as np

from t2i_chat.storybook.backdrops import noise
from t2i_chat.storybook.backdrops.canvas import Canvas
from t2i_chat.storybook.backdrops.colour import Floats, srgb
from t2i_chat.storybook.oklch import OkLch

TINTS: tuple[OkLch, ...] = ((0.98, 0.01, 90), (0.96, 0.05, 90), (0.94, 0.04, 250), (0.95, 0.04, 20))


def paint_stars(
    canvas: Canvas, rng: np.random.Generator, bottom: float, density: float = 1.0
) -> None:
    """Scatter stars above row `bottom`: many faint dots, some bright, few that sparkle."""
    count = round(150 * density * bottom * canvas.width / (0.62 * canvas.unit**2))
    for _ in range(count):
        x, share, bright = rng.random() * canvas.width, rng.random(), rng.random()
        y = share * bottom
        fade = float(np.clip((bottom - y) / (0.30 * bottom), 0, 1))
        tint = srgb(TINTS[int(rng.integers(len(TINTS)))])
        _star(canvas, (x, y), bright, fade, tint)


def _star(
    canvas: Canvas, at: tuple[float, float], bright: float, fade: float, tint: Floats
) -> None:
    scale = canvas.unit / 512
    size = (0.55 + 0.75 * bright**4) * max(scale, 0.7)
    sparkle = bright > 0.965
    reach = int(np.ceil(size * (9 if sparkle else 5)))
    left, top = int(at[0]) - reach, int(at[1]) - reach
    xs = np.arange(2 * reach + 1, dtype=np.float32)[None, :] + left - at[0]
    ys = np.arange(2 * reach + 1, dtype=np.float32)[:, None] + top - at[1]
    square = (xs**2 + ys**2) / size**2
    alpha = (0.35 + 0.65 * bright) * np.exp(-square / 2) + 0.20 * bright**3 * np.exp(-square / 16)
    if sparkle:
        alpha += 0.55 * (_ray(xs, ys, size) + _ray(ys, xs, size))
    canvas.blend(top, left, np.asarray(np.clip(alpha * fade, 0, 1), np.float32), tint)


def _ray(along: Floats, across: Floats, size: float) -> Floats:
    """Return one of the two beams of a sparkling star."""
    return np.asarray(
        np.exp(-np.abs(along) / (2.2 * size) - (across / (0.42 * size)) ** 2), np.float32
    )


def paint_nebula(
    canvas: Canvas, rng: np.random.Generator, colours: tuple[OkLch, ...], strength: float
) -> None:
    """Lay veils of glowing gas over the whole canvas, one for each colour."""
    height, width = canvas.height // 4 + 1, canvas.width // 4 + 1
    for colour in colours:
        veil = np.clip(noise.clouded(rng, height, width, 2, 4) * 2.6 - 1.15, 0, 1) ** 1.4
        large = cv2.resize(veil, (canvas.width, canvas.height), interpolation=cv2.INTER_CUBIC)
        canvas.blend(0, 0, np.clip(np.asarray(large, np.float32), 0, 1) * strength, srgb(colour))


def paint_aurora(canvas: Canvas, rng: np.random.Generator, horizon: float) -> None:
    """Hang curtains of northern light in the upper sky."""
    for colour in ((0.82, 0.16, 165), (0.75, 0.15, 190), (0.68, 0.17, 310)):
        foot = horizon * (0.52 + 0.16 * noise.line(rng, canvas.width, 4) + rng.uniform(-0.1, 0.1))
        rays = 0.55 + 0.45 * noise.line(rng, canvas.width, 26)
        up = (foot[None, :] - canvas.rows()) / (horizon * 0.42)
        curtain = np.where(up > 0, np.exp(-2.4 * up), np.exp(14 * up))
        alpha = 0.42 * curtain * rays[None, :]
        canvas.blend(0, 0, np.asarray(alpha, np.float32), srgb(colour))
