"""What falls before the things of a picture: rain, snow, fog and leaves."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from t2i_chat.storybook.backdrops import growth, noise
from t2i_chat.storybook.backdrops.air import Air, air_of
from t2i_chat.storybook.backdrops.canvas import Canvas
from t2i_chat.storybook.backdrops.colour import Floats, mix, srgb
from t2i_chat.storybook.backdrops.grounds import GROUNDS
from t2i_chat.storybook.backdrops.look import Look, look_of
from t2i_chat.storybook.backdrops.seasons import SEASONS
from t2i_chat.storybook.backdrops.skies import SKIES
from t2i_chat.storybook.backdrops.streams import Streams
from t2i_chat.storybook.description import Setting


def weather_before(pixels: NDArray[np.float32], setting: Setting, seed: int) -> NDArray[np.float32]:
    """Return (h, w, 3) sRGB pixels, 0 to 1, with a setting's weather before them.

    Nothing falls where there is a roof.
    """
    look = look_of(setting, frozenset(GROUNDS), frozenset(SKIES))
    if not GROUNDS[look.ground].open_air:
        return pixels
    canvas = Canvas(pixels.shape[1], pixels.shape[0])
    canvas.pixels[:] = pixels
    streams, air = Streams(look.ground, seed), air_of(look, -1.0)
    _fall(canvas, look, air, streams)
    return np.clip(canvas.pixels, 0, 1)


def _fall(canvas: Canvas, look: Look, air: Air, streams: Streams) -> None:
    if look.weather in {"rain", "storm"}:
        _rain(canvas, air, streams.of("rain"), 1.5 if look.weather == "storm" else 1.0)
    elif look.weather == "snow":
        _snow(canvas, air, streams.of("snow"))
    elif look.weather == "fog":
        _fog(canvas, air, streams.of("fog"), GROUNDS[look.ground].horizon)
    elif look.season == "autumn":
        _leaves(canvas, look, air, streams.of("leaves"))


def _rain(canvas: Canvas, air: Air, rng: np.random.Generator, force: float) -> None:
    """Draw slanting streaks in three depths: far ones short and faint, near ones long."""
    light = srgb(mix(air.sky[-1], (0.97, 0.02, 230), 0.6))
    slant = 0.16 * force
    for depth, (count, length, opacity) in enumerate(
        ((260, 0.030, 0.20), (130, 0.055, 0.28), (36, 0.090, 0.22))
    ):
        mask = np.zeros((canvas.height, canvas.width), np.uint8)
        for _ in range(round(count * force * canvas.width * canvas.height / canvas.unit**2)):
            x, y = rng.random() * canvas.width * 1.2, (rng.random() * 1.1 - 0.1) * canvas.height
            reach = canvas.unit * length * float(rng.uniform(0.7, 1.3))
            ends = np.round(np.array(((x, y), (x - reach * slant, y + reach))) * 16).astype(int)
            thick = 1 if depth < 2 or canvas.unit < 400 else 2
            cv2.line(mask, ends[0].tolist(), ends[1].tolist(), (255,), thick, cv2.LINE_AA, 4)
        canvas.blend(0, 0, np.asarray(mask / 255 * opacity, np.float32), light)


def _snow(canvas: Canvas, air: Air, rng: np.random.Generator) -> None:
    """Draw flakes in three depths: many small sharp ones, few large ones out of focus."""
    white = srgb(mix((0.99, 0.005, 240), air.sky[-1], 0.35 * air.lamps))
    for count, size, blur, opacity in (
        (230, 0.0035, 0.4, 0.75),
        (90, 0.0065, 0.8, 0.85),
        (14, 0.017, 3.2, 0.55),
    ):
        for _ in range(round(count * canvas.width * canvas.height / canvas.unit**2)):
            x, y = rng.random() * canvas.width, rng.random() * canvas.height
            radius = canvas.unit * size * float(rng.uniform(0.6, 1.3))
            _flake(canvas, (x, y), radius, blur * canvas.unit / 512, white, opacity)


def _flake(
    canvas: Canvas,
    at: tuple[float, float],
    radius: float,
    blur: float,
    colour: Floats,
    opacity: float,
) -> None:
    reach = int(radius + 2 * blur) + 2
    left, top = int(at[0]) - reach, int(at[1]) - reach
    xs = np.arange(2 * reach + 1, dtype=np.float32)[None, :] + left - at[0]
    ys = np.arange(2 * reach + 1, dtype=np.float32)[:, None] + top - at[1]
    edge = (radius - np.hypot(xs, ys)) / (1 + 2 * blur) + 0.5
    soft = np.clip(edge, 0, 1)
    canvas.blend(top, left, np.asarray(soft * soft * (3 - 2 * soft) * opacity, np.float32), colour)


def _fog(canvas: Canvas, air: Air, rng: np.random.Generator, horizon: float) -> None:
    """Lay banks of fog, thickest where the land begins and thin at the viewer's feet."""
    row = canvas.rows() / canvas.height
    veil = 0.50 * np.exp(-(((row - horizon) / 0.22) ** 2)) + 0.16
    banks = noise.clouded(rng, max(canvas.height // 4, 2), max(canvas.width // 12, 2), 3, 3)
    wide = np.asarray(
        cv2.resize(banks, (canvas.width, canvas.height), interpolation=cv2.INTER_CUBIC), np.float32
    )
    alpha = np.clip(veil * (0.45 + 0.95 * wide), 0, 0.7)
    canvas.blend(0, 0, np.asarray(alpha, np.float32), srgb(air.haze))


def _leaves(canvas: Canvas, look: Look, air: Air, rng: np.random.Generator) -> None:
    """Let some leaves fall."""
    kinds = SEASONS[look.season].leaves
    for _ in range(round(22 * canvas.width / canvas.unit)):
        x, y = rng.random() * canvas.width, rng.random() * canvas.height * 0.85
        size = canvas.unit * float(rng.uniform(0.018, 0.034))
        alpha = growth.leaf_shape(size, float(rng.uniform(0, np.pi)), float(rng.uniform(0.5, 1.0)))
        colour = air.ramp(kinds[int(rng.integers(len(kinds)))])
        canvas.blend(round(y), round(x), alpha * 0.95, colour.base)
