"""The backdrops: reproducible, of the right form, and with masks that fit what is painted."""

from __future__ import annotations

import numpy as np
import pytest

from t2i_chat.storybook.backdrops import GROUNDS, SKIES, Backdrop, paint_backdrop
from t2i_chat.storybook.description import Setting

TIMES = ("day", "dawn", "sunset", "night")
WEATHERS = (None, "rain", "snow", "fog", "storm")
SIZE = (128, 128)
AFLOAT = {"sea", "sky", "space"}
"""Grounds on which nothing can stand."""
WATERY = {"sea", "beach", "lake", "river", "underwater"}


def assert_well_formed(backdrop: Backdrop, size: tuple[int, int]) -> None:
    width, height = size
    assert backdrop.pixels.shape == (height, width, 3)
    assert backdrop.pixels.dtype == np.float32
    assert 0 <= backdrop.pixels.min() <= backdrop.pixels.max() <= 1
    for mask in (backdrop.standing, backdrop.water):
        assert mask.shape == (height, width)
        assert mask.dtype == np.bool_
    assert not (backdrop.standing & backdrop.water).any()
    assert 0 < backdrop.horizon <= 1
    light = backdrop.light
    assert all(0 < channel <= 1 for channel in light.tint)
    assert -1 <= light.direction <= 1
    assert 0 <= light.shadow <= 1
    assert 0 <= light.glow <= 1


@pytest.mark.parametrize("ground", GROUNDS)
def test_paints_every_ground_at_every_hour_in_every_weather(ground: str) -> None:
    for time in TIMES:
        for weather in WEATHERS:
            setting = Setting(ground=ground, time=time, weather=weather)
            assert_well_formed(paint_backdrop(setting, SIZE, 3), SIZE)


@pytest.mark.parametrize("ground", GROUNDS)
def test_feet_stand_below_the_horizon_and_only_on_land(ground: str) -> None:
    for seed in range(3):
        backdrop = paint_backdrop(Setting(ground=ground), SIZE, seed)
        share = backdrop.standing.mean()
        assert (share == 0) if ground in AFLOAT else (share > 0.1)
        top = int((backdrop.horizon - 0.20) * SIZE[1])
        assert not backdrop.standing[:top].any()


@pytest.mark.parametrize("ground", GROUNDS)
def test_water_is_where_there_is_water(ground: str) -> None:
    share = paint_backdrop(Setting(ground=ground), SIZE, 1).water.mean()
    assert (share > 0.05) if ground in WATERY else (share == 0)


@pytest.mark.parametrize("sky", SKIES)
def test_paints_every_sky(sky: str) -> None:
    assert_well_formed(paint_backdrop(Setting(ground="meadow", sky=sky), SIZE, 1), SIZE)


@pytest.mark.parametrize("season", ["spring", "summer", "autumn", "winter"])
@pytest.mark.parametrize("mood", [None, "cosy", "spooky", "cheerful", "dreamy"])
def test_paints_every_season_and_mood(season: str, mood: str | None) -> None:
    setting = Setting(ground="forest", season=season, mood=mood)
    assert_well_formed(paint_backdrop(setting, SIZE, 1), SIZE)


@pytest.mark.parametrize("size", [(256, 448), (448, 256), (300, 257)])
def test_paints_any_shape(size: tuple[int, int]) -> None:
    for ground in ("mountains", "living room", "castle hall", "cave", "city street"):
        assert_well_formed(paint_backdrop(Setting(ground=ground), size, 2), size)


@pytest.mark.parametrize("ground", GROUNDS)
def test_the_same_seed_gives_the_same_bytes(ground: str) -> None:
    setting = Setting(ground=ground, time="sunset")
    first, second = (paint_backdrop(setting, SIZE, 7) for _ in range(2))
    assert first.pixels.tobytes() == second.pixels.tobytes()
    assert first.standing.tobytes() == second.standing.tobytes()
    assert first.light == second.light


@pytest.mark.parametrize("ground", GROUNDS)
def test_another_seed_gives_another_picture(ground: str) -> None:
    first, second = (paint_backdrop(Setting(ground=ground), SIZE, seed).pixels for seed in (1, 2))
    assert np.abs(first - second).mean() > 0.004


@pytest.mark.parametrize("ground", ["hills", "mountains", "lake", "village"])
def test_the_land_stays_when_night_falls(ground: str) -> None:
    day, night = (paint_backdrop(Setting(ground=ground, time=t), SIZE, 5) for t in ("day", "night"))
    assert np.array_equal(day.standing, night.standing)
    assert np.array_equal(day.water, night.water)


def test_nights_are_dark_and_blue_and_things_are_lit_alike() -> None:
    day, night = (paint_backdrop(Setting(time=time), SIZE, 5) for time in ("day", "night"))
    assert night.pixels.mean() < 0.6 * day.pixels.mean()
    assert night.light.tint[2] > night.light.tint[0]
    assert sum(night.light.tint) < sum(day.light.tint)


def test_winter_lays_snow_on_the_grass() -> None:
    summer, winter = (
        paint_backdrop(Setting(ground="meadow", season=season), SIZE, 5).pixels[-20:]
        for season in ("summer", "winter")
    )
    assert winter.min(axis=-1).mean() > 0.75 > summer.min(axis=-1).mean()


def test_words_that_are_no_keys_count_as_not_said() -> None:
    strange = Setting("moor", "plaid", "teatime", "hail", "monsoon", "grumpy", "cubist")
    plain = paint_backdrop(Setting(), SIZE, 4)
    assert paint_backdrop(strange, SIZE, 4).pixels.tobytes() == plain.pixels.tobytes()


def test_a_starry_sky_means_night() -> None:
    said = paint_backdrop(Setting(sky="stars", time="night"), SIZE, 4)
    meant = paint_backdrop(Setting(sky="stars"), SIZE, 4)
    assert said.pixels.tobytes() == meant.pixels.tobytes()


def test_spooky_means_night_unless_another_hour_is_said() -> None:
    meant, said = (
        paint_backdrop(Setting(mood="spooky", time=time), SIZE, 4).pixels for time in (None, "day")
    )
    assert meant.mean() < 0.6 * said.mean()
