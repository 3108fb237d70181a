"""New things find an empty, fitting place inside the picture."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from t2i_chat.core.geometry import Size
from t2i_chat.editing.placement import SizePrior, place, side_named

SIZE = Size(width=256, height=256)


def mask(*box):
    blank = Image.new("L", (256, 256), 0)
    blank.paste(255, box)
    return blank


@given(
    width=st.integers(16, 700),
    height=st.integers(16, 700),
    share=st.floats(0.05, 0.9),
    zone=st.sampled_from(["sky", "ground", "water"]),
    side=st.sampled_from([None, "left", "right", "middle", "top", "bottom"]),
)
def test_a_place_is_always_inside_and_not_empty(width, height, share, zone, side):
    box = place(Size(width=width, height=height), SizePrior(height=share, zone=zone), side=side)
    assert 0 <= box.x0 < box.x1 <= width
    assert 0 <= box.y0 < box.y1 <= height


def test_what_is_there_is_not_painted_over():
    box = place(SIZE, SizePrior(height=0.3), occupied=mask(0, 0, 150, 256))
    assert box.x0 >= 150


def test_a_named_place_is_preferred():
    box = place(SIZE, SizePrior(height=0.2), wanted=mask(0, 150, 80, 250))
    assert box.x1 <= 90
    assert box.y0 >= 140


@pytest.mark.parametrize(("side", "inside"), [("left", (0, 128)), ("right", (128, 256))])
def test_sides_are_kept(side, inside):
    box = place(SIZE, SizePrior(height=0.3), side=side)
    assert inside[0] <= (box.x0 + box.x1) / 2 <= inside[1]


def test_birds_hang_high_and_dogs_stand_low():
    bird = place(SIZE, SizePrior(height=0.2, zone="sky"))
    dog = place(SIZE, SizePrior(height=0.3))
    assert bird.y1 < 128 < dog.y1


def test_side_words_are_read():
    assert side_named("on the left") == "left"
    assert side_named("the lake") is None
    assert side_named(None) is None


def test_a_new_thing_stays_a_step_away_from_the_edge_where_there_is_room():
    size = Size(width=256, height=256)
    taken = Image.new("L", (256, 256), 0)
    taken.paste(255, (0, 0, 150, 256))
    box = place(size, SizePrior(height=0.25), occupied=taken)
    assert box.x0 >= 150
    assert box.x1 <= 256 - 16
