"""Rain, snow, fog and leaves before the things: seen, reproducible, and subtle."""

from __future__ import annotations

import numpy as np
import pytest

from t2i_chat.storybook.backdrops import paint_backdrop, weather_before
from t2i_chat.storybook.description import Setting

FALLING = [
    Setting(weather="rain"),
    Setting(weather="storm"),
    Setting(weather="snow"),
    Setting(weather="fog"),
    Setting(season="autumn"),
]


@pytest.mark.parametrize("setting", FALLING)
def test_weather_changes_the_picture_a_little(setting: Setting) -> None:
    pixels = paint_backdrop(setting, (192, 128), 1).pixels
    before = pixels.copy()
    after = weather_before(pixels, setting, 1)
    assert after.shape == pixels.shape
    assert after.dtype == np.float32
    assert 0 <= after.min() <= after.max() <= 1
    assert 0 < np.abs(after - before).mean() < 0.12
    assert np.array_equal(pixels, before)


@pytest.mark.parametrize("setting", FALLING)
def test_weather_is_reproducible(setting: Setting) -> None:
    pixels = np.full((128, 128, 3), 0.5, np.float32)
    first, second = (weather_before(pixels, setting, 1) for _ in range(2))
    assert first.tobytes() == second.tobytes()
    assert first.tobytes() != weather_before(pixels, setting, 2).tobytes()


@pytest.mark.parametrize("setting", FALLING)
def test_things_behind_the_weather_stay_recognisable(setting: Setting) -> None:
    checks = (np.indices((128, 128)) // 16).sum(axis=0) % 2
    pixels = np.repeat(checks[..., None], 3, axis=-1).astype(np.float32)
    after = weather_before(pixels, setting, 1)
    assert np.corrcoef(after.ravel(), pixels.ravel())[0, 1] > 0.85


@pytest.mark.parametrize("ground", ["kitchen", "cave", "space", "underwater"])
def test_nothing_falls_under_a_roof(ground: str) -> None:
    pixels = np.full((128, 128, 3), 0.5, np.float32)
    after = weather_before(pixels, Setting(ground=ground, weather="rain"), 1)
    assert np.array_equal(after, pixels)
