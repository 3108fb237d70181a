"""Prompt weighting is parsed and has an effect; unweighted prompts are unaffected."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from diffusers import DiffusionPipeline

from t2i_chat.core.geometry import Size
from t2i_chat.core.recipe import Recipe
from t2i_chat.rendering.diffusion.prompt_weighting import embeddings, plain, read_weights
from tests import tiny

BUILDERS = [tiny.stable_diffusion, tiny.stable_diffusion_xl]


def recipe(prompt: str, negative: str = "", guidance: float = 5) -> Recipe:
    return Recipe(
        model="tiny",
        kind="text-to-image",
        prompt=prompt,
        negative_prompt=negative,
        guidance_scale=guidance,
        size=Size(width=8, height=8),
    )


@pytest.mark.parametrize(
    ("prompt", "pieces"),
    [
        ("a cat", (("a cat", 1.0),)),
        ("a (cat) at 5:30", (("a (cat) at 5:30", 1.0),)),
        ("", (("", 1.0),)),
        ("a (cat:1.3) here", (("a ", 1.0), ("cat", 1.3), (" here", 1.0))),
        ("(red sky: 0.5)(sea:9)", (("red sky", 0.5), ("sea", 2.0))),
    ],
)
def test_weights_are_read(prompt: str, pieces: tuple[tuple[str, float], ...]) -> None:
    assert read_weights(prompt) == pieces


@pytest.mark.parametrize("build", BUILDERS)
def test_a_plain_prompt_is_left_to_the_pipeline(build: Callable[[], DiffusionPipeline]) -> None:
    said = recipe("a (cat)")
    assert embeddings(build(), said) == {}
    assert plain(said) == said


@pytest.mark.parametrize("build", BUILDERS)
def test_a_weight_of_one_is_the_plain_prompt(build: Callable[[], DiffusionPipeline]) -> None:
    pipeline = build()
    weighed = embeddings(pipeline, recipe("a (cat:1)", "dog"))
    plain = pipeline.encode_prompt(
        prompt="a cat",
        negative_prompt="dog",
        device="cpu",
        num_images_per_prompt=1,
        do_classifier_free_guidance=True,
    )
    assert len(weighed) == len(plain)
    assert all(torch.equal(one, other) for one, other in zip(weighed.values(), plain, strict=True))


@pytest.mark.parametrize("build", BUILDERS)
def test_other_weights_are_other_embeddings(build: Callable[[], DiffusionPipeline]) -> None:
    pipeline = build()
    seen = [
        embeddings(pipeline, recipe(f"a (cat:{weight})"))["prompt_embeds"]
        for weight in (1, 1.3, 0.5)
    ]
    assert all(embeds.shape == seen[0].shape for embeds in seen)
    nearly = embeddings(pipeline, recipe("a (cat:1.0001)"))["prompt_embeds"]
    assert (seen[0] - nearly).abs().max() < 1e-3
    assert (seen[0] - seen[1]).abs().max() > 1e-3
    assert (seen[0] - seen[2]).abs().max() > 1e-3


@pytest.mark.parametrize("build", BUILDERS)
@pytest.mark.parametrize("guidance", [0.0, 5.0])
def test_a_weighted_prompt_paints(build: Callable[[], DiffusionPipeline], guidance: float) -> None:
    pipeline = build()
    pipeline.set_progress_bar_config(disable=True)
    said = embeddings(pipeline, recipe("a (cat:1.3)", "(dog:0.5)", guidance))
    output = pipeline(**said, guidance_scale=guidance, num_inference_steps=2, height=32, width=32)
    assert output.images[0].size == (32, 32)
