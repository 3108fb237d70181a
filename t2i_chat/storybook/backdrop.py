"""Draws skies and grounds of the synthetic training scenes."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from t2i_chat.storybook.scenes import GRID, Scene, water_band

Rgb = tuple[int, int, int]
Pixels = NDArray[np.float32]
Mask = NDArray[np.bool_]
Rng = np.random.Generator

SKIES: dict[str, tuple[Rgb, Rgb]] = {
    "clear": ((84, 168, 240), (196, 230, 250)),
    "dawn": ((150, 180, 236), (255, 206, 206)),
    "sunset": ((122, 88, 168), (255, 170, 96)),
    "night": ((10, 14, 46), (44, 56, 110)),
    "storm": ((40, 44, 56), (96, 100, 114)),
    "rain": ((104, 120, 138), (166, 178, 188)),
    "snow": ((168, 186, 210), (226, 234, 242)),
    "fog": ((186, 190, 192), (222, 224, 222)),
}
WALL: tuple[Rgb, Rgb] = ((250, 232, 196), (244, 220, 178))
GROUNDS: dict[str, tuple[Rgb, Rgb]] = {
    "meadow": ((140, 200, 92), (92, 164, 66)),
    "snow": ((240, 246, 252), (214, 226, 240)),
    "desert": ((242, 214, 146), (224, 180, 104)),
    "sand": ((248, 228, 176), (236, 204, 140)),
    "water": ((92, 172, 226), (46, 112, 188)),
    "forest": ((92, 142, 74), (58, 104, 54)),
    "autumn": ((214, 150, 74), (176, 106, 48)),
    "street": ((132, 134, 142), (104, 106, 114)),
    "room": ((190, 138, 92), (160, 110, 70)),
}
SURFACE = {"beach": "sand", "lake": "meadow", "sea": "water"}
LIGHT: dict[str, tuple[float, float, float]] = {
    "night": (0.52, 0.56, 0.72),
    "storm": (0.72, 0.74, 0.78),
    "rain": (0.86, 0.88, 0.90),
    "sunset": (1.0, 0.90, 0.82),
    "dawn": (1.0, 0.95, 0.95),
}


def backdrop(scene: Scene, rng: Rng) -> tuple[Pixels, Mask]:
    """Returns the empty scene as (h, w, 3) colours in 0–1, and the mask of its land."""
    size, horizon = scene.size, scene.horizon
    pixels = np.zeros((size, size, 3), np.float32)
    light = np.array(LIGHT.get(scene.sky, (1, 1, 1)), np.float32)
    land = np.zeros((size, size), bool)
    if scene.ground == "room":
        pixels[:horizon] = _gradient(WALL, horizon) * light
        land[:horizon] = True
    else:
        pixels[:horizon] = _gradient(SKIES[scene.sky], horizon)
        _weather(pixels[:horizon], scene.sky, rng)
    surface = GROUNDS[SURFACE.get(scene.ground, scene.ground)]
    behind = _behind(scene, rng)
    land |= behind
    pixels[behind] = 0.86 * np.array(surface[1], np.float32) / 255 * light
    pixels[horizon:] = _gradient(surface, size - horizon) * light
    land[horizon:] = True
    _water(pixels, land, scene, light)
    _details(pixels, scene, rng, light)
    if scene.sky == "fog" and scene.ground != "room":
        haze = np.linspace(0.55, 0.0, size - horizon, dtype=np.float32)[:, None, None]
        fog = np.array(SKIES["fog"][1], np.float32) / 255
        pixels[horizon:] = pixels[horizon:] * (1 - haze) + fog * haze
    return pixels, land


def _gradient(colours: tuple[Rgb, Rgb], rows: int) -> Pixels:
    """Return (rows, 1, 3) from the first colour at the top to the second."""
    t = np.linspace(0, 1, max(rows, 1), dtype=np.float32)[:, None, None]
    first, last = (np.array(c, np.float32) / 255 for c in colours)
    shades: Pixels = (first * (1 - t) + last * t).astype(np.float32)
    return shades


def _behind(scene: Scene, rng: Rng) -> Mask:
    """Returns the mask of what rises above the horizon: hills, forest, city."""
    tops = np.full(scene.size, float(scene.horizon))
    if scene.ground == "forest":
        tops -= _trees(scene.size, int(rng.integers(0, 2 * GRID)))
    elif scene.ground == "street":
        tops -= _roofs(scene.size, int(rng.integers(0, 4 * GRID)))
    elif scene.hills:
        x = np.linspace(0, 2 * np.pi, scene.size)
        wave = np.sin(x * rng.uniform(0.7, 1.3) + rng.uniform(0, 6)) * 0.5 + 0.5
        tops -= 6 + wave * scene.size * 0.08
    rows = np.arange(scene.size)[:, None]
    return np.asarray((rows >= tops[None, :]) & (rows < scene.horizon))


def _trees(width: int, shift: int) -> NDArray[np.float64]:
    """Return the heights, in pixels, of a row of pointed trees."""
    x = (np.arange(width) + shift) % (2 * GRID)
    return 14 + 26 * (1 - np.abs(x - GRID) / GRID)


def _roofs(width: int, shift: int) -> NDArray[np.float64]:
    """Return the heights, in pixels, of a row of houses."""
    heights = np.array([34.0, 22.0, 44.0, 28.0])
    return heights[(np.arange(width) + shift) // GRID % len(heights)]


def _water(pixels: Pixels, land: Mask, scene: Scene, light: Pixels) -> None:
    top, base = water_band(scene)
    if base <= top:
        return
    pixels[top:base] = _gradient(GROUNDS["water"], base - top) * light
    land[top:base] = False
    for row in range(top + 10, base - 2, 16):
        for left in range((row // 16 % 2) * 20 + 6, scene.size - 14, 40):
            pixels[row : row + 2, left : left + 14] += 0.12 * light


def _details(pixels: Pixels, scene: Scene, rng: Rng, light: Pixels) -> None:
    """Draw what makes a ground that ground: a kerb and a dashed line, boards, fallen leaves."""
    size, horizon = scene.size, scene.horizon
    if scene.ground == "street":
        pixels[horizon : horizon + 8] = np.array((0.72, 0.72, 0.74), np.float32) * light
        line = horizon + (size - horizon) * 5 // 8
        for left in range(0, size, 3 * GRID):
            pixels[line : line + 5, left : left + 24] = np.array((0.96, 0.94, 0.84)) * light
    elif scene.ground == "room":
        pixels[horizon : horizon + 5] = np.array((0.97, 0.95, 0.9), np.float32) * light
        for row in range(horizon + GRID, size, GRID):
            pixels[row - 1] *= 0.88
    elif scene.ground == "autumn":
        colours = np.array([(0.86, 0.32, 0.14), (0.95, 0.68, 0.2)], np.float32)
        for _ in range((size - horizon) * size // 900):
            y, x = int(rng.integers(horizon + 4, size - 4)), int(rng.integers(0, size - 5))
            pixels[y : y + 3, x : x + 5] = colours[rng.integers(2)] * light


def _weather(sky: Pixels, kind: str, rng: Rng) -> None:
    height, width, _ = sky.shape
    if kind == "night":
        _dots(sky, rng, round(width * height / 700), 2, (1.0, 1.0, 0.86))
    elif kind == "snow":
        _dots(sky, rng, round(width * height / 350), 3, (1.0, 1.0, 1.0))
    elif kind == "rain":
        for _ in range(round(width * height / 420)):
            x, y = int(rng.integers(4, width)), int(rng.integers(0, max(1, height - 11)))
            for step in range(10):
                sky[y + step, x - step // 3] = (0.82, 0.88, 0.94)
    elif kind == "storm":
        _storm_clouds(sky, rng)


def _dots(sky: Pixels, rng: Rng, count: int, size: int, rgb: tuple[float, float, float]) -> None:
    height, width, _ = sky.shape
    for y, x in zip(
        rng.integers(0, height - size, count), rng.integers(0, width - size, count), strict=True
    ):
        sky[y : y + size, x : x + size] = rgb


def _storm_clouds(sky: Pixels, rng: Rng) -> None:
    height, width, _ = sky.shape
    ys, xs = np.mgrid[:height, :width]
    for left in range(-16, width + 16, 32):
        radius = 26 + int(rng.integers(0, 8))
        inside = ((xs - left) / radius) ** 2 + ((ys - 6) / (0.62 * radius)) ** 2 < 1
        sky[inside] = np.array((26, 29, 38), np.float32) / 255
