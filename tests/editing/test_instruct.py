"""Instruction-based editing: the instruction's words, compositing through the mask."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from t2i_chat.chat.session import ChatSession, Parts
from t2i_chat.core.actions import (
    MARKED,
    Add,
    Generate,
    Inpaint,
    Outpaint,
    Plan,
    Remove,
    Replace,
    Restyle,
    Variation,
)
from t2i_chat.core.events import Message, Painted, Said
from t2i_chat.core.geometry import Box, Size
from t2i_chat.core.params import Params
from t2i_chat.core.registry import facts_for
from t2i_chat.core.settings import Settings
from t2i_chat.editing.instruct import by_instruction, instruction
from t2i_chat.imaging import masks
from t2i_chat.imaging.png_metadata import png_info
from t2i_chat.planning.answers import answer
from t2i_chat.rendering.diffusion import DiffusionRenderer
from t2i_chat.reproduce.replay import replay
from t2i_chat.store import SqlStore
from t2i_chat.ui import turns
from tests import tiny
from tests.cli.test_bad_input import encoded
from tests.fakes import FakePlanner, FakeSegmenter, max_difference

SKY = Box(x0=0, y0=0, x1=70, y1=20)


@pytest.fixture(scope="module")
def renderer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DiffusionRenderer]:
    folder = tiny.save(tiny.instruct_pix2pix(), tmp_path_factory.mktemp("pix2pix"))
    renderer = DiffusionRenderer(str(folder), device="cpu", threads=1)
    yield renderer
    renderer.close()


@pytest.fixture(scope="module")
def kontext(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DiffusionRenderer]:
    folder = tiny.save(tiny.flux_kontext(), tmp_path_factory.mktemp("kontext"))
    renderer = DiffusionRenderer(str(folder), device="cpu", threads=1)
    yield renderer
    renderer.close()


@pytest.fixture
def session(renderer, tmp_path):
    yield from opened(renderer, tmp_path)


def opened(renderer, tmp_path):
    """A conversation in which a picture was brought along."""
    small = Size(width=96, height=96)
    facts = replace(
        renderer.facts, native=small, num_inference_steps=2, mask_grow=2, mask_feather=3
    )
    parts = Parts(
        planner=FakePlanner({}),
        segmenter=FakeSegmenter({"the sky": SKY}),
        renderer=renderer,
        store=SqlStore(tmp_path),
        facts=facts,
        settings=Settings(data_dir=tmp_path, enrich=False),
    )
    held = ChatSession(parts, parts.store.new_conversation())
    rng = np.random.default_rng(1)
    brought = Image.fromarray(rng.integers(0, 256, (45, 70, 3), dtype=np.uint8))
    list(held.reply(Message("", upload=encoded(brought)), threading.Event()))
    yield held
    parts.store.close()


def do(session, action):
    return list(session.perform(Plan(actions=(action,)), threading.Event()))[-1]


def image(session, number):
    return session.parts.store.image(session.parts.store.version(session.conversation, number))


@pytest.mark.parametrize(
    ("action", "words"),
    [
        (Restyle(result="a watercolour painting"), "make it a watercolour painting"),
        (Inpaint(target="the sky", result="darker"), "change the sky to a darker sky"),
        (Inpaint(target=MARKED, result="red"), "make it red"),
        (Add(result="dog"), "add a dog"),
        (Add(result="boat", target="the lake"), "add a boat to the lake"),
        (Add(result="dog", target="on the left"), "add a dog on the left"),
        (Remove(target="the tree"), "remove the tree"),
        (Replace(target="the cat", result="dog"), "replace the cat with a dog"),
    ],
)
def test_edits_are_said_as_instructions(action, words):
    assert instruction(action) == words


def test_a_whole_picture_is_changed_and_told_how_much(session):
    version = do(session, Restyle(result="watercolour")).version
    recipe = version.recipe
    assert (recipe.kind, recipe.prompt, recipe.strength) == (
        "instruct",
        "make it watercolour",
        None,
    )
    assert (recipe.image_guidance_scale, recipe.size.width, recipe.size.height) == (1.5, 70, 45)
    assert version.receipt.max_outside is None
    assert 0 < version.receipt.changed_fraction <= 1
    assert str(turns.receipt(version)).endswith("of the picture looks different.")
    told = answer("changes", versions=(), current=version, params=Params(),
                  facts=session.parts.facts)  # fmt: skip
    assert told.endswith("looks different.")
    assert "watercolour" in str(png_info(recipe).chunks)


def test_a_local_edit_shows_in_its_region_and_nowhere_else(session):
    version = do(session, Inpaint(target="the sky", result="a red sky")).version
    shown = masks.compositing(session.parts.store.blob(version.recipe.mask_sha256), version.recipe)
    assert version.recipe.kind == "instruct"
    assert version.receipt.max_outside == 0
    assert max_difference(image(session, 2), image(session, 1), where=shown) == 0
    assert max_difference(image(session, 2), image(session, 1)) > 0


def test_it_paints_again_and_with_other_seeds(session, renderer):
    do(session, Restyle(result="watercolour"))
    other = do(session, Variation()).version
    assert image(session, 3).tobytes() != image(session, 2).tobytes()
    assert other.recipe.kind == "instruct"
    assert replay(session.parts.store, session.conversation, lambda _: renderer).ok


def test_a_model_that_can_do_both_is_told_whole_pictures_and_told_to_fill_regions(
    kontext, tmp_path
):
    for held in opened(kontext, tmp_path):
        whole = do(held, Restyle(result="watercolour")).version
        part = do(held, Inpaint(target="the sky", result="a red sky")).version
        new = do(held, Generate(prompt="a cat", aspect_ratio="1:1")).version
        kinds = [version.recipe.kind for version in (whole, part, new)]
        assert kinds == ["instruct", "inpaint", "text-to-image"]
        assert part.recipe.prompt == "change the sky to a red sky"
        assert (whole.receipt.max_outside, part.receipt.max_outside) == (None, 0)
        assert (whole.recipe.size, part.recipe.size) == (part.recipe.size, whole.recipe.size)
        assert replay(held.parts.store, held.conversation, lambda _: kontext).ok


@pytest.mark.parametrize(
    ("action", "sentence"),
    [(Generate(prompt="a cat"), "only changes pictures"), (Outpaint(), "can't paint more around")],
)
def test_what_it_cannot_paint_is_told(session, action, sentence):
    said = do(session, action)
    assert isinstance(said, Said)
    assert (said.tone, sentence in said.text) == ("problem", True)
    assert isinstance(do(session, Restyle(result="x")), Painted)


def test_other_models_are_not_told_instructions():
    for name in ("storybook", "sd15"):
        assert by_instruction("job", Restyle(result="x"), facts_for(name)) == "job"


def test_the_share_that_changed_is_what_can_be_seen():
    before = Image.new("RGB", (10, 10), (100, 100, 100))
    after = before.copy()
    after.paste((104, 100, 100), (0, 0, 10, 5))
    after.paste((160, 100, 100), (0, 0, 10, 2))
    assert masks.whole_receipt(before, after).changed_fraction == pytest.approx(0.2)


def test_the_folder_is_known_by_its_pipeline(renderer):
    assert renderer.facts.family == "instruct-pix2pix"
    assert Path(renderer.facts.source).is_dir()
