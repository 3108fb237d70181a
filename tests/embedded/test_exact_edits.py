"""Edits change only what was asked: known failures of other editors, each by its name."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import UTC, datetime

import numpy as np
import pytest
from PIL import Image

from t2i_chat.core.actions import Add, Generate, Inpaint, LocalEdit, Outpaint, Remove, Replace
from t2i_chat.core.errors import RegionNotFound
from t2i_chat.core.geometry import Box, Size
from t2i_chat.core.params import Params
from t2i_chat.core.recipe import Recipe, Rendered, RenderRequest, Version
from t2i_chat.editing import requests
from t2i_chat.editing.requests import Job, Source
from t2i_chat.imaging import masks
from t2i_chat.rendering.diffusion import DiffusionRenderer
from t2i_chat.text.lexicon import AnyWords
from tests import tiny
from tests.fakes import max_difference

SIZES = [(256, 256), (500, 333), (604, 644), (1021, 767)]
QUICK = Params(steps=2)
EDITS: list[LocalEdit] = [
    Inpaint(target="the sky", result="a darker sky"),
    Add(result="a dog"),
    Remove(target="the tree"),
    Replace(target="the cat", result="a dog"),
]


@pytest.fixture(scope="module")
def renderer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DiffusionRenderer]:
    folder = tiny.save(tiny.stable_diffusion(), tmp_path_factory.mktemp("sd"))
    renderer = DiffusionRenderer(str(folder), device="cpu", threads=1)
    yield renderer
    renderer.close()


def noise(size: tuple[int, int]) -> Image.Image:
    rng = np.random.default_rng(8)
    return Image.fromarray(rng.integers(0, 256, (size[1], size[0], 3), dtype=np.uint8))


def checkerboard(size: tuple[int, int]) -> Image.Image:
    """Every pixel differs from its neighbours as much as it can."""
    ys, xs = np.indices((size[1], size[0]))
    return Image.fromarray(((xs + ys) % 2 * 255).astype(np.uint8)).convert("RGB")


def base(image: Image.Image) -> Source:
    size = Size(width=image.width, height=image.height)
    version = Version(
        conversation="c", number=1, parent=None, caption="a tree under a blue sky", summary="",
        recipe=Recipe(model="upload", kind="upload", seed=5, size=size), sha256="0",
        created_at=datetime.now(UTC),
    )  # fmt: skip
    return Source(version, image)


def region(size: tuple[int, int], box: tuple[int, int, int, int]) -> Image.Image:
    mask = Image.new("L", size, 0)
    mask.paste(255, box)
    return mask


def inner(size: tuple[int, int]) -> Image.Image:
    """A region that touches no edge."""
    wide, high = size
    return region(size, (wide // 3, high // 3, wide // 2, high // 2))


def painted(renderer: DiffusionRenderer, request: RenderRequest) -> Rendered:
    *_, last = renderer.render(request, threading.Event())
    assert isinstance(last, Rendered)
    return last


def edited(
    renderer: DiffusionRenderer,
    image: Image.Image,
    mask: Image.Image,
    action: LocalEdit = EDITS[0],
) -> tuple[Rendered, Image.Image]:
    """The edited picture, and the mask through which it shows."""
    job = requests.edit(action, base(image), mask, facts=renderer.facts, params=QUICK)
    done = painted(renderer, job.request)
    return done, masks.compositing(mask, job.request.recipe)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("action", EDITS, ids=lambda action: action.action)
def test_outside_the_mask_the_difference_is_none(
    renderer: DiffusionRenderer, size: tuple[int, int], action: LocalEdit
) -> None:
    image = noise(size)
    done, shown = edited(renderer, image, inner(size), action)
    assert done.image.size == size
    assert done.receipt is not None
    assert done.receipt.max_outside == 0
    assert max_difference(done.image, image, where=shown) == 0
    assert done.receipt.changed_fraction > 0.01


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("action", [Outpaint(), Outpaint(direction="left")])
def test_an_extended_picture_keeps_every_old_pixel(
    renderer: DiffusionRenderer, size: tuple[int, int], action: Outpaint, monkeypatch
) -> None:
    monkeypatch.setattr("t2i_chat.editing.requests.outpainting.MOST_AREA", 10_000)
    old = noise(size)
    job = requests.outpaint(action, base(old), facts=renderer.facts, params=QUICK)
    done = painted(renderer, job.request)
    x, y = (done.image.width - size[0], 0) if action.direction == "left" else tuple(
        (new - before) // 2 for new, before in zip(done.image.size, size, strict=True)
    )  # fmt: skip
    kept = done.image.crop((x, y, x + size[0], y + size[1]))
    assert max_difference(kept, old) == 0
    assert done.receipt is not None
    assert done.receipt.max_outside == 0
    assert done.receipt.changed_fraction > 0.2


def test_the_first_pixel_of_an_edited_picture_is_unchanged_diffusers_4782(
    renderer: DiffusionRenderer,
) -> None:
    for size in ((256, 256), (61, 45)):
        image = noise(size)
        done, _ = edited(renderer, image, inner(size))
        for corner in ((0, 0), (size[0] - 1, 0), (0, size[1] - 1), (size[0] - 1, size[1] - 1)):
            assert done.image.getpixel(corner) == image.getpixel(corner)


def test_twelve_edits_in_a_row_leave_the_rest_as_it_was_diffusers_10204(
    renderer: DiffusionRenderer,
) -> None:
    first = image = noise((203, 117))
    touched = np.zeros((117, 203), dtype=bool)
    for turn in range(12):
        mask = region(image.size, (turn, turn, turn + 9, turn + 9))
        done, shown = edited(renderer, image, mask, EDITS[turn % len(EDITS)])
        image = done.image
        touched |= np.asarray(shown) > 0
    assert max_difference(image, first, where=masks.from_array(touched)) == 0
    assert 0.1 < touched.mean() < 0.75


@pytest.mark.parametrize("size", [(64, 64), (203, 117), (500, 333)])
def test_a_checkerboard_does_not_move_swarmui_400(
    renderer: DiffusionRenderer, size: tuple[int, int]
) -> None:
    board = checkerboard(size)
    done, shown = edited(renderer, board, inner(size))
    assert max_difference(done.image, board, where=shown) == 0


@pytest.mark.parametrize("size", [(256, 256), (1021, 767)])
@pytest.mark.parametrize("side", [3, 12])
def test_a_tiny_mask_still_edits_fooocus_720(
    renderer: DiffusionRenderer, size: tuple[int, int], side: int
) -> None:
    image = noise(size)
    box = (100, 90, 100 + side, 90 + side)
    done, _ = edited(renderer, image, region(size, box))
    inside = np.asarray(done.image.crop(box)) != np.asarray(image.crop(box))
    assert inside.any(axis=2).mean() > 0.9


def test_several_pictures_at_once_are_each_as_if_alone_diffusers_2659(
    renderer: DiffusionRenderer,
) -> None:
    def jobs(count: int, seed: int) -> tuple[Job, ...]:
        action = Generate(prompt="a dog", count=count, seed=seed)
        return requests.generate(
            action,
            "a dog",
            facts=renderer.facts,
            params=QUICK,
            drawn_seed=0,
            lexicon=AnyWords(),
        )

    together = [painted(renderer, job.request).image.tobytes() for job in jobs(3, seed=4)]
    alone = [painted(renderer, jobs(1, seed)[0].request).image.tobytes() for seed in (6, 5, 4)]
    assert together == alone[::-1]
    assert len(set(together)) == 3


@pytest.mark.parametrize("rest", range(1, 8))
def test_sizes_that_are_no_multiples_of_eight_do_not_shift(
    renderer: DiffusionRenderer, rest: int
) -> None:
    size = (64 + rest, 72 - rest)
    board = checkerboard(size)
    done, shown = edited(renderer, board, inner(size))
    assert done.image.size == size
    assert max_difference(done.image, board, where=shown) == 0


def test_a_mask_of_everything_repaints_everything(renderer: DiffusionRenderer) -> None:
    image = noise((61, 45))
    done, _ = edited(renderer, image, Image.new("L", image.size, 255))
    assert done.receipt is not None
    assert (done.receipt.max_outside, done.receipt.changed_fraction > 0.9) == (0, True)


def test_a_mask_of_nothing_is_told(renderer: DiffusionRenderer) -> None:
    image = noise((61, 45))
    with pytest.raises(RegionNotFound, match="Nothing in the picture is marked"):
        edited(renderer, image, Image.new("L", image.size, 0))


def test_a_mask_of_another_size_is_never_stretched_in_silence(renderer: DiffusionRenderer) -> None:
    with pytest.raises(ValueError, match="differ in size"):
        edited(
            renderer,
            noise((61, 45)),
            masks.box_mask(Box(x0=0, y0=0, x1=9, y1=9), Size(width=60, height=45)),
        )
