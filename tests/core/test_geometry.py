"""Sizes follow ratios, stay near the area asked for, and are multiples."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from t2i_chat.core.errors import BadParameter
from t2i_chat.core.geometry import Box, Size, exact_size, size_for_ratio


@given(wide=st.integers(1, 4), high=st.integers(1, 4), area=st.integers(128**2, 1024**2))
def test_sizes_for_ratios_are_multiples_near_the_area(wide, high, area):
    size = size_for_ratio(f"{wide}:{high}", area, 8)
    assert size.width % 8 == size.height % 8 == 0
    assert 0.85 < size.area / area < 1.15


@pytest.mark.parametrize("ratio", ["square", "1", "0:1", "9:1", "a:b", "1:1:1"])
def test_odd_ratios_are_refused_in_words(ratio):
    with pytest.raises(BadParameter, match=r"\.$"):
        size_for_ratio(ratio, 65536, 8)


@pytest.mark.parametrize("words", ["320x256", " 320 x 256", "320×256", "320X256"])
def test_a_size_is_read_as_people_write_it(words):
    assert exact_size(words, 100_000) == Size(width=320, height=256)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("banana", "is no size"),
        ("320", "is no size"),
        ("-3x3", "is no size"),
        ("0x0", "sides go from 64"),
        ("4097x64", "sides go from 64"),
        ("999999999x1", "sides go from 64"),
        ("512x512", "Something like 256x256 is the most"),
    ],
)
def test_a_size_that_cannot_be_painted_is_told(words, said):
    with pytest.raises(BadParameter, match=said):
        exact_size(words, 256 * 256)


def test_rounding_up_holds_the_picture():
    assert Size(width=500, height=333).rounded_up(8) == Size(width=504, height=336)


def test_boxes_are_clipped_to_the_picture():
    box = Box(x0=-5, y0=10, x1=400, y1=20).clipped(Size(width=100, height=15))
    assert (box.x0, box.y0, box.x1, box.y1) == (0, 10, 100, 15)
