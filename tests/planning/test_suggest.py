"""Suggested edits fit the picture: they are sentences the planner reads, about what is there."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from t2i_chat import app
from t2i_chat.core.actions import Add, Inpaint, Outpaint, Remove
from t2i_chat.core.protocols import PlanContext
from t2i_chat.core.settings import Settings
from t2i_chat.planning.suggest import MOST, next_edits
from t2i_chat.text.captions import BROUGHT
from t2i_chat.ui.starters import FIRST


@pytest.mark.parametrize(
    ("caption", "edits"),
    [
        (
            "a lighthouse on the beach at sunset",
            ("make the sky darker", "add a boat", "zoom out"),
        ),
        (
            "a red house with a tree under a blue sky",
            ("make the sky darker", "add a bird", "make the house yellow"),
        ),
        ("a rocket over a city at night", ("make the sky blue", "add a moon", "zoom out")),
        ("a cat and a dog", ("make the sky darker", "add a tree", "remove the dog")),
        ("an apple on a table", ("zoom out", "make it a watercolour painting")),
    ],
)
def test_edits_fit_what_the_caption_says(caption, edits):
    assert next_edits(caption) == edits


def test_a_picture_one_brought_gets_edits_of_the_whole():
    assert next_edits(BROUGHT) == ("make it a watercolour painting", "zoom out")


def test_what_was_suggested_and_done_is_not_suggested_again():
    assert "add a boat" in next_edits("a lighthouse on the beach")
    assert "add a boat" not in next_edits("a lighthouse on the beach with a boat")
    assert "make the sky darker" not in next_edits("a house under a darker sky")


@pytest.mark.weights
@pytest.mark.parametrize("one", FIRST, ids=lambda one: one.words)
def test_the_embedded_planner_reads_each_as_one_edit(planner, one):
    for edit in next_edits(one.words):
        seen = PlanContext(captions={1: one.words}, current=1, previous=one.words)
        [action] = planner.plan(edit, seen).actions
        assert isinstance(action, Inpaint | Add | Remove | Outpaint), edit


@pytest.fixture(scope="module")
def planner():
    """The real one, with the embedded language model."""
    return app.build_planner(Settings())


@given(st.text(max_size=200))
def test_any_caption_gets_some_and_never_too_many(caption):
    edits = next_edits(caption)
    assert 0 < len(edits) <= MOST
    assert len(set(edits)) == len(edits)
