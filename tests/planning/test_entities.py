"""Names resolve to the one thing in the caption they fit; if two fit, it is asked."""

import pytest

from t2i_chat.core.actions import Add, Clarify, Inpaint, Remove
from t2i_chat.core.protocols import PlanContext
from t2i_chat.planning.entities import candidates, named
from t2i_chat.planning.planner import LlmPlanner
from tests.planning.test_planner import FakeModel


def showing(caption, previous=None):
    return PlanContext(captions={1: caption}, current=1, previous=previous)


def only(message, answer, context):
    (action,) = LlmPlanner(FakeModel(answer)).plan(message, context).actions
    return action


@pytest.mark.parametrize(
    ("target", "caption", "meant"),
    [
        ("him", "a farmer with a goat", "the farmer"),
        ("it", "a picture", "the middle"),
        ("that bike", "a rusty bicycle in a yard", "the bicycle"),
        ("the red couch", "a room, grey sofa", "the red sofa"),
        ("the couch", "a couch and a sofa", "the couch"),
        ("the dragon", "a farmer with a goat", "the dragon"),
        ("this gate", "a farmer at a gate", "the gate"),
        ("the car", "a taxi and a cab", "the car"),
    ],
)
def test_a_name_is_said_in_the_captions_words(target, caption, meant):
    assert named(target, showing(caption)) == meant


TWO = "a garden, wooden chair left, plastic chair right, an old well"


def test_a_bare_name_that_fits_two_things_is_asked_about_with_buttons():
    asked = only("remove the chair", "remove|the chair", showing(TWO))
    assert asked == Clarify(
        question="Which chair do you mean?",
        options=("remove the left wooden chair", "remove the right plastic chair"),
    )
    made = only(asked.options[0], "remove|the left wooden chair", showing(TWO))
    assert made == Remove(target="the left wooden chair")


@pytest.mark.parametrize(
    ("message", "target"),
    [
        ("remove the wooden chair", "the chair"),
        ("remove both chairs", "the chair"),
        ("remove the chair on the left", "the chair"),
        ("remove the well", "the well"),
        ("remove the plastic chair", "the plastic chair"),
    ],
)
def test_a_name_that_tells_which_is_not_asked_about(message, target):
    assert candidates(target, message, showing(TWO)) == ()


def test_what_was_just_talked_about_is_meant():
    context = showing(TWO, previous="make the wooden chair red")
    assert candidates("the chair", "now make the chair blue", context) == ()


def test_a_new_thing_on_somebody_is_on_the_one_in_the_picture():
    made = only("put a hat on him", "add|a hat|him", showing("a horse in a meadow"))
    assert made == Add(result="a hat", target="the horse")


def test_another_word_for_the_thing_finds_it():
    made = only("paint the couch red", "edit|the couch|a red couch", showing("a room, grey sofa"))
    assert made == Inpaint(target="the sofa", result="a red couch")
