"""The colour that people would call a thing in a picture."""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

from t2i_chat.storybook.oklch import to_oklch
from t2i_chat.storybook.vocabulary import load_vocabulary

Floats = NDArray[np.float32]
GREYS = frozenset(["white", "black", "grey"])
GREY_VOTE = 0.35
"""What a colourless pixel counts against a coloured one: a red car has black tyres."""
LIGHTNESS = 0.6
"""How much lightness counts against hue in a distance: shading does not rename a colour."""


def oklab(rgb: Floats) -> Floats:
    """(..., 3) OKLab of (..., 3) sRGB in 0–1, in single precision (Ottosson, 2020)."""
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    lab: Floats = np.cbrt(linear.astype(np.float32) @ _LMS) @ _LAB
    return lab


_LMS = np.array([
    [0.41222147, 0.2119035, 0.08830246],
    [0.53633254, 0.6806995, 0.28171884],
    [0.05144599, 0.10739696, 0.6299787],
], np.float32)  # fmt: skip
_LAB = np.array([
    [0.21045426, 1.9779985, 0.0259040371],
    [0.7936178, -2.4285922, 0.78277177],
    [-0.00407205, 0.4505937, -0.80867577],
], np.float32)  # fmt: skip


@cache
def _names() -> tuple[tuple[str, ...], NDArray[np.float64]]:
    known = load_vocabulary().colours
    return tuple(known), _lab(np.array([colour.oklch for colour in known.values()]))


def _lab(oklch: NDArray[np.float64]) -> NDArray[np.float64]:
    angle = np.radians(oklch[..., 2])
    chroma = oklch[..., 1]
    return np.stack([LIGHTNESS * oklch[..., 0], chroma * np.cos(angle), chroma * np.sin(angle)], -1)


def shares(pixels: Floats, alpha: Floats) -> dict[str, float]:
    """The share of votes of each named colour among the pixels that an alpha shows.

    A pixel votes for the nearest of the vocabulary's colours in OKLab.
    """
    names, tones = _names()
    inside = np.asarray(pixels[alpha > 0.5], np.float64)
    if not len(inside):
        return dict.fromkeys(names, 0.0)
    apart = ((_lab(to_oklch(inside))[:, None] - tones[None]) ** 2).sum(-1)
    votes = np.bincount(apart.argmin(1), minlength=len(names)).astype(float)
    votes *= [GREY_VOTE if name in GREYS else 1.0 for name in names]
    return dict(zip(names, votes / votes.sum(), strict=True))


def named(pixels: Floats, alpha: Floats) -> str:
    """The colour with most votes, as said of (h, w, 3) pixels in 0–1 under an (h, w) alpha."""
    found = shares(pixels, alpha)
    return max(found, key=lambda name: found[name])
