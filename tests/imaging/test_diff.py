"""What differs between two pictures is counted and drawn to the pixel."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from t2i_chat.imaging.diff import Difference, heat_map, measure, per_pixel


def picture(seed: int, size: tuple[int, int] = (20, 12)) -> Image.Image:
    pixels = np.random.default_rng(seed).integers(0, 256, (size[1], size[0], 3), np.uint8)
    return Image.fromarray(pixels)


def is_grey(image: Image.Image) -> np.ndarray:
    pixels = np.asarray(image)
    return (pixels == pixels[..., :1]).all(axis=2)


@given(st.integers(0, 255), st.integers(1, 255), st.integers(0, 2))
def test_one_changed_pixel_is_the_only_one_that_glows(value: int, by: int, channel: int) -> None:
    before = Image.new("RGB", (9, 7), (value, value, value))
    changed = [value] * 3
    changed[channel] = (value + by) % 256
    after = before.copy()
    after.putpixel((5, 2), tuple(changed))
    drawn = heat_map(before, after)
    assert drawn.size == before.size
    assert np.argwhere(~is_grey(drawn)).tolist() == [[2, 5]]
    assert measure(before, after) == Difference(1 / 63, abs(changed[channel] - value))


def test_the_same_picture_is_all_grey() -> None:
    one = picture(1)
    assert is_grey(heat_map(one, one)).all()
    assert measure(one, one) == Difference(0.0, 0)


def test_more_change_is_brighter() -> None:
    before, after = Image.new("RGB", (256, 1)), Image.new("RGB", (256, 1))
    for x in range(256):
        after.putpixel((x, 0), (x, 0, 0))
    brightness = np.asarray(heat_map(before, after), int).sum(axis=2)[0, 1:]
    assert (np.diff(brightness) >= 0).all()
    assert brightness[-1] > 2 * brightness[0]


def test_differences_do_not_wrap_around() -> None:
    black, white = (Image.new("RGB", (4, 4), colour) for colour in ("black", "white"))
    assert per_pixel(black, white).max() == per_pixel(white, black).max() == 255


def test_pictures_of_two_sizes_are_refused() -> None:
    with pytest.raises(ValueError, match="different sizes"):
        heat_map(picture(1), picture(1, (12, 20)))
