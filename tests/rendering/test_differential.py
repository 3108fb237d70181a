"""Differential diffusion: a strength per pixel, and nothing outside the mask changes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import diffusers
import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from t2i_chat.core.actions import Add, Inpaint, LocalEdit, Remove
from t2i_chat.core.families import FAMILIES
from t2i_chat.core.geometry import Box, Size
from t2i_chat.core.params import Params
from t2i_chat.core.recipe import Recipe, Version, pixels_sha256
from t2i_chat.core.registry import ModelFacts, facts_for
from t2i_chat.editing import requests
from t2i_chat.editing.requests import Source
from t2i_chat.imaging import masks, strength_map
from t2i_chat.rendering.diffusion import DiffusionRenderer
from t2i_chat.rendering.diffusion.differential import Strengths
from t2i_chat.rendering.diffusion.loading import LoadedModel, load
from t2i_chat.rendering.diffusion.pipeline_call import call, generator_for
from t2i_chat.rendering.unet_inpaint_channels import save_channels
from tests import tiny
from tests.fakes import max_difference
from tests.rendering.test_diffusion import LARGE, ODD, OLD_NUMPY_WAYS, paint, request
from tests.rendering.test_export_script import run

SIDE = 64
HOLE = masks.box_mask(Box(x0=16, y0=0, x1=48, y1=40), Size(width=SIDE, height=SIDE))


@pytest.fixture(scope="module", params=[tiny.stable_diffusion, tiny.stable_diffusion_xl])
def renderer(request, tmp_path_factory):
    folder = tiny.save(request.param(), tmp_path_factory.mktemp("model"))
    renderer = DiffusionRenderer(str(folder), device="cpu", threads=1)
    yield renderer
    renderer.close()


@given(
    box=st.tuples(*[st.integers(0, 31)] * 2, *[st.integers(33, 64)] * 2), ramp=st.integers(0, 80)
)
def test_a_map_is_full_inside_and_nothing_outside(box, ramp):
    region = masks.box_mask(
        Box(x0=box[0], y0=box[1], x1=box[2], y1=box[3]), Size(width=SIDE, height=SIDE)
    )
    change, inside = np.asarray(strength_map.change_map(region, ramp)), masks.binary(region)
    assert (change > 0).tolist() == inside.tolist()
    assert change.max() == strength_map.FULL
    shrunk = ~masks.binary(masks.grow(masks.from_array(~inside), ramp))
    assert (change[shrunk] == strength_map.FULL).all()


def test_the_strength_rises_from_the_edge_but_not_from_the_pictures_border():
    change = np.asarray(strength_map.change_map(HOLE, 10), dtype=int)
    assert (change[0, 16:32] == change[20, 16:32]).all()
    assert (np.diff(change[0, 16:26]) > 0).all()
    assert set(change[:20, 27]) == {strength_map.FULL}


def test_a_map_that_was_scaled_down_is_full_again_somewhere():
    faint = Image.fromarray(np.full((16, 24), 100, dtype=np.uint8))
    assert set(strength_map.in_blocks(faint, 8).tobytes()) == {strength_map.FULL}
    assert strength_map.in_blocks(faint, 8).size == (3, 2)


@pytest.mark.parametrize("total", [1, 2, 7])
def test_each_pixel_is_free_for_its_share_of_the_steps(total):
    change = Image.fromarray(np.arange(256, dtype=np.uint8).reshape(16, 16))
    strengths, mask = Strengths(change, 1), torch.zeros(2, 1, 16, 16)
    first = masks.binary(strengths.first_mask())
    later = [strengths.after(step, total, mask) for step in range(1, total)]
    assert all(one.shape == mask.shape for one in later)
    free = first + sum(one[1, 0].numpy() for one in later)
    assert free.ravel().tolist() == [value * total // 255 for value in range(256)]


def test_latents_keep_the_more_the_less_they_may_change(renderer: DiffusionRenderer):
    """In bands of rising strength they move further and further away from the picture's."""
    model = load(renderer.facts, "cpu")
    side = SIDE // model.facts.multiple
    bands = np.sort(np.resize(np.array([0, 64, 128, 192, 255], dtype=np.uint8), side))
    change = np.broadcast_to(bands, (side, side)).repeat(SIDE // side, 0).repeat(SIDE // side, 1)
    strengths = Strengths(Image.fromarray(np.ascontiguousarray(change)), model.facts.multiple)
    rng = np.random.default_rng(3)
    picture = Image.fromarray(rng.integers(0, 256, (SIDE, SIDE, 3), dtype=np.uint8))
    moved = inpainted(model, picture, strengths) - encoded(model, picture)
    means = [float(moved[..., bands == level].abs().mean()) for level in sorted(set(bands))]
    assert means[0] < 0.1 * means[-1]
    assert means == sorted(means)


def inpainted(model: LoadedModel, picture: Image.Image, strengths: Strengths) -> torch.Tensor:
    recipe = Recipe(
        model="tiny", kind="inpaint", prompt="a cat", size=Size(width=SIDE, height=SIDE),
        num_inference_steps=8,
    )  # fmt: skip
    arguments = {
        "image": picture, "mask_image": strengths.first_mask(), "width": SIDE, "height": SIDE,
        "strength": 1.0, "output_type": "latent",
    }  # fmt: skip
    pipeline = model.pipeline_for(model.facts.pipelines.inpaint, "DDIMScheduler")
    return call(pipeline, recipe, arguments, generator_for(7), strengths=strengths)


def encoded(model: LoadedModel, picture: Image.Image) -> torch.Tensor:
    pipeline = model.pipeline
    with torch.no_grad():
        pixels = pipeline.image_processor.preprocess(picture)
        return pipeline.vae.encode(pixels).latent_dist.mean[0] * pipeline.vae.config.scaling_factor


@pytest.mark.parametrize("size", [ODD, LARGE])
def test_nothing_outside_the_region_changes_and_it_paints_twice_the_same(renderer, size):
    asked = request("inpaint", size, mask_ramp=12)
    once, again, alike = paint(renderer, asked), paint(renderer, asked), request("inpaint", size)
    assert once.receipt is not None
    assert once.receipt.max_outside == 0
    assert once.recipe.mask_ramp == 12
    shown = masks.compositing(asked.mask, asked.recipe)
    assert max_difference(once.image, asked.image, where=shown) == 0
    assert pixels_sha256(once.image) == pixels_sha256(again.image)
    assert pixels_sha256(once.image) != pixels_sha256(paint(renderer, alike).image)


def test_full_strength_everywhere_is_the_usual_edit(renderer):
    everything = Image.new("L", (ODD.width, ODD.height), 255)
    said = {"mask_sha256": None, "mask_grow": 0, "mask_feather": 0}
    soft, hard = (
        paint(renderer, replaced(request("inpaint", ODD, mask_ramp=ramp, **said), everything))
        for ramp in (12, 0)
    )
    assert pixels_sha256(soft.image) == pixels_sha256(hard.image)


def replaced(asked, mask):
    return type(asked)(asked.recipe, asked.image, mask)


@pytest.mark.filterwarnings(OLD_NUMPY_WAYS)
@pytest.mark.parametrize("size", [ODD, LARGE])
def test_a_script_holds_the_same_pixels_back(renderer, size, tmp_path):
    asked = request("inpaint", size, mask_ramp=12)
    theirs = run(renderer, asked, tmp_path)
    assert pixels_sha256(theirs) == pixels_sha256(paint(renderer, asked).image)
    assert "strengths.png" in (tmp_path / "paint.py").read_text()


def wide(folder: Path) -> None:
    more = torch.randn(8, 5, 3, 3, generator=torch.Generator().manual_seed(1))
    save_channels(more, folder / "unet")


def nothing(_: Path) -> None:
    """Leaves the folder as it is."""


@pytest.mark.parametrize(("more", "ramp"), [(wide, 0), (nothing, 12)])
def test_a_recipe_tells_what_was_really_done(
    tmp_path: Path, more: Callable[[Path], None], ramp: int
):
    folder = tiny.save(tiny.stable_diffusion(), tmp_path)
    more(folder)
    renderer = DiffusionRenderer(str(folder), device="cpu", threads=1)
    assert paint(renderer, request("inpaint", mask_ramp=12)).recipe.mask_ramp == ramp
    renderer.close()


@pytest.mark.parametrize("channels", [4, 9])
def test_a_denoiser_for_holes_is_told_from_its_files(tmp_path: Path, channels: int):
    pipeline = tiny.stable_diffusion()
    pipeline.register_modules(unet=tiny.unet(in_channels=channels))
    assert facts_for(str(tiny.save(pipeline, tmp_path))).differential == (channels == 4)


def planned(action: LocalEdit, facts: ModelFacts) -> Recipe:
    picture = Image.new("RGB", (512, 512))
    size = Size(width=512, height=512)
    version = Version(
        conversation="c", number=1, parent=None, caption="a house by a lake", summary="",
        recipe=Recipe(model="upload", kind="upload", seed=5, size=size), sha256="0",
        created_at=datetime.now(UTC),
    )  # fmt: skip
    mask = masks.box_mask(Box(x0=9, y0=9, x1=99, y1=99), size)
    job = requests.edit(action, Source(version, picture), mask, facts=facts, params=Params())
    return job.request.recipe


SOFT: list[LocalEdit] = [
    Inpaint(target="the sky", result="a darker sky"),
    Inpaint(target="the house", result="a golden house"),
]
HARD: list[LocalEdit] = [
    Inpaint(target="the house", result="a castle"),
    Inpaint(target="the lake", result="snow"),
    Add(result="a dog"),
    Remove(target="the lake"),
]


def test_light_and_colour_fade_out_and_things_do_not():
    soft, hard = ([planned(action, facts_for("sd15")) for action in some] for some in (SOFT, HARD))
    assert [(recipe.mask_ramp, recipe.strength) for recipe in soft] == [(32, 0.6), (32, 0.75)]
    assert {recipe.mask_ramp for recipe in hard} == {0}
    assert {planned(action, facts_for("storybook")).mask_ramp for action in SOFT + HARD} == {0}


def test_every_class_that_is_called_differential_lets_its_mask_be_exchanged():
    named = {family.inpaint for family in FAMILIES.values() if family.differential}
    assert named
    for name in named:
        assert "mask" in getattr(diffusers, name)._callback_tensor_inputs
