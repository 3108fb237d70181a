"""A plan is told as a person would say it."""

import pytest

from t2i_chat.core.actions import Add, Generate, Goto, Inpaint, Plan, Replace
from t2i_chat.planning.explain import explain


@pytest.mark.parametrize(
    ("actions", "words"),
    [
        (
            [Inpaint(target="the sky", result="a darker sky")],
            "I'll make the sky darker and leave the rest alone.",
        ),
        (
            [Inpaint(target="the sky", result="a stormy night")],
            "I'll change the sky to a stormy night and leave the rest alone.",
        ),
        (
            [Inpaint(target="house", result="blue")],
            "I'll make the house blue and leave the rest alone.",
        ),
        (
            [Replace(target="the house", result="castle")],
            "I'll replace the house with a castle and leave the rest alone.",
        ),
        (
            [Goto(version=2), Add(result="cat")],
            "I'll go back to version 2, then add a cat and leave the rest alone.",
        ),
        ([Generate(prompt="a dog")], "I'll paint “a dog”."),
    ],
)
def test_words(actions, words):
    assert explain(Plan(actions=tuple(actions))) == words
