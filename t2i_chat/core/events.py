"""What a person sends and what the conversation answers, event by event; draws nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from PIL import Image
from pydantic import BaseModel, ConfigDict

from t2i_chat.core.actions import Plan
from t2i_chat.core.geometry import Box
from t2i_chat.core.recipe import Version


@dataclass(frozen=True, slots=True)
class Message:
    """One turn of the person: words, perhaps an uploaded picture, perhaps a drawn mask.

    `enrich` is the person's switch for added words; `mask` is 8-bit, white = repaint. `of` is the
    version it is about, where that is not the current one.
    """

    text: str
    upload: bytes | None = None
    mask: Image.Image | None = None
    enrich: bool = True
    of: int | None = None


@dataclass(frozen=True, slots=True)
class Planned:
    """What the words were understood as, for programs; people are told by `Understood`."""

    plan: Plan


@dataclass(frozen=True, slots=True)
class Understood:
    """The plan in plain words, told before anything is painted."""

    text: str


@dataclass(frozen=True, slots=True)
class Enriched:
    """The words the picture is really painted from; `added` is empty when they are the person's."""

    prompt: str
    added: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Waiting:
    """Others are painted first: `position` of them, for about `seconds`.

    With none before it, `seconds` is what the picture itself takes. None where that is not known.
    """

    position: int
    seconds: float | None = None


@dataclass(frozen=True, slots=True)
class Located:
    """Where an edit is going to paint: in the 8-bit `region` of `image`, as it still is."""

    image: Image.Image
    region: Image.Image


@dataclass(frozen=True, slots=True)
class Part:
    """Which of several paintings one is: picture `n` of `all`, another try, or a number's value."""

    of: Literal["pictures", "tries", "steps", "guidance"]
    n: float = 0
    all: int = 0


@dataclass(frozen=True, slots=True)
class Progress:
    """The picture grows: `step` of `total`, seen small and rough.

    `seconds` is about how long it still takes, None where that is not known; `part` says which of
    several it is, None of one alone.
    """

    step: int
    total: int
    image: Image.Image
    seconds: float | None = None
    part: Part | None = None


@dataclass(frozen=True, slots=True)
class Painted:
    """A finished version, already kept in the store."""

    version: Version


@dataclass(frozen=True, slots=True)
class Watched:
    """How a version is painted, once more: every step, and where the model looked for each word.

    `frames` grow from noise to the picture itself; `maps` are 8-bit and of the picture's size.
    `same` tells that it came out as it was.
    """

    version: Version
    frames: tuple[Image.Image, ...]
    maps: Mapping[str, Image.Image]
    same: bool


@dataclass(frozen=True, slots=True)
class Tried:
    """The picture of a version at another value; `changed` is the share (0–1) that looks different.

    At the version's own value it is the picture itself, and `changed` is None.
    """

    value: float
    image: Image.Image
    changed: float | None


@dataclass(frozen=True, slots=True)
class Strip:
    """A version at three values of one number, smallest first; only the pictures differ."""

    version: Version
    knob: Literal["steps", "guidance"]
    tried: tuple[Tried, ...]


@dataclass(frozen=True, slots=True)
class Moved:
    """An older (or undone) version is the current one again; nothing was painted."""

    version: Version


@dataclass(frozen=True, slots=True)
class Crop:
    """A part of a version's picture, to be shown small; `box` in pixels."""

    version: int
    box: Box


@dataclass(frozen=True, slots=True)
class Said:
    """Words back: an answer, a question with `options` to click, a refusal or an error.

    `crops` shows what each option means, one for each or none at all.
    """

    text: str
    options: tuple[str, ...] = field(default=())
    tone: Literal["answer", "question", "refusal", "problem"] = "answer"
    crops: tuple[Crop, ...] = field(default=())


ChatEvent = (
    Planned
    | Understood
    | Enriched
    | Located
    | Waiting
    | Progress
    | Painted
    | Watched
    | Strip
    | Moved
    | Said
)


class Turn(BaseModel):
    """One kept line of a conversation: who said what, and which version came of it.

    `role` "plan" holds the plan in plain words, and `detail` the plan or the prompt as JSON.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    role: Literal["user", "plan", "assistant"]
    text: str
    version: int | None = None
    detail: str | None = None
    created_at: datetime
