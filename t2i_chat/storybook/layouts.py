"""Description ↔ layout: the backdrop and regions of a recipe, and what each says of its part.

A layout holds plain words and boxes, as any model's does; the drawing of a region follows from
them, its seed and the bank.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields, replace

import numpy as np
from numpy.typing import NDArray

from t2i_chat.core.errors import CannotDo
from t2i_chat.core.geometry import Box, Size
from t2i_chat.core.recipe import ROOM, Layout, Region
from t2i_chat.core.settings import MAX_SEED
from t2i_chat.storybook import english
from t2i_chat.storybook.arrangement import Ground, groups_of, placed
from t2i_chat.storybook.backdrops import paint_backdrop
from t2i_chat.storybook.bank import Bank
from t2i_chat.storybook.bank.drawings import Drawing, Style
from t2i_chat.storybook.description import Description, Setting, Thing
from t2i_chat.storybook.spots import Spot
from t2i_chat.storybook.suiting import suited
from t2i_chat.storybook.vocabulary import load_vocabulary

SKETCH = 96
"""Height in pixels of the small backdrop in which things are placed."""


def lay_out(description: Description, bank: Bank, size: Size, seed: int) -> Layout:
    """The layout of a description for a picture of `size`."""
    rng = np.random.default_rng(seed)
    things = description.things
    setting = suited(description.setting, [_best(thing, bank) for thing in things], rng)
    drawings = [_choice(thing, bank, setting, seed + k) for k, thing in enumerate(things)]
    groups = groups_of(description, drawings, rng)
    spots = placed(description, groups, _ground(setting, size, seed), rng)
    regions = tuple(
        _region(spot, things[spot.thing], size, (seed + 1 + k) % (MAX_SEED + 1))
        for k, spot in enumerate(spots)
    )
    return Layout(backdrop=backdrop_of(setting), regions=regions, seed=seed)


def backdrop_of(setting: Setting) -> str:
    """A setting as the words of a layout's backdrop, as in "snowy hill; time night"."""
    said = {field.name: getattr(setting, field.name) for field in fields(setting)}
    ground = said.pop("ground") or ""
    return "; ".join([ground, *(f"{name} {value}" for name, value in said.items() if value)])


def setting_of(backdrop: str) -> Setting:
    """The setting that `backdrop_of` put into words; what else there is says nothing."""
    ground, *parts = backdrop.split(";")
    known = {field.name for field in fields(Setting)}
    said = dict(part.strip().partition(" ")[::2] for part in parts)
    looks = {name: value for name, value in said.items() if name in known and value}
    return Setting(**{"ground": ground.strip() or None, **looks})


def words_of(layout: Layout) -> str:
    """The prompt of a layout: its things, then its setting."""
    setting = setting_of(layout.backdrop or "")
    where = (setting.ground, setting.time, setting.weather, setting.mood)
    return ", ".join([*(one.prompt for one in layout.regions), *filter(None, where)])


def thing_of(region: Region) -> Thing:
    """What a region's prompt says of its thing: its colours, in the order they were said."""
    before, _, _ = region.prompt.lower().partition(region.noun)
    colours = load_vocabulary().colours
    named = {word: name for name, c in colours.items() for word in (name, *c.synonyms)}
    said = (named[word] for word in before.replace(",", " ").split() if word in named)
    return Thing(region.noun, region.noun, "name", colours=tuple(dict.fromkeys(said)))


def drawing_of(region: Region, bank: Bank, setting: Setting, seed: int) -> Drawing:
    """The drawing that a region names, or one of its noun's in the style of the picture.

    Raises CannotDo for a noun that the bank does not have.
    """
    drawings = _styled(region.noun, bank, setting)
    if not drawings:
        raise CannotDo(f"There is no drawing of “{region.noun}” any more.")
    named = (one for one in drawings if one.name == region.drawing)
    return next(named, drawings[seed % len(drawings)])


def style_of(setting: Setting) -> Style:
    """The bank's style that a setting asks for, or the usual one."""
    return "flat" if setting.style == "flat" else "soft"


def _styled(noun: str, bank: Bank, setting: Setting) -> Sequence[Drawing]:
    """The drawings of a noun in the style of the picture, whole figures if there are any."""
    drawings = bank.drawings(noun, style_of(setting)) or bank.drawings(noun)
    return [one for one in drawings if one.whole] or drawings


def _best(thing: Thing, bank: Bank) -> Drawing:
    return bank.drawings(thing.noun)[0]


def _choice(thing: Thing, bank: Bank, setting: Setting, seed: int) -> Sequence[Drawing]:
    """The drawings of a thing's copies, beginning with another one for another seed."""
    drawings = _styled(thing.noun, bank, setting)
    start = seed % len(drawings)
    return [*drawings[start:], *drawings[:start]]


def _ground(setting: Setting, size: Size, seed: int) -> Ground:
    small = (max(16, round(SKETCH * size.width / size.height)), SKETCH)
    backdrop = paint_backdrop(setting, small, seed)
    return Ground(
        size.width / size.height,
        backdrop.horizon,
        _rows(backdrop.standing) or (backdrop.horizon, 1.0),
        _rows(backdrop.water),
    )


def _rows(where: NDArray[np.bool_]) -> tuple[float, float] | None:
    """The first and last row in which a mask covers a third of the width."""
    rows = np.flatnonzero(where.mean(1) > 1 / 3)
    return (rows[0] / len(where), (rows[-1] + 1) / len(where)) if len(rows) else None


def _region(spot: Spot, thing: Thing, size: Size, seed: int) -> Region:
    high = size.height
    box = Box(
        x0=round(spot.x * high), y0=round(spot.y * high),
        x1=round((spot.x + spot.w) * high), y1=round(spot.foot * high),
    )  # fmt: skip
    one = replace(thing, count=1)
    return Region(
        prompt=prompt_of(one),
        box=_roomy(box),
        noun=thing.noun,
        drawing=spot.drawing.name,
        mirrored=spot.mirrored,
        seed=seed,
    )


def _roomy(box: Box) -> Box:
    return Box(x0=box.x0 - ROOM, y0=box.y0 - ROOM, x1=box.x1 + ROOM, y1=box.y1 + ROOM)


def prompt_of(thing: Thing) -> str:
    """A thing in words: "a big red and white cat"."""
    scale = {"tiny": "small", "huge": "big", "usual": ""}.get(thing.size, thing.size)
    words = " ".join(filter(None, [scale, " and ".join(thing.colours), thing.noun]))
    return f"{english.article(words)} {words}"
