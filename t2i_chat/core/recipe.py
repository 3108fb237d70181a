"""What determines a picture, what is asked of a renderer and what comes back; paints nothing."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from PIL import Image
from pydantic import BaseModel, ConfigDict, Field

from t2i_chat.core.geometry import Box, Corners, Size
from t2i_chat.core.settings import MAX_GUIDANCE, MAX_SEED, MAX_STEPS

Kind = Literal[
    "text-to-image", "image-to-image", "inpaint", "instruct", "upscale", "letter", "combine",
    "upload",
]  # fmt: skip


ROOM = 8
"""Pixels of surroundings that a region's box takes along on each side of the thing in it."""


class Region(BaseModel):
    """A part of a picture that is painted from words of its own; `box` in pixels.

    `noun` is the painter's name of the thing there; `seed` None is that of the recipe.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    prompt: str
    box: Box
    noun: str = ""
    seed: int | None = Field(default=None, ge=0, le=MAX_SEED)


class Layout(BaseModel):
    """A whole picture painted in parts: first the backdrop's words, then region after region.

    Without a `backdrop` the regions are painted into the recipe's picture. `seed` is that of the
    backdrop, None the recipe's. Each part has noise of its own, so that it comes out the same
    whatever else is painted.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    backdrop: str | None
    regions: tuple[Region, ...]
    seed: int | None = Field(default=None, ge=0, le=MAX_SEED)


BACKDROP_SHARE, REGION_SHARE = 0.4, 0.6
"""The shares of a recipe's steps that a layout's backdrop takes, and each region."""
FEWEST_STEPS = 2
"""Steps that each of them takes at least."""


class Recipe(BaseModel):
    """Everything that decides a picture's pixels: the same recipe paints the same picture.

    `mask_sha256` names the region as it was found or drawn; `mask_grow` and `mask_feather`
    (pixels) say how the denoising and the compositing mask are derived from it; over `mask_ramp`
    pixels from its edge inwards the strength rises to the recipe's (0: it is the same all over).
    With a `layout`
    the picture is painted in parts, from the layout's words in place of `prompt`; an "inpaint"
    shows of the picture that its layout paints what lies in the mask. Of an "upscale" `model` is
    the method and `size` the input picture's, two or four times as large; of a "letter" `model`
    is the type and `prompt` what is written, on the flat or between `corners`, in flat ink or with
    a `blend`: lit as its ground is, in the colour `ink` (a CSS name) or in what is read best; of a
    "combine" `prompt` is what was taken from the picture `source_sha256`. `infill` names the way
    the region is filled before it is painted; its colours are matched to a ring of `ring` pixels
    around it (0: as painted).
    """

    model_config = ConfigDict(frozen=True, extra="forbid", protected_namespaces=())

    model: str
    revision: str | None = None
    kind: Kind
    prompt: str = ""
    layout: Layout | None = None
    negative_prompt: str = ""
    seed: int = Field(default=0, ge=0, le=MAX_SEED)
    num_inference_steps: int = Field(default=20, ge=1, le=MAX_STEPS)
    guidance_scale: float = Field(default=5.0, ge=0, le=MAX_GUIDANCE)
    image_guidance_scale: float | None = Field(default=None, ge=0, le=MAX_GUIDANCE)
    strength: float | None = Field(default=None, gt=0, le=1)
    scheduler: str | None = None
    size: Size
    image_sha256: str | None = None
    mask_sha256: str | None = None
    source_sha256: str | None = None
    mask_grow: int = Field(default=0, ge=0)
    mask_feather: int = Field(default=0, ge=0)
    mask_ramp: int = Field(default=0, ge=0)
    prefill: Literal["telea"] | None = None
    ring: int = Field(default=0, ge=0)
    corners: Corners | None = None
    blend: Literal["lit"] | None = None
    ink: str | None = None
    loras: tuple[str, ...] = ()
    versions: dict[str, str] = Field(default_factory=dict)

    @property
    def inputs(self) -> tuple[str, ...]:
        """The hashes of all pictures and masks it names, in the order of a request's."""
        return tuple(filter(None, (self.image_sha256, self.mask_sha256, self.source_sha256)))

    @property
    def is_of_noise(self) -> bool:
        """Whether it was painted out of noise, so that another seed is another picture."""
        return self.kind in ("text-to-image", "image-to-image", "inpaint", "instruct")


def steps_of(recipe: Recipe, layout: Layout) -> tuple[int, ...]:
    """How many denoising steps the backdrop of a layout and each region take."""
    backdrop, region = (
        max(FEWEST_STEPS, round(share * recipe.num_inference_steps))
        for share in (BACKDROP_SHARE, REGION_SHARE)
    )
    return backdrop if layout.backdrop is not None else 0, *(region for _ in layout.regions)


class Receipt(BaseModel):
    """Proof of a local edit, measured on the finished pixels.

    `max_outside` is the largest difference (0–255) outside the compositing mask, None where the
    whole picture could change; `changed_fraction` the fraction of all pixels that differ from the
    parent, in a whole picture of those that differ to the eye.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    max_outside: int | None = Field(ge=0, le=255)
    changed_fraction: float = Field(ge=0, le=1)


@dataclass(frozen=True, slots=True)
class RenderRequest:
    """A recipe with the pictures it names: RGB `image` and 8-bit `mask` (white = repaint).

    `source` is the RGB picture that a part is taken from. `watched` asks for a preview of every
    step and for what was looked at, which takes longer.
    """

    recipe: Recipe
    image: Image.Image | None = None
    mask: Image.Image | None = None
    source: Image.Image | None = None
    watched: bool = False

    @property
    def inputs(self) -> tuple[Image.Image, ...]:
        """All pictures and masks it has."""
        return tuple(p for p in (self.image, self.mask, self.source) if p is not None)


@dataclass(frozen=True, slots=True)
class Queued:
    """Waiting: `position` pictures are painted before this one, which takes about `seconds`.

    With none before it, `seconds` is what this one takes. None where that is not known.
    """

    position: int
    seconds: float | None = None


@dataclass(frozen=True, slots=True)
class Preview:
    """The picture after `step` of `total` denoising steps, small and rough.

    `seconds` is about how long it still takes, None where that is not known.
    """

    step: int
    total: int
    image: Image.Image
    seconds: float | None = None


@dataclass(frozen=True, slots=True)
class Looked:
    """Where the model looked for each word: 8-bit maps of the picture's size, 255 the most.

    `contrast` tells how unlike places were to it: the deviation as a share of the mean.
    """

    maps: Mapping[str, Image.Image]
    contrast: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Rendered:
    """The finished RGB picture, the recipe as it was really used, and the edit's receipt."""

    image: Image.Image
    recipe: Recipe
    receipt: Receipt | None = None


RenderEvent = Queued | Preview | Looked | Rendered


class Version(BaseModel):
    """One picture of a conversation, in its place in the tree.

    `caption` describes what the picture shows in the person's own words; `summary` says what
    was done to reach it from `parent`; `sha256` is the hash of its pixels; `name`, `starred`
    and `hidden` (deleted, and to be had again) are the person's own marks and decide no pixel.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    conversation: str
    number: int = Field(ge=1)
    parent: int | None
    caption: str
    summary: str
    recipe: Recipe
    sha256: str
    receipt: Receipt | None = None
    created_at: datetime
    name: str | None = None
    starred: bool = False
    hidden: bool = False


def pixels_sha256(image: Image.Image) -> str:
    """The hash of a picture's mode, size and pixels; file format and metadata do not count."""
    head = f"{image.mode} {image.width}x{image.height} ".encode()
    return hashlib.sha256(head + image.tobytes()).hexdigest()
