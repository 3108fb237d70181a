"""Paints the backdrop of a setting."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from t2i_chat.storybook.backdrops import noise
from t2i_chat.storybook.backdrops.air import Air, air_of
from t2i_chat.storybook.backdrops.canvas import Canvas
from t2i_chat.storybook.backdrops.colour import moved
from t2i_chat.storybook.backdrops.easel import Easel
from t2i_chat.storybook.backdrops.grounds import GROUNDS, Ground
from t2i_chat.storybook.backdrops.light import Light
from t2i_chat.storybook.backdrops.look import Look, look_of
from t2i_chat.storybook.backdrops.seasons import TASTE, plants_of
from t2i_chat.storybook.backdrops.skies import SKIES
from t2i_chat.storybook.backdrops.streams import Streams
from t2i_chat.storybook.description import Setting


@dataclass(frozen=True, slots=True)
class Backdrop:
    """An empty scene.

    `pixels` is (h, w, 3) sRGB, 0 to 1; `horizon` the share of the height where the ground begins;
    `standing` and `water` (h, w) where feet may stand and where boats float; `light` how what is
    put before it is lit.
    """

    pixels: NDArray[np.float32]
    horizon: float
    standing: NDArray[np.bool_]
    water: NDArray[np.bool_]
    light: Light


def paint_backdrop(setting: Setting, size: tuple[int, int], seed: int) -> Backdrop:
    """Return the backdrop of a setting, `size` (width, height) pixels.

    The same setting, size and seed give the same bytes; another hour or weather keeps the land.
    """
    look = look_of(setting, frozenset(GROUNDS), frozenset(SKIES))
    ground, streams = GROUNDS[look.ground], Streams(look.ground, seed)
    canvas = Canvas(*size)
    horizon = round(ground.horizon * canvas.height)
    air, plants = _air(look, streams), plants_of(look, streams.of("grass"))
    easel = Easel(canvas, air, look, plants, streams, horizon)
    ground.paint(easel)
    grain = noise.grain(streams.of("grain"), canvas.height, canvas.width)
    pixels = np.clip(canvas.pixels + grain, 0, 1)
    return Backdrop(
        pixels, ground.horizon, canvas.standing, canvas.water, _light(easel.air, ground)
    )


def _air(look: Look, streams: Streams) -> Air:
    """Return the air of a look, its sky a little greener or redder by the seed."""
    air, rng = air_of(look, _side(streams)), streams.of("sky")
    hue = float(rng.uniform(-TASTE, TASTE))
    return replace(air, sky=tuple(moved(stop, hue=hue) for stop in air.sky))


def _side(streams: Streams) -> float:
    """Return where the light comes from: never straight from the front, so that forms show."""
    rng = streams.of("light")
    return float(rng.choice((-1.0, 1.0)) * rng.uniform(0.55, 1.0))


def _light(air: Air, ground: Ground) -> Light:
    """Return the light of things before a ground: the air's, less strong, so that colours stay."""
    if ground.light is not None:
        return ground.light(air)
    mean = [(a + b) / 2 for a, b in zip(air.sun, air.shade, strict=True)]
    red, green, blue = (min(1.0, 0.12 + 0.95 * m**0.72) for m in mean)
    contrast = max(air.sun) - max(air.shade) + 0.35
    return Light(
        (red, green, blue), air.side, float(np.clip(contrast, 0.25, 0.5)), air.glowing * 0.8
    )
