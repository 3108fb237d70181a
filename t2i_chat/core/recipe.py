"""Recipe (seed, prompt, model, mask, …: all that determines a picture), RenderRequest, Version."""

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
"""Context around the thing in a region's box, in pixels on each side."""


class Region(BaseModel):
    """A part of a picture that has its own prompt (regional prompting); `box` in pixels.

    `noun` is what is painted there, in the model's vocabulary. A model that paints by example takes
    the `drawing` of that name ("" lets the seed choose one), `mirrored` or not. `seed` None means
    the recipe's seed.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    prompt: str
    box: Box
    noun: str = ""
    drawing: str = ""
    mirrored: bool = False
    seed: int | None = Field(default=None, ge=0, le=MAX_SEED)


class Layout(BaseModel):
    """A picture painted in parts: the backdrop from its prompt, then each region from its own.

    Without a `backdrop` the regions are inpainted into the recipe's input picture. `seed` is the
    backdrop's, None means the recipe's. Each part has its own noise, so a part comes out the same
    whatever the other parts are.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    backdrop: str | None
    regions: tuple[Region, ...]
    seed: int | None = Field(default=None, ge=0, le=MAX_SEED)


BACKDROP_SHARE, REGION_SHARE = 0.4, 0.6
"""Shares of the recipe's steps: of the backdrop, and of each region."""
FEWEST_STEPS = 2
"""Minimum number of steps of each part."""


class Recipe(BaseModel):
    """Everything that determines a picture's pixels: the same recipe gives the same picture.

    Inpainting: `mask_sha256` is the mask as segmented or drawn; the denoising mask is it grown by
    `mask_grow` pixels, the compositing mask fades out over `mask_feather` more. With `mask_ramp` >
    0 the strength rises to `strength` over that many pixels inwards from the edge (differential
    diffusion). `prefill` names the infill of the region before denoising ("telea"). With `ring` > 0
    the result's colours are matched to the original in a ring that many pixels wide.

    With a `layout` the picture is painted in parts, from the layout's prompts instead of `prompt`;
    an "inpaint" then keeps only what lies in the mask.

    "upscale": `model` is the method, `size` that of the input picture, enlarged 2 or 4 times.
    "letter": `model` is the typeface and `prompt` the text, set flat or in perspective between
    `corners`; `blend` "lit" shades it like its ground; `ink` is a CSS colour, None the most
    legible. "combine": `prompt` is the thing taken from the picture `source_sha256`.
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

    def __hash__(self) -> int:
        """Of what tells recipes apart; the dictionary of library versions has no hash."""
        return hash((self.model, self.kind, self.prompt, self.seed, self.inputs))

    @property
    def inputs(self) -> tuple[str, ...]:
        """The hashes of the pictures and masks it names, in the order of `RenderRequest.inputs`."""
        return tuple(filter(None, (self.image_sha256, self.mask_sha256, self.source_sha256)))

    @property
    def is_of_noise(self) -> bool:
        """Whether denoising starts from noise, so that another seed gives another picture."""
        return self.kind in ("text-to-image", "image-to-image", "inpaint", "instruct")


def steps_of(recipe: Recipe, layout: Layout) -> tuple[int, ...]:
    """How many denoising steps a layout's backdrop and each region take."""
    backdrop, region = (
        max(FEWEST_STEPS, round(share * recipe.num_inference_steps))
        for share in (BACKDROP_SHARE, REGION_SHARE)
    )
    return backdrop if layout.backdrop is not None else 0, *(region for _ in layout.regions)


class Receipt(BaseModel):
    """Measured proof that a local edit changed nothing outside its mask.

    `max_outside` is the largest pixel difference (0–255) outside the compositing mask, None where
    the whole picture may change. `changed_fraction` is the fraction of pixels that differ from the
    parent; where the whole picture may change, only visible differences count.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    max_outside: int | None = Field(ge=0, le=255)
    changed_fraction: float = Field(ge=0, le=1)


@dataclass(frozen=True, slots=True)
class RenderRequest:
    """A recipe with the pictures it names: RGB `image` and 8-bit `mask` (white = repaint).

    `source` is the RGB picture a "combine" copies from. `watched` asks for a preview of every step
    and for attention maps, which takes longer.
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
    """Place in the render queue: `position` requests are before this one, for about `seconds`.

    At position 0, `seconds` is the estimate for the request itself. None: no estimate yet.
    """

    position: int
    seconds: float | None = None


@dataclass(frozen=True, slots=True)
class Preview:
    """A small, rough picture after `step` of `total` denoising steps.

    `seconds` is the estimated time left, None if unknown.
    """

    step: int
    total: int
    image: Image.Image
    seconds: float | None = None


@dataclass(frozen=True, slots=True)
class Looked:
    """Cross-attention maps per word of the prompt: 8-bit, of the picture's size, 255 = the maximum.

    `contrast` is each map's standard deviation divided by its mean.
    """

    maps: Mapping[str, Image.Image]
    contrast: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Rendered:
    """The finished RGB picture, the recipe as actually used, and the receipt of an edit."""

    image: Image.Image
    recipe: Recipe
    receipt: Receipt | None = None


RenderEvent = Queued | Preview | Looked | Rendered


class Version(BaseModel):
    """One picture of a conversation: a node of the version tree.

    `caption` says what the picture shows, `summary` how it was made from `parent`; `sha256` is the
    hash of its pixels. `name`, `starred` and `hidden` (deleted, can be restored) are the person's
    labels and do not affect the pixels.
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
    """SHA-256 of a picture's mode, size and pixels; independent of file format and metadata."""
    head = f"{image.mode} {image.width}x{image.height} ".encode()
    return hashlib.sha256(head + image.tobytes()).hexdigest()
