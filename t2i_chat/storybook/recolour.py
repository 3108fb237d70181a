"""Moves the main tone of a soft drawing to another colour, without seams where tones meet."""

from __future__ import annotations

import numpy as np

from t2i_chat.storybook.oklch import VIVID, Floats, OkLch, Tone, apart, to_oklch, to_rgb

NEAR, FAR = 34.0, 62.0
"""Degrees of hue from the main tone up to which a pixel moves all the way, and not at all."""


def recoloured(rgb: Floats, tone: Tone, target: OkLch) -> Floats:
    """(h, w, 3) sRGB with what is near `tone` in hue moved to `target`.

    Pixels keep their distance to it in lightness and their share of its chroma, so that shading
    survives. A grey drawing moves as a whole, but for its darkest parts.
    """
    pixels = to_oklch(rgb)
    share = _moves(pixels, tone)
    spread = pixels[..., 0] - tone.oklch[0]
    lightness = np.clip(target[0] + 0.85 * spread, 0.1, 0.99)
    rich = np.minimum(1.25, pixels[..., 1] / max(tone.oklch[1], 0.02)) if tone.share else 1.0
    shifted = np.stack(
        np.broadcast_arrays(lightness, target[1] * rich, np.float64(target[2])), axis=-1
    )
    mixed: Floats = rgb + share[..., None] * (to_rgb(shifted) - rgb)
    return mixed


def _moves(pixels: Floats, tone: Tone) -> Floats:
    """How much each pixel moves, 0–1."""
    if not tone.share:
        return np.clip((pixels[..., 0] - 0.25) / 0.15, 0, 1)
    near = np.clip((FAR - apart(pixels[..., 2], tone.oklch[2])) / (FAR - NEAR), 0, 1)
    vivid: Floats = np.clip((pixels[..., 1] - VIVID / 3) / (VIVID / 2), 0, 1)
    return near * vivid
