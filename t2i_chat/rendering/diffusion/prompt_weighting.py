"""Prompt weighting, "(stars:1.3)", by blending CLIP embeddings with compel (SD and SDXL).

An unweighted prompt goes to the pipeline as it is. A weight above 1 moves the embeddings away from
those of an empty prompt, one below 1 towards those of the prompt without the word. For SDXL the
pooled embedding stays that of the unweighted prompt.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import torch
from diffusers import DiffusionPipeline

from t2i_chat.core.recipe import Recipe

if TYPE_CHECKING:
    from compel.embeddings_provider import EmbeddingsProvider

HEAVIEST = 2.0
"""Maximum weight; beyond it pictures degrade."""
_WEIGHTED = re.compile(r"\(([^():]+):\s*(\d+(?:\.\d+)?)\s*\)")
_ARGUMENTS = (
    "prompt_embeds",
    "negative_prompt_embeds",
    "pooled_prompt_embeds",
    "negative_pooled_prompt_embeds",
)


def read_weights(prompt: str) -> tuple[tuple[str, float], ...]:
    """The prompt as (text, weight) pieces; an unweighted prompt is one piece of weight 1."""
    pieces: list[tuple[str, float]] = []
    end = 0
    for found in _WEIGHTED.finditer(prompt):
        pieces.append((prompt[end : found.start()], 1.0))
        pieces.append((found[1], min(float(found[2]), HEAVIEST)))
        end = found.end()
    pieces.append((prompt[end:], 1.0))
    return tuple((text, weight) for text, weight in pieces if text.strip()) or ((prompt, 1.0),)


def is_weighted(prompt: str) -> bool:
    """Whether a prompt contains weights."""
    return _WEIGHTED.search(prompt) is not None


def plain(recipe: Recipe) -> Recipe:
    """The recipe with the weights removed from its prompts."""
    prompts = {"prompt": recipe.prompt, "negative_prompt": recipe.negative_prompt}
    said = {name: "".join(text for text, _ in read_weights(p)) for name, p in prompts.items()}
    return recipe.model_copy(update=said)


def embeddings(pipeline: DiffusionPipeline, recipe: Recipe) -> dict[str, Any]:
    """Pipeline arguments (prompt embeddings) that replace a weighted prompt.

    Empty without weights, or if the text encoder is not CLIP.
    """
    prompts = (recipe.prompt, recipe.negative_prompt)
    if not (hasattr(pipeline, "unet") and any(map(is_weighted, prompts))):
        return {}
    pieces = [read_weights(prompt) for prompt in prompts]
    unweighted = plain(recipe)
    with torch.no_grad():
        embeds = list(
            pipeline.encode_prompt(
                prompt=unweighted.prompt,
                negative_prompt=unweighted.negative_prompt or None,
                device=pipeline.device,
                num_images_per_prompt=1,
                do_classifier_free_guidance=recipe.guidance_scale > 1,
            )
        )
        for place, some in enumerate(pieces):
            if embeds[place] is not None and any(weight != 1 for _, weight in some):
                embeds[place] = _embedding(pipeline, some)
    return dict(zip(_ARGUMENTS, embeds, strict=False))


def _embedding(pipeline: DiffusionPipeline, pieces: tuple[tuple[str, float], ...]) -> torch.Tensor:
    """The (1, tokens, width) embedding of weighted pieces, text encoders concatenated."""
    texts, weights = ([[piece[i] for piece in pieces]] for i in (0, 1))
    return torch.cat(
        [
            encoder.get_embeddings_for_weighted_prompt_fragments(
                texts, weights, device=pipeline.device
            )
            for encoder in _encoders(pipeline)
        ],
        dim=-1,
    )


def _encoders(pipeline: DiffusionPipeline) -> list[EmbeddingsProvider]:
    # Compel imports every pipeline it knows, which takes seconds; plain prompts need not wait.
    from compel.embeddings_provider import (  # noqa: PLC0415 # see above
        EmbeddingsProvider,
        ReturnedEmbeddingsType,
    )

    second = getattr(pipeline, "text_encoder_2", None)
    if second is None:
        kind = ReturnedEmbeddingsType.LAST_HIDDEN_STATES_NORMALIZED
        pairs = [(pipeline.tokenizer, pipeline.text_encoder)]
    else:
        kind = ReturnedEmbeddingsType.PENULTIMATE_HIDDEN_STATES_NON_NORMALIZED
        pairs = [(pipeline.tokenizer, pipeline.text_encoder), (pipeline.tokenizer_2, second)]
    return [
        EmbeddingsProvider(
            tokenizer=tokenizer,
            text_encoder=encoder,
            returned_embeddings_type=kind,
            truncate=True,
        )
        for tokenizer, encoder in pairs
    ]
