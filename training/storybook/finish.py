"""What the denoiser is taught to add to a draft: the light between things.

Bounce light from the ground, a soft shadow of what is in front on what is behind, the sky's rim,
haze over what is far away. Everything is local, so that crops teach it.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from t2i_chat.storybook.backdrops import Backdrop
from t2i_chat.storybook.draft import Draft

Pixels = NDArray[np.float32]


def finished(draft: Draft, behind: Backdrop) -> Pixels:
    """(h, w, 3) sRGB in 0–1: the draft as the denoiser is to paint it."""
    pixels = draft.pixels.copy()
    for index, alpha in enumerate(draft.shown):
        rows = np.flatnonzero(alpha.max(1) > 0.5)
        if len(rows) < 4:
            continue
        top, foot = int(rows[0]), int(rows[-1])
        _bounce(pixels, alpha, behind, top, foot)
        _rim(pixels, alpha, behind, top)
        _haze(pixels, alpha, behind, foot)
        _shadow_behind(pixels, alpha, draft.shown[:index], behind)
    return np.clip(pixels, 0, 1)


def _mix(pixels: Pixels, colour: Pixels | NDArray[np.float64], share: Pixels) -> None:
    pixels += share[..., None].astype(np.float32) * (colour.astype(np.float32) - pixels)


def _bounce(pixels: Pixels, alpha: Pixels, behind: Backdrop, top: int, foot: int) -> None:
    """The lower third takes colour from the ground it stands on, and is a little darker."""
    columns = alpha[foot] > 0.5
    if not columns.any():
        return
    ground = behind.pixels[min(foot, len(pixels) - 1), columns].mean(0)
    down = np.clip((np.arange(len(pixels)) - (foot - 0.35 * (foot - top))) / (0.35 * (foot - top)),
                   0, 1)[:, None]  # fmt: skip
    part = slice(top, foot + 1)
    share = (0.2 * down * alpha)[part]
    _mix(pixels[part], pixels[part] * (0.55 + 0.6 * ground), share)
    pixels[part] *= (1 - 0.16 * (down**2 * alpha)[part, :, None]).astype(np.float32)


def _rim(pixels: Pixels, alpha: Pixels, behind: Backdrop, top: int) -> None:
    """The edge towards the light takes the colour of the sky behind it."""
    away = round(4 * np.sign(behind.light.direction)) or 4
    edge = np.clip(alpha - np.roll(alpha, (4, -away), (0, 1)), 0, 1)
    soft = ndimage.gaussian_filter(edge, 1.6) * alpha
    sky = behind.pixels[max(0, top - 6)].mean(0)
    _mix(pixels, 0.5 + 0.5 * sky, 0.32 * soft)


def _haze(pixels: Pixels, alpha: Pixels, behind: Backdrop, foot: int) -> None:
    """What stands near the horizon is paler."""
    horizon = int(behind.horizon * len(pixels))
    near = np.clip((foot - horizon) / max(1.0, 0.22 * len(pixels)), 0, 1)
    if foot < horizon or near >= 1:
        return
    air = behind.pixels[max(0, horizon - 8) : horizon + 1].mean((0, 1))
    _mix(pixels, air, (0.22 * (1 - near) * alpha).astype(np.float32))


def _shadow_behind(
    pixels: Pixels, alpha: Pixels, farther: tuple[Pixels, ...], behind: Backdrop
) -> None:
    """A soft shadow on the things right behind it, away from the light."""
    if not farther:
        return
    away = -round(7 * np.sign(behind.light.direction)) or 7
    fallen = ndimage.gaussian_filter(np.roll(alpha, (5, away), (0, 1)), 5)
    on_things = np.max(farther, 0) * (1 - alpha)
    pixels *= (1 - 0.38 * fallen * on_things)[..., None].astype(np.float32)
