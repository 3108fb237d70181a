"""Captions follow edits and keep every word that was not changed."""

import pytest

from t2i_chat.text import captions

HOUSE = "a red house under a blue sky with a tree"


@pytest.mark.parametrize(
    ("caption", "target", "result", "expected"),
    [
        (HOUSE, "the sky", "a darker sky", "a red house under a darker sky with a tree"),
        (HOUSE, "house", "a castle", "a castle under a blue sky with a tree"),
        (HOUSE, "trees", "pine tree", "a red house under a blue sky with a pine tree"),
        ("dog, grass", "the dog", "a cat", "a cat, grass"),
        ("a house", "the roof", "a green roof", "a house with a green roof"),
    ],
)
def test_replacing_says_only_the_target_anew(caption, target, result, expected):
    assert captions.replace_thing(caption, target, result) == expected


@pytest.mark.parametrize(
    ("target", "result", "expected"),
    [
        ("the sky", "darker", "a darker sky"),
        ("the sky", "a stormy night", "a stormy night"),
        ("the houses", "orange", "orange houses"),
        ("the house", "blue house", "a blue house"),
    ],
)
def test_a_bare_quality_takes_its_noun(target, result, expected):
    assert captions.describe_result(target, result) == expected


@pytest.mark.parametrize(
    ("caption", "target", "expected"),
    [
        (HOUSE, "the tree", "a red house under a blue sky"),
        (HOUSE, "the red house", "a blue sky with a tree"),
        ("a dog and a cat in a garden", "dog", "a cat in a garden"),
        ("a dog", "the dog", "an empty scene"),
        ("two dogs near a lake", "the dogs", "a lake"),
    ],
)
def test_removing_takes_the_phrase_and_its_joint(caption, target, expected):
    assert captions.remove_thing(caption, target) == expected


def test_adding_joins_with_with_then_and():
    once = captions.add_thing("a red house", "dog")
    assert once == "a red house with a dog"
    assert captions.add_thing(once, "an owl") == "a red house with a dog and an owl"


def test_adding_keeps_the_place_that_was_said():
    assert captions.add_thing("a house", "dog", "next to the house").endswith(
        "a dog next to the house"
    )


def test_things_are_the_head_nouns_in_order():
    assert captions.things(HOUSE) == ("house", "sky", "tree")


@pytest.mark.parametrize(
    ("phrase", "expected"),
    [("dog", "a dog"), ("owl", "an owl"), ("the dog", "the dog"), ("trees", "trees"),
     ("two cats", "two cats"), ("glass", "a glass")],
)  # fmt: skip
def test_articles(phrase, expected):
    assert captions.with_article(phrase) == expected


def test_mentions_ignores_number_and_article():
    assert captions.mentions("two dogs near a lake", "the dog")
    assert not captions.mentions("two dogs near a lake", "the cat")


def test_what_was_brought_along_is_no_surrounding():
    caption = captions.add_thing(captions.BROUGHT, "dog")
    assert captions.in_setting("a darker sky", caption) == "a darker sky"
