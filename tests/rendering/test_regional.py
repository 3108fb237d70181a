"""Layouts (regional prompting) rendered with tiny pipelines: regions, steps, noise."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from t2i_chat.core.errors import Cancelled
from t2i_chat.core.geometry import Box, Size
from t2i_chat.core.recipe import Layout, Preview, Recipe, Region, Rendered, RenderRequest, steps_of
from t2i_chat.rendering.diffusion import DiffusionRenderer, loading
from t2i_chat.rendering.diffusion.matting import off_by, put_into
from t2i_chat.rendering.diffusion.regional import paint_in_parts
from t2i_chat.rendering.unet_inpaint_channels import EXTRA, save_channels
from tests import tiny

SIZE = Size(width=64, height=48)
LEFT, RIGHT = Box(x0=8, y0=16, x1=24, y1=40), Box(x0=40, y0=8, x1=56, y1=32)


@pytest.fixture(scope="module", params=[False, True], ids=["plain", "with channels for holes"])
def folder(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    pipeline = tiny.stable_diffusion()
    folder = tiny.save(pipeline, tmp_path_factory.mktemp("sd"))
    if request.param:
        width = pipeline.unet.config.block_out_channels[0]
        torch.manual_seed(0)
        save_channels(torch.randn(width, EXTRA, 3, 3), folder / "unet")
    return folder


@pytest.fixture(scope="module")
def renderer(folder: Path) -> Iterator[DiffusionRenderer]:
    renderer = DiffusionRenderer(str(folder), device="cpu", threads=1, preview_every=1)
    yield renderer
    renderer.close()


def recipe(*regions: Region, seed: int = 3) -> Recipe:
    layout = Layout(backdrop="a field", regions=regions)
    return Recipe(
        model="m", kind="text-to-image", prompt="a dog and a cat in a field", layout=layout,
        seed=seed, size=SIZE, num_inference_steps=5, guidance_scale=4.0,
    )  # fmt: skip


def painted(renderer: DiffusionRenderer, wanted: Recipe) -> tuple[list[Preview], Image.Image]:
    events = list(renderer.render(RenderRequest(wanted), threading.Event()))
    (rendered,) = (event for event in events if isinstance(event, Rendered))
    assert rendered.recipe.layout == wanted.layout
    return [event for event in events if isinstance(event, Preview)], rendered.image


DOG, CAT = Region(prompt="a dog", box=LEFT), Region(prompt="a cat", box=RIGHT)


def test_the_same_layout_gives_the_same_picture_and_another_another(renderer):
    picture, again = (painted(renderer, recipe(DOG, CAT))[1] for _ in range(2))
    other = painted(renderer, recipe(DOG, DOG))[1]
    assert picture.size == (SIZE.width, SIZE.height)
    assert picture.tobytes() == again.tobytes() != other.tobytes()


def test_every_step_of_every_part_is_told_in_one_row(renderer):
    previews, _ = painted(renderer, recipe(DOG, CAT))
    total = sum(steps_of(recipe(DOG, CAT), recipe(DOG, CAT).layout))
    assert [preview.step for preview in previews] == list(range(1, total))
    assert {preview.total for preview in previews} == {total}
    assert {preview.image.size for preview in previews} == {(SIZE.width, SIZE.height)}


def test_a_region_changes_nothing_outside_its_box(folder):
    model = loading.load(loading.facts_of(str(folder)), "cpu")
    seen = []
    wanted = recipe(DOG)
    paint_in_parts(wanted, wanted.layout, SIZE, model, lambda *told: seen.append(told[2]))
    backdrops = steps_of(wanted, wanted.layout)[0]
    first, finished = seen[backdrops][0].numpy(), seen[-1][0].numpy()
    scale = SIZE.width // first.shape[-1]
    outside = np.ones(first.shape[1:], bool)
    outside[LEFT.y0 // scale : LEFT.y1 // scale, LEFT.x0 // scale : LEFT.x1 // scale] = False
    assert np.array_equal(first[:, outside], finished[:, outside])
    assert not np.array_equal(first[:, ~outside], finished[:, ~outside])


def test_stop_ends_it_in_the_middle_of_a_region(renderer):
    cancel = threading.Event()
    events = renderer.render(RenderRequest(recipe(DOG, CAT)), cancel)
    shown = [next(events) for _ in range(4)]
    cancel.set()
    with pytest.raises(Cancelled):
        list(events)
    assert shown[-1].step == 4


def test_few_steps_still_give_every_part_some():
    draft = recipe(DOG, CAT).model_copy(update={"num_inference_steps": 1})
    assert all(count >= 1 for count in steps_of(draft, draft.layout))


def hole_in(side: int) -> torch.Tensor:
    hole = torch.zeros(1, 1, side, side)
    hole[:, :, 1:-1, 1:-1] = 1
    return hole


def test_only_what_differs_from_the_picture_before_shows():
    before = torch.zeros(1, 4, 11, 11)
    painted = before + 0.1
    painted[:, :, 5, 5] = 2.0
    after, share = put_into(before, painted, hole_in(11))
    assert share[0, 0, 4:7, 4:7].eq(1).all(), "the thing, and a latent about it"
    assert share.sum() == 9, "nothing of the nearly equal rest"
    assert torch.equal(after[:, :, 5, 5], painted[:, :, 5, 5])


def test_a_backdrop_painted_in_another_shade_does_not_show():
    before = torch.randn(1, 4, 11, 11)
    shade = torch.linspace(0.2, 0.4, 9)
    painted = before.clone()
    painted[:, :, 1:-1, 1:-1] += shade  # unlike on the left, more so on the right
    painted[:, :, 5, 5] += 3
    after, share = put_into(before, painted, hole_in(11))
    assert share.sum() == 9
    apart = (after - before).abs().mean(1)[0]
    assert apart[5, 5] > 2
    apart[5, 5] = 0
    assert apart.max() < 1e-5, "about the thing it is put right"


def test_an_edge_where_a_thing_stands_is_no_measure_of_the_backdrop():
    apart = torch.zeros(1, 4, 11, 11)
    apart[:, :, 1:-1, 1:-1] = 0.3
    apart[:, :, 4, 1] = 2.0  # the thing touches the left edge there
    apart[:, :, 5, (1, 9)] = 2.0  # and both edges here
    off = off_by(apart, hole_in(11))
    assert off[0, :, 4, 1:-1].eq(0.3).all()
    assert off[0, :, 5].eq(0).all()
    assert off[0, :, 0].eq(0).all()


def test_regions_of_a_picture_leave_all_the_rest_of_it(folder):
    model = loading.load(loading.facts_of(str(folder)), "cpu")
    rng = np.random.default_rng(0)
    picture = Image.fromarray(rng.integers(0, 255, (SIZE.height, SIZE.width, 3), np.uint8))
    wanted = recipe(DOG)
    layout = Layout(backdrop=None, regions=(DOG,))
    told = []
    painted = paint_in_parts(wanted, layout, SIZE, model, lambda *step: told.append(step), picture)
    assert [step[:2] for step in told] == [(k + 1, 3) for k in range(3)]
    apart = np.asarray(painted).astype(int) != np.asarray(picture)
    near = np.zeros(apart.shape[:2], bool)
    near[LEFT.y0 - 8 : LEFT.y1 + 8, LEFT.x0 - 8 : LEFT.x1 + 8] = True
    assert apart[near].any()
    assert not apart[~near].any()
