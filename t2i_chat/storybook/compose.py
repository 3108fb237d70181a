"""Paint a scene and cut its masks; it does not know how scenes are chosen or described."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from t2i_chat.storybook.art import load_atlas
from t2i_chat.storybook.scenes import Scene, Thing, water_band

Rgb = tuple[int, int, int]
Pixels = NDArray[np.float32]
Mask = NDArray[np.bool_]

SKIES: dict[str, tuple[Rgb, Rgb]] = {
    "clear": ((84, 168, 240), (196, 230, 250)),
    "sunset": ((122, 88, 168), (255, 170, 96)),
    "night": ((10, 14, 46), (44, 56, 110)),
    "storm": ((40, 44, 56), (96, 100, 114)),
    "rain": ((104, 120, 138), (166, 178, 188)),
    "snow": ((168, 186, 210), (226, 234, 242)),
    "fog": ((186, 190, 192), (222, 224, 222)),
}
GROUNDS: dict[str, tuple[Rgb, Rgb]] = {
    "meadow": ((140, 200, 92), (92, 164, 66)),
    "snow": ((240, 246, 252), (214, 226, 240)),
    "desert": ((242, 214, 146), (224, 180, 104)),
    "sand": ((248, 228, 176), (236, 204, 140)),
    "water": ((92, 172, 226), (46, 112, 188)),
}
SURFACE = {"beach": "sand", "lake": "meadow", "sea": "water"}
LIGHT: dict[str, tuple[float, float, float]] = {
    "night": (0.52, 0.56, 0.72),
    "storm": (0.72, 0.74, 0.78),
    "rain": (0.86, 0.88, 0.90),
    "sunset": (1.0, 0.90, 0.82),
}
CELESTIAL = ("sun", "moon", "cloud")
"""Things that are part of "the sky" when somebody wants another sky."""


@dataclass(frozen=True)
class Painting:
    """A composed scene: (h, w, 3) uint8 pixels and the visible mask of each of its things."""

    scene: Scene
    pixels: NDArray[np.uint8]
    things: tuple[Mask, ...]
    sky: Mask
    water: Mask
    ground: Mask


def compose(scene: Scene) -> Painting:
    """Paint `scene`; the same scene always gives the same pixels."""
    rng = np.random.default_rng((scene.seed, scene.size, 1))
    pixels, land = _background(scene, rng)
    owner = np.full((scene.size, scene.size), -1, np.int16)
    for index, thing in enumerate(scene.things):
        _paint(pixels, owner, scene, thing, index)
    rows = np.arange(scene.size)[:, None] + np.zeros((1, scene.size), int)
    top, base = water_band(scene)
    celestial = [i for i, thing in enumerate(scene.things) if thing.noun in CELESTIAL]
    free = owner < 0
    water = (rows >= top) & (rows < base)
    return Painting(
        scene,
        np.clip(np.rint(pixels * 255), 0, 255).astype(np.uint8),
        tuple(owner == index for index in range(len(scene.things))),
        sky=(free & ~land & ~water) | np.isin(owner, celestial),
        water=free & water,
        ground=free & land & ~water,
    )


def _gradient(colours: tuple[Rgb, Rgb], rows: int) -> Pixels:
    """Return (rows, 1, 3) from the first colour at the top to the second."""
    t = np.linspace(0, 1, max(rows, 1), dtype=np.float32)[:, None, None]
    first, last = (np.array(c, np.float32) / 255 for c in colours)
    shades: Pixels = (first * (1 - t) + last * t).astype(np.float32)
    return shades


def _background(scene: Scene, rng: np.random.Generator) -> tuple[Pixels, Mask]:
    """Return the empty scene and where its land is (hills included)."""
    size, horizon = scene.size, scene.horizon
    pixels = np.zeros((size, size, 3), np.float32)
    pixels[:horizon] = _gradient(SKIES[scene.sky], horizon)
    _weather(pixels[:horizon], scene.sky, rng)
    land = np.zeros((size, size), bool)
    light = np.array(LIGHT.get(scene.sky, (1, 1, 1)), np.float32)
    surface = GROUNDS[SURFACE.get(scene.ground, scene.ground)]
    if scene.hills and scene.ground != "sea":
        hills = _hills(scene, rng)
        land |= hills
        pixels[hills] = 0.86 * np.array(surface[1], np.float32) / 255 * light
    pixels[horizon:] = _gradient(surface, size - horizon) * light
    land[horizon:] = True
    top, base = water_band(scene)
    if base > top:
        pixels[top:base] = _gradient(GROUNDS["water"], base - top) * light
        land[top:base] = False
        _waves(pixels[top:base], light)
    if scene.sky == "fog":
        haze = np.linspace(0.55, 0.0, size - horizon, dtype=np.float32)[:, None, None]
        fog = np.array(SKIES["fog"][1], np.float32) / 255
        pixels[horizon:] = pixels[horizon:] * (1 - haze) + fog * haze
    return pixels, land


def _hills(scene: Scene, rng: np.random.Generator) -> Mask:
    x = np.linspace(0, 2 * np.pi, scene.size)
    wave = np.sin(x * rng.uniform(0.7, 1.3) + rng.uniform(0, 6)) * 0.5 + 0.5
    tops = scene.horizon - 6 - wave * scene.size * 0.08
    rows = np.arange(scene.size)[:, None]
    return np.asarray((rows >= tops[None, :]) & (rows < scene.horizon))


def _waves(water: Pixels, light: Pixels) -> None:
    for row in range(10, water.shape[0] - 2, 16):
        for left in range((row // 16 % 2) * 20 + 6, water.shape[1] - 14, 40):
            water[row : row + 2, left : left + 14] += 0.12 * light


def _weather(sky: Pixels, kind: str, rng: np.random.Generator) -> None:
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


def _dots(
    sky: Pixels, rng: np.random.Generator, count: int, size: int, rgb: tuple[float, float, float]
) -> None:
    height, width, _ = sky.shape
    for y, x in zip(
        rng.integers(0, height - size, count), rng.integers(0, width - size, count), strict=True
    ):
        sky[y : y + size, x : x + size] = rgb


def _storm_clouds(sky: Pixels, rng: np.random.Generator) -> None:
    height, width, _ = sky.shape
    ys, xs = np.mgrid[:height, :width]
    for left in range(-16, width + 16, 32):
        radius = 26 + int(rng.integers(0, 8))
        inside = ((xs - left) / radius) ** 2 + ((ys - 6) / (0.62 * radius)) ** 2 < 1
        sky[inside] = np.array((26, 29, 38), np.float32) / 255


def _paint(pixels: Pixels, owner: NDArray[np.int16], scene: Scene, thing: Thing, i: int) -> None:
    left, top, right, bottom = thing.box
    sprite = load_atlas().sprite(thing.noun, thing.colour, max(right - left, bottom - top))
    if thing.place != "sky" and thing.noun != "mountain":
        _shadow(pixels, thing)
    dim = 0.82 if scene.sky in ("night", "storm") and thing.place != "sky" else 1.0
    alpha = sprite.alpha[..., None]
    region = pixels[top:bottom, left:right]
    region[:] = region * (1 - alpha) + sprite.rgb * dim
    owner[top:bottom, left:right][sprite.alpha > 0.5] = i


def _shadow(pixels: Pixels, thing: Thing) -> None:
    left, _, right, bottom = thing.box
    half, thick = (right - left) / 2, 5.0
    top = max(0, bottom - 7)
    ys, xs = np.mgrid[top : min(pixels.shape[0], bottom + 6), : pixels.shape[1]]
    distance = ((xs - left - half) / half) ** 2 + ((ys - bottom + 1) / thick) ** 2
    shade = 0.28 * np.clip(1.3 - distance, 0, 1).astype(np.float32)[..., None]
    pixels[top : top + ys.shape[0]] *= 1 - shade
