"""Rows of labelled messages become rows of plans; what cannot be done is a question there too."""

import pytest

from t2i_chat.cli.plan_batch import context_of, dumped, plan_batch
from t2i_chat.core.actions import Add, Plan, Undo
from t2i_chat.core.errors import BadFile, UnknownVersion
from t2i_chat.core.protocols import PlanContext
from tests.fakes import FakePlanner

TURNS = [
    {"role": "user", "text": "a fox"},
    {"role": "assistant", "text": "v1 = a fox (1:1, seed 5)"},
    {"role": "user", "text": "at night"},
    {"role": "assistant", "text": "v2 = a fox at night"},
]


def test_a_row_tells_its_context():
    assert context_of({"context": TURNS, "current": 1}) == PlanContext(
        captions={1: "a fox", 2: "a fox at night"},
        current=1,
        previous="at night",
        can_undo=1,
        can_redo=1,
    )


def test_a_row_without_a_context_is_about_a_picture_brought_along():
    assert context_of({"text": "make it blue"}) == PlanContext({1: "a picture"}, current=1)
    assert context_of({"context": [], "utterance": "a fox"}) == PlanContext()


def test_several_versions_on_one_line_are_told_apart():
    told = "v1, v2 = two pictures: v1 a fox by a wall, v2 an owl (1:1, seeds 4-5)"
    turns = [{"role": "user", "text": "2 animals"}, {"role": "assistant", "text": told}]
    context = context_of({"context": turns, "current": 2, "utterance": "x"})
    assert context.captions == {1: "a fox by a wall", 2: "an owl"}
    turns[1]["text"] = "v1, v2 = the same fox twice"
    context = context_of({"context": turns, "current": 1, "utterance": "x"})
    assert context.captions == {1: "the same fox twice", 2: "the same fox twice"}


@pytest.mark.parametrize("context", ["v1 = a fox", ["v1 = a fox"], [{"role": "user"}]])
def test_a_context_that_is_none_is_told(context):
    with pytest.raises(BadFile, match="context"):
        context_of({"context": context})


def test_rows_come_back_in_order_with_their_ids():
    lost = UnknownVersion("There is no version 9.", ("v1",))
    planner = FakePlanner({"undo": Plan(actions=(Undo(),)), "v9": lost})
    rows = [
        {"id": "x1", "context": TURNS, "current": 2, "utterance": "undo"},
        {"id": "x2", "text": "  "},
        {"id": "x3", "text": "v9"},
    ]
    plans = list(plan_batch(planner, rows))
    assert plans[0] == {"id": "x1", "actions": [{"action": "undo", "steps": 1}]}
    assert plans[1]["actions"][0]["action"] == "clarify"
    assert plans[2] == {
        "id": "x3",
        "actions": [{"action": "clarify", "question": "There is no version 9.", "options": ["v1"]}],
    }


def test_what_was_left_open_is_left_out():
    assert dumped(Plan(actions=(Add(result="a dog"),))) == [{"action": "add", "result": "a dog"}]
