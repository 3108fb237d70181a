"""What a request is prepared from: settings, the picture an edit starts from, and the job; pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from PIL import Image
from pydantic import BaseModel, ConfigDict, ValidationError

from t2i_chat.core.actions import (
    LIMITS,
    AspectRatio,
    Guidance,
    Negative,
    PixelSize,
    Seed,
    SetParam,
    Steps,
)
from t2i_chat.core.errors import BadParameter
from t2i_chat.core.geometry import Size, exact_size, size_for_ratio
from t2i_chat.core.recipe import Layout, Recipe, Region, RenderRequest, Version
from t2i_chat.core.registry import ModelFacts
from t2i_chat.core.settings import MAX_SEED

MOST_AREA = 4
"""How many times its native area a model is asked to paint at most."""


_RING = 16
"""Width of the ring that colours are matched to, in pixels of a picture of the model's size."""


class Params(BaseModel):
    """What the person set for all pictures to come; None means the model's own default.

    Of `size` (exact, "512x384") and `aspect_ratio` at most one is set: the one said last.
    `model` is the name of the model that paints, None for the installation's own.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    seed: Seed | None = None
    steps: Steps | None = None
    guidance: Guidance | None = None
    aspect_ratio: AspectRatio | None = None
    size: PixelSize | None = None
    negative: Negative | None = None
    model: str | None = None

    @classmethod
    def from_mapping(cls, kept: Mapping[str, object]) -> Self:
        """The parameters as the store kept them."""
        return cls.model_validate(dict(kept))

    @classmethod
    def said(cls, **values: object) -> Self:
        """The parameters as somebody said them. Raises BadParameter for what cannot be set."""
        try:
            return cls.model_validate(values)
        except ValidationError as error:
            raise BadParameter(LIMITS[str(error.errors()[0]["loc"][0])]) from None

    def updated(self, action: SetParam) -> Self:
        """These parameters with what one message set; "random" and "auto" forget what was set."""
        said = action.model_dump(exclude={"action", "rerun"}, exclude_none=True)
        free = {name: None for name, value in said.items() if value in ("random", "auto")}
        other = {"size": "aspect_ratio", "aspect_ratio": "size"}
        forgotten = {other[name]: None for name in said if name in other}
        return self.model_copy(update=forgotten | said | free)


@dataclass(frozen=True, slots=True)
class Origin:
    """What a picture was painted of in parts: the recipe that has its layout.

    `painted_over` is an 8-bit mask of the picture's size, not black where edits have painted that
    the layout does not tell of; None where none have.
    """

    recipe: Recipe
    painted_over: Image.Image | None = None


@dataclass(frozen=True, slots=True)
class Base:
    """The version an edit starts from, with its RGB picture.

    `origin` is None for what was not painted in parts; `placed` are regions that edits painted into
    the picture as it was.
    """

    version: Version
    image: Image.Image
    origin: Origin | None = None
    placed: tuple[Region, ...] = ()

    @property
    def layout(self) -> Layout | None:
        """What stands where in the picture, as far as it was painted in parts."""
        layout = self.origin.recipe.layout if self.origin else None
        if not self.placed:
            return layout
        regions = layout.regions if layout else ()
        return Layout(backdrop=None, regions=(*regions, *self.placed))


@dataclass(frozen=True, slots=True)
class Job:
    """One picture to be painted: the request, its parent and the words to keep with it."""

    request: RenderRequest
    parent: int | None
    caption: str


def asked_size(params: Params, facts: ModelFacts, ratio: str | None = None) -> Size | None:
    """The size of `ratio`, or else of what was set; None when nothing was."""
    if ratio is None and params.size is not None:
        return exact_size(params.size, MOST_AREA * facts.native.area)
    ratio = ratio or params.aspect_ratio
    return size_for_ratio(ratio, facts.native.area, facts.multiple) if ratio else None


def next_seed(seed: int, offset: int) -> int:
    """The seed so many after another one, from the beginning again after the last."""
    return (seed + offset) % (MAX_SEED + 1)


def new_recipe(facts: ModelFacts, params: Params, **said: object) -> Recipe:
    """A recipe for a model under the settings, with what is `said` beside them."""
    steps = facts.num_inference_steps if params.steps is None else params.steps
    guidance = facts.guidance_scale if params.guidance is None else params.guidance
    return Recipe.model_validate(
        {
            "model": facts.name,
            "revision": facts.revision,
            "negative_prompt": params.negative or "",
            "num_inference_steps": steps,
            "guidance_scale": guidance,
            "scheduler": facts.scheduler,
            **said,
        }
    )


def edit_seed(base: Base, params: Params) -> int:
    """The seed of an edit: the one that was set, or that of the picture it starts from."""
    return base.version.recipe.seed if params.seed is None else params.seed


def size_of(base: Base) -> Size:
    """The size of the picture an edit starts from, in pixels."""
    return Size(width=base.image.width, height=base.image.height)


def ring_of(facts: ModelFacts, scale: float) -> int:
    """Width of the ring that colours are matched to; a literal painter was taught to match."""
    return 0 if facts.literal else round(_RING * scale)
