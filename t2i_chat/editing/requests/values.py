"""What a request is prepared from: settings, the picture an edit starts from, and the job; pure."""

from __future__ import annotations

from dataclasses import dataclass

from PIL import Image

from t2i_chat.core.geometry import Size, exact_size, size_for_ratio
from t2i_chat.core.params import Params
from t2i_chat.core.recipe import Layout, Recipe, Region, RenderRequest, Version
from t2i_chat.core.registry import ModelFacts
from t2i_chat.core.settings import MAX_SEED

MOST_AREA = 4
"""How many times its native area a model is asked to paint at most."""


_RING = 16
"""Width of the ring that colours are matched to, in pixels of a picture of the model's size."""


@dataclass(frozen=True, slots=True)
class Origin:
    """What a picture was painted of in parts: the recipe that has its layout.

    `painted_over` is an 8-bit mask of the picture's size, not black where edits have painted that
    the layout does not tell of; None where none have.
    """

    recipe: Recipe
    painted_over: Image.Image | None = None


@dataclass(frozen=True, slots=True)
class Source:
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


def edit_seed(base: Source, params: Params) -> int:
    """The seed of an edit: the one that was set, or that of the picture it starts from."""
    return base.version.recipe.seed if params.seed is None else params.seed


def size_of(base: Source) -> Size:
    """The size of the picture an edit starts from, in pixels."""
    return Size(width=base.image.width, height=base.image.height)


def ring_of(facts: ModelFacts, scale: float) -> int:
    """Width of the ring that colours are matched to; a literal painter was taught to match."""
    return 0 if facts.literal else round(_RING * scale)
