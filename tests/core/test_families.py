"""Every pipeline class of every model family renders for real (tiny weights)."""

from __future__ import annotations

import inspect
import runpy
import threading
from collections.abc import Iterator
from dataclasses import replace

import diffusers
import numpy as np
import pytest
from diffusers.pipelines.qwenimage import (
    pipeline_qwenimage_edit,
    pipeline_qwenimage_edit_inpaint,
    pipeline_qwenimage_edit_plus,
)
from PIL import Image

from t2i_chat.core.actions import Add, Generate, Inpaint, Outpaint, Remove, Restyle
from t2i_chat.core.errors import Cancelled
from t2i_chat.core.families import FAMILIES, Family
from t2i_chat.core.geometry import Size
from t2i_chat.core.recipe import Kind, Preview, RenderRequest, pixels_sha256
from t2i_chat.core.registry import PROFILES
from t2i_chat.imaging import masks
from t2i_chat.rendering.diffusion import DiffusionRenderer, pipeline_job
from t2i_chat.rendering.diffusion.pipeline_call import spoken
from t2i_chat.reproduce.replay import replay
from tests import tiny
from tests.editing.test_instruct import do, image, opened
from tests.fakes import max_difference
from tests.rendering.test_diffusion import ODD, STEPS, events, paint, request

WIDE = Size(width=200, height=24)
KINDS: dict[str, Kind] = {
    "text_to_image": "text-to-image",
    "image_to_image": "image-to-image",
    "inpaint": "inpaint",
    "instruct": "instruct",
}


@pytest.fixture(autouse=True)
def _few_pixels(monkeypatch: pytest.MonkeyPatch) -> None:
    """Qwen-Image-Edit scales what it sees to a million pixels: here to some thousand."""
    edits = (
        pipeline_qwenimage_edit, pipeline_qwenimage_edit_inpaint, pipeline_qwenimage_edit_plus
    )  # fmt: skip
    for module in edits:
        real = module.calculate_dimensions
        monkeypatch.setattr(
            module, "calculate_dimensions", lambda area, ratio, real=real: real(area / 64, ratio)
        )


@pytest.fixture(scope="module", params=FAMILIES)
def renderer(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[DiffusionRenderer]:
    folder = tiny.save(tiny.MAKERS[request.param](), tmp_path_factory.mktemp(request.param))
    renderer = DiffusionRenderer(str(folder), device="cpu", threads=1)
    assert renderer.facts.family == request.param
    yield renderer
    renderer.close()


def kinds_of(renderer: DiffusionRenderer) -> list[Kind]:
    family = renderer.facts.pipelines
    return [kind for name, kind in KINDS.items() if getattr(family, name)]


def local(kind: Kind, size: Size = ODD, **recipe: object) -> RenderRequest:
    """A request that may change the upper left quarter and nothing else."""
    asked = request("inpaint", size, **recipe)
    return replace(asked, recipe=asked.recipe.model_copy(update={"kind": kind}))


@pytest.mark.parametrize("family", FAMILIES.values(), ids=FAMILIES)
def test_every_class_is_one_that_diffusers_has_and_can_be_stopped(family: Family) -> None:
    for name in family.classes:
        takes = inspect.signature(getattr(diffusers, name).__call__).parameters
        assert "callback_on_step_end" in takes


def test_every_kind_is_painted_by_its_seed_and_at_the_size_asked(renderer) -> None:
    for kind in kinds_of(renderer):
        pictures = [paint(renderer, request(kind, ODD, seed=seed)).image for seed in (1, 1, 2)]
        one, again, other = (pixels_sha256(picture) for picture in pictures)
        assert (pictures[0].size, one) == ((ODD.width, ODD.height), again), kind
        assert one != other, kind


def test_other_words_and_other_guidance_are_another_picture(renderer) -> None:
    for kind in kinds_of(renderer):
        said = [{"prompt": "a cat"}, {"prompt": "two dogs"}, {"guidance_scale": 9.0}]
        made = {pixels_sha256(paint(renderer, request(kind, ODD, **more)).image) for more in said}
        assert len(made) == 3, kind


@pytest.mark.parametrize("size", [ODD, WIDE])
def test_local_edits_change_nothing_outside_their_region(renderer, size) -> None:
    for kind in {"inpaint", "instruct"} & set(kinds_of(renderer)):
        asked = local(kind, size)
        done = paint(renderer, asked)
        shown = masks.compositing(asked.mask, asked.recipe)
        assert done.receipt.max_outside == 0, kind
        assert done.receipt.changed_fraction > 0.01, kind
        outside = np.asarray(shown) == 0
        assert (np.asarray(done.image)[outside] == np.asarray(asked.image)[outside]).all(), kind


def test_what_is_painted_fills_its_frame_whatever_size_the_pipeline_likes(renderer) -> None:
    model, _ = renderer._model()
    for kind in kinds_of(renderer):
        asked = request(kind, ODD)
        job = pipeline_job.job_for(asked, model)
        size = pipeline_job.painted(job, asked.recipe, model).size
        assert size == (job.frame.padded.width, job.frame.padded.height), kind


def test_previews_come_at_each_step_and_show_only_what_may_change(renderer) -> None:
    for kind in kinds_of(renderer):
        asked = request(kind, ODD)
        *previews, _ = events(renderer, asked)
        assert previews, kind
        assert all(p.image.size == (ODD.width, ODD.height) for p in previews), kind
    for kind in {"inpaint", "instruct"} & set(kinds_of(renderer)):
        asked = local(kind)
        preview = events(renderer, asked)[0]
        assert isinstance(preview, Preview)
        far = (36, 28, ODD.width, ODD.height)
        assert preview.image.crop(far) == asked.image.crop(far), kind


def test_stop_is_answered_within_one_step(renderer) -> None:
    for kind in kinds_of(renderer):
        cancel = threading.Event()
        rest = renderer.render(request(kind, num_inference_steps=100, strength=1.0), cancel)
        first = next(rest)
        assert isinstance(first, Preview), kind
        cancel.set()
        late = []
        with pytest.raises(Cancelled):
            late.extend(rest)
        assert all(event.step < first.total for event in late), kind
        assert paint(renderer, request(kind)).image.size == (32, 32), kind


@pytest.fixture
def session(renderer, tmp_path):
    yield from opened(renderer, tmp_path)


INSTRUCTED = [name for name, family in FAMILIES.items() if family.instruct]
takes_instructions = pytest.mark.parametrize("renderer", INSTRUCTED, indirect=True, scope="module")


@takes_instructions
def test_a_conversation_tells_what_to_become_and_keeps_the_rest(session, renderer) -> None:
    family = renderer.facts.pipelines
    whole = do(session, Restyle(result="watercolour")).version
    part = do(session, Inpaint(target="the sky", result="a red sky")).version
    gone = do(session, Remove(target="the sky")).version
    new = do(session, Add(result="boat", target="the sky")).version
    assert (whole.recipe.kind, whole.recipe.prompt) == ("instruct", "make it watercolour")
    assert part.recipe.kind == ("inpaint" if family.inpaint else "instruct")
    told = [version.recipe.prompt for version in (part, gone, new)]
    assert told == [
        "change the sky to a red sky", "remove the sky", "add a boat to the sky"
    ]  # fmt: skip
    for version in (part, gone, new):
        recipe = version.recipe
        shown = masks.compositing(session.parts.store.blob(recipe.mask_sha256), recipe)
        before, after = image(session, version.parent), image(session, version.number)
        assert (version.receipt.max_outside, recipe.prefill) == (0, None)
        assert recipe.strength == (1.0 if family.inpaint else None), "the thing is seen as it is"
        assert max_difference(after, before, where=shown) == 0
        assert max_difference(after, before) > 0
    assert replay(session.parts.store, session.conversation, lambda _: renderer).ok


@takes_instructions
def test_what_a_family_can_do_besides_it_does(session, renderer) -> None:
    family = renderer.facts.pipelines
    new = do(session, Generate(prompt="a cat", aspect_ratio="1:1"))
    wider = do(session, Outpaint(direction="left"))
    assert hasattr(new, "version") == bool(family.text_to_image)
    assert hasattr(wider, "version") == bool(family.inpaint)


def test_guidance_is_told_as_each_class_has_it() -> None:
    recipe = request(prompt="a cat", guidance_scale=3.0).recipe
    qwen, flux = tiny.qwen_image(), tiny.flux_2()
    said = spoken(diffusers.QwenImageEditPlusPipeline, recipe, qwen)
    assert said == {
        "prompt": "a cat", "negative_prompt": " ", "num_inference_steps": STEPS,
        "true_cfg_scale": 3.0,
    }  # fmt: skip
    assert spoken(type(flux), recipe.model_copy(update={"negative_prompt": "fog"}), flux) == {
        "prompt": "a cat", "num_inference_steps": STEPS, "guidance_scale": 3.0
    }  # fmt: skip
    kontext = tiny.flux_kontext()
    assert "true_cfg_scale" not in spoken(type(kontext), recipe, kontext)


@pytest.mark.parametrize("name", ["flux-2-klein", "qwen-image"])
def test_a_script_paints_the_same_with_diffusers_alone(name, tmp_path) -> None:
    folder = tiny.save(tiny.MAKERS[name](), tmp_path / "model")
    renderer = DiffusionRenderer(str(folder), device="cpu", threads=1)
    for kind in kinds_of(renderer):
        asked = request(kind, ODD)
        ours = paint(renderer, asked).image
        for file, content in renderer.script_files(asked).items():
            (tmp_path / file).write_bytes(content)
        runpy.run_path(str(tmp_path / "paint.py"))
        with Image.open(tmp_path / "picture.png") as picture:
            assert pixels_sha256(picture) == pixels_sha256(ours), kind
    renderer.close()


@pytest.mark.parametrize("name", ["flux-2", "qwen-image-edit"])
def test_a_script_says_that_its_model_needs_torchvision_there(name, tmp_path) -> None:
    folder = tiny.save(tiny.MAKERS[name](), tmp_path / "model")
    renderer = DiffusionRenderer(str(folder), device="cpu", threads=1)
    script = renderer.script_files(request())["paint.py"].decode()
    renderer.close()
    assert "It needs torch, torchvision, diffusers" in script


def test_profiles_of_distilled_models_take_few_steps() -> None:
    klein = PROFILES["flux-2-klein"]
    assert (klein.num_inference_steps, klein.guidance_scale) == (4, 1.0)


def test_every_family_has_a_tiny_pipeline() -> None:
    assert tiny.MAKERS.keys() == FAMILIES.keys()
