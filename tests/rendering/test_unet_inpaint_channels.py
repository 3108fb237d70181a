"""The 9-channel inpainting UNet: weights it shares, inputs it sees."""

from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from t2i_chat.core.errors import ModelMissing
from t2i_chat.imaging import masks
from t2i_chat.rendering.diffusion import DiffusionRenderer
from t2i_chat.rendering.unet_inpaint_channels import (
    EXTRA,
    FILE,
    channels_of,
    load_channels,
    narrowed,
    save_channels,
    widened,
)
from tests import tiny
from tests.rendering.test_diffusion import LARGE, paint, request


@pytest.fixture
def unet():
    torch.manual_seed(1)
    return tiny.unet(cross_attention_dim=tiny.WIDTH)


@pytest.fixture
def channels():
    return torch.randn(8, EXTRA, 3, 3, generator=torch.Generator().manual_seed(2))


@torch.no_grad()
def answer(denoiser, inputs):
    words = torch.zeros(1, 3, tiny.WIDTH)
    return denoiser(inputs, 10, words).sample


def test_without_a_hole_it_is_the_same_denoiser(unet, channels):
    noisy = torch.randn(1, 4, 4, 4)
    wide = widened(unet, channels)
    plain = torch.cat([noisy, torch.zeros(1, EXTRA, 4, 4)], 1)
    assert torch.allclose(answer(wide, plain), answer(unet, noisy), atol=1e-6)
    around = torch.cat([noisy, torch.ones(1, EXTRA, 4, 4)], 1)
    assert not torch.allclose(answer(wide, around), answer(unet, noisy), atol=1e-3)


def test_all_but_the_first_layer_lies_in_memory_once(unet, channels):
    wide = dict(widened(unet, channels).named_parameters())
    for name, weights in unet.named_parameters():
        assert (wide[name].data_ptr() == weights.data_ptr()) == (name != "conv_in.weight")


def test_what_is_taken_apart_is_what_was_put_together(unet, channels, tmp_path):
    wide = widened(unet, channels)
    assert torch.equal(channels_of(wide), channels)
    back = narrowed(wide).state_dict()
    assert all(torch.equal(back[name], weights) for name, weights in unet.state_dict().items())
    assert load_channels(tmp_path) is None
    save_channels(channels, tmp_path)
    assert torch.equal(load_channels(tmp_path), channels)


def painted(folder: Path, kind) -> Image.Image:
    renderer = DiffusionRenderer(str(folder), device="cpu", threads=1)
    try:
        return paint(renderer, request(kind, LARGE, strength=1.0 if kind == "inpaint" else None))
    finally:
        renderer.close()


def test_the_renderer_fills_holes_with_it_and_nothing_else(channels, tmp_path):
    folder = tiny.save(tiny.stable_diffusion(), tmp_path)
    whole, hole = painted(folder, "text-to-image"), painted(folder, "inpaint")
    save_channels(channels, folder / "unet")
    assert painted(folder, "text-to-image").image.tobytes() == whole.image.tobytes()
    seen = painted(folder, "inpaint")
    assert seen.image.tobytes() != hole.image.tobytes()
    assert seen.receipt.max_outside == 0
    assert seen.recipe.revision != hole.recipe.revision
    asked = request("inpaint", LARGE)
    kept = np.asarray(masks.compositing(asked.mask, asked.recipe)) == 0
    assert np.array_equal(np.asarray(seen.image)[kept], np.asarray(asked.image)[kept])


def test_damaged_channels_are_a_missing_model(tmp_path):
    folder = tiny.save(tiny.stable_diffusion(), tmp_path)
    (folder / "unet" / FILE).write_bytes(b"not weights")
    renderer = DiffusionRenderer(str(folder), device="cpu", threads=1)
    with pytest.raises(ModelMissing, match="missing or broken"):
        renderer.load()
    renderer.close()
