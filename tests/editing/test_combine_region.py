"""Combining two versions, pixel for pixel; all else stays unchanged."""

from __future__ import annotations

import os
import threading
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from t2i_chat.chat.session import ChatSession, Parts
from t2i_chat.core.actions import MARKED, Clarify, Combine, Goto, Outpaint, Plan
from t2i_chat.core.errors import Cancelled, UnknownVersion
from t2i_chat.core.events import Message, Painted, Said
from t2i_chat.core.geometry import Box
from t2i_chat.core.protocols import PlanContext
from t2i_chat.core.recipe import RenderRequest
from t2i_chat.core.registry import COMPOSITE, facts_for
from t2i_chat.core.settings import Settings
from t2i_chat.editing import requests
from t2i_chat.imaging import masks
from t2i_chat.planning.combine_phrases import read
from t2i_chat.planning.explain import explain
from t2i_chat.planning.validate import check
from t2i_chat.rendering.combine import Compositor
from t2i_chat.rendering.dispatch import Dispatch
from t2i_chat.reproduce.replay import replay, replay_folder
from t2i_chat.store import SqlStore
from tests.fakes import FakePlanner, FakeRenderer, FakeSegmenter, box_mask, max_difference

VERSIONS = PlanContext(
    captions={1: "a house", 2: "a blue house", 3: "a house under a red sky", 4: "a house, a dog",
              5: "a barn"},
    current=4, names={5: "home"},
)  # fmt: skip


@pytest.mark.parametrize(
    ("message", "taken"),
    [
        ("the sky of 3 with the house of 5", [("the sky", 3, 5)]),
        ("The sky of version 3 and the house of version 5, please", [("the sky", 3, 5)]),
        ("combine the sky from v3 with the red house from v5", [("the sky", 3, 5)]),
        ("I want the sky from 3 but with the house of home", [("the sky", 3, 5)]),
        ("use the sky of 3 and the house of 3", [("the sky", 3, None), ("the house", 3, None)]),
        ("take the sky from version 2", [("the sky", 2, None)]),
        ("please take the sky from the second one.", [("the sky", 2, None)]),
        ("the big red house of the first", [("the big red house", 1, None)]),
        ("use version 3's sky here", [("the sky", 3, None)]),
        ("give me the sky and the house from the blue version",
         [("the sky", 2, None), ("the house", 2, None)]),
        ("bring back the dog from the one with the dog", [("the dog", 4, None)]),
        ("make the sky like it was in version 2", [("the sky", 2, None)]),
        ("the sky should look like in v3", [("the sky", 3, None)]),
        ("i want the same sky as in 3", [("the sky", 3, None)]),
    ],
)  # fmt: skip
def test_what_is_taken_from_which_version_is_read(message, taken):
    expected = [Combine(target=what, source=source, of=of) for what, source, of in taken]
    assert list(read(message, VERSIONS)) == expected


CHANGED = PlanContext(
    captions={1: "a house", 2: "a house, watercolour"}, parents={1: None, 2: 1}, current=2
)


@pytest.mark.parametrize(
    ("message", "kept"),
    [
        ("keep only the sky", [("the sky", 2, 1)]),
        ("Please keep only the sky of this version!", [("the sky", 2, 1)]),
        ("keep only the sky and the dog", [("the sky", 2, 1), ("the dog", 2, None)]),
    ],
)
def test_of_the_last_change_only_a_part_can_be_kept(message, kept):
    expected = [Combine(target=what, source=source, of=of) for what, source, of in kept]
    assert list(read(message, CHANGED)) == expected


def test_a_marked_part_is_kept_and_one_that_is_not_marked_asked_about():
    marked = replace(CHANGED, marked=True)
    assert read("keep only this part", marked) == (Combine(target=MARKED, source=2, of=1),)
    (asked,) = read("keep only this part", CHANGED)
    assert isinstance(asked, Clarify)
    assert read("keep only the sky", replace(CHANGED, current=1)) == ()


@pytest.mark.parametrize(
    "message",
    ["a red house", "the roof of the house", "a picture of a dog", "make the sky darker", "3",
     "go back to version 2", "version 2 with a cat", "add a dog", "the house of cards",
     "paint the sky red", "take the dog out of the picture", "make the house like a castle"],
)  # fmt: skip
def test_everything_else_is_left_to_others(message):
    assert read(message, VERSIONS) == ()


def test_several_versions_that_fit_are_asked_about():
    context = PlanContext(captions={1: "a cat", 2: "a cat on a mat", 3: "a dog"}, current=3)
    (asked,) = read("take the sky from the one with the cat", context)
    assert isinstance(asked, Clarify)
    assert asked.options == ("take the sky from v1", "take the sky from v2")
    assert read("take the sky from version 2", PlanContext()) == ()


def test_it_is_told_in_plain_words_and_held_against_the_versions():
    plan = Plan(actions=(Combine(target="the sky", source=3, of=5),))
    assert explain(plan) == (
        "I'll put the sky of version 3 into version 5 and leave the rest alone."
    )
    with pytest.raises(UnknownVersion, match="no version 9"):
        check(Plan(actions=(Combine(target="sky", source=9),)), "the sky of 9", VERSIONS)


SKY = Box(x0=0, y0=0, x1=256, y1=120)
HOUSE = Box(x0=60, y0=100, x1=160, y1=220)
TABLE = {
    "sky of 1": Plan(actions=(Combine(target="the sky", source=1),)),
    "house of 1": Plan(actions=(Combine(target="the house", source=1),)),
    "sky of 2 in 1": Plan(actions=(Combine(target="the sky", source=2, of=1),)),
    "dragon of 1": Plan(actions=(Combine(target="the dragon", source=1),)),
    "sky of 2": Plan(actions=(Combine(target="the sky", source=2),)),
    "wide": Plan(actions=(Outpaint(),)),
    "v1": Plan(actions=(Goto(version=1),)),
}


@pytest.fixture
def session(tmp_path):
    parts = Parts(
        planner=FakePlanner(TABLE),
        segmenter=FakeSegmenter({"the sky": SKY, "the house": HOUSE}),
        renderer=Dispatch({COMPOSITE: Compositor()}, FakeRenderer()),
        store=SqlStore(tmp_path / "home"),
        facts=facts_for("sd15"),
        settings=Settings(data_dir=tmp_path / "home"),
        draw_seed=iter(range(100)).__next__,
    )
    held = ChatSession(parts, parts.store.new_conversation())
    say(held, "a house under a red sky")
    say(held, "a blue house under a night sky")
    yield held
    parts.store.close()


def say(session, text):
    return list(session.reply(Message(text=text, enrich=False), threading.Event()))


def image(session, number):
    return session.parts.store.image(session.parts.store.version(session.conversation, number))


def test_a_part_of_another_version_comes_into_this_one_and_nothing_else(session):
    version = say(session, "sky of 1")[-1].version
    recipe = version.recipe
    assert (version.parent, recipe.kind, recipe.model) == (2, "combine", COMPOSITE)
    assert version.caption == "a blue house under a red sky"
    assert version.receipt.max_outside == 0
    region = session.parts.store.blob(recipe.mask_sha256)
    shown = masks.compositing(region, recipe)
    one, two, three = (image(session, number) for number in (1, 2, 3))
    assert max_difference(three, two, where=shown) == 0
    assert max_difference(three, one, where=masks.invert(region)) == 0
    assert 0 < (np.asarray(shown) > 0).mean() < 0.6


def test_another_version_can_be_put_into_than_the_current_one(session):
    say(session, "sky of 1")
    version = say(session, "sky of 2 in 1")[-1].version
    assert (version.parent, version.caption) == (1, "a house under a night sky")


def test_a_sky_comes_only_where_both_have_sky_and_a_house_goes_from_where_it_stood(session):
    finds = iter([SKY, Box(x0=0, y0=0, x1=100, y1=200), HOUSE, Box(x0=0, y0=200, x1=9, y1=256)])
    session.parts.segmenter.segment = lambda picture, _: masks.box_mask(
        next(finds), facts_for("sd15").native.model_copy(update=dict.fromkeys(
            ("width", "height"), picture.width))
    )  # fmt: skip
    regions = []
    for words in ("sky of 1", "house of 1"):
        recipe = say(session, words)[-1].version.recipe
        regions.append(session.parts.store.blob(recipe.mask_sha256).getbbox())
    assert regions == [(0, 0, 100, 120), (0, 100, 160, 256)]


def test_of_what_was_seen_of_one_thing_the_largest_piece_comes(session):
    pieces = box_mask((512, 512), HOUSE)
    pieces.paste(255, (200, 200, 230, 230))
    session.parts.segmenter.table = {"the house": pieces, "the houses": pieces}
    session.parts.planner.table = TABLE | {
        "houses": Plan(actions=(Combine(target="the houses", source=1),))
    }
    boxes = []
    for words in ("house of 1", "houses"):
        recipe = say(session, words)[-1].version.recipe
        boxes.append(session.parts.store.blob(recipe.mask_sha256).getbbox())
    assert boxes == [(60, 100, 160, 220), (60, 100, 230, 230)]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [("dragon of 1", "couldn't find the dragon in version 1"), ("sky of 2", "has the sky already")],
)
def test_what_cannot_be_taken_is_told(session, words, sentence):
    (said,) = [event for event in say(session, words) if isinstance(event, Said)]
    assert (said.tone, sentence in said.text) == ("problem", True)


def test_versions_of_two_sizes_do_not_fit(session):
    assert isinstance(say(session, "wide")[-1], Painted)
    assert "not of one size" in say(session, "sky of 1")[-1].text


def test_it_paints_again_byte_for_byte_here_and_from_a_folder(session, tmp_path):
    say(session, "sky of 1")
    store = session.parts.store
    again = Dispatch({COMPOSITE: Compositor()}, FakeRenderer())
    assert replay(store, session.conversation, lambda _: again).ok
    store.export(session.conversation, tmp_path / "out")
    assert (tmp_path / "out" / "003-mask.png").exists()
    assert replay_folder(tmp_path / "out", lambda _: again).ok


def test_with_a_mark_that_part_comes_whatever_lies_there(session):
    session.parts.planner.table = TABLE | {
        "keep only this part": Plan(actions=(Combine(target=MARKED, source=2, of=1),))
    }
    mark = box_mask((512, 512), Box(x0=10, y0=10, x1=60, y1=60))
    message = Message("keep only this part", mask=mark, enrich=False)
    *_, painted = session.reply(message, threading.Event())
    version = painted.version
    assert (version.parent, version.caption) == (1, "a house under a red sky")
    assert max_difference(image(session, 3), image(session, 2), where=masks.invert(mark)) == 0
    shown = masks.compositing(mark, version.recipe)
    assert max_difference(image(session, 3), image(session, 1), where=shown) == 0


def test_requests_that_contradict_themselves_are_refused(session):
    version = say(session, "sky of 1")[-1].version
    one, two = image(session, 1), image(session, 2)
    region = session.parts.store.blob(version.recipe.mask_sha256)
    right = RenderRequest(version.recipe, image=two, mask=region, source=one)
    stopped = threading.Event()
    stopped.set()
    with pytest.raises(Cancelled):
        next(Compositor().render(right, stopped))
    wrong = RenderRequest(version.recipe, image=two, mask=region, source=two)
    none = RenderRequest(version.recipe, image=two, mask=region)
    for request in (wrong, none):
        with pytest.raises(ValueError, match=r"not those|needs two"):
            next(Compositor().render(request, threading.Event()))


def test_the_edge_is_soft():
    base, source = Image.new("RGB", (64, 64)), Image.new("RGB", (64, 64), "white")
    mask = masks.box_mask(Box(x0=0, y0=0, x1=32, y1=64), facts_for("sd15").native)
    mask = mask.crop((0, 0, 64, 64))
    shown = masks.composite_mask(mask, 0, 4)
    row = np.asarray(masks.composite(base, source, shown))[32, 28:40, 0].tolist()
    assert row[:4] == [255] * 4
    assert sorted(row, reverse=True) == row
    assert len(set(row)) > 3


def test_its_caption_keeps_what_the_source_does_not_name(session):
    version = session.parts.store.version(session.conversation, 1)
    base = requests.Source(version, image(session, 1))
    action = Combine(target="the dog", source=1)
    mask = Image.new("L", base.image.size, 255)
    assert requests.combine(action, base, base, mask).caption == version.caption


def test_the_picture_a_part_came_from_stays_as_long_as_the_version(session, tmp_path):
    version = say(session, "sky of 1")[-1].version
    home, sha256 = tmp_path / "home", version.recipe.source_sha256
    blob = home / "blobs" / sha256[:2] / f"{sha256}.png"
    os.utime(blob, (0, 0))  # as old as a left-over would be
    SqlStore(home).close()
    assert blob.exists()
    session.parts.store.delete_conversation(session.conversation)
    assert not blob.exists()
