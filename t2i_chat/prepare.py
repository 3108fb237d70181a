"""Builds render requests from actions, pictures and settings; pure: nothing is painted or stored.

Everything that decides how an edit is done (seed, strength, how far a mask grows, which words are
painted) is decided here, so that it can be read and tested without a model.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Self

from PIL import Image
from pydantic import BaseModel, ConfigDict, ValidationError

from t2i_chat import captions, margins
from t2i_chat.errors import BadParameter, CannotDo
from t2i_chat.geometry import MAX_SIDE, MIN_SIDE, Size, exact_size, size_for_ratio
from t2i_chat.lexicon import Lexicon
from t2i_chat.plan import (
    LIMITS,
    MARKED,
    Add,
    AspectRatio,
    Combine,
    Generate,
    Guidance,
    Inpaint,
    Letter,
    LocalEdit,
    Negative,
    Outpaint,
    PixelSize,
    Remove,
    Replace,
    Restyle,
    Seed,
    SetParam,
    Steps,
    Upscale,
)
from t2i_chat.recipe import Layout, Recipe, RenderRequest, Version, pixels_sha256
from t2i_chat.registry import COMPOSITE, LETTERING, UPSCALER, Intent, ModelFacts
from t2i_chat.settings import MAX_SEED


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

    `origin` is None for what was not painted in parts.
    """

    version: Version
    image: Image.Image
    origin: Origin | None = None

    @property
    def layout(self) -> Layout | None:
        """What stands where in the picture, as far as it was painted in parts."""
        return self.origin.recipe.layout if self.origin else None


@dataclass(frozen=True, slots=True)
class Job:
    """One picture to be painted: the request, its parent and the words to keep with it."""

    request: RenderRequest
    parent: int | None
    caption: str


# How far a mask grows and fades for each kind of edit, in shares of the model's usual widths.
# What is removed or replaced takes its shadow along; a recoloured sky must not eat the roof.
_GROW: dict[type[LocalEdit], float] = {Inpaint: 0.25, Add: 1.25, Remove: 1.25, Replace: 1.0}
_FEATHER: dict[type[LocalEdit], float] = {Inpaint: 0.5, Add: 1.5, Remove: 1.0, Replace: 1.0}

_SEAM = 3
"""How much more slowly new margins fade into the old edge, which is drawn out below them."""

_RING = 16
"""Width of the ring that colours are matched to, in pixels of a picture of the model's size."""

_LIGHT = frozenset("dark darker light lighter bright brighter dim dimmer pale paler".split())


MOST_AREA = 4
"""How many times its native area a model is asked to paint at most."""


def _asked_size(params: Params, facts: ModelFacts, ratio: str | None = None) -> Size | None:
    """The size of `ratio`, or else of what was set; None when nothing was."""
    if ratio is None and params.size is not None:
        return exact_size(params.size, MOST_AREA * facts.native.area)
    ratio = ratio or params.aspect_ratio
    return size_for_ratio(ratio, facts.native.area, facts.multiple) if ratio else None


def _next_seed(seed: int, offset: int) -> int:
    return (seed + offset) % (MAX_SEED + 1)


def _recipe(facts: ModelFacts, params: Params, **said: object) -> Recipe:
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


def generate(
    action: Generate,
    prompt: str,
    *,
    facts: ModelFacts,
    params: Params,
    drawn_seed: int,
    lexicon: Lexicon,
) -> tuple[Job, ...]:
    """New pictures from `prompt` (the enriched words), `action.count` of them, seeds in a row.

    `drawn_seed` is used when neither the message nor the parameters name one.
    """
    _require_text_to_image(facts)
    size = _asked_size(params, facts, action.aspect_ratio) or facts.native
    seed = next(s for s in (action.seed, params.seed, drawn_seed) if s is not None)
    said = params.model_copy(update={"negative": action.negative or params.negative})
    seeds = [_next_seed(seed, index) for index in range(action.count)]
    recipes = (
        _recipe(
            facts, said, kind="text-to-image", prompt=prompt, seed=seed, size=size,
            layout=lexicon.arrange(prompt, size, seed),
        )
        for seed in seeds
    )  # fmt: skip
    return tuple(Job(RenderRequest(recipe), None, action.prompt) for recipe in recipes)


def variations(
    base: Base,
    inputs: RenderRequest,
    *,
    count: int,
    used_seeds: Iterable[int],
    lexicon: Lexicon,
) -> tuple[Job, ...]:
    """The base's own recipe again with the next seeds not used by it or its siblings.

    `inputs` is the request that painted the base. Raises CannotDo for an upload, which has none.
    """
    _require_painted(base)
    first = max((*used_seeds, base.version.recipe.seed)) + 1
    return tuple(
        _repainted(base, inputs, lexicon, seed=_next_seed(first, index)) for index in range(count)
    )


def like(
    base: Base, *, facts: ModelFacts, params: Params, count: int, used_seeds: Iterable[int]
) -> tuple[Job, ...]:
    """New pictures from the words and numbers that a picture brought along carries.

    The first has its very seed, unless that is among `used_seeds`. A size that the model cannot
    paint keeps its shape.
    """
    _require_text_to_image(facts)
    told = base.version.recipe
    most = MOST_AREA * facts.native.area
    shape = f"{told.size.width}:{told.size.height}"
    fits = told.size.area <= most and min(told.size.width, told.size.height) >= MIN_SIDE
    recipe = _recipe(
        facts,
        params,
        kind="text-to-image",
        prompt=told.prompt,
        negative_prompt=told.negative_prompt or params.negative or "",
        num_inference_steps=told.num_inference_steps,
        guidance_scale=told.guidance_scale,
        size=told.size if fits else size_for_ratio(shape, facts.native.area, facts.multiple),
    )
    first = max((told.seed, *(seed + 1 for seed in used_seeds)))
    return tuple(
        Job(
            RenderRequest(recipe.model_copy(update={"seed": _next_seed(first, index)})),
            parent=None,
            caption=told.prompt,
        )
        for index in range(count)
    )


def _require_text_to_image(facts: ModelFacts) -> None:
    if not facts.pipelines.text_to_image:
        raise CannotDo(
            f"{facts.name} only changes pictures that are there. Bring one with the paper clip, "
            "or choose another model for new ones."
        )


def require_paintable(params: Params, facts: ModelFacts) -> None:
    """Raises BadParameter for a size that the model cannot paint."""
    _asked_size(params, facts)


def rerun(
    base: Base,
    inputs: RenderRequest,
    params: Params,
    *,
    facts: ModelFacts,
    lexicon: Lexicon,
    reshaped: bool = False,
) -> Job:
    """The base's recipe again under the parameters as they are now.

    `reshaped` tells that another size is what was asked for. Raises CannotDo for an upload, and
    for another size of what was painted over a picture.
    """
    _require_painted(base)
    recipe = base.version.recipe
    if reshaped and recipe.image_sha256 is not None:
        raise CannotDo(
            f"Version {base.version.number} was painted over another picture, so it keeps its "
            "size. New pictures will have the one you set."
        )
    changed = {
        "seed": params.seed,
        "num_inference_steps": params.steps,
        "guidance_scale": params.guidance,
        "negative_prompt": params.negative,
        "size": _asked_size(params, facts) if recipe.image_sha256 is None else None,
    }
    said = {k: v for k, v in changed.items() if v is not None}
    return _repainted(base, inputs, lexicon, **said)


def require_watchable(version: Version, facts: ModelFacts) -> None:
    """Raises CannotDo for a picture that this model did not paint out of noise."""
    number = version.number
    if not version.recipe.is_of_noise:
        raise CannotDo(f"Version {number} was not painted out of noise: there is nothing to watch.")
    if version.recipe.model != facts.name:
        raise CannotDo(
            f"Version {number} was painted with {version.recipe.model}. "
            "Choose that model under Advanced to see how."
        )


def _require_painted(base: Base) -> None:
    """Raises CannotDo for a picture that another seed or other settings would not change."""
    number, parent = base.version.number, base.version.parent
    if base.version.recipe.kind == "upload":
        raise CannotDo(
            f"Version {number} is your own picture; there are no words to paint it again from. "
            "You can change it, though: try “make it a watercolour” or “add a bird”."
        )
    if not base.version.recipe.is_of_noise:
        raise CannotDo(
            f"Version {number} is version {parent} made larger, written on or put together, which "
            f"comes out the same each time. Go back to version {parent} for another picture."
        )


def _repainted(base: Base, inputs: RenderRequest, lexicon: Lexicon, **changed: object) -> Job:
    recipe = base.version.recipe.model_copy(update=changed)
    if recipe.layout is not None:
        recipe = recipe.model_copy(update={"layout": _laid_out_anew(recipe, lexicon, changed)})
    request = RenderRequest(recipe, image=inputs.image, mask=inputs.mask)
    return Job(request, parent=base.version.parent, caption=base.version.caption)


def _laid_out_anew(
    recipe: Recipe, lexicon: Lexicon, changed: Mapping[str, object]
) -> Layout | None:
    """The layout of a recipe that was changed; None for an edit that it would not make another.

    An edit's layout keeps the seeds of all parts but the new ones, and their steps.
    """
    if recipe.kind == "text-to-image":
        return lexicon.arrange(recipe.prompt, recipe.size, recipe.seed) or recipe.layout
    layout = recipe.layout
    if layout is None or not any(region.seed is None for region in layout.regions):
        return None
    return layout if layout.backdrop is None or changed.keys() <= {"seed"} else None


def restyle(action: Restyle, base: Base, *, facts: ModelFacts, params: Params) -> Job:
    """The whole picture in another manner, image-to-image with the action's or default strength."""
    caption = captions.restyle(base.version.caption, action.result)
    recipe = _recipe(
        facts,
        params,
        kind="image-to-image",
        prompt=caption,
        seed=_edit_seed(base, params),
        strength=action.strength or facts.strengths["restyle"],
        size=_size(base),
        image_sha256=pixels_sha256(base.image),
    )
    request = RenderRequest(recipe, image=base.image)
    return Job(request, parent=base.version.number, caption=caption)


def edit(
    action: LocalEdit, base: Base, mask: Image.Image, *, facts: ModelFacts, params: Params
) -> Job:
    """A change inside `mask` (8-bit, the picture's size, white = repaint) and nowhere else."""
    caption = edited_caption(action, base.version.caption)
    scale = max(1.0, max(base.image.size) / max(facts.native.width, facts.native.height))
    recipe = _recipe(
        facts,
        params,
        kind="inpaint",
        prompt=region_prompt(action, base.version.caption),
        seed=_edit_seed(base, params),
        strength=facts.strengths[intent(action)],
        size=_size(base),
        image_sha256=pixels_sha256(base.image),
        mask_sha256=pixels_sha256(mask),
        mask_grow=round(facts.mask_grow * _GROW[type(action)] * scale),
        mask_feather=round(facts.mask_feather * _FEATHER[type(action)] * scale),
        prefill="telea" if isinstance(action, Remove) and not facts.literal else None,
        ring=_ring(facts, scale),
    )
    request = RenderRequest(recipe, image=base.image, mask=mask)
    return Job(request, parent=base.version.number, caption=caption)


def outpaint(action: Outpaint, base: Base, *, facts: ModelFacts, params: Params) -> Job:
    """More picture around the old one, of which every pixel stays: an inpainting of the margins.

    The input picture is the old one with its edges drawn out, the mask what was added.
    Raises CannotDo when there is nothing to add, BadParameter when it would be too large.
    """
    if not facts.pipelines.inpaint:
        raise CannotDo(f"{facts.name} changes pictures as they are, and can't paint more around.")
    added = _margins(action, base, facts)
    size = _extended_size(base, added, facts)
    seam = min(_SEAM * facts.mask_feather, added.narrowest - 1)
    picture = margins.extended(base.image, added)
    mask = margins.new_area(base.image.size, added, seam)
    recipe = _recipe(
        facts,
        params,
        kind="inpaint",
        prompt=captions.in_setting("", base.version.caption),
        seed=_edit_seed(base, params),
        strength=facts.strengths["outpaint"],
        size=size,
        image_sha256=pixels_sha256(picture),
        mask_sha256=pixels_sha256(mask),
        mask_feather=seam,
        ring=_ring(facts, 1.0),
    )
    request = RenderRequest(recipe, image=picture, mask=mask)
    return Job(request, parent=base.version.number, caption=base.version.caption)


def _ring(facts: ModelFacts, scale: float) -> int:
    """Width of the ring that colours are matched to; a literal painter was taught to match."""
    return 0 if facts.literal else round(_RING * scale)


def _margins(action: Outpaint, base: Base, facts: ModelFacts) -> margins.Margins:
    if action.aspect_ratio is None:
        return margins.towards(action.direction, base.image.size, facts.multiple)
    added = margins.to_shape(action.aspect_ratio, base.image.size, action.direction)
    if added.narrowest == 0:
        raise CannotDo(
            f"Version {base.version.number} is {action.aspect_ratio} already, so I changed nothing."
        )
    return added


def _extended_size(base: Base, added: margins.Margins, facts: ModelFacts) -> Size:
    width, height = added.around(base.image.size)
    most = MOST_AREA * facts.native.area
    if width * height > most or max(width, height) > MAX_SIDE:
        raise BadParameter(
            f"The picture would become {width}x{height} pixels, and {math.isqrt(most)}x"
            f"{math.isqrt(most)} or as many is the most this model can paint. "
            "Try one side only, or start from a smaller version."
        )
    return Size(width=width, height=height)


def upscale(action: Upscale, base: Base) -> Job:
    """The picture with two or four times as many pixels each way; its words and seed are kept.

    Raises BadParameter when it would be larger than any picture of this program.
    """
    width, height = (action.factor * side for side in base.image.size)
    if max(width, height) > MAX_SIDE:
        raise BadParameter(
            f"{action.factor} times as large would be {width}x{height} pixels, and a side of "
            f"{MAX_SIDE} is the most, so I changed nothing."
        )
    recipe = Recipe(
        model=UPSCALER,
        kind="upscale",
        prompt=base.version.recipe.prompt,
        seed=base.version.recipe.seed,
        num_inference_steps=1,
        guidance_scale=0,
        size=Size(width=width, height=height),
        image_sha256=pixels_sha256(base.image),
    )
    request = RenderRequest(recipe, image=base.image)
    return Job(request, parent=base.version.number, caption=base.version.caption)


def letter(action: Letter, base: Base, mask: Image.Image) -> Job:
    """Words set inside `mask` (8-bit, the picture's size, white = where they may stand)."""
    recipe = Recipe(
        model=LETTERING,
        kind="letter",
        prompt=action.text,
        seed=base.version.recipe.seed,
        num_inference_steps=1,
        guidance_scale=0,
        size=_size(base),
        image_sha256=pixels_sha256(base.image),
        mask_sha256=pixels_sha256(mask),
    )
    request = RenderRequest(recipe, image=base.image, mask=mask)
    return Job(request, parent=base.version.number, caption=base.version.caption)


def combine(action: Combine, base: Base, source: Base, mask: Image.Image) -> Job:
    """The pixels of `source` inside `mask` (8-bit, the picture's size), the base's elsewhere."""
    caption, shown = base.version.caption, captions.phrases(source.version.caption)
    if action.target == MARKED:
        shown = ()  # what lies there has no name
    if named := [phrase for phrase in shown if captions.names(phrase, action.target)]:
        caption = captions.replace_thing(caption, action.target, named[0])
    recipe = Recipe(
        model=COMPOSITE,
        kind="combine",
        prompt=action.target,
        seed=base.version.recipe.seed,
        num_inference_steps=1,
        guidance_scale=0,
        size=_size(base),
        image_sha256=pixels_sha256(base.image),
        mask_sha256=pixels_sha256(mask),
        source_sha256=pixels_sha256(source.image),
        mask_feather=max(2, max(base.image.size) // 64),
    )
    request = RenderRequest(recipe, image=base.image, mask=mask, source=source.image)
    return Job(request, parent=base.version.number, caption=caption)


def reworded(job: Job, lexicon: Lexicon) -> Job:
    """The job painted from its words as the painter knows them; its caption keeps them."""
    recipe = job.request.recipe
    prompt = lexicon.read(recipe.prompt).prompt or captions.EMPTY
    said: dict[str, object] = {"prompt": prompt}
    if recipe.kind == "text-to-image":
        said["layout"] = lexicon.arrange(prompt, recipe.size, recipe.seed)
    request = replace(job.request, recipe=recipe.model_copy(update=said))
    return replace(job, request=request)


def require_known(action: LocalEdit, lexicon: Lexicon) -> None:
    """Raises CannotDo for a thing to be put into the picture that the painter cannot paint."""
    if isinstance(action, Add | Replace):
        thing = captions.with_article(action.result)
        if not lexicon.read(thing).known:
            raise CannotDo(f"I can't paint {thing} yet, so I changed nothing.")


def intent(action: LocalEdit) -> Intent:
    """Why the region is repainted, which decides how much of what was there may show through."""
    match action:
        case Add():
            return "add"
        case Remove():
            return "remove"
        case Replace():
            return "replace"
        case Inpaint(target=target, result=result):
            if set(result.lower().split()) & _LIGHT:
                return "light"
            return "recolour" if target == MARKED else "inpaint"


def region_prompt(action: LocalEdit, caption: str) -> str:
    """What the region is painted from: what will stand in it, and the surroundings it stands in.

    The rest of the picture is not named, or it would be painted into the region once more.
    """
    match action:
        case Inpaint(target=target, result=result):
            looks = result if target == MARKED else captions.describe_result(target, result)
            return captions.in_setting(looks, caption, but=target)
        case Add(result=result) | Replace(result=result):
            return captions.in_setting(captions.with_article(result), caption)
        case Remove(target=target):
            return captions.in_setting("", caption, but=target)


def edited_caption(action: LocalEdit, caption: str) -> str:
    """What the picture shows once the edit is done."""
    match action:
        case Inpaint(target=target) | Remove(target=target) if target == MARKED:
            return caption  # what lies there has no name
        case Add():
            return captions.add_thing(caption, action.result, action.target)
        case Remove():
            return captions.remove_thing(caption, action.target)
        case Inpaint(target=target):
            looks = captions.describe_result(target, action.result)
            return captions.replace_thing(caption, target, looks)
        case Replace():
            return captions.replace_thing(caption, action.target, action.result)


def _edit_seed(base: Base, params: Params) -> int:
    return base.version.recipe.seed if params.seed is None else params.seed


def _size(base: Base) -> Size:
    return Size(width=base.image.width, height=base.image.height)
