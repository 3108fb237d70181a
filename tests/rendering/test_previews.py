"""Previews (latent2rgb) of the predicted x0, in the right colours."""

from __future__ import annotations

from types import SimpleNamespace

import diffusers
import numpy as np
import pytest
import torch
from diffusers import FlowMatchEulerDiscreteScheduler, FluxPipeline
from PIL import Image
from torch.nn.functional import avg_pool2d, pixel_shuffle

from t2i_chat.core.geometry import Size
from t2i_chat.rendering.diffusion.previews import (
    Expected,
    Previewer,
    _encoded,
    fitting_picture,
    unpacked,
)
from tests import tiny

OLD_NUMPY_WAYS = "ignore:__array__ implementation:DeprecationWarning"
"""Diffusers 0.42 still calls numpy as before 2.0 in some schedulers; harmless."""


@pytest.mark.filterwarnings(OLD_NUMPY_WAYS)
@pytest.mark.parametrize(
    "name", ["DDIMScheduler", "DPMSolverMultistepScheduler", "EulerDiscreteScheduler"]
)
def test_a_perfect_denoiser_is_expected_to_arrive_from_the_first_step(name: str) -> None:
    scheduler = getattr(diffusers, name).from_config(tiny.scheduler().config)
    scheduler.set_timesteps(10)
    expected = Expected(scheduler)
    random = torch.Generator().manual_seed(0)
    clean, noise = (torch.randn(1, 4, 4, 4, generator=random) for _ in range(2))
    start = scheduler.timesteps[:1]
    noisy = scheduler.add_noise(clean, noise, start)
    scheduler.scale_model_input(noisy, start[0])
    scheduler.step(noise, start[0], noisy, return_dict=False)
    assert (noisy - clean).abs().mean() > 0.5
    assert (expected.latents - clean).abs().max() < 1e-3


def test_a_straight_flow_is_expected_to_arrive_from_the_first_step() -> None:
    scheduler = FlowMatchEulerDiscreteScheduler()
    scheduler.set_timesteps(10)
    expected = Expected(scheduler)
    random = torch.Generator().manual_seed(0)
    clean, noise = (torch.randn(1, 4, 16, generator=random) for _ in range(2))
    noisy = noise
    for time in scheduler.timesteps[:3]:
        noisy = scheduler.step(noise - clean, time, noisy, return_dict=False)[0]
        assert (noisy - clean).abs().mean() > 0.5
        assert (expected.latents - clean).abs().max() < 1e-5


class PlainAutoencoder:
    """Its latents are averaged colours, mixed: what trained autoencoders come near to."""

    dtype = torch.float32
    device = torch.device("cpu")
    config = SimpleNamespace(scaling_factor=0.5)
    mix = torch.randn(4, 3, generator=torch.Generator().manual_seed(0))

    def encode(self, pixels: torch.Tensor) -> SimpleNamespace:
        """(1, 3, H, W) pixels in -1…1 to a distribution of (1, 4, H/8, W/8) latents."""
        latents = torch.einsum("lc,bchw->blhw", self.mix, avg_pool2d(pixels, 8))
        return SimpleNamespace(latent_dist=SimpleNamespace(mode=lambda: latents))


def test_colours_come_through_the_preview() -> None:
    vae = PlainAutoencoder()
    colours = np.array([[[200, 30, 40], [20, 160, 60], [240, 230, 90]]], dtype=np.uint8)
    picture = Image.fromarray(colours.repeat(8, axis=0).repeat(8, axis=1))
    pixels = torch.from_numpy(np.asarray(picture, dtype=np.float32) / 127.5 - 1)
    latents = vae.encode(pixels.permute(2, 0, 1)[None]).latent_dist.mode() * 0.5
    preview = np.asarray(Previewer.fitted(vae).picture(latents), dtype=int)
    assert preview.shape == (1, 3, 3)
    assert np.abs(preview - colours).max() <= 3


def test_the_preview_of_a_real_autoencoders_latents_has_their_size() -> None:
    preview = Previewer.fitted(tiny.autoencoder()).picture(torch.randn(1, 4, 5, 7))
    assert preview.size == (7, 5)


@pytest.mark.parametrize("make", [tiny.flux_2, tiny.qwen_image_edit])
def test_a_picture_is_fitted_in_the_units_its_own_pipeline_paints_in(make) -> None:
    pipeline = make()
    pixels = pipeline.image_processor.preprocess(fitting_picture())
    if make is tiny.qwen_image_edit:
        pixels = pixels[:, :, None]
    with torch.inference_mode():
        theirs = pipeline._encode_vae_image(pixels, generator=None)
    theirs = pixel_shuffle(theirs, 2) if make is tiny.flux_2 else theirs[:, :, 0]
    ours = _encoded(pipeline.vae, fitting_picture())
    assert ours.shape == theirs.shape
    assert (ours - theirs).abs().max() < 1e-4


@pytest.mark.parametrize(("pixels", "asked"), [((96, 64), (70, 45)), ((48, 160), (30, 111))])
def test_latents_of_about_the_shape_that_was_asked_for_are_put_back_too(pixels, asked) -> None:
    latents = torch.randn(1, 4, pixels[1] // 8, pixels[0] // 8)
    packed = FluxPipeline._pack_latents(latents, 1, 4, *latents.shape[-2:])
    assert torch.equal(unpacked(packed, Size(width=asked[0], height=asked[1])), latents)


@pytest.mark.parametrize(("width", "height"), [(64, 48), (48, 80), (32, 32)])
def test_latents_in_tokens_are_put_back_where_they_lie(width: int, height: int) -> None:
    high, wide = height // 8, width // 8
    latents = torch.arange(4.0 * high * wide).reshape(1, 4, high, wide)
    packed = FluxPipeline._pack_latents(latents, 1, 4, high, wide)
    assert torch.equal(unpacked(packed, Size(width=width, height=height)), latents)
    assert unpacked(latents, Size(width=width, height=height)) is latents
