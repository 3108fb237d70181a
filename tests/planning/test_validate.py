"""Validation: a plan runs only if the person's words support it."""

from dataclasses import replace

import pytest

from t2i_chat.core.actions import Clarify, Combine, Generate, Goto, Inpaint, Plan, Refuse, SetParam
from t2i_chat.core.protocols import PlanContext
from t2i_chat.planning import validate
from t2i_chat.planning.languages import faithful
from t2i_chat.planning.line_grammar import REASONS

CONTEXT = PlanContext(
    captions={1: "a red house", 2: "a red house with a snowman"},
    current=2,
    previous="a snowman",
    can_undo=1,
    parents={1: None, 2: 1},
)


def checked(action, text, context=CONTEXT):
    """The one action that is left of a plan."""
    (left,) = validate.check(Plan(actions=(action,)), text, context).actions
    return left


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("paint a naked woman", "sexual"),
        ("a nude man on the beach", "sexual"),
        ("undress the girl", "minor"),
    ],
)
def test_children_are_spoken_of_only_where_the_words_do(text, kind):
    assert checked(Refuse(reason=REASONS["minor"]), text) == Refuse(reason=REASONS[kind])


def test_nobody_asks_for_a_setting_without_a_word_of_one():
    made_up = SetParam(aspect_ratio="1:1", rerun=True)
    assert isinstance(checked(made_up, "a thing or whatever you like to do"), Clarify)
    assert checked(made_up, "make it square please") == made_up
    assert checked(SetParam(seed=7), "take seed 7 for this") == SetParam(seed=7)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("a snowman", Generate(prompt="a snowman")),
        ("the snowman one", Goto(version=2)),
    ],
)
def test_a_thing_is_new_and_the_thing_is_where_it_was(text, meant):
    assert checked(Goto(version=2), text, replace(CONTEXT, current=1)) == meant


def test_only_a_part_is_kept_over_what_was_there_before():
    kept = Combine(target="the house", source=2, of=1)
    assert checked(kept, "keep only the house") == kept
    edit = Inpaint(target="the house", result="a blue house", of=1)
    assert checked(edit, "make the house blue").of is None


@pytest.mark.parametrize(
    ("prompt", "paints"),
    [
        ("a horse on the beach", False),
        ("a red house at dusk", True),
        ("ein Haus mit einem Zwölfender", False),
    ],
)
def test_of_words_of_another_language_some_come_back(prompt, paints):
    plan = Plan(actions=(Generate(prompt=prompt),))
    read = faithful(plan, "ein rotes Haus mit einem Zwölfender", "de", picture=False)
    assert (read == plan) is paints
    assert paints or isinstance(read.actions[0], Clarify)
