"""Side and ordinal words choose among a mask's components."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from t2i_chat.imaging.components import Target, chosen, despeckled, pieces, read_target

Region = NDArray[np.bool_]

# Three things in a 100 × 60 picture: left and low, middle and high (the largest), right (smallest).
BOXES = {"left": (5, 30, 20, 50), "middle": (40, 5, 65, 30), "right": (80, 20, 90, 30)}


def region(*names: str) -> Region:
    white = np.zeros((60, 100), dtype=bool)
    for name in names:
        x0, y0, x1, y1 = BOXES[name]
        white[y0:y1, x0:x1] = True
    return white


@pytest.mark.parametrize(
    ("words", "target"),
    [
        ("the sky", Target("sky")),
        ("a red house", Target("red house")),
        ("The left tree.", Target("tree", "left")),
        ("the tree on the left", Target("tree", "left")),
        ("the tree on the far right side", Target("tree", "right")),
        ("the second tree", Target("tree", None, 2)),
        ("the second tree from the right", Target("tree", "right", 2)),
        ("the biggest balloon", Target("balloon", "large")),
        ("the bird at the top", Target("bird", "top")),
        ("both cats", Target("cats")),
        ("the left one", Target("one", "left")),
        ("left", Target("left")),
        ("house with a right wing", Target("house with a right wing")),
    ],
)
def test_words_are_read(words: str, target: Target) -> None:
    assert read_target(words) == target


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("the tree", ("left", "middle", "right")),
        ("the left tree", ("left",)),
        ("the rightmost tree", ("right",)),
        ("the tree in the middle", ("middle",)),
        ("the second tree", ("middle",)),
        ("the third tree from the right", ("left",)),
        ("the biggest tree", ("middle",)),
        ("the smallest tree", ("right",)),
        ("the upper tree", ("middle",)),
        ("the tree at the bottom", ("left",)),
    ],
)
def test_the_piece_that_is_meant_is_chosen(words: str, expected: tuple[str, ...]) -> None:
    found = chosen(region(*BOXES), read_target(words))
    assert found is not None
    assert (found == region(*expected)).all()


def test_a_single_thing_is_meant_by_any_side() -> None:
    found = chosen(region("right"), read_target("the left tree"))
    assert found is not None
    assert (found == region("right")).all()


def test_what_is_not_there_is_not_chosen() -> None:
    assert chosen(region(), read_target("the tree")) is None
    assert chosen(region("left", "right"), read_target("the third tree")) is None


def test_specks_and_pinholes_go_and_larger_holes_stay() -> None:
    white = region("left", "middle")
    noisy = white.copy()
    noisy[1:3, 1:3] = True
    noisy[40, 10] = False
    white[10:20, 45:55] = noisy[10:20, 45:55] = False
    assert (despeckled(noisy) == white).all()


def test_crumbs_are_no_pieces() -> None:
    white = region("left", "middle")
    white[55:58, 90:96] = True
    assert len(pieces(white)) == 2
