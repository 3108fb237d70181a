"""Rules correct the language model's slips, and leave consistent plans as they are."""

import pytest

from t2i_chat.core.actions import (
    Add,
    Answer,
    Clarify,
    Generate,
    Goto,
    Inpaint,
    Outpaint,
    Plan,
    Remove,
    Replace,
    Restyle,
    SetParam,
    Undo,
    Upscale,
    Variation,
)
from t2i_chat.core.protocols import PlanContext
from t2i_chat.planning import commands
from t2i_chat.planning.planner import LlmPlanner
from t2i_chat.planning.plausibility import sensible
from tests.planning.test_planner import EMPTY, HERE, FakeModel

BARN = PlanContext(captions={1: "a barn in a field with a goat"}, current=1)
CAT = PlanContext(
    captions={1: "a cat", 2: "a cat with a kite", 3: "a cat with a kite, at night"},
    current=3,
    previous="make it night",
    can_undo=2,
)


def mended(message, *actions, context=BARN):
    return sensible(Plan(actions=actions), message, context).actions


@pytest.mark.parametrize(
    ("message", "slip", "meant"),
    [
        (
            "put him on a frozen lake",
            Inpaint(target="the goat", result="a frozen lake"),
            Inpaint(target="the background", result="a frozen lake"),
        ),
        (
            "put it in the field",
            Inpaint(target="the goat", result="a goat in the field"),
            Inpaint(target="the goat", result="a goat in the field"),
        ),
        (
            "add some poppies on the right side",
            Outpaint(direction="right"),
            Add(result="poppies", target="on the right side"),
        ),
        ("add more sky at the top", Outpaint(direction="up"), Outpaint(direction="up")),
        (
            "raise his right hand",
            Outpaint(direction="right"),
            Inpaint(target="his right hand", result="right hand, raised"),
        ),
        (
            "the antlers are cropped, i want to see them",
            Inpaint(target="the antlers", result="antlers, cropped"),
            Outpaint(),
        ),
        (
            "the roof is cut off at the top",
            Inpaint(target="the roof", result="a roof"),
            Outpaint(direction="up"),
        ),
        (
            "change the size of the barn",
            Inpaint(target="the size of the barn", result="a new size"),
            Inpaint(target="the barn", result="a new size"),
        ),
        (
            "turn the goat's position",
            Inpaint(target="the goat's position", result="turned"),
            Inpaint(target="the goat", result="turned"),
        ),
        (
            "more contrast in the picture",
            Inpaint(target="the contrast", result="more contrast"),
            Restyle(result="more contrast"),
        ),
        (
            "let the artist be Klimt",
            Inpaint(target="the artist", result="Klimt"),
            Restyle(result="Klimt"),
        ),
        (
            "make her older",
            Inpaint(target="her older", result="an older woman"),
            Inpaint(target="her", result="an older woman"),
        ),
        (
            "i can't see it, i asked for a kite",
            Answer(about="changes"),
            Add(result="a kite"),
        ),
        (
            "a wooden barn",
            Generate(prompt="a wooden barn"),
            Inpaint(target="the barn", result="a wooden barn"),
        ),
        ("a wooden boat", Generate(prompt="a wooden boat"), Generate(prompt="a wooden boat")),
        ("paint a wooden barn", Generate(prompt="a wooden barn"), Generate(prompt="a wooden barn")),
        (
            "make the barn red",
            Inpaint(target="the barn", result="a red barn", of=1),
            Inpaint(target="the barn", result="a red barn"),
        ),
    ],
)  # fmt: skip
def test_a_slip_is_mended_and_what_is_right_is_left(message, slip, meant):
    assert mended(message, slip) == (meant,)


def test_an_undo_that_was_said_first_is_done_first():
    add = Add(result="a hat")
    assert mended("undo that, and put a hat on it", add, context=CAT) == (Undo(), add)
    assert mended("undo that, and put a hat on it", Undo(), add, context=CAT) == (Undo(), add)
    assert mended("undo 2 steps", Undo(steps=2), context=CAT) == (Undo(steps=2),)
    assert mended("undo that, and put a hat on it", add, context=BARN) == (add,)


def test_a_version_that_was_said_first_is_where_it_begins():
    night = Restyle(result="night")
    assert mended("v2 but at night", night, context=CAT) == (Goto(version=2), night)
    assert mended("v9 but at night", night, context=CAT) == (night,)
    assert mended("two variations of v2", Variation(of=2), context=CAT) == (Variation(of=2),)


def test_versions_are_found_by_what_only_they_show():
    assert mended("use the one with the kite at night", Goto(version=2), context=CAT) == (
        Goto(version=2),
    )
    context = PlanContext(captions={1: "a red owl", 2: "an owl with a scarf"}, current=2)
    said = "the one with the scarf is lovely"
    assert mended(said, Goto(version=1), context=context) == (Goto(version=2),)
    assert mended("i want the kite back", Goto(version=3), context=CAT) == (Undo(),)


def alone(message, context=BARN):
    actions = commands.read(message, context)
    assert len(actions) < 2
    return actions[0] if actions else None


@pytest.mark.parametrize(
    ("message", "action"),
    [
        ("remove the goat", Remove(target="the goat")),
        ("ok, remove the goat now please!", Remove(target="the goat")),
        ("the goat has to go", Remove(target="the goat")),
        ("instead of the goat i want a llama", Replace(target="the goat", result="a llama")),
        ("a llama, not a goat", Replace(target="the goat", result="a llama")),
        ("you forgot a fence", Add(result="a fence")),
        ("let him sit down", Inpaint(target="him", result="sit down")),
        ("she should look left", Inpaint(target="she", result="look left")),
        ("eyes closed", Inpaint(target="the eyes", result="eyes closed")),
        ("i need it in 4k", Upscale(factor=4)),
        ("pull the camera back", Outpaint()),
        ("extend it to 16:9", Outpaint(aspect_ratio="16:9")),
        ("widen the picture to a panorama", Outpaint(aspect_ratio="21:9")),
        ("how do i save it?", Answer(about="help")),
        ("did you change the field?", Answer(about="changes")),
        ("leave it like that", Answer()),
        ("haha nice goat", Answer()),
        ("forget the barn, paint a cave", Generate(prompt="a cave")),
        ("the goat out please", Remove(target="the goat")),
        ("half comic, half photo", Restyle(result="half comic, half photo")),
        ("what if this was the year 1850?", Restyle(result="the year 1850")),
        ("make it big enough for a banner", Upscale(factor=2)),
        ("what is to the right of the barn?", Outpaint(direction="right")),
    ],
)
def test_sentences_of_a_plain_form_need_no_model(message, action):
    assert alone(message) == action


@pytest.mark.parametrize(
    "message",
    [
        "remove the goat and add a cow",
        "remove the goat from the field",
        "the billboard should read sold out",
        "lights out",
        "make the goat sit",
        "haha now make it blue",
        "draw a barn, not a house",
        "before",
        "it was better before",
        "the other one",
        "bigger",
        "the lights out",
        "blue sky, green cow",
        "barn and goat",
        "what is the goat eating?",
        "i don't like that",
        "something like the barn",
    ],
)
def test_everything_else_is_left_to_the_model(message):
    assert alone(message) is None


@pytest.mark.parametrize("message", ["remove that thing", "12", "crop it a bit", "from above"])
def test_what_is_unclear_or_cannot_be_done_is_asked(message):
    assert isinstance(alone(message), Clarify)


def test_without_a_picture_nothing_is_said_about_one():
    assert alone("remove the goat", EMPTY) is None
    assert alone("eyes closed", EMPTY) is None


def test_versions_are_counted_and_found_by_what_came_after():
    assert alone("the second to last one", CAT) == Goto(version=2)
    assert alone("show me the latest version", CAT) == Goto(version=3)
    assert alone("go back to before the kite was there", CAT) == Goto(version=1)
    assert alone("before it was night", CAT) == Goto(version=2)
    assert alone("before the dragon was there", CAT) is None
    two = PlanContext(captions={1: "a cat", 2: "a dog"}, current=2)
    assert alone("the other version", two) == Goto(version=1)
    assert isinstance(alone("the other version", CAT), Clarify)


def test_a_change_that_was_not_liked_is_undone():
    changed = PlanContext(BARN.captions, BARN.current, "make it darker", can_undo=1)
    assert alone("i didn't like that", changed) == Undo()
    assert alone("undo that, it looked nicer before", BARN) == Undo()


def test_one_version_is_told_from_the_others_by_a_word():
    assert alone("something like the kite version", CAT) is None
    shown = {**CAT.captions, 4: "a cat with a ball"}
    named = alone("more like the ball one", PlanContext(shown, 3))
    assert named == Variation(of=4, count=1)


def test_several_things_may_be_said_in_their_new_colours():
    actions = commands.read("black barn and white goat", BARN)
    assert actions == (
        Inpaint(target="the barn", result="black barn"),
        Inpaint(target="the goat", result="white goat"),
    )


@pytest.mark.parametrize(
    ("message", "answer", "action"),
    [
        ("in a swamp please", Generate(prompt="in a swamp"),
         Inpaint(target="the background", result="a swamp")),
        ("in a cheerful mood", Generate(prompt="in a cheerful mood"),
         Generate(prompt="in a cheerful mood")),
        ("put a bow on the goat", Add(result="a ribbon", target="the goat"),
         Add(result="a ribbon", target="the goat")),
        ("put a necklace on the goat", Add(result="a necktie", target="the goat"),
         Add(result="a necklace", target="the goat")),
        ("could he lower his head", Inpaint(target="he", result="lower his head"),
         Inpaint(target="his head", result="head, lowered")),
        ("soften the highlights", Inpaint(target="the highlights", result="softer highlights"),
         Restyle(result="softer highlights")),
    ],
)  # fmt: skip
def test_slips_of_the_model_are_held_against_the_words(message, answer, action):
    assert sensible(Plan(actions=(answer,)), message, BARN).actions == (action,)


def test_the_one_with_it_is_another_than_the_current_one():
    going = Plan(actions=(Goto(version=3),))
    assert sensible(going, "back to the one with the kite", CAT).actions == (Goto(version=2),)


def test_what_was_done_last_is_done_to_another_thing():
    gone = PlanContext(captions={1: "x", 2: "y"}, current=2, previous="remove the fence")
    assert alone("the goat too", gone) == Remove(target="the goat")
    red = PlanContext(captions={1: "x", 2: "y"}, current=2, previous="make the fence red")
    assert alone("the goat too", red) == Inpaint(target="the goat", result="red goat")
    put = PlanContext(captions={1: "x", 2: "y"}, current=2, previous="add a small lamp by the door")
    assert alone("a bit bigger", put) == Inpaint(
        target="the small lamp", result="bigger small lamp"
    )


@pytest.mark.parametrize(
    ("message", "shape"),
    [("portrait instead", "2:3"), ("make it square", "1:1"), ("in landscape format", "3:2"),
     ("16:9", "16:9"), ("paint it upright please", "2:3")],
)  # fmt: skip
def test_a_shape_alone_repaints_the_picture_there_is(message, shape):
    planner = LlmPlanner(FakeModel())
    assert planner.plan(message, HERE).actions == (SetParam(aspect_ratio=shape, rerun=True),)
    assert planner.plan(message, EMPTY).actions == (SetParam(aspect_ratio=shape),)


def test_a_bare_it_in_a_first_picture_of_several_things_is_asked_about():
    garden = PlanContext(captions={1: "a gnome and a wheelbarrow on a lawn"}, current=1)
    planner = LlmPlanner(FakeModel("edit|the gnome|a pink gnome"))
    (asked,) = planner.plan("make it pink", garden).actions
    assert asked.options[:2] == ("make the gnome pink", "make the wheelbarrow pink")
