"""Where and when a picture plays: the setting it was painted in, and what the pixels show of it.

Only some settings leave signs that simple statistics can tell: night is dark, sunset and dawn are
red, fog is pale, snow lies white, rain falls in upright streaks, snow in bright specks.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from t2i_chat.storybook.backdrops import GROUNDS, SKIES
from t2i_chat.storybook.backdrops.look import look_of
from t2i_chat.storybook.description import Setting
from t2i_chat.storybook.oklch import to_oklch
from training.storybook.evaluation.wanted import Asked

Floats = NDArray[np.float32]
OkLchs = NDArray[np.float64]


def as_said(asked: Asked, setting: Setting) -> dict[str, bool]:
    """For each field that a prompt speaks of, whether the setting has an answer to it."""
    look = look_of(setting, frozenset(GROUNDS), frozenset(SKIES))
    return {name: getattr(look, name) in values for name, values in asked.setting.items()}


def shows(asked: Asked, pixels: Floats) -> dict[str, bool]:
    """For what a prompt says and pixels can tell, whether they do; by the value's name."""
    oklch = to_oklch(np.asarray(pixels, np.float64))
    said = [value for values in asked.setting.values() for value in values]
    by_day = "night" not in said and "sunset" not in said and "dawn" not in said
    found = {value: SIGNS[value](oklch) for value in said if value in SIGNS}
    return found if by_day else {k: v for k, v in found.items() if k not in _BY_DAY}


def _dark(oklch: OkLchs) -> bool:
    return bool(np.median(oklch[: len(oklch) // 4, :, 0]) < 0.5)


def _light(oklch: OkLchs) -> bool:
    return bool(np.median(oklch[: len(oklch) // 4, :, 0]) > 0.55)


def _red(oklch: OkLchs) -> bool:
    upper = oklch[: len(oklch) * 2 // 3]
    warm = (upper[..., 1] > 0.03) & ((upper[..., 2] < 95) | (upper[..., 2] > 330))
    return bool(warm.mean() > 0.2)


def _white_ground(oklch: OkLchs) -> bool:
    lower = oklch[-len(oklch) // 6 :]
    return bool(((lower[..., 0] > 0.75) & (lower[..., 1] < 0.07)).mean() > 0.5)


def _pale(oklch: OkLchs) -> bool:
    middle = oklch[len(oklch) // 4 : len(oklch) * 2 // 3]
    return bool(np.median(middle[..., 1]) < 0.06)


def _streaks(oklch: OkLchs) -> bool:
    """Fine detail changes faster across than down."""
    fine = oklch[..., 0] - ndimage.gaussian_filter(oklch[..., 0], 3)
    upper = fine[: len(fine) // 2]
    across, down = (np.abs(np.diff(upper, axis=axis)).mean() for axis in (1, 0))
    return bool(across > 1.12 * down)


def _specks(oklch: OkLchs) -> bool:
    """Many small spots are brighter than what is around them."""
    light = oklch[..., 0]
    bright = light - ndimage.median_filter(light, 15) > 0.06
    _, count = ndimage.label(bright)
    return bool(count > 60)


_BY_DAY = frozenset(["snowy hill", "fog", "snow"])
SIGNS: Mapping[str, Callable[[OkLchs], bool]] = {
    "night": _dark, "day": _light, "sunset": _red, "dawn": _red, "snowy hill": _white_ground,
    "fog": _pale, "rain": _streaks, "snow": _specks,
}  # fmt: skip
"""What shows a value of a setting in a picture."""
