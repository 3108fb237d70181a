"""Infill of removed regions (Telea), and colour matching around inpainted ones."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import UTC, datetime

import numpy as np
import pytest
from PIL import Image

from t2i_chat.core.actions import Add, Inpaint, Outpaint, Remove, Replace
from t2i_chat.core.geometry import Box, Size
from t2i_chat.core.params import Params
from t2i_chat.core.recipe import Recipe, Rendered, RenderRequest, Version
from t2i_chat.core.registry import facts_for
from t2i_chat.editing import requests
from t2i_chat.editing.requests import Source
from t2i_chat.imaging import masks
from t2i_chat.imaging.color_match import MOST, matched, ring_around
from t2i_chat.imaging.infill import prefilled
from t2i_chat.rendering.diffusion import DiffusionRenderer
from tests import tiny
from tests.fakes import max_difference

SIZE = Size(width=160, height=120)
HOLE = masks.box_mask(Box(x0=60, y0=40, x1=100, y1=80), SIZE)


def ramp() -> Image.Image:
    """Brighter to the right, with a red block where the hole is."""
    xs = np.broadcast_to(np.linspace(40, 200, 160), (120, 160))
    picture = Image.fromarray(np.stack([xs] * 3, axis=-1).astype(np.uint8))
    picture.paste((255, 0, 0), (60, 40, 100, 80))
    return picture


def base(image: Image.Image) -> Source:
    size = Size(width=image.width, height=image.height)
    version = Version(
        conversation="c", number=1, parent=None, caption="a tree under a blue sky", summary="",
        recipe=Recipe(model="upload", kind="upload", seed=5, size=size), sha256="0",
        created_at=datetime.now(UTC),
    )  # fmt: skip
    return Source(version, image)


def test_the_filling_goes_on_from_its_edge_and_nothing_else_moves():
    filled = prefilled(ramp(), HOLE)
    assert max_difference(filled, ramp(), where=HOLE) == 0
    inside = np.asarray(filled, dtype=int)[40:80, 60:100]
    wanted = np.asarray(ramp(), dtype=int)[10, 60:100]
    assert abs(inside - wanted).max() < 30
    assert prefilled(ramp(), HOLE).tobytes() == filled.tobytes()


@pytest.mark.parametrize("grey", [0, 255])
def test_a_region_without_an_edge_leaves_the_picture_as_it_is(grey):
    assert prefilled(ramp(), Image.new("L", (160, 120), grey)).tobytes() == ramp().tobytes()


def test_a_region_at_the_border_of_a_picture_is_filled_as_well():
    corner = masks.box_mask(Box(x0=0, y0=0, x1=30, y1=30), SIZE)
    assert max_difference(prefilled(ramp(), corner), ramp(), where=corner) == 0


def test_painted_colours_are_moved_by_what_the_ring_shows():
    shown = masks.composite_mask(HOLE, 4, 4)
    painted = Image.fromarray((np.asarray(ramp(), dtype=int) * 0.9 - 3).clip(0).astype(np.uint8))
    ring = ring_around(shown, 16)
    assert masks.binary(ring)[np.asarray(shown) > 0].sum() == 0
    moved = matched(painted, ramp(), ring)
    apart = np.asarray(moved, dtype=int) - np.asarray(ramp(), dtype=int)
    assert abs(apart[masks.binary(ring)].mean()) < 1
    assert matched(ramp(), ramp(), ring).tobytes() == ramp().tobytes()


def test_they_are_never_moved_far_and_without_a_ring_not_at_all():
    white, ring = Image.new("RGB", (160, 120), "white"), ring_around(HOLE, 16)
    assert np.asarray(matched(Image.new("RGB", (160, 120)), white, ring)).max() == MOST
    none = ring_around(Image.new("L", (160, 120), 255), 16)
    assert matched(ramp(), white, none).tobytes() == ramp().tobytes()


@pytest.mark.parametrize(
    ("action", "prefill", "strength"),
    [(Remove(target="the tree"), "telea", 0.85), (Add(result="a dog"), None, 1.0),
     (Replace(target="the tree", result="a dog"), None, 1.0),
     (Inpaint(target="the sky", result="a red sky"), None, 0.75)],
)  # fmt: skip
def test_only_painters_of_any_words_need_it(action, prefill, strength):
    sd, own = facts_for("sd15"), facts_for("storybook")
    image = Image.new("RGB", (512, 512))
    mask = Image.new("L", image.size, 255)
    recipe = requests.edit(action, base(image), mask, facts=sd, params=Params()).request.recipe
    assert (recipe.prefill, recipe.ring) == (prefill, 16)
    assert recipe.strength == strength
    recipe = requests.edit(action, base(image), mask, facts=own, params=Params()).request.recipe
    assert (recipe.prefill, recipe.ring, recipe.strength) == (None, 0, 1.0)
    wide = requests.outpaint(Outpaint(), base(image), facts=sd, params=Params()).request.recipe
    assert wide.ring == 16


@pytest.fixture(scope="module")
def renderer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DiffusionRenderer]:
    folder = tiny.save(tiny.stable_diffusion(), tmp_path_factory.mktemp("sd"))
    renderer = DiffusionRenderer(str(folder), device="cpu", threads=1)
    yield renderer
    renderer.close()


def painted(renderer: DiffusionRenderer, job: requests.Job, **changed: object) -> Rendered:
    narrow = {"mask_grow": 4, "mask_feather": 4} | changed  # the model's own size is tiny
    recipe = job.request.recipe.model_copy(update=narrow)
    request = RenderRequest(recipe, image=job.request.image, mask=job.request.mask)
    *_, last = renderer.render(request, threading.Event())
    assert isinstance(last, Rendered)
    return last


def test_a_removal_is_painted_over_the_filling_and_proved_like_any_edit(renderer):
    job = requests.edit(
        Remove(target="the tree"), base(ramp()), HOLE, facts=renderer.facts, params=Params(steps=4)
    )
    done, again = painted(renderer, job), painted(renderer, job)
    assert done.receipt is not None
    assert done.receipt.max_outside == 0
    assert done.image.tobytes() == again.image.tobytes()
    assert "opencv" in done.recipe.versions
    bare = painted(renderer, job, prefill=None)
    assert bare.image.tobytes() != done.image.tobytes()
    assert "opencv" not in bare.recipe.versions
    assert painted(renderer, job, ring=0).image.tobytes() != done.image.tobytes()
