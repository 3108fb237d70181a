"""What the embedded painter makes of a prompt: its layout, and what it draws in place of what.

The prompt itself stays as it was said.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from functools import lru_cache

from PIL import Image

from t2i_chat.core.geometry import Size
from t2i_chat.core.recipe import Layout, Recipe
from t2i_chat.storybook import english
from t2i_chat.storybook.bank import Drawing, load_bank
from t2i_chat.storybook.describing import describe
from t2i_chat.storybook.description import Description, Setting, Thing
from t2i_chat.storybook.draft import zones_of
from t2i_chat.storybook.layouts import backdrop_of, lay_out, setting_of
from t2i_chat.storybook.spots import spot_of, usual_side
from t2i_chat.text.lexicon import Reading, Swap, Zone


class BankLexicon:
    """The vocabulary of the embedded painter, as a `Lexicon`."""

    landscape = "green hills under a blue sky"
    needs_layout = True

    def read(self, prompt: str) -> Reading:
        """The prompt as it is, with what is drawn instead of what, and what cannot be drawn."""
        said = described(prompt)
        swaps = tuple(filter(None, (_swap(thing) for thing in said.things)))
        known = bool(said.things) or said.setting != Setting()
        return Reading(prompt, swaps, said.undrawn, known)

    def arrange(self, prompt: str, size: Size, seed: int) -> Layout | None:
        """The layout for a prompt."""
        return lay_out(described(prompt), load_bank(), size, seed)

    def resettle(self, layout: Layout, words: str) -> Layout | None:
        """The layout with the time, weather or place of `words`; None if they name none.

        None also if they name a thing, which would be more than another setting.
        """
        before = setting_of(layout.backdrop or "")
        said = described(f"{words}, at {words}")  # so that "night" is read without its "at"
        named = {f.name: value for f in fields(Setting) if (value := getattr(said.setting, f.name))}
        named = named or _lighter_or_darker(before, words)
        if said.things or not named:
            return None
        return layout.model_copy(update={"backdrop": backdrop_of(_changed(before, named))})

    def zones(self, recipe: Recipe) -> Mapping[Zone, Image.Image]:
        """8-bit masks of sky, ground and water in the picture of a layout."""
        return zones_of(recipe.layout, recipe.size, recipe.seed) if recipe.layout else {}


HOURS = ("night", "sunset", "day")
"""Hours from dark to light."""
LIGHTER = frozenset(["lighter", "brighter", "light", "bright", "sunnier"])
DARKER = frozenset(["darker", "dark", "dimmer", "gloomier"])


def _lighter_or_darker(before: Setting, words: str) -> dict[str, str]:
    """The next hour in the direction that words name; empty if they name none."""
    said = set(words.lower().split())
    step = bool(said & LIGHTER) - bool(said & DARKER)
    now = HOURS.index(before.time) if before.time in HOURS else len(HOURS) - 1
    return {"time": HOURS[min(max(0, now + step), len(HOURS) - 1)]} if step else {}


def _changed(before: Setting, named: dict[str, str]) -> Setting:
    """A setting with other values; a new hour or weather brings a sky of its own."""
    if named.keys() & {"time", "weather", "sky"}:
        before = replace(before, sky=None)
    return replace(before, **named)


@lru_cache(maxsize=256)
def described(prompt: str) -> Description:
    """A prompt as the shipped bank can draw it."""
    return describe(prompt, load_bank())


def _swap(thing: Thing) -> Swap | None:
    """What the person is told of a thing that is drawn as another, or in another pose."""
    if thing.how != "nearest" and thing.pose is None:
        return None
    said = " ".join(filter(None, [thing.pose, thing.words]))
    drawn = thing.noun if thing.how == "nearest" else thing.words
    return Swap(f"{english.article(said)} {said}", f"{english.article(drawn)} {drawn}")


@dataclass(frozen=True, slots=True)
class Drawn:
    """What a thing is drawn as: its zone, width and height as shares of the picture's height."""

    noun: str
    w: float
    h: float
    zone: Zone


def drawn_as(phrase: str) -> Drawn | None:
    """How the one thing that a phrase names is usually drawn; None if it names none, or several."""
    things = described(phrase).things
    if len(things) != 1:
        return None
    drawing = load_bank().drawings(things[0].noun)[0]
    spot = spot_of(0, drawing, usual_side(drawing, things[0].size))
    return Drawn(things[0].noun, spot.w, spot.h, zone_of(drawing))


def zone_of(drawing: Drawing) -> Zone:
    """Where a thing is looked for first: in the sky if it flies, in the water if it swims."""
    if "sky" in drawing.places:
        return "sky"
    return "water" if "water" in drawing.places else "ground"
