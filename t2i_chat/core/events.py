"""The Message a person sends, and the events a conversation streams back (Progress, Painted, …)."""

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
    """One message of the person: text, perhaps an uploaded picture, perhaps a brushed mask.

    `enrich` switches prompt enrichment for this message; `mask` is 8-bit, white = repaint; `of` is
    the number of the version it is about, None for the current one. `upload` is the file's bytes.
    """

    text: str
    upload: bytes | None = None
    mask: Image.Image | None = None
    enrich: bool = True
    of: int | None = None


@dataclass(frozen=True, slots=True)
class Planned:
    """The plan a message was parsed into, for programs; `Understood` is the same for people."""

    plan: Plan


@dataclass(frozen=True, slots=True)
class Understood:
    """The plan in plain words, sent before anything is painted."""

    text: str


@dataclass(frozen=True, slots=True)
class Enriched:
    """The prompt that is really used; `added` are the words that enrichment added, if any."""

    prompt: str
    added: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Waiting:
    """Place in the queue: `position` pictures are painted first, which takes about `seconds`.

    At position 0, `seconds` is the estimate for the picture itself. None: no estimate yet.
    """

    position: int
    seconds: float | None = None


@dataclass(frozen=True, slots=True)
class Located:
    """The region an edit will repaint: 8-bit mask `region` of the still unchanged `image`."""

    image: Image.Image
    region: Image.Image


@dataclass(frozen=True, slots=True)
class Part:
    """Which of several renderings this is: picture `n` of `all`, a retry, or a value of a sweep."""

    of: Literal["pictures", "tries", "steps", "guidance"]
    n: float = 0
    all: int = 0


@dataclass(frozen=True, slots=True)
class Progress:
    """A preview while denoising: `step` of `total` with a small, rough `image`.

    `seconds` is the estimated time left, None if unknown; `part` says which of several renderings
    this is, None if there is only one.
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
    """A version rendered again to show how: a frame per step and the attention map of each word.

    `frames` go from noise to the finished picture; `maps` are 8-bit and of the picture's size.
    `same` is True if the pixels came out identical.
    """

    version: Version
    frames: tuple[Image.Image, ...]
    maps: Mapping[str, Image.Image]
    same: bool


@dataclass(frozen=True, slots=True)
class Tried:
    """A version rendered at another value of one parameter; `changed` is the visibly changed share.

    `changed` is a fraction (0–1). At the version's own value `image` is the picture itself, and
    `changed` is None.
    """

    value: float
    image: Image.Image
    changed: float | None


@dataclass(frozen=True, slots=True)
class Strip:
    """A parameter sweep: one version at three values of one number, ascending."""

    version: Version
    knob: Literal["steps", "guidance"]
    tried: tuple[Tried, ...]


@dataclass(frozen=True, slots=True)
class Moved:
    """Undo, redo or goto: another version is the current one now; nothing was painted."""

    version: Version


@dataclass(frozen=True, slots=True)
class Crop:
    """A part of a version's picture, shown as a thumbnail; `box` in pixels."""

    version: int
    box: Box


@dataclass(frozen=True, slots=True)
class Said:
    """A text answer: a reply, a question with clickable `options`, a refusal or an error.

    `crops` illustrate the options, one for each or none at all.
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
    """One stored line of a conversation: who said what, and which version resulted from it.

    Of the `role` "plan", `text` is the plan in plain words and `detail` the plan or prompt as JSON.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    role: Literal["user", "plan", "assistant"]
    text: str
    version: int | None = None
    detail: str | None = None
    created_at: datetime
