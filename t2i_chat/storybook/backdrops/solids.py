"""Soft round bodies: clouds, trees, bushes, stones, planets.

A body is drawn once as coverage and shade; a material's colours are put in where it stands.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from t2i_chat.storybook.backdrops.air import Ramp
from t2i_chat.storybook.backdrops.canvas import Canvas
from t2i_chat.storybook.backdrops.colour import Floats

Disc = tuple[float, float, float]
"""Middle x, middle y and radius, as shares of a body's height."""


@dataclass(frozen=True, slots=True)
class Solid:
    """A body as (h, w) coverage and (h, w) shade, both 0 to 1; lit from above at `side`."""

    alpha: Floats
    shade: Floats

    def sized(self, height: int, mirrored: bool = False) -> Solid:
        """Return the body at another height in pixels; mirrored bodies are lit alike."""
        height = max(height, 2)
        width = max(round(self.alpha.shape[1] * height / self.alpha.shape[0]), 2)
        way = cv2.INTER_AREA if height < self.alpha.shape[0] else cv2.INTER_LINEAR
        flip = -1 if mirrored else 1
        alpha = cv2.resize(self.alpha, (width, height), interpolation=way)[:, ::flip]
        shade = cv2.resize(self.shade, (width, height), interpolation=way)[:, ::flip]
        return Solid(np.asarray(alpha, np.float32), np.asarray(shade, np.float32))


def puffs(
    discs: list[Disc], height: int, aspect: float, side: float, crease: float = 0.022
) -> Solid:
    """Return balls grown into one another, `height` pixels high and `aspect` times as wide.

    `crease` is how far, as a share of the height, the seams between the balls are smoothed.
    """
    width = round(height * aspect)
    ys = (np.arange(height, dtype=np.float32)[:, None] + 0.5) / height
    xs = (np.arange(width, dtype=np.float32)[None, :] + 0.5) / height
    bulge = np.zeros((height, width), np.float32)
    for x, y, radius in discs:
        np.maximum(bulge, radius**2 - (xs - x) ** 2 - (ys - y) ** 2, out=bulge)
    raised = np.asarray(cv2.GaussianBlur(np.sqrt(bulge), (0, 0), crease * height), np.float32)
    edge = np.sqrt(bulge) * height
    return Solid(np.clip(edge / 3.0, 0, 1), shaded(raised, height, side))


def shaded(raised: Floats, height: int, side: float) -> Floats:
    """Return the shade, 0 to 1, of a surface `raised` towards the viewer (in body heights)."""
    down, right = np.gradient(raised * height)
    length = np.sqrt(down**2 + right**2 + 0.55)
    facing = (-0.45 * side * right + 0.68 * down + 0.38) / length
    low = np.linspace(0.10, -0.10, raised.shape[0], dtype=np.float32)[:, None]
    return np.asarray(np.clip(0.36 + 0.52 * facing + low, 0, 1), np.float32)


def cone(
    height: int, tiers: int, side: float, rng: np.random.Generator, slender: float = 0.52
) -> Solid:
    """Return a conifer of rounded tiers, each casting a soft shadow on the one below."""
    width = round(height * slender)
    ys = np.linspace(0, 1, height, dtype=np.float32)[:, None]
    xs = np.linspace(-1, 1, width, dtype=np.float32)[None, :]
    alpha, shade = np.zeros((height, width), np.float32), np.full((height, width), 0.4, np.float32)
    edges = np.linspace(0.0, 0.90, tiers + 1)
    for tier in range(tiers - 1, -1, -1):
        top, bottom = max(edges[tier] - 0.09, 0.0), edges[tier + 1]
        half = 0.94 * (0.42 + 0.58 * (tier + 1) / tiers) * float(rng.uniform(0.95, 1.0))
        _tier(alpha, shade, xs, ys, (top, bottom, half, side))
    trunk = _trunk(alpha, xs, ys)
    shade[trunk] = 0.05
    return Solid(_rounded(alpha, 0.012 * height), shade)


def _trunk(
    alpha: Floats, xs: Floats, ys: Floats
) -> np.ndarray[tuple[int, int], np.dtype[np.bool_]]:
    trunk = (np.abs(xs) < 0.13) & (ys > 0.86) & (ys < 0.985) & (alpha < 0.5)
    alpha[trunk] = 1
    return np.asarray(trunk)


def _tier(
    alpha: Floats, shade: Floats, xs: Floats, ys: Floats, form: tuple[float, float, float, float]
) -> None:
    """Draw one tier over those below; `form`: its top, bottom, half width, the light's side."""
    top, bottom, half, side = form
    down = np.clip((ys - top) / (bottom - top), 0, 1.4)
    reach = half * (0.10 + 0.90 * down**0.85)
    hem = bottom + 0.045 * (1 - (xs / half) ** 2) + 0.008 * np.cos(xs / half * 14)
    inside = (np.abs(xs) < reach) & (ys > top) & (ys < hem)
    below = (ys >= hem) & (ys < hem + 0.10) & (np.abs(xs) < half)
    shade -= np.where(below, 0.34 * np.clip(1 - (ys - hem) / 0.10, 0, 1), 0)
    across = np.clip(xs / np.maximum(reach, 1e-3), -1, 1)
    lit = 0.56 + 0.30 * side * across - 0.16 * across**2 + 0.14 * (0.5 - down)
    shade[:] = np.where(inside, lit, shade)
    alpha[:] = np.where(inside, 1, alpha)


def _rounded(alpha: Floats, radius: float) -> Floats:
    """Return coverage with its corners rounded and its edge smoothed."""
    soft = np.asarray(cv2.GaussianBlur(alpha, (0, 0), max(radius, 0.6)), np.float32)
    return np.asarray(np.clip((soft - 0.5) * max(radius, 0.6) * 1.6 + 0.5, 0, 1), np.float32)


def ball(height: int, side: float) -> Solid:
    """Return one smooth ball."""
    return puffs([(0.5, 0.5, 0.49)], height, 1.0, side)


def stamp(
    canvas: Canvas, solid: Solid, at: tuple[float, float], ramp: Ramp, opacity: float = 1.0
) -> None:
    """Put a body in a material's colours with the middle of its foot at (x, y) pixels."""
    height, width = solid.alpha.shape
    top, left = round(at[1] - height), round(at[0] - width / 2)
    canvas.blend(top, left, solid.alpha * opacity, ramp.at(solid.shade))


def cast_shadow(canvas: Canvas, at: tuple[float, float], width: float, dark: float) -> None:
    """Darken the ground in a soft flat ellipse round (x, y), `width` pixels wide."""
    half, flat = max(width / 2, 2.0), max(width / 9, 1.0)
    rows, columns = int(flat * 2) * 2 + 1, int(half * 1.4) * 2 + 1
    ys = (np.arange(rows, dtype=np.float32)[:, None] - rows // 2) / flat
    xs = (np.arange(columns, dtype=np.float32)[None, :] - columns // 2) / half
    alpha = np.exp(-2.2 * (xs**2 + ys**2)) * dark
    top, left = round(at[1]) - rows // 2, round(at[0]) - columns // 2
    canvas.blend(top, left, np.asarray(alpha, np.float32), np.array((0.04, 0.05, 0.12), np.float32))
