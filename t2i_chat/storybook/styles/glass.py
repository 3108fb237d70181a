"""Panes of coloured glass held by lead."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from t2i_chat.storybook.styles.filters import (
    blurred,
    edge_darkness,
    simplified,
    step,
    unit,
    washes,
)
from t2i_chat.storybook.styles.grain import clouds
from t2i_chat.storybook.styles.oklab import Floats, to_oklab, to_srgb

_APART = 44
"""From pane to pane, in pixels of a picture whose shorter side is 512."""
_LEAD = np.array([0.06, 0.06, 0.075], np.float32)


def stained_glass(pixels: Floats, seed: int) -> Floats:
    """Return a picture as panes of glass, with lead between them and along its outlines.

    Panes are not cut where outlines crowd, so that faces stay whole.
    """
    rng, scale = np.random.default_rng([seed, 7]), unit(pixels)
    pane = _panes(pixels.shape[:2], _APART * scale, rng)
    smooth = simplified(pixels, 2.5 * scale)
    edge = edge_darkness(smooth, 1.2 * scale)
    outline = step(blurred(edge, 0.6 * scale), 0.008, 0.024)
    crowded = step(blurred(outline, 4 * scale), 0.10, 0.30)
    seam = _seams(pane, scale) * (1 - crowded)
    lead = np.maximum(seam, outline)[..., None]
    glass = _glowing(washes(smooth, 5 * scale), smooth, pane, rng, scale)
    return np.asarray(glass + lead * (_LEAD - glass), np.float32)


def _panes(shape: tuple[int, int], apart: float, rng: np.random.Generator) -> NDArray[np.int32]:
    """(h, w) the number of every pixel's pane: that of the nearest centre on an uneven grid."""
    rows, columns = int(shape[0] / apart) + 3, int(shape[1] / apart) + 3
    jitter = 0.1 + 0.8 * rng.random((2, rows, columns), np.float32)
    centre_y = ((np.arange(rows)[:, None] - 1 + jitter[0]) * apart).ravel().astype(np.float32)
    centre_x = ((np.arange(columns)[None] - 1 + jitter[1]) * apart).ravel().astype(np.float32)
    y, x = np.mgrid[: shape[0], : shape[1]].astype(np.float32)
    cell = ((y / apart).astype(np.int32) + 1) * columns + (x / apart).astype(np.int32) + 1
    around = [down * columns + right for down in (-1, 0, 1) for right in (-1, 0, 1)]
    best, number = np.full(shape, np.inf, np.float32), cell
    for offset in around:
        near = cell + offset
        far = (y - centre_y[near]) ** 2 + (x - centre_x[near]) ** 2
        number = np.where(far < best, near, number)
        best = np.minimum(far, best)
    return np.asarray(number, np.int32)


def _seams(pane: NDArray[np.int32], scale: float) -> Floats:
    """(h, w) lead between panes, 0 to 1."""
    differs = np.zeros(pane.shape, np.float32)
    differs[:, 1:] = pane[:, 1:] != pane[:, :-1]
    differs[1:] = np.maximum(differs[1:], pane[1:] != pane[:-1])
    return step(blurred(differs, 1.0 * scale) * scale, 0.16, 0.45)


def _glowing(
    flat: Floats,
    smooth: Floats,
    pane: NDArray[np.int32],
    rng: np.random.Generator,
    scale: float,
) -> Floats:
    """Strong colours, a little different in every pane, with the streaks of blown glass."""
    lab = to_oklab(np.asarray(0.7 * flat + 0.3 * smooth, np.float32))
    tint = rng.uniform(-1, 1, (int(pane.max()) + 1, 3)).astype(np.float32)[pane]
    streaks = clouds(rng, pane.shape, 24 * scale, 3)
    lab[..., 0] = 0.12 + 0.84 * lab[..., 0] + 0.045 * tint[..., 0] + 0.05 * streaks
    lab[..., 1:] = 1.45 * lab[..., 1:] + 0.014 * tint[..., 1:]
    return to_srgb(lab)
