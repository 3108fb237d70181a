"""The chat asks which of several like things is meant, unless the words choose."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
import pytest
from PIL import Image

from t2i_chat.core.actions import Action, Add, Goto, Inpaint, Plan, Remove, Replace
from t2i_chat.core.errors import RegionNotFound
from t2i_chat.core.events import Crop
from t2i_chat.core.geometry import Box, Size
from t2i_chat.core.recipe import Recipe, Version
from t2i_chat.editing.disambiguate import instances, question
from t2i_chat.editing.requests import Source
from t2i_chat.text import captions
from t2i_chat.vision.cache import CachedSegmenter
from tests.fakes import FakeSegmenter

LEFT, MIDDLE, RIGHT = (5, 30, 20, 50), (40, 20, 60, 45), (80, 20, 95, 40)
HIGH, LOW = (40, 2, 60, 18), (44, 40, 62, 58)


def region(*boxes: tuple[int, int, int, int]) -> Image.Image:
    mask = Image.new("L", (100, 60), 0)
    for box in boxes:
        mask.paste(255, box)
    return mask


def base(number: int | None = None, caption: str = "two trees under a blue sky") -> Source:
    size = Size(width=100, height=60)
    version = Version(
        conversation="c", number=number or 1, parent=None, caption=caption, summary="",
        recipe=Recipe(model="m", kind="text-to-image", size=size), sha256="0",
        created_at=datetime.now(UTC),
    )  # fmt: skip
    return Source(version, Image.new("RGB", (100, 60)))


def asked(words, *actions: Action, found=None, caption="two trees under a blue sky", literal=True):
    return question(
        Plan(actions=actions), words, lambda number: base(number, caption),
        lambda _, __: found or region(LEFT, RIGHT), literal=literal,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("boxes", "names"),
    [
        ([LEFT, RIGHT], ["the left tree", "the right tree", "both trees"]),
        ([HIGH, LOW], ["the upper tree", "the lower tree", "both trees"]),
        (
            [RIGHT, LEFT, MIDDLE],
            ["the left tree", "the second tree", "the right tree", "all the trees"],
        ),
        ([LEFT], []),
        ([LEFT, (30, 30, 33, 33)], []),  # a crumb beside a tree is no tree
        ([LEFT, (30, 30, 36, 38)], []),  # nor is a sixth of one, though it is seen as a piece
        ([], []),
    ],
)
def test_each_of_several_is_called_by_its_place(boxes, names):
    assert [one.name for one in instances("the tree", region(*boxes))] == names


def test_many_are_told_by_the_outermost():
    crowd = region(*((x, 20, x + 8, 40) for x in range(0, 90, 14)))
    names = [one.name for one in instances("a wolf", crowd)]
    assert names == ["the left wolf", "the right wolf", "all the wolves"]


def test_pieces_that_lie_around_each_other_are_parts_of_one_thing():
    ring = np.zeros((60, 100), dtype=bool)
    ring[5:50, 5:60] = True
    ring[10:45, 10:55] = False
    ring[20:35, 20:45] = True
    assert instances("the tree", Image.fromarray(ring.astype(np.uint8) * 255)) == ()


@pytest.mark.parametrize(
    "target",
    ["the left tree", "the second tree", "the biggest tree", "the trees", "both trees", "two dogs",
     "all the trees", "the sky", "the people", "every tree"],
)  # fmt: skip
def test_words_that_choose_are_not_asked_about(target):
    assert instances(target, region(LEFT, RIGHT)) == ()
    assert asked(f"remove {target}", Remove(target=target)) is None


def test_each_answer_is_the_message_with_the_full_name_and_a_crop():
    said = asked("please remove the tree", Remove(target="the tree"))
    assert (said.text, said.tone) == ("Which tree?", "question")
    assert said.options == (
        "please remove the left tree", "please remove the right tree", "please remove both trees",
    )  # fmt: skip
    assert said.crops[0] == Crop(1, Box(x0=0, y0=28, x1=24, y1=52))
    assert said.crops[2].box == Box(x0=20, y0=0, x1=80, y1=60)  # as square as the picture allows


@pytest.mark.parametrize(
    ("action", "option"),
    [
        (Remove(target="the tree"), "remove the left tree"),
        (Replace(target="the tree", result="dog"), "replace the left tree with a dog"),
        (Inpaint(target="the tree", result="red"), "change the left tree to a red tree"),
    ],
)
def test_what_was_said_in_other_words_is_said_anew(action, option):
    assert asked("entferne den Baum", action).options[0] == option


def test_an_edit_of_an_older_version_shows_that_one():
    said = asked("back to 3, no tree", Goto(version=3), Remove(target="the tree"))
    assert {crop.version for crop in said.crops} == {3}


def test_what_a_literal_painter_was_told_of_once_is_one_thing():
    once = "a tree beside a house"
    assert asked("remove the tree", Remove(target="the tree"), caption=once) is None
    assert asked("remove the tree", Remove(target="the tree"), caption=once, literal=False)


def test_what_is_not_there_or_comes_later_is_not_asked_about():
    def missing(_, __):
        raise RegionNotFound("no")

    plan = Plan(actions=(Remove(target="the tree"),))
    assert question(plan, "", base, missing, literal=True) is None
    assert asked("a dog, remove the tree", Add(result="dog"), Remove(target="the tree")) is None


@pytest.mark.parametrize(
    ("caption", "target", "left"),
    [
        ("two trees under a blue sky", "the left tree", "a tree under a blue sky"),
        ("a house with three dogs", "the second dog", "a house with two dogs"),
        ("two trees under a blue sky", "both trees", "under a blue sky"),
        ("a house and two trees", "the trees", "a house"),
    ],
)
def test_one_less_is_told_of_what_was_counted(caption, target, left):
    assert captions.remove_thing(caption, target) == captions._join([left])


def test_the_others_of_a_kind_stay_in_the_caption():
    now = captions.replace_thing("two trees under a blue sky", "the left tree", "a dog")
    assert now == "a dog and a tree under a blue sky"


def test_nothing_is_looked_for_twice_in_one_picture():
    fake = FakeSegmenter({"tree": Box(x0=1, y0=1, x1=5, y1=5)})
    segmenter, picture = CachedSegmenter(fake), Image.new("RGB", (9, 9))
    first = segmenter.segment(picture, "tree")
    assert segmenter.segment(picture.copy(), "tree") is first
    assert segmenter.segment(picture, "dog") is None
    assert segmenter.segment(picture, "dog") is None
    assert segmenter.segment(Image.new("RGB", (9, 9), "red"), "tree") is not None
    assert fake.targets == ["tree", "dog", "tree"]


def test_what_is_known_to_stand_there_is_counted_although_the_segmenter_saw_one():
    seen = region((0, 0, 20, 20))
    known = [Box(x0=40, y0=0, x1=60, y1=20), Box(x0=0, y0=0, x1=20, y1=20)]
    names = [one.name for one in instances("the tree", seen, known)]
    assert names == ["the left tree", "the right tree", "both trees"]
    assert instances("the tree", seen) == instances("the tree", seen, known[:1]) == ()
