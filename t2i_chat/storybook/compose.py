"""Renders a synthetic training scene with exact masks of its things."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from t2i_chat.storybook.backdrop import Mask, Pixels, backdrop
from t2i_chat.storybook.scenes import Scene, Thing, drawing, water_band

CELESTIAL = ("sun", "moon", "cloud", "rain cloud", "star", "rainbow", "planet")
"""Things that belong to "the sky" when it is replaced."""


@dataclass(frozen=True)
class ComposedScene:
    """A rendered scene: (h, w, 3) uint8 pixels and the visible mask of each thing."""

    scene: Scene
    pixels: NDArray[np.uint8]
    things: tuple[Mask, ...]
    sky: Mask
    water: Mask
    ground: Mask


def compose(scene: Scene) -> ComposedScene:
    """Renders `scene`, deterministically."""
    rng = np.random.default_rng((scene.seed, scene.size, 1))
    pixels, land = backdrop(scene, rng)
    owner = np.full((scene.size, scene.size), -1, np.int16)
    for index, thing in enumerate(scene.things):
        _paint(pixels, owner, scene, thing, index)
    rows = np.arange(scene.size)[:, None] + np.zeros((1, scene.size), int)
    top, base = water_band(scene)
    celestial = [i for i, thing in enumerate(scene.things) if thing.noun in CELESTIAL]
    free = owner < 0
    water = (rows >= top) & (rows < base)
    return ComposedScene(
        scene,
        np.clip(np.rint(pixels * 255), 0, 255).astype(np.uint8),
        tuple(owner == index for index in range(len(scene.things))),
        sky=(free & ~land & ~water) | np.isin(owner, celestial),
        water=free & water,
        ground=free & land & ~water & (rows >= scene.horizon - scene.size // 4),
    )


def _paint(pixels: Pixels, owner: NDArray[np.int16], scene: Scene, thing: Thing, i: int) -> None:
    left, top, right, bottom = thing.box
    sprite = drawing(thing.noun, thing.colour, max(right - left, bottom - top))
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
    top, base = max(0, bottom - 7), min(pixels.shape[0], bottom + 6)
    first, last = max(0, left - 12), min(pixels.shape[1], right + 12)
    ys, xs = np.ogrid[top:base, first:last]
    distance = ((xs - left - half) / half) ** 2 + ((ys - bottom + 1) / thick) ** 2
    shade = 0.28 * np.clip(1.3 - distance, 0, 1).astype(np.float32)[..., None]
    pixels[top:base, first:last] *= 1 - shade
