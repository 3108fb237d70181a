"""Photographs without colour: black and white, and sepia on old paper."""

from __future__ import annotations

import numpy as np

from t2i_chat.storybook.styles.filters import blurred, light, step, unit
from t2i_chat.storybook.styles.grain import clouds
from t2i_chat.storybook.styles.oklab import Floats, to_srgb

_SEPIA_WARMTH = (0.012, 0.052)
"""OKLab a and b of sepia's middle tones."""


def black_and_white(pixels: Floats, seed: int) -> Floats:
    """Return a picture in grey tones with the contrast and grain of film."""
    rng, scale = np.random.default_rng([seed, 5]), unit(pixels)
    tone = _contrasted(_separated(pixels, scale))
    tone += 0.022 * _film(rng, tone.shape, scale)
    return np.repeat(np.clip(tone * _vignette(tone.shape, 0.16), 0, 1)[..., None], 3, axis=2)


def sepia(pixels: Floats, seed: int) -> Floats:
    """Return a picture in brown tones on paper that has yellowed unevenly."""
    rng, scale = np.random.default_rng([seed, 6]), unit(pixels)
    tone = 0.22 + 0.72 * _contrasted(_separated(pixels, scale))
    tone += 0.014 * _film(rng, tone.shape, scale) + 0.03 * clouds(rng, tone.shape, 150 * scale, 5)
    lightness = np.clip(tone * _vignette(tone.shape, 0.2), 0, 1)
    warm = 0.55 + 0.45 * np.sin(np.pi * lightness)
    return to_srgb(np.dstack([lightness, *(warm * share for share in _SEPIA_WARMTH)]))


def _separated(rgb: Floats, scale: float) -> Floats:
    """(h, w) grey in which neighbours that differ in colour alone stay apart.

    Red lightens and blue darkens, as behind a yellow filter; then local contrast is raised.
    """
    grey = light(rgb) + 0.10 * rgb[..., 0] - 0.10 * rgb[..., 2]
    return np.asarray(grey + 0.5 * (grey - blurred(grey, 7 * scale)), np.float32)


def _contrasted(tone: Floats) -> Floats:
    """An S-shaped curve, half as strong as the smooth step."""
    tone = np.clip(tone, 0, 1)
    return np.asarray(0.5 * tone + 0.5 * step(tone, 0.0, 1.0), np.float32)


def _film(rng: np.random.Generator, shape: tuple[int, int], scale: float) -> Floats:
    """(h, w) grain of film, deviation about 1."""
    return blurred(rng.standard_normal(shape, np.float32), 0.6 * scale) * np.float32(2.0 * scale)


def _vignette(shape: tuple[int, int], strength: float) -> Floats:
    """(h, w) light that falls off by `strength` towards the corners."""
    y, x = np.ogrid[-1 : 1 : shape[0] * 1j, -1 : 1 : shape[1] * 1j]
    return np.asarray(1 - strength * ((x * x + y * y) / 2) ** 1.5, np.float32)
