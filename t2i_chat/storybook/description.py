"""What a wish asks to be painted: things, how they stand to each other, and where and when."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

How = Literal["name", "synonym", "nearest"]
Size = Literal["tiny", "small", "usual", "big", "huge"]
Position = Literal["left", "middle", "right", "top", "bottom", "far", "near"]
Relation = Literal[
    "left of", "right of", "on", "in", "under", "behind", "in front of", "beside", "between",
    "above", "wearing", "holding", "riding", "around",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Thing:
    """One kind of thing as it was said.

    `words` is the singular without article, colour and size ("tabby cat"), `noun` the bank's noun
    it is drawn as and `how` that was found; `count` is 1 to 12. `colours` are names of the OKLCh
    table in vocabulary.json, in the order said. `pose` was said and is not drawn ("sleeping").
    """

    words: str
    noun: str
    how: How
    count: int = 1
    colours: tuple[str, ...] = ()
    size: Size = "usual"
    pose: str | None = None
    position: Position | None = None


@dataclass(frozen=True, slots=True)
class Related:
    """Thing `one` stands in a relation to thing `other`; both are indices.

    `other2` is the second of two that `one` is "between".
    """

    one: int
    relation: Relation
    other: int
    other2: int | None = None


@dataclass(frozen=True, slots=True)
class Setting:
    """Where and when a scene takes place, and its manner; None where the wish does not say.

    `ground` is a key of backdrops.GROUNDS and `sky` one of backdrops.SKIES. `time` is "day",
    "dawn", "sunset" or "night"; `weather` is "rain", "snow", "fog" or "storm". `mood` ("cosy") and
    `style` ("watercolour") change light, palette and strokes.
    """

    ground: str | None = None
    sky: str | None = None
    time: str | None = None
    weather: str | None = None
    season: str | None = None
    mood: str | None = None
    style: str | None = None


@dataclass(frozen=True, slots=True)
class Description:
    """A wish as it was understood; `undrawn` are words for which the bank has nothing."""

    things: tuple[Thing, ...]
    related: tuple[Related, ...]
    setting: Setting
    undrawn: tuple[str, ...]
