"""Sizes follow ratios, stay near the area asked for, and are multiples."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from t2i_chat.errors import BadParameter
from t2i_chat.geometry import Box, Size, size_for_ratio


@given(wide=st.integers(1, 4), high=st.integers(1, 4), area=st.integers(128**2, 1024**2))
def test_sizes_for_ratios_are_multiples_near_the_area(wide, high, area):
    size = size_for_ratio(f"{wide}:{high}", area, 8)
    assert size.width % 8 == size.height % 8 == 0
    assert 0.85 < size.area / area < 1.15


@pytest.mark.parametrize("ratio", ["square", "1", "0:1", "9:1", "a:b", "1:1:1"])
def test_odd_ratios_are_refused_in_words(ratio):
    with pytest.raises(BadParameter, match=r"\.$"):
        size_for_ratio(ratio, 65536, 8)


def test_a_fitted_size_never_grows():
    assert Size(width=100, height=50).fitted(1000) == Size(width=100, height=50)
    assert Size(width=1000, height=3).fitted(10) == Size(width=10, height=1)


def test_rounding_up_holds_the_picture():
    assert Size(width=500, height=333).rounded_up(8) == Size(width=504, height=336)


def test_boxes_are_clipped_to_the_picture():
    box = Box(x0=-5, y0=10, x1=400, y1=20).clipped(Size(width=100, height=15))
    assert (box.x0, box.y0, box.x1, box.y1) == (0, 10, 100, 15)
