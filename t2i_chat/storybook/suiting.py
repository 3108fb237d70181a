"""Chooses where and when a scene takes place when the prompt does not say, to suit its things."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from t2i_chat.storybook.bank.drawings import Drawing
from t2i_chat.storybook.description import Setting

ANYWHERE = ("hills", "meadow", "hills", "garden")
"""Where things are that may be anywhere outdoors."""
BY_CATEGORY: Mapping[str, tuple[str, ...]] = {
    "furniture": ("living room",),
    "food": ("kitchen",),
    "toy": ("living room", "bedroom"),
    "instrument": ("stage",),
    "vehicle": ("road", "hills"),
    "building": ("hills", "village", "meadow"),
    "tool": ("plain",),
    "clothing": ("plain",),
    "object": ("plain",),
    "symbol": ("plain",),
}
"""Where things of a category are, when there is nothing else; the others may be anywhere."""
AT_NIGHT = frozenset(["moon", "full moon", "crescent moon", "star", "shooting star", "comet"])
BY_DAY = frozenset(["sun", "rainbow"])


def suited(setting: Setting, drawings: Sequence[Drawing], rng: np.random.Generator) -> Setting:
    """The setting with a ground, and with an hour where the things tell one."""
    if setting.ground is None:
        setting = replace(setting, ground=_ground(drawings, rng))
    nouns = {drawing.noun for drawing in drawings}
    if setting.time is None and setting.sky is None:
        if nouns & AT_NIGHT:
            return replace(setting, time="night")
        if nouns & BY_DAY and setting.weather is None:
            return replace(setting, time="day")
    return setting


def _ground(drawings: Sequence[Drawing], rng: np.random.Generator) -> str:
    low = [drawing for drawing in drawings if drawing.places[:1] != ("sky",)]
    if low and all("water" in drawing.places for drawing in low):
        swims = all(drawing.category == "animal" for drawing in low)
        return "underwater" if swims else "sea"
    if any(drawing.category == "furniture" for drawing in drawings):
        return BY_CATEGORY["furniture"][0]
    fitting = [set(BY_CATEGORY.get(drawing.category, ANYWHERE)) for drawing in low]
    common = sorted(set.intersection(*fitting)) if fitting else []
    choices = common or list(ANYWHERE)
    return choices[int(rng.integers(len(choices)))]
