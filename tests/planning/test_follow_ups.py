"""Follow-ups repeat or correct the last request; every other message stays as it is."""

import pytest

from t2i_chat.core.actions import Clarify, Inpaint, Plan, Undo
from t2i_chat.core.protocols import PlanContext
from t2i_chat.planning.follow_ups import repaired, second_thought, unsettled
from t2i_chat.planning.normalize import spelled
from t2i_chat.planning.planner import LlmPlanner

VASES = "a tall vase and a short vase on a shelf"
TRAIN = "a train under a bridge"


def after(previous, *captions, can_undo=1):
    shown = dict(enumerate(captions, 1))
    return PlanContext(shown, len(captions), previous, can_undo=can_undo)


@pytest.mark.parametrize(
    ("previous", "before", "now", "message", "anew"),
    [
        ("make the bridge red", TRAIN, "a train under a red bridge",
         "I meant the train", "make the train red"),
        ("make the bridge red", TRAIN, "a train under a red bridge",
         "oops, wrong thing - the train", "make the train red"),
        ("make the bridge red", TRAIN, "a train under a red bridge",
         "no, I meant the train, not the bridge", "make the train red"),
        ("make the bridge red", TRAIN, "a train under a red bridge",
         "no, the train!", "make the train red"),
        ("Paint the vase blue.", VASES, "a blue tall vase and a short vase on a shelf",
         "wrong one!", "Paint the short vase blue"),
        ("paint the vase blue", VASES, "a blue tall vase and a short vase on a shelf",
         "i meant the tall one", "paint the tall vase blue"),
        ("delete the vase", VASES, "a tall vase on a shelf",
         "the other one, I meant", "delete the tall vase"),
        ("delete the vase", VASES, "the short vase is gone",
         "the other one, I meant", "delete the tall vase"),
        ("make everything darker", TRAIN, "a train under a bridge, darker",
         "just the bridge, not everything", "make the bridge darker"),
    ],
)  # fmt: skip
def test_the_wrong_thing_is_undone_and_the_right_one_asked_for(
    previous, before, now, message, anew
):
    again = second_thought(message, after(previous, before, now))
    assert (again.message, again.undo, again.context.current) == (anew, True, 1)


@pytest.mark.parametrize(
    ("previous", "message", "anew"),
    [
        ("paint the vase blue", "the other one too", "paint the short vase blue"),
        ("paint the vase blue", "or green?", "paint the vase green"),
        ("paint the vase blue", "hmm, maybe green instead", "paint the vase green"),
        ("paint the vase blue", "too much", "paint the vase less blue"),
        ("put a candle on the shelf", "a few more", "put a few more candles on the shelf"),
        ("add a candle", "move it to the right", "move the candle to the right"),
        ("add a candle", "make it a bit smaller", "make the candle a bit smaller"),
        ("add a candle", "no, I wanted it bigger", "make the candle bigger"),
        (
            "put a small dog on the shelf",
            "i meant it to be much larger",
            "make the small dog much larger",
        ),
    ],
)
def test_the_last_request_goes_on_without_an_undo(previous, message, anew):
    context = after(previous, VASES, "a blue tall vase and a short vase on a shelf")
    again = second_thought(message, context)
    assert (again.message, again.undo, again.context) == (anew, False, context)


@pytest.mark.parametrize(
    ("context", "message"),
    [
        (after("make the bridge red", TRAIN, TRAIN, can_undo=0), "I meant the train"),
        (after(None, TRAIN, TRAIN), "I meant the train"),
        (after("a train", TRAIN), "wrong one"),
        (after("make it red", TRAIN, TRAIN), "wrong one"),
        (after("make the bridge and the train red", TRAIN, TRAIN), "I meant the river"),
        (after("make the vase red", f"{VASES}, a green vase", VASES), "wrong one"),
        (after("make it darker", TRAIN, TRAIN), "too much"),
        (after("add a moon", TRAIN, TRAIN), "make it darker"),
        (after("make the bridge red", TRAIN, TRAIN), "only three cars, not more"),
        (after("make the bridge red", TRAIN, TRAIN), "the bridge too"),
        (after("make the bridge red", TRAIN, TRAIN), "the train"),
        (after("make the bridge red", TRAIN, TRAIN), "no more train"),
        (after("make the bridge red", TRAIN, TRAIN), "I wanted it bigger"),
        (PlanContext(), "I meant the train"),
    ],
)
def test_where_it_is_not_clear_what_was_meant_nothing_is_said_anew(context, message):
    assert second_thought(message, context) is None


def test_the_plan_begins_with_an_undo_unless_there_is_something_to_ask():
    class Model:
        speaks_lines = True

        def __init__(self, answer):
            self.answer = answer

        def complete(self, request, **_):
            assert request.endswith("> make the train red")
            assert "now v1" in request
            return self.answer

    context = after("make the bridge red", TRAIN, "a train under a red bridge")
    plan = LlmPlanner(Model("edit|the train|a red train")).plan("I meant the train", context)
    assert plan == Plan(actions=(Undo(), Inpaint(target="the train", result="a red train")))
    asked = LlmPlanner(Model("ask|what")).plan("I meant the train", context)
    assert [type(action) for action in asked.actions] == [Clarify]


@pytest.mark.parametrize(
    ("message", "meant"),
    [
        ("add a cow, no, make that a goat", "add a goat"),
        ("put a hat on the dog, no wait, the cat", "put a hat on the cat"),
        ("a hut, actually a palace", "a palace"),
        ("a street with no people", "a street with no people"),
        ("a street, no people", "a street, no people"),
        ("add a dog, no the cat", "add a dog, no the cat"),
        (
            "add a dog to the left, no, make that a cat",
            "add a dog to the left, no, make that a cat",
        ),
    ],
)
def test_what_is_taken_back_within_a_message_is_not_said(message, meant):
    assert repaired(message) == meant


@pytest.mark.parametrize(
    ("text", "mended"),
    [
        ("rmeove the brigde", "remove the bridge"),
        ("maek the brdge red", "make the bridge red"),
        ("make the bride red", "make the bride red"),
        ("add a brigde", "add a brigde"),
        ("the rain on the bridge", "the rain on the bridge"),
        ("a mkae of car", "a make of car"),
    ],
)
def test_slips_of_the_finger_are_mended_in_orders_and_in_what_the_picture_shows(text, mended):
    assert spelled(text, TRAIN) == mended


@pytest.mark.parametrize(
    ("previous", "message", "which"),
    [
        ("make the house blue", "no, the other house", "Which house do you mean?"),
        ("make the house blue", "nope, the other one!", "Which one do you mean?"),
        ("make the house blue", "the other house", None),
        ("make the house blue", "no other house", None),
        (None, "no, the other house", None),
    ],
)
def test_another_one_that_nothing_tells_is_asked_about(previous, message, which):
    asked = unsettled(message, after(previous, "a house and a house", "a blue house and a house"))
    assert (asked and asked.partition("? ")[0] + "?") == which


def test_a_request_in_another_language_is_gone_on_with_in_english():
    class Model:
        speaks_lines = True

        def complete(self, request, **_):
            assert "make the black cat bigger" in request
            return "edit|the black cat|a bigger black cat"

    context = after("füge eine schwarze Katze hinzu", TRAIN, f"{TRAIN} and a black cat")
    plan = LlmPlanner(Model()).plan("no, I wanted it bigger", context)
    assert [(a.action, a.target) for a in plan.actions] == [("inpaint", "the black cat")]
