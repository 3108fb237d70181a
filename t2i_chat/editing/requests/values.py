"""Shared types of request building: Source (picture to edit), Origin (its layout), Job."""

from __future__ import annotations

from dataclasses import dataclass

from PIL import Image

from t2i_chat.core.geometry import Size, exact_size, size_for_ratio
from t2i_chat.core.params import Params
from t2i_chat.core.recipe import Layout, Recipe, Region, RenderRequest, Version
from t2i_chat.core.registry import ModelFacts

MOST_AREA = 4
"""Maximum area of a picture, as a multiple of the model's native area."""
_RING = 16
"""Width of the colour-matching ring, in pixels at the model's native size."""


@dataclass(frozen=True, slots=True)
class Origin:
    """The recipe with the layout a picture was painted from.

    `painted_over` is an 8-bit mask of the picture's size, not black where edits outside the layout
    have painted; None if there are none.
    """

    recipe: Recipe
    painted_over: Image.Image | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """The version an edit starts from, with its RGB picture.

    `origin` is None if it was not painted from a layout; `placed` are regions that edits inpainted
    into the picture since.
    """

    version: Version
    image: Image.Image
    origin: Origin | None = None
    placed: tuple[Region, ...] = ()

    @property
    def layout(self) -> Layout | None:
        """The regions in the picture, as far as they are known."""
        layout = self.origin.recipe.layout if self.origin else None
        if not self.placed:
            return layout
        regions = layout.regions if layout else ()
        return Layout(backdrop=None, regions=(*regions, *self.placed))


@dataclass(frozen=True, slots=True)
class Job:
    """One picture to render: the request, its parent version, its caption and summary."""

    request: RenderRequest
    parent: int | None
    caption: str


def asked_size(params: Params, facts: ModelFacts, ratio: str | None = None) -> Size | None:
    """The size for aspect ratio `ratio`, or else the set size; None if neither is given."""
    if ratio is None and params.size is not None:
        return exact_size(params.size, MOST_AREA * facts.native.area)
    ratio = ratio or params.aspect_ratio
    return size_for_ratio(ratio, facts.native.area, facts.multiple) if ratio else None


def new_recipe(facts: ModelFacts, params: Params, **said: object) -> Recipe:
    """A recipe with a model's defaults, then the settings, then the fields in `said`."""
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


def size_of(base: Source) -> Size:
    """The size of the picture an edit starts from, in pixels."""
    return Size(width=base.image.width, height=base.image.height)


def ring_of(facts: ModelFacts, scale: float) -> int:
    """Width of the colour-matching ring in pixels; 0 for a literal model, trained to match."""
    return 0 if facts.literal else round(_RING * scale)
