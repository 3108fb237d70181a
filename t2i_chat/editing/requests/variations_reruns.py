"""Variations of a picture with other seeds, reruns with other settings, and “more like this”."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from t2i_chat.core.errors import CannotDo
from t2i_chat.core.geometry import MIN_SIDE, size_for_ratio
from t2i_chat.core.params import Params
from t2i_chat.core.recipe import Layout, Recipe, RenderRequest
from t2i_chat.core.registry import ModelFacts
from t2i_chat.editing.requests.generation import require_text_to_image
from t2i_chat.editing.requests.seeds import unused_seeds
from t2i_chat.editing.requests.values import (
    MOST_AREA,
    Job,
    Source,
    asked_size,
    new_recipe,
)
from t2i_chat.text.lexicon import Lexicon


def variations(
    base: Source,
    inputs: RenderRequest,
    *,
    count: int,
    used_seeds: Iterable[int],
    lexicon: Lexicon,
) -> tuple[Job, ...]:
    """The base's recipe with the next seeds not used by it or its siblings.

    `inputs` is the request that painted the base. Raises CannotDo for an upload, which has no
    recipe.
    """
    _require_painted(base)
    seeds = unused_seeds(count, (*used_seeds, base.version.recipe.seed))
    if lexicon.needs_layout and base.origin is not None:
        return tuple(_arranged_anew(base, lexicon, seed) for seed in seeds)
    return tuple(_repainted(base, inputs, lexicon, seed=seed) for seed in seeds)


_KEPT = (
    "model", "revision", "negative_prompt", "num_inference_steps", "guidance_scale", "scheduler",
    "size",
)  # fmt: skip
"""What of a recipe stays when its picture is arranged anew."""


def _arranged_anew(base: Source, lexicon: Lexicon, seed: int) -> Job:
    """A new picture of what the base shows, its edits included, in another arrangement."""
    version = base.version
    recipe = Recipe(
        **{name: getattr(version.recipe, name) for name in _KEPT},
        kind="text-to-image",
        prompt=version.caption,
        layout=lexicon.arrange(version.caption, version.recipe.size, seed),
        seed=seed,
    )
    return Job(RenderRequest(recipe), parent=version.parent, caption=version.caption)


def like(
    base: Source, *, facts: ModelFacts, params: Params, count: int, used_seeds: Iterable[int]
) -> tuple[Job, ...]:
    """New pictures from the generation parameters in an uploaded picture's metadata.

    The first uses its seed, unless that is in `used_seeds`. A size the model cannot paint is
    replaced by the nearest one of the same aspect ratio.
    """
    require_text_to_image(facts)
    told = base.version.recipe
    most = MOST_AREA * facts.native.area
    shape = f"{told.size.width}:{told.size.height}"
    fits = told.size.area <= most and min(told.size.width, told.size.height) >= MIN_SIDE
    recipe = new_recipe(
        facts,
        params,
        kind="text-to-image",
        prompt=told.prompt,
        negative_prompt=told.negative_prompt or params.negative or "",
        num_inference_steps=told.num_inference_steps,
        guidance_scale=told.guidance_scale,
        size=told.size if fits else size_for_ratio(shape, facts.native.area, facts.multiple),
    )
    return tuple(
        Job(
            RenderRequest(recipe.model_copy(update={"seed": seed})),
            parent=None,
            caption=told.prompt,
        )
        for seed in unused_seeds(count, used_seeds, least=told.seed)
    )


def rerun(
    base: Source,
    inputs: RenderRequest,
    params: Params,
    *,
    facts: ModelFacts,
    lexicon: Lexicon,
    reshaped: bool = False,
) -> Job:
    """The base's recipe again with the current settings.

    `reshaped`: another size was asked for. Raises CannotDo for an upload, and when the size of an
    img2img or inpainting result is to change.
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
        "size": asked_size(params, facts) if recipe.image_sha256 is None else None,
    }
    said = {k: v for k, v in changed.items() if v is not None}
    return _repainted(base, inputs, lexicon, **said)


def _require_painted(base: Source) -> None:
    """Raises CannotDo for a picture that does not depend on seed or settings."""
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


def _repainted(base: Source, inputs: RenderRequest, lexicon: Lexicon, **changed: object) -> Job:
    recipe = base.version.recipe.model_copy(update=changed)
    if recipe.layout is not None:
        recipe = recipe.model_copy(update={"layout": _laid_out_anew(recipe, lexicon, changed)})
    request = RenderRequest(recipe, image=inputs.image, mask=inputs.mask)
    return Job(request, parent=base.version.parent, caption=base.version.caption)


def _laid_out_anew(
    recipe: Recipe, lexicon: Lexicon, changed: Mapping[str, object]
) -> Layout | None:
    """The layout for a changed recipe; None if the change would not affect an edit's layout.

    An edit's layout keeps the seeds of all regions but the new ones, and their steps.
    """
    if recipe.kind == "text-to-image":
        return lexicon.arrange(recipe.prompt, recipe.size, recipe.seed) or recipe.layout
    layout = recipe.layout
    if layout is None or not any(region.seed is None for region in layout.regions):
        return None
    return layout if layout.backdrop is None or changed.keys() <= {"seed"} else None
