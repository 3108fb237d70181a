"""Requests for new pictures (text-to-image), and what a model can paint and replay."""

from __future__ import annotations

from dataclasses import replace

from t2i_chat.core.actions import Generate
from t2i_chat.core.errors import CannotDo
from t2i_chat.core.params import Params
from t2i_chat.core.recipe import RenderRequest, Version
from t2i_chat.core.registry import ModelFacts
from t2i_chat.editing.requests.seeds import consecutive_seeds, first_seed
from t2i_chat.editing.requests.values import (
    Job,
    asked_size,
    new_recipe,
)
from t2i_chat.text import captions
from t2i_chat.text.lexicon import Lexicon, shown


def generate(
    action: Generate,
    prompt: str,
    *,
    facts: ModelFacts,
    params: Params,
    drawn_seed: int,
    lexicon: Lexicon,
) -> tuple[Job, ...]:
    """New pictures from the (enriched) `prompt`: `action.count` of them, with consecutive seeds.

    `drawn_seed` is used when neither the message nor the settings name one.
    """
    require_text_to_image(facts)
    size = asked_size(params, facts, action.aspect_ratio) or facts.native
    seed = first_seed(action.seed, params, drawn_seed)
    said = params.model_copy(update={"negative": action.negative or params.negative})
    seeds = consecutive_seeds(seed, action.count)
    recipes = (
        new_recipe(
            facts, said, kind="text-to-image", prompt=prompt, seed=seed, size=size,
            layout=lexicon.arrange(prompt, size, seed),
        )
        for seed in seeds
    )  # fmt: skip
    caption = shown(action.prompt, lexicon)
    return tuple(Job(RenderRequest(recipe), None, caption) for recipe in recipes)


def require_text_to_image(facts: ModelFacts) -> None:
    """Raises CannotDo for a model that only edits pictures."""
    if not facts.pipelines.text_to_image:
        raise CannotDo(
            f"{facts.name} only changes pictures that are there. Bring one with the paper clip, "
            "or choose another model for new ones."
        )


def require_paintable(params: Params, facts: ModelFacts) -> None:
    """Raises BadParameter for a size the model cannot paint."""
    asked_size(params, facts)


def require_watchable(version: Version, facts: ModelFacts) -> None:
    """Raises CannotDo for a picture that this model did not denoise."""
    number = version.number
    if not version.recipe.is_of_noise:
        raise CannotDo(f"Version {number} was not painted out of noise: there is nothing to watch.")
    if version.recipe.model != facts.name:
        raise CannotDo(
            f"Version {number} was painted with {version.recipe.model}. "
            "Choose that model under Advanced to see how."
        )


def reworded(job: Job, lexicon: Lexicon) -> Job:
    """The job with its prompt mapped to the vocabulary; the caption keeps the person's words."""
    recipe, caption = job.request.recipe, job.caption
    prompt = lexicon.read(recipe.prompt).prompt or captions.EMPTY
    said: dict[str, object] = {"prompt": prompt}
    if recipe.kind == "text-to-image":
        said["layout"] = lexicon.arrange(prompt, recipe.size, recipe.seed)
        caption = shown(caption, lexicon)
    request = replace(job.request, recipe=recipe.model_copy(update=said))
    return replace(job, request=request, caption=caption)
