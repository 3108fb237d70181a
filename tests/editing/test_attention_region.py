"""Masks from attention maps, where the segmenter finds nothing."""

from __future__ import annotations

import threading
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFilter

from t2i_chat.chat.session import ChatSession, Parts
from t2i_chat.core.actions import (
    Generate,
    Inpaint,
    Letter,
    Outpaint,
    Plan,
    Remove,
    Replace,
    Restyle,
)
from t2i_chat.core.events import Message, Painted, Said, Waiting
from t2i_chat.core.geometry import Box, Size
from t2i_chat.core.recipe import Looked
from t2i_chat.core.registry import facts_for
from t2i_chat.core.settings import Settings
from t2i_chat.editing import attention_region
from t2i_chat.imaging import masks
from t2i_chat.rendering.diffusion import DiffusionRenderer
from t2i_chat.reproduce.replay import replay
from t2i_chat.store import SqlStore
from tests import tiny
from tests.cli.test_bad_input import encoded
from tests.fakes import FakePlanner, FakeRenderer, FakeSegmenter, max_difference

SIZE = Size(width=128, height=96)
LEFT, RIGHT = Box(x0=16, y0=40, x1=48, y1=80), Box(x0=80, y0=40, x1=112, y1=80)


def heat(*boxes: Box) -> Image.Image:
    """Warm blurred boxes on a ground that is not quite cold."""
    seen = Image.new("L", (SIZE.width, SIZE.height), 30)
    for box in boxes:
        ImageDraw.Draw(seen).rectangle((box.x0, box.y0, box.x1 - 1, box.y1 - 1), fill=220)
    return seen.filter(ImageFilter.GaussianBlur(3))


def looked(*boxes: Box, word: str = "boat", contrast: float = 0.5) -> Looked:
    return Looked({word: heat(*boxes)}, {word: contrast})


def near(mask: Image.Image, box: Box) -> bool:
    found = masks.box_of(mask)
    return all(abs(getattr(found, side) - getattr(box, side)) <= 3 for side in ("x0", "x1", "y1"))


@pytest.mark.parametrize("target", ["the boat", "the red boat", "boats", "the left boat"])
def test_a_thing_is_where_its_word_was_looked_for(target):
    mask = attention_region.region(looked(LEFT), target)
    assert (mask.mode, mask.size, near(mask, LEFT)) == ("L", (128, 96), True)


def test_words_choose_among_several():
    both = looked(LEFT, RIGHT)
    right, second = (
        attention_region.region(both, f"the {which} boat") for which in ("right", "second")
    )
    assert near(right, RIGHT)
    assert near(second, RIGHT)
    assert attention_region.region(both, "the third boat") is None
    assert masks.box_of(attention_region.region(both, "the boats")).x1 > RIGHT.x0


@pytest.mark.parametrize(
    "seen",
    [
        Looked({}),
        looked(LEFT, word="house"),
        looked(LEFT, contrast=0.29),
        Looked({"boat": heat(LEFT)}),
    ],
)
def test_what_was_looked_for_nowhere_or_everywhere_has_no_place(seen):
    assert attention_region.region(seen, "the boat") is None


SEA = "a red boat on the sea"


@pytest.fixture
def parts(tmp_path):
    facts = replace(facts_for("sd15"), native=SIZE, num_inference_steps=2)
    with SqlStore(tmp_path) as store:
        yield Parts(
            planner=FakePlanner(),
            segmenter=FakeSegmenter({"the sea": RIGHT}),
            renderer=FakeRenderer(looked=looked(LEFT), queued=1),
            store=store,
            facts=facts,
            settings=Settings(data_dir=tmp_path, enrich=False),
        )


@pytest.fixture
def session(parts):
    return ChatSession(parts, parts.store.new_conversation())


def do(session, *actions, cancel=None):
    plan = Plan(actions=actions)
    return list(session.perform(plan, cancel or threading.Event()))


def watched(session):
    return [asked for asked in session.parts.renderer.requests if asked.watched]


def test_what_no_segmenter_finds_is_changed_where_it_was_painted_and_told(session):
    do(session, Generate(prompt=SEA, aspect_ratio="4:3"))
    events = do(session, Inpaint(target="the boat", result="blue"))
    (said,) = (event for event in events if isinstance(event, Said))
    version = events[-1].version
    assert said.text.startswith("I couldn't make out the boat in the picture, so I went by where")
    assert any(isinstance(event, Waiting) for event in events)
    assert near(session.parts.store.blob(version.recipe.mask_sha256), LEFT)
    assert (version.receipt.max_outside, len(watched(session))) == (0, 1)
    assert version.caption == "a blue boat on the sea"


def test_what_is_found_at_once_is_not_painted_again(session):
    do(session, Generate(prompt=SEA))
    do(session, Inpaint(target="the sea", result="green"))
    assert watched(session) == []


def test_it_is_the_picture_that_named_it_first_which_is_painted_again(session):
    do(session, Generate(prompt=SEA))
    do(session, Inpaint(target="the sea", result="green"))
    do(session, Remove(target="the boat"))
    assert [asked.recipe.prompt for asked in watched(session)] == [SEA]


def test_what_an_edit_painted_is_sought_in_that_edit(session):
    do(session, Generate(prompt=SEA))
    do(session, Replace(target="the sea", result="a whale"))
    session.parts.renderer.looked = looked(RIGHT, word="whale")
    painted = do(session, Inpaint(target="the whale", result="white"))[-1].version
    (asked,) = watched(session)
    assert (asked.recipe.kind, asked.recipe.prompt) == ("inpaint", "a whale on the sea")
    assert near(session.parts.store.blob(painted.recipe.mask_sha256), RIGHT)


def test_what_only_surrounds_an_edit_is_sought_before_it(session):
    do(session, Generate(prompt=SEA))
    session.parts.segmenter.table = {"the boat": LEFT}
    do(session, Replace(target="the boat", result="a whale"))
    session.parts.renderer.looked = looked(RIGHT, word="sea")
    do(session, Inpaint(target="the sea", result="green"))
    assert [asked.recipe.prompt for asked in watched(session)] == [SEA]


def test_words_are_written_on_it_too(session):
    do(session, Generate(prompt=SEA))
    events = do(session, Letter(text="ANNA", target="the boat"))
    assert isinstance(events[-1], Painted)
    assert len(watched(session)) == 1


@pytest.mark.parametrize(
    ("before", "action"),
    [
        ((), Remove(target="the ghost")),
        ((Remove(target="the boat"),), Remove(target="the boat")),
        ((Outpaint(direction="left"),), Remove(target="the boat")),
    ],
)
def test_what_cannot_be_there_is_not_painted_again_in_vain(session, before, action):
    do(session, Generate(prompt=SEA))
    for edit in before:
        do(session, edit)
    session.parts.renderer.requests.clear()
    (said,) = (event for event in do(session, action) if isinstance(event, Said))
    assert ("couldn't find" in said.text, watched(session)) == (True, [])


@pytest.mark.parametrize("facts", ["storybook", "flux-kontext"])
def test_painters_that_say_nothing_of_it_are_not_asked(parts, session, facts):
    do(session, Generate(prompt=SEA))
    session = ChatSession(replace(parts, facts=facts_for(facts)), session.conversation)
    (said,) = (e for e in do(session, Remove(target="the boat")) if isinstance(e, Said))
    assert ("couldn't find" in said.text, watched(session)) == (True, [])


def test_a_picture_of_another_painter_or_of_ones_own_is_not_painted_again(parts, session):
    do(session, Generate(prompt=SEA))
    other = ChatSession(replace(parts, facts=facts_for("sdxl")), session.conversation)
    assert "couldn't find" in do(other, Remove(target="the boat"))[-1].text
    brought = ChatSession(parts, parts.store.new_conversation())
    upload = encoded(Image.new("RGB", (128, 96)))
    list(brought.reply(Message("", upload=upload), threading.Event()))
    assert "couldn't find" in do(brought, Remove(target="the picture"))[-1].text
    assert watched(session) == []


def test_a_flat_map_leaves_the_picture_as_it_is(session):
    session.parts.renderer.looked = looked(LEFT, contrast=0.1)
    do(session, Generate(prompt=SEA))
    (said,) = (e for e in do(session, Remove(target="the boat")) if isinstance(e, Said))
    assert ("couldn't find" in said.text, len(watched(session))) == (True, 1)
    assert len(session.parts.store.versions(session.conversation)) == 1


def test_stop_ends_the_looking_too(session):
    do(session, Generate(prompt=SEA))
    cancel = threading.Event()
    cancel.set()
    assert do(session, Remove(target="the boat"), cancel=cancel)[-1].text.startswith("Stopped.")


def test_a_restyled_picture_is_the_one_that_is_painted_again(session):
    do(session, Generate(prompt=SEA))
    do(session, Restyle(result="watercolour"))
    do(session, Remove(target="the boat"))
    assert [asked.recipe.kind for asked in watched(session)] == ["image-to-image"]


def test_a_real_denoiser_tells_where_and_the_edit_stays_there(tmp_path, monkeypatch):
    monkeypatch.setattr(
        attention_region, "DISTINCT", 0.0
    )  # what learnt nothing looks nowhere in earnest
    folder = tiny.save(tiny.stable_diffusion(), tmp_path / "model")
    renderer = DiffusionRenderer(str(folder), device="cpu", threads=1)
    with SqlStore(tmp_path / "data") as store:
        parts = Parts(
            planner=FakePlanner(),
            segmenter=FakeSegmenter(),
            renderer=renderer,
            store=store,
            facts=replace(renderer.facts, native=SIZE, num_inference_steps=3, mask_grow=0),
            settings=Settings(data_dir=tmp_path, enrich=False),
        )
        session = ChatSession(parts, store.new_conversation())
        do(session, Generate(prompt="a hen on hay"))
        version = do(session, Inpaint(target="the hen", result="red"))[-1].version
        region = store.blob(version.recipe.mask_sha256)
        shown = masks.compositing(region, version.recipe)
        before, after = (store.image(v) for v in store.versions(session.conversation))
        assert 0 < np.asarray(region).mean() < 255
        assert version.receipt.max_outside == 0
        assert max_difference(after, before, where=shown) == 0
        assert replay(store, session.conversation, lambda _: renderer).ok
    renderer.close()
