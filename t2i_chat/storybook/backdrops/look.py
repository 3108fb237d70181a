"""Settles what a setting leaves open, and what it says in words no backdrop has."""

from __future__ import annotations

from dataclasses import dataclass

from t2i_chat.storybook.description import Setting

TIMES = ("day", "dawn", "sunset", "night")
WEATHERS = ("rain", "snow", "fog", "storm")
SEASONS = ("spring", "summer", "autumn", "winter")
MOODS = ("cosy", "spooky", "cheerful", "dreamy")
TIME_OF_SKY = {
    "dawn": "dawn",
    "sunset": "sunset",
    "night": "night",
    "stars": "night",
    "aurora": "night",
}


@dataclass(frozen=True, slots=True)
class Look:
    """A setting with nothing left open; `weather` None is fair weather."""

    ground: str
    sky: str
    time: str
    weather: str | None
    season: str
    mood: str | None


def look_of(setting: Setting, grounds: frozenset[str], skies: frozenset[str]) -> Look:
    """Return the look of a setting; words that are not keys count as not said."""
    sky = setting.sky if setting.sky in skies else None
    weather = setting.weather if setting.weather in WEATHERS else None
    if weather is None and sky in WEATHERS:
        weather = sky
    mood = setting.mood if setting.mood in MOODS else None
    time = setting.time if setting.time in TIMES else TIME_OF_SKY.get(sky or "", _time(mood))
    ground = setting.ground if setting.ground in grounds else "hills"
    season = setting.season if setting.season in SEASONS else _season(ground, weather)
    return Look(str(ground), sky or _sky(str(time), weather), str(time), weather, str(season), mood)


def _time(mood: str | None) -> str:
    """Return the hour of a mood: it is dark where it is spooky."""
    return "night" if mood == "spooky" else "day"


def _sky(time: str, weather: str | None) -> str:
    """Return the sky of an hour and its weather."""
    if weather is not None:
        return weather
    return "stars" if time == "night" else "clouds"


def _season(ground: str, weather: str | None) -> str:
    if ground == "autumn park":
        return "autumn"
    if weather == "snow" or ground in {"snow", "snowy hill", "icy lake"}:
        return "winter"
    return "summer"
