"""The planner's output: a Plan of actions, each a pydantic class with what was said of it.

Output of a language model becomes these types only through `Plan.model_validate`, which forbids
extra fields, so nothing unvalidated reaches a renderer. The classes' docstrings are part of the
JSON schema that a language model is given.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Field

from t2i_chat.core.geometry import MAX_SIDE, MIN_SIDE
from t2i_chat.core.settings import MAX_COUNT, MAX_GUIDANCE, MAX_SEED, MAX_STEPS, MAX_WORDS

MAX_NAME = 60
"""Maximum length of a version's name, in characters."""
LIMITS: Mapping[str, str] = MappingProxyType(
    {
        "seed": f"A seed is a whole number from 0 to {MAX_SEED}. Which one shall it be?",
        "steps": f"Steps go from 1 to {MAX_STEPS}. How many shall it be?",
        "guidance": f"Guidance goes from 0 to {MAX_GUIDANCE:g}. How much shall it be?",
        "size": f"A size is written 512x384, in pixels, each from {MIN_SIDE} to {MAX_SIDE}.",
        "aspect_ratio": "A shape is written 3:2, 1:1 or 16:9.",
        "negative": f"What to leave out may have {MAX_WORDS} characters at most.",
    }
)
"""For each setting, the question asked when a value lies outside its limits."""

Words = Annotated[str, Field(min_length=1, max_length=MAX_WORDS)]
Seed = Annotated[int, Field(ge=0, le=MAX_SEED)]
Steps = Annotated[int, Field(ge=1, le=MAX_STEPS)]
Guidance = Annotated[float, Field(ge=0, le=MAX_GUIDANCE)]
Negative = Annotated[str, Field(max_length=MAX_WORDS)]
PixelSize = Annotated[str, Field(pattern=r"^\d{1,4}x\d{1,4}$")]
AspectRatio = Annotated[str, Field(pattern=r"^\d{1,2}(\.\d+)?:\d{1,2}(\.\d+)?$")]
VersionNumber = Annotated[int, Field(ge=1)]
Name = Annotated[str, Field(max_length=MAX_NAME)]
Strength = Annotated[float, Field(gt=0, le=1)]

MAX_LETTERS = 120
"""Maximum length of a text that is lettered into a picture, in characters."""
MARKED = "the marked part"
"""The `target` of an edit whose region was drawn with the brush instead of being named."""


class _Action(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Generate(_Action):
    """Paint a new picture from words."""

    action: Literal["generate"] = "generate"
    prompt: Words
    negative: str | None = None
    aspect_ratio: AspectRatio | None = None
    count: int = Field(default=1, ge=1, le=MAX_COUNT)
    seed: Seed | None = None


class Variation(_Action):
    """Paint the same words again with other seeds."""

    action: Literal["variation"] = "variation"
    of: VersionNumber | None = None
    count: int = Field(default=1, ge=1, le=MAX_COUNT)


class Restyle(_Action):
    """Repaint the whole picture in another manner, image-to-image."""

    action: Literal["restyle"] = "restyle"
    result: Words
    strength: Strength | None = None
    of: VersionNumber | None = None


class Inpaint(_Action):
    """Change how a named region looks."""

    action: Literal["inpaint"] = "inpaint"
    target: Words
    result: Words
    of: VersionNumber | None = None


class Add(_Action):
    """Paint a new thing into the picture, in a named place or wherever it fits."""

    action: Literal["add"] = "add"
    result: Words
    target: Words | None = None
    of: VersionNumber | None = None


class Remove(_Action):
    """Take a thing out of the picture."""

    action: Literal["remove"] = "remove"
    target: Words
    of: VersionNumber | None = None


class Replace(_Action):
    """Paint another thing where one was."""

    action: Literal["replace"] = "replace"
    target: Words
    result: Words
    of: VersionNumber | None = None


class Outpaint(_Action):
    """Extend the picture beyond its edge."""

    action: Literal["outpaint"] = "outpaint"
    direction: Literal["left", "right", "up", "down", "all"] = "all"
    aspect_ratio: AspectRatio | None = None
    of: VersionNumber | None = None


class Upscale(_Action):
    """Make the picture larger in pixels."""

    action: Literal["upscale"] = "upscale"
    factor: Literal[2, 4] = 2
    of: VersionNumber | None = None


class Letter(_Action):
    """Write words into the picture, letter for letter, on a named thing or in a named place.

    `ink` is the CSS name of the letters' colour; None leaves it to what can be read.
    """

    action: Literal["letter"] = "letter"
    text: Annotated[str, Field(min_length=1, max_length=MAX_LETTERS)]
    target: Words | None = None
    ink: Words | None = None
    of: VersionNumber | None = None


class Combine(_Action):
    """Take a named thing over from another version of the same size, pixel for pixel."""

    action: Literal["combine"] = "combine"
    target: Words
    source: VersionNumber
    of: VersionNumber | None = None


class Undo(_Action):
    """Step back to the version before this one."""

    action: Literal["undo"] = "undo"
    steps: int = Field(default=1, ge=1)


class Redo(_Action):
    """Step forward again after an undo."""

    action: Literal["redo"] = "redo"
    steps: int = Field(default=1, ge=1)


class Goto(_Action):
    """Make an older version the current one."""

    action: Literal["goto"] = "goto"
    version: VersionNumber


class SetParam(_Action):
    """Set how pictures are painted from now on, and repaint this one if `rerun`.

    "random" and "auto" give the choice back to the program; None leaves a setting as it is.
    `size` is exact, "512x384" in pixels; `aspect_ratio` leaves the area to the model.
    """

    action: Literal["set_param"] = "set_param"
    seed: Seed | Literal["random"] | None = None
    steps: Steps | Literal["auto"] | None = None
    guidance: Guidance | Literal["auto"] | None = None
    aspect_ratio: AspectRatio | Literal["auto"] | None = None
    size: PixelSize | Literal["auto"] | None = None
    negative: Negative | None = None
    rerun: bool = False


class Label(_Action):
    """Give a version, or else the current one, a name or a star to find it by.

    None leaves either as it is; the name "" is none.
    """

    action: Literal["label"] = "label"
    version: VersionNumber | None = None
    name: Name | None = None
    starred: bool | None = None


class Answer(_Action):
    """Say something about the picture or the program; paint nothing."""

    action: Literal["answer"] = "answer"
    about: Literal[
        "seed", "prompt", "changes", "settings", "versions", "help", "thanks", "other"
    ] = "other"


class Clarify(_Action):
    """Ask the person instead of guessing."""

    action: Literal["clarify"] = "clarify"
    question: Words
    options: tuple[str, ...] = ()


class Refuse(_Action):
    """Decline, with the reason."""

    action: Literal["refuse"] = "refuse"
    reason: Words


LocalEdit: TypeAlias = Inpaint | Add | Remove | Replace
Action: TypeAlias = Annotated[
    Generate
    | Variation
    | Restyle
    | Inpaint
    | Add
    | Remove
    | Replace
    | Outpaint
    | Upscale
    | Letter
    | Combine
    | Undo
    | Redo
    | Goto
    | SetParam
    | Label
    | Answer
    | Clarify
    | Refuse,
    Field(discriminator="action"),
]


class Plan(BaseModel):
    """The actions of one message, in the order they are to be done."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    actions: tuple[Action, ...] = Field(min_length=1, max_length=8)
