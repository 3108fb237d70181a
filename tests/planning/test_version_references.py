"""References to versions resolve to the right one; if several fit, it is asked."""

import pytest

from t2i_chat.core.actions import Add, Clarify, Goto, Inpaint, Label, Plan, Restyle, Undo
from t2i_chat.core.protocols import PlanContext
from t2i_chat.planning.plausibility import sensible
from t2i_chat.planning.version_references import begins_from, meant, read

CONTEXT = PlanContext(
    captions={
        1: "a red house under a sky",
        2: "a blue house under a sky",
        3: "a blue house under a sky with a boat",
        4: "a red house under a sky with two cats",
        5: "a blue house under a sky with a boat, watercolour",
        6: "a castle on a hill",
    },
    parents={1: None, 2: 1, 3: 2, 4: 1, 5: 3, 6: None},
    names={4: "The Winter House", 6: "dream"},
    starred=frozenset({5}),
    current=6,
    can_undo=5,
)


@pytest.mark.parametrize(
    ("words", "numbers"),
    [
        ("the second one", (2,)),
        ("the 3rd picture", (3,)),
        ("version 9", (9,)),
        ("v 4", (4,)),
        ("#4", (4,)),
        ("the original", (1,)),
        ("the winter house", (4,)),
        ("winter house version", (4,)),
        ("dream", (6,)),
        ("the starred one", (5,)),
        ("my favourite", (5,)),
        ("the one with the cat", (4,)),
        ("the picture where there are two cats", (4,)),
        ("the one with the boat", (3, 5)),
        ("the one with a dog", ()),
        ("the one without a house", (6,)),
        ("before the boat", (2,)),
        ("the one before I added the cats", (1,)),
        ("how it was before the boat came", (2,)),
        ("the blue version", (2,)),
        ("the watercolour one", (5,)),
        ("the castle picture", (6,)),
        ("the red version", (1, 4)),
        ("the other one", ()),
        ("the last version", ()),
        ("the house", ()),
    ],
)
def test_words_mean_versions(words, numbers):
    assert meant(words, CONTEXT) == numbers


@pytest.mark.parametrize(
    ("message", "action"),
    [
        ("Go back to the second one.", Goto(version=2)),
        ("show me the one with the cats again", Goto(version=4)),
        ("can we go back to the blue version please?", Goto(version=2)),
        ("before the boat", Goto(version=2)),
        ("the blue version", Goto(version=2)),
        ("The Winter House", Goto(version=4)),
        ("Call this one My Castle!", Label(version=6, name="My Castle")),
        ("name version 2 “the blue one”", Label(version=2, name="the blue one")),
        ("call the first one Rosa", Label(version=1, name="Rosa")),
        ("star this", Label(version=6, starred=True)),
        ("favourite the second one", Label(version=2, starred=True)),
        ("unstar it", Label(version=6, starred=False)),
        ("call it a day", None),
        ("star", None),
        ("the second one", None),
        ("go back to the forest", None),
        ("show me a dog", None),
        ("show me four variations", None),
        ("add a boat", None),
        ("make the sky darker", None),
        ("label the door", None),
        ("i want the house red", None),
        ("a starry night before a storm", None),
    ],
)
def test_only_what_leaves_no_doubt_is_read(message, action):
    assert read(message, CONTEXT) == action


def test_several_that_fit_are_asked_about():
    asked = read("go back to the one with the boat", CONTEXT)
    assert isinstance(asked, Clarify)
    assert asked.options == ("v3", "v5")


def test_nothing_is_read_where_nothing_is_painted():
    assert read("go back to the first one", PlanContext()) is None
    assert read("star this", PlanContext()) is None


@pytest.mark.parametrize(
    ("message", "number"),
    [
        ("go back to the blue version but with a cat", 2),
        ("in the second one, make the sky darker", 2),
        ("take the winter house and add a sled", 4),
        ("from the one before the boat add a dog", 2),
        ("go back to the one with the boat and add a dog", None),
        ("in the sky, add a bird", None),
        ("use a brush and paint it red", None),
    ],
)
def test_a_message_may_begin_from_a_version(message, number):
    assert begins_from(message, CONTEXT) == number


CAT = Add(result="a cat")


@pytest.mark.parametrize(
    ("message", "guessed", "mended"),
    [
        ("go back to the blue version but with a cat", (Goto(version=5), CAT), (2, CAT)),
        ("go back to the blue version but with a cat", (CAT,), (2, CAT)),
        ("back to before the boat, and add a cat", (Undo(), CAT), (2, CAT)),
    ],
)
def test_guesses_give_way_to_what_was_said(message, guessed, mended):
    number, *rest = mended
    plan = sensible(Plan(actions=guessed), message, CONTEXT)
    assert plan.actions == (Goto(version=number), *rest)


@pytest.mark.parametrize("action", [Restyle(result="ink"), Inpaint(target="sky", result="red")])
def test_an_edit_that_names_its_version_keeps_it(action):
    edit = action.model_copy(update={"of": 2})
    assert sensible(Plan(actions=(edit,)), "take the second one and do it", CONTEXT).actions == (
        edit,
    )


def test_where_no_parents_are_told_each_version_is_of_the_one_before():
    shown = {1: "a pond", 2: "a pond, misty", 3: "a pond, misty, with a swan", 4: "a swan, inked"}
    context = PlanContext(captions=shown, current=4, can_undo=3)
    assert read("back to before the swan was there", context) == Goto(version=2)
