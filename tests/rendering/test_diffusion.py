"""The diffusion renderer with tiny real pipelines: text-to-image, img2img, inpainting, Stop."""

from __future__ import annotations

import threading
import warnings
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
import torch
from diffusers import DiffusionPipeline, StableDiffusionPipeline
from huggingface_hub.errors import LocalEntryNotFoundError
from PIL import Image

from t2i_chat.core.errors import Cancelled, CannotDo, ModelDoesNotFit, ModelMissing, RegionNotFound
from t2i_chat.core.geometry import Box, Size
from t2i_chat.core.recipe import (
    Kind,
    Preview,
    Recipe,
    Rendered,
    RenderEvent,
    RenderRequest,
    pixels_sha256,
)
from t2i_chat.imaging import masks
from t2i_chat.rendering.diffusion import DiffusionRenderer, pipeline_job
from tests import tiny

STEPS = 6
SMALL, ODD = Size(width=32, height=32), Size(width=61, height=45)
LARGE = Size(width=203, height=117)
OLD_NUMPY_WAYS = "ignore:__array__ implementation:DeprecationWarning"
"""Diffusers 0.42 still calls numpy as before 2.0 in some schedulers; harmless."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny.save(tiny.stable_diffusion(), tmp_path_factory.mktemp("sd"))


@pytest.fixture(scope="module", params=["stable-diffusion", "stable-diffusion-xl", "flux-kontext"])
def any_folder(
    request: pytest.FixtureRequest, folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    if request.param == "stable-diffusion":
        return folder
    made = tiny.flux_kontext if request.param == "flux-kontext" else tiny.stable_diffusion_xl
    return tiny.save(made(), tmp_path_factory.mktemp(request.param))


@pytest.fixture(scope="module")
def renderer(folder: Path) -> Iterator[DiffusionRenderer]:
    renderer = DiffusionRenderer(str(folder), device="cpu", threads=1)
    yield renderer
    renderer.close()


@pytest.fixture(scope="module")
def any_renderer(any_folder: Path) -> Iterator[DiffusionRenderer]:
    renderer = DiffusionRenderer(str(any_folder), device="cpu", threads=1)
    yield renderer
    renderer.close()


def picture(size: Size) -> Image.Image:
    rng = np.random.default_rng(3)
    return Image.fromarray(rng.integers(0, 256, (size.height, size.width, 3), dtype=np.uint8))


def request(kind: Kind = "text-to-image", size: Size = SMALL, **recipe: object) -> RenderRequest:
    """A request of each kind; the region to inpaint is the upper left quarter."""
    image = None if kind == "text-to-image" else picture(size)
    mask = None
    if kind == "inpaint":
        mask = masks.box_mask(Box(x0=0, y0=0, x1=size.width // 2, y1=size.height // 2), size)
    said = {
        "model": "tiny",
        "prompt": "a cat",
        "seed": 7,
        "num_inference_steps": STEPS,
        "strength": None if kind == "text-to-image" else 0.7,
        "mask_grow": 2,
        "mask_feather": 3,
        "image_sha256": image and pixels_sha256(image),
        "mask_sha256": mask and pixels_sha256(mask),
    }
    return RenderRequest(
        Recipe.model_validate({"kind": kind, "size": size, **said, **recipe}), image, mask
    )


def events(renderer: DiffusionRenderer, asked: RenderRequest) -> list[RenderEvent]:
    return list(renderer.render(asked, threading.Event()))


def paint(renderer: DiffusionRenderer, asked: RenderRequest) -> Rendered:
    last = events(renderer, asked)[-1]
    assert isinstance(last, Rendered)
    return last


KINDS: list[Kind] = ["text-to-image", "image-to-image", "inpaint"]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("size", [SMALL, ODD])
def test_every_kind_is_painted_at_the_size_asked_and_twice_the_same(
    any_renderer: DiffusionRenderer, kind: Kind, size: Size
) -> None:
    first, second = (paint(any_renderer, request(kind, size)) for _ in range(2))
    assert first.image.size == (size.width, size.height)
    assert first.image.mode == "RGB"
    assert pixels_sha256(first.image) == pixels_sha256(second.image)
    assert first == Rendered(first.image, second.recipe, second.receipt)


@pytest.mark.parametrize("kind", KINDS)
def test_another_seed_is_another_picture(renderer: DiffusionRenderer, kind: Kind) -> None:
    one, other = (paint(renderer, request(kind, seed=seed)).image for seed in (1, 2))
    assert one.tobytes() != other.tobytes()


def test_other_words_are_another_picture(renderer: DiffusionRenderer) -> None:
    one, other = (paint(renderer, request(prompt=words)).image for words in ("a cat", "dogs"))
    assert one.tobytes() != other.tobytes()


@pytest.mark.parametrize("size", [SMALL, ODD, LARGE, Size(width=256, height=256)])
def test_an_inpainting_changes_nothing_outside_its_mask(
    any_renderer: DiffusionRenderer, size: Size
) -> None:
    asked = request("inpaint", size)
    rendered = paint(any_renderer, asked)
    assert rendered.receipt is not None
    assert rendered.receipt.max_outside == 0
    assert rendered.receipt.changed_fraction > 0.01
    far = Box(x0=0, y0=0, x1=size.width // 2 + 5, y1=size.height // 2 + 5)
    outside = np.asarray(masks.box_mask(far, size)) == 0
    assert (np.asarray(rendered.image)[outside] == np.asarray(asked.image)[outside]).all()


def test_twelve_inpaintings_in_a_row_leave_the_rest_as_it_was(renderer: DiffusionRenderer) -> None:
    asked = request("inpaint", ODD)
    image = asked.image
    for seed in range(12):
        recipe = asked.recipe.model_copy(update={"seed": seed, "image_sha256": None})
        image = paint(renderer, RenderRequest(recipe, image, asked.mask)).image
    assert asked.image is not None
    assert image is not None
    assert image.crop((36, 28, 61, 45)).tobytes() == asked.image.crop((36, 28, 61, 45)).tobytes()


def test_a_picture_too_large_for_the_model_is_still_restyled_whole(
    renderer: DiffusionRenderer,
) -> None:
    assert paint(renderer, request("image-to-image", LARGE)).image.size == (203, 117)


def test_the_faintest_restyling_still_takes_a_step(renderer: DiffusionRenderer) -> None:
    assert paint(renderer, request("image-to-image", strength=0.01)).image.size == (32, 32)


def test_previews_come_while_painting_and_the_picture_last(
    any_renderer: DiffusionRenderer,
) -> None:
    *previews, last = events(any_renderer, request())
    assert isinstance(last, Rendered)
    assert [
        (event.step, event.total, event.image.size)
        for event in previews
        if isinstance(event, Preview)
    ] == [(2, STEPS, (32, 32)), (4, STEPS, (32, 32))]


@pytest.mark.filterwarnings(OLD_NUMPY_WAYS)
@pytest.mark.parametrize("scheduler", ["DPMSolverMultistepScheduler", "EulerDiscreteScheduler"])
def test_the_recipes_scheduler_is_used(renderer: DiffusionRenderer, scheduler: str) -> None:
    one, usual = paint(renderer, request(scheduler=scheduler)), paint(renderer, request())
    assert one.recipe.scheduler == scheduler
    assert one.image.tobytes() != usual.image.tobytes()


def test_previews_of_an_inpainting_keep_the_rest_too(renderer: DiffusionRenderer) -> None:
    asked = request("inpaint", ODD)
    preview = events(renderer, asked)[0]
    assert isinstance(preview, Preview)
    assert asked.image is not None
    assert preview.image.crop((36, 28, 61, 45)) == asked.image.crop((36, 28, 61, 45))


def test_the_recipe_comes_back_completed_and_paints_the_same_again(
    renderer: DiffusionRenderer,
) -> None:
    first = paint(renderer, request())
    assert first.recipe.revision
    assert first.recipe.scheduler == "DDIMScheduler"
    assert {"diffusers", "torch", "transformers", "pillow"} <= first.recipe.versions.keys()
    # The number of threads changes the order of sums, and with it the last bits of a picture.
    assert first.recipe.versions["device"] == "cpu, float32, 1 threads"
    again = paint(renderer, RenderRequest(first.recipe))
    assert again.image.tobytes() == first.image.tobytes()
    assert again.recipe == first.recipe


@pytest.mark.parametrize("kind", KINDS)
def test_stop_ends_the_painting_within_one_step(renderer: DiffusionRenderer, kind: Kind) -> None:
    cancel = threading.Event()
    asked = request(kind, num_inference_steps=100, strength=1.0)
    rest = renderer.render(asked, cancel)
    first = next(rest)
    assert isinstance(first, Preview)
    cancel.set()
    late: list[RenderEvent] = []
    with pytest.raises(Cancelled):
        late.extend(rest)
    # Previews that were ready before Stop may still arrive, but the picture itself never does.
    assert all(isinstance(event, Preview) and event.step < first.total for event in late)
    assert isinstance(paint(renderer, request(kind)), Rendered)


def test_stop_before_the_start_paints_nothing(renderer: DiffusionRenderer) -> None:
    cancel = threading.Event()
    cancel.set()
    with pytest.raises(Cancelled):
        next(renderer.render(request(), cancel))


def test_closing_the_painting_ends_it_and_frees_the_model(
    monkeypatch: pytest.MonkeyPatch, renderer: DiffusionRenderer
) -> None:
    steps: list[int] = []

    def preview(step: int, total: int, *_: object) -> Preview:
        steps.append(step)
        return Preview(step, total, Image.new("RGB", (8, 8)))

    monkeypatch.setattr(pipeline_job, "preview", preview)
    events_until_closed = renderer.render(request(num_inference_steps=150), threading.Event())
    with closing(events_until_closed):  # type: ignore[type-var] # it is a generator
        assert isinstance(next(events_until_closed), Preview)
    assert steps[-1] < 148
    assert isinstance(paint(renderer, request()), Rendered)


def test_closing_the_renderer_ends_the_picture_in_hand(folder: Path) -> None:
    renderer = DiffusionRenderer(str(folder), device="cpu", preview_every=1, threads=1)
    rest = renderer.render(request(num_inference_steps=150), threading.Event())
    assert isinstance(next(rest), Preview)
    renderer.close()
    with pytest.raises(Cancelled):
        list(rest)


def test_two_at_once_paint_what_each_would_alone(any_renderer: DiffusionRenderer) -> None:
    asked = [request(kind, seed=seed) for kind in KINDS for seed in (1, 2)]
    alone = [paint(any_renderer, one).image.tobytes() for one in asked]
    with ThreadPoolExecutor(len(asked)) as pool:
        together = list(pool.map(lambda one: paint(any_renderer, one).image.tobytes(), asked))
    assert together == alone


def test_the_same_files_in_another_place_are_the_same_model(folder: Path, tmp_path: Path) -> None:
    copied = tiny.save(tiny.stable_diffusion(), tmp_path / "copy")
    one, other = (
        DiffusionRenderer(str(path), device="cpu", threads=1) for path in (folder, copied)
    )
    first, second = paint(one, request()), paint(other, request())
    assert first.recipe.revision == second.recipe.revision
    assert first.image.tobytes() == second.image.tobytes()
    one.close()
    other.close()


def test_other_settings_in_the_folder_are_another_revision(tmp_path: Path) -> None:
    changed = tiny.stable_diffusion()
    changed.scheduler = tiny.scheduler(prediction_type="v_prediction")
    paths = tiny.save(tiny.stable_diffusion(), tmp_path / "a"), tiny.save(changed, tmp_path / "b")
    revisions = []
    for path in paths:
        renderer = DiffusionRenderer(str(path), device="cpu", threads=1)
        revisions.append(paint(renderer, request()).recipe.revision)
        renderer.close()
    assert revisions[0] != revisions[1]


def test_an_empty_mask_is_answered_with_a_sentence(renderer: DiffusionRenderer) -> None:
    asked = request("inpaint", mask_sha256=None)
    with pytest.raises(RegionNotFound, match="marked"):
        events(renderer, RenderRequest(asked.recipe, asked.image, Image.new("L", (32, 32))))


def test_a_picture_that_the_recipe_does_not_name_is_refused(renderer: DiffusionRenderer) -> None:
    asked = request("image-to-image")
    with pytest.raises(ValueError, match="names"):
        events(renderer, RenderRequest(asked.recipe, Image.new("RGB", (32, 32))))


def test_a_folder_that_is_not_there_is_a_missing_model(tmp_path: Path) -> None:
    with pytest.raises(ModelMissing, match="no model"):
        DiffusionRenderer(str(tmp_path / "none"))


def test_a_damaged_file_is_a_missing_model(tmp_path: Path) -> None:
    folder = tiny.save(tiny.stable_diffusion(), tmp_path)
    (folder / "unet" / "diffusion_pytorch_model.safetensors").write_bytes(b"not weights")
    renderer = DiffusionRenderer(str(folder), device="cpu", threads=1)
    with pytest.raises(ModelMissing, match="broken"):
        renderer.load()
    renderer.close()


def test_an_id_that_neither_the_cache_nor_the_hub_knows_is_a_missing_model(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[bool] = []

    def nowhere(*_: object, local_files_only: bool = False, **__: object) -> str:
        asked.append(local_files_only)
        raise LocalEntryNotFoundError("not there")

    monkeypatch.setattr("huggingface_hub.hf_hub_download", nowhere)
    with pytest.raises(ModelMissing, match="neither"):
        DiffusionRenderer("nobody/nothing")
    assert asked == [True, False]


def test_a_known_hub_model_is_downloaded_when_it_is_first_needed(
    monkeypatch: pytest.MonkeyPatch, folder: Path
) -> None:
    fetched: list[tuple[str, bool]] = []

    def download(source: str, local_files_only: bool = False, **_: object) -> Path:
        fetched.append((source, local_files_only))
        if local_files_only:
            raise LocalEntryNotFoundError("not there yet")
        return folder

    monkeypatch.setattr(DiffusionPipeline, "download", download)
    renderer = DiffusionRenderer("sd15", device="cpu", threads=1)
    assert fetched == []
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "__array__ implementation", DeprecationWarning)
        rendered = paint(renderer, request())
    assert fetched == [(renderer.facts.source, True), (renderer.facts.source, False)]
    assert rendered.recipe.revision == folder.name
    assert rendered.recipe.scheduler == "DPMSolverMultistepScheduler"
    renderer.close()


@pytest.mark.parametrize(("moment", "match"), [("loading", "smaller model"), ("painting", "Try")])
def test_too_little_memory_is_answered_with_a_way_out(
    monkeypatch: pytest.MonkeyPatch, folder: Path, moment: str, match: str
) -> None:
    def full(*_: object, **__: object) -> None:
        raise torch.OutOfMemoryError("full")

    renderer = DiffusionRenderer(str(folder), device="cpu", threads=1)
    if moment == "painting":
        renderer.load()
    method = "to" if moment == "loading" else "encode_prompt"
    monkeypatch.setattr(StableDiffusionPipeline, method, full)
    with pytest.raises(ModelDoesNotFit, match=match):
        events(renderer, request())
    renderer.close()


def test_a_full_main_memory_is_answered_too(
    monkeypatch: pytest.MonkeyPatch, renderer: DiffusionRenderer
) -> None:
    def greedy(*_: object, **__: object) -> None:
        torch.empty(10**16)

    monkeypatch.setattr(StableDiffusionPipeline, "encode_prompt", greedy)
    with pytest.raises(ModelDoesNotFit, match="Try a smaller one"):
        events(renderer, request())


def test_the_mask_that_is_told_is_the_one_that_was_used(renderer: DiffusionRenderer) -> None:
    asked = request("inpaint", ODD, mask_grow=1, mask_feather=5)
    assert asked.mask is not None
    told = np.asarray(masks.compositing(asked.mask, asked.recipe))
    painted = paint(renderer, asked)
    changed = (np.asarray(painted.image) != np.asarray(asked.image)).any(axis=2)
    assert not changed[told == 0].any()
    assert changed[told == 255].mean() > 0.9


def test_what_the_models_own_filter_holds_back_is_said(
    monkeypatch: pytest.MonkeyPatch, renderer: DiffusionRenderer
) -> None:
    monkeypatch.setattr(
        StableDiffusionPipeline, "run_safety_checker", lambda *args: (args[1], [True])
    )
    with pytest.raises(CannotDo, match="filter"):
        events(renderer, request())


def test_an_unknown_scheduler_is_named(renderer: DiffusionRenderer) -> None:
    with pytest.raises(ModelMissing, match="NoSuchScheduler"):
        events(renderer, request(scheduler="NoSuchScheduler"))


def test_the_bare_pipeline_can_be_timed(renderer: DiffusionRenderer) -> None:
    assert all(renderer.bare_pipeline_seconds(request(kind)) > 0 for kind in KINDS)
