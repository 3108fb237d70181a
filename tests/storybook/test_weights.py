"""The shipped storybook weights load everywhere, paint the same bytes twice, and heed words."""

import numpy as np
import pytest
import torch
from diffusers import (
    StableDiffusionImg2ImgPipeline,
    StableDiffusionInpaintPipeline,
    StableDiffusionPipeline,
)
from PIL import Image

from t2i_chat.storybook.compose import compose
from t2i_chat.storybook.package import WEIGHTS
from t2i_chat.storybook.scenes import sample_scene
from t2i_chat.vision.clipseg import ClipSegmenter
from training.storybook.measure import autoencoder_psnr

pytestmark = pytest.mark.weights


@pytest.fixture(scope="module")
def pipe():
    torch.set_num_threads(1)
    pipe = StableDiffusionPipeline.from_pretrained(WEIGHTS, local_files_only=True)
    pipe.set_progress_bar_config(disable=True)
    return pipe


def paint(pipe, prompt, seed=3, steps=8, **kwargs):
    generator = torch.Generator().manual_seed(seed)
    sizes = {"height": 256, "width": 256} | kwargs
    return np.asarray(
        pipe(
            prompt, num_inference_steps=steps, guidance_scale=4.0, generator=generator, **sizes
        ).images[0]
    )


def test_the_same_seed_paints_the_same_bytes(pipe):
    first, second = (paint(pipe, "a red house under a blue sky") for _ in range(2))
    assert np.array_equal(first, second)


def test_another_seed_or_other_words_paint_another_picture(pipe):
    first = paint(pipe, "a red house under a blue sky")
    assert not np.array_equal(first, paint(pipe, "a red house under a blue sky", seed=4))
    assert not np.array_equal(first, paint(pipe, "a green tree under a blue sky"))


def test_a_night_sky_is_darker_than_a_blue_one(pipe):
    day, night = (
        paint(pipe, f"a house under a {sky}")[:80].mean()
        for sky in ("clear blue sky", "starry night sky")
    )
    assert night < day - 60


@pytest.mark.slow
def test_colours_named_are_colours_painted(pipe):
    red, blue = (
        np.mean([paint(pipe, f"a {c} house in a meadow", seed)[..., :3].mean((0, 1))
                 for seed in range(3)], axis=0)
        for c in ("red", "blue")
    )  # fmt: skip
    assert red[0] - red[2] > blue[0] - blue[2] + 5


def test_other_shapes_are_painted_too(pipe):
    assert paint(pipe, "a boat on the sea", height=256, width=384, steps=2).shape == (256, 384, 3)


def test_the_folder_serves_image_to_image_and_inpainting(pipe):
    start = Image.fromarray(compose(sample_scene(1)).pixels)
    mask = Image.new("L", start.size, 0)
    mask.paste(255, (0, 0, 256, 100))
    restyled = StableDiffusionImg2ImgPipeline(**pipe.components, requires_safety_checker=False)
    repainted = StableDiffusionInpaintPipeline(**pipe.components, requires_safety_checker=False)
    for each, extra in ((restyled, {}), (repainted, {"mask_image": mask})):
        each.set_progress_bar_config(disable=True)
        images = each(
            "a night sky", image=start, strength=0.8, num_inference_steps=4, **extra
        ).images
        assert images[0].size == start.size


def test_the_autoencoder_keeps_pictures(pipe):
    assert autoencoder_psnr(pipe.vae, count=4) > 22


def test_the_segmenter_finds_the_sky():
    painting = compose(sample_scene(20_000_000))
    picture = Image.fromarray(painting.pixels)
    found = np.asarray(ClipSegmenter(WEIGHTS / "segmenter").segment(picture, "the sky")) > 0
    assert (found & painting.sky).sum() > 0.8 * (found | painting.sky).sum()


def test_everybody_may_read_the_weights():
    files = [path for path in WEIGHTS.rglob("*") if path.is_file()]
    assert files
    assert all(path.stat().st_mode & 0o044 == 0o044 for path in files)
    assert all(path.stat().st_size < 50e6 for path in files)
