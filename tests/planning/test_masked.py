"""With a brushed mask, the words say what and the mask says where."""

import pytest

from t2i_chat.core.actions import (
    MARKED,
    Add,
    Clarify,
    Generate,
    Goto,
    Inpaint,
    Plan,
    Remove,
    Replace,
    Restyle,
    Variation,
)
from t2i_chat.core.protocols import PlanContext
from t2i_chat.editing import requests
from t2i_chat.planning import masked
from t2i_chat.planning.explain import explain
from t2i_chat.planning.validate import ask, check

HOUSE = "a red house under a blue sky with a tree"


@pytest.mark.parametrize(
    ("words", "planned", "meant"),
    [
        ("a small boat", Generate(prompt="a small boat"), Add(result="a small boat")),
        ("put a cat here", Add(result="a cat", target="here"), Add(result="a cat")),
        ("darker", Restyle(result="darker"), Inpaint(target=MARKED, result="darker")),
        ("make it red", Inpaint(target="the house", result="a red house"),
         Inpaint(target=MARKED, result="red")),
        ("make it a castle", Inpaint(target="the house", result="a castle"),
         Replace(target=MARKED, result="a castle")),
        ("make the roof green", Inpaint(target="the roof", result="a green roof"),
         Inpaint(target="the roof", result="a green roof")),
        ("remove it", Remove(target="the house"), Remove(target=MARKED)),
        ("remove this", Remove(target="this"), Remove(target=MARKED)),
        ("remove the tree", Remove(target="the tree"), Remove(target="the tree")),
        ("replace this with a pond", Replace(target="this", result="a pond"),
         Replace(target=MARKED, result="a pond")),
        ("like a cherry tree", Replace(target="the cherry tree", result="a cherry tree"),
         Replace(target=MARKED, result="a cherry tree")),
        ("make this pink like a cherry tree",
         Inpaint(target="the pink like a cherry tree", result="a pink cherry tree"),
         Inpaint(target=MARKED, result="pink cherry")),
        ("red", ask("more"), Inpaint(target=MARKED, result="red")),
        ("erase that", ask("what"), Remove(target=MARKED)),
        ("remove", ask("what"), Remove(target=MARKED)),
    ],
)  # fmt: skip
def test_what_is_painted_is_painted_in_the_mark(words, planned, meant):
    assert masked.within(Plan(actions=(planned,)), words) == Plan(actions=(meant,))


@pytest.mark.parametrize(
    ("words", "action"),
    [
        ("fix this", ask("what")),
        ("cut it out", Clarify(question="Of the picture?", options=("yes",))),
        ("four variations", Variation(count=4)),
        ("back to the first", Goto(version=1)),
    ],
)
def test_what_has_nothing_to_do_with_a_region_stays(words, action):
    assert masked.within(Plan(actions=(action,)), words).actions == (action,)


def test_pointing_is_enough_once_something_is_marked():
    plan = Plan(actions=(Remove(target="this"),))
    context = {"captions": {1: HOUSE}, "current": 1}
    assert isinstance(check(plan, "remove this", PlanContext(**context)).actions[0], Clarify)
    assert check(plan, "remove this", PlanContext(**context, marked=True)) == plan


def test_what_was_only_marked_is_not_renamed_in_the_caption():
    for action in (Inpaint(target=MARKED, result="red"), Remove(target=MARKED)):
        assert requests.edited_caption(action, HOUSE) == HOUSE
    replaced = requests.edited_caption(Replace(target=MARKED, result="a pond"), HOUSE)
    assert replaced == f"{HOUSE} and a pond"


def test_the_marked_part_is_painted_from_its_new_look_and_spoken_of_plainly():
    red = Inpaint(target=MARKED, result="red")
    assert requests.region_prompt(red, HOUSE).startswith("red")
    assert MARKED.split()[-1] not in requests.region_prompt(red, HOUSE)
    assert (
        explain(Plan(actions=(red,))) == "I'll make the marked part red and leave the rest alone."
    )
    assert "remove the marked part" in explain(Plan(actions=(Remove(target=MARKED),)))
