"""Frames: crops that models can denoise are pasted back exactly where they were."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from t2i_chat.core.geometry import Box, Size
from t2i_chat.rendering.diffusion.framing import (
    COMFORT,
    SHORTEST,
    SLENDEREST,
    frame_around,
    frame_as_asked,
    frame_at_ease,
    frame_to_instruct,
)

NATIVE = Size(width=64, height=64)
sides = st.integers(1, 200)


def noise(size: Size) -> Image.Image:
    rng = np.random.default_rng(size.width)
    return Image.fromarray(rng.integers(0, 256, (size.height, size.width, 3), dtype=np.uint8))


@settings(max_examples=50, deadline=None)
@given(width=sides, height=sides, multiple=st.sampled_from([8, 16]))
def test_a_picture_that_is_not_scaled_comes_back_byte_for_byte(
    width: int, height: int, multiple: int
) -> None:
    picture = noise(Size(width=width, height=height))
    frame = frame_as_asked(Size(width=width, height=height), multiple)
    cut = frame.cut(picture)
    assert cut.width % multiple == cut.height % multiple == 0
    assert frame.put_back(cut, None).tobytes() == picture.tobytes()


@settings(max_examples=100, deadline=None)
@given(data=st.data(), width=sides, height=sides)
def test_the_piece_around_a_region_holds_it_and_is_not_too_large(
    data: st.DataObject, width: int, height: int
) -> None:
    x0, y0 = data.draw(st.integers(0, width - 1)), data.draw(st.integers(0, height - 1))
    x1, y1 = data.draw(st.integers(x0 + 1, width)), data.draw(st.integers(y0 + 1, height))
    frame = frame_around(
        Box(x0=x0, y0=y0, x1=x1, y1=y1), Size(width=width, height=height), NATIVE, 8
    )
    crop = frame.crop
    assert 0 <= crop.x0 <= x0 < x1 <= crop.x1 <= width
    assert 0 <= crop.y0 <= y0 < y1 <= crop.y1 <= height
    assert frame.painted.area <= 1.05 * COMFORT * NATIVE.area
    piece = frame.cut(noise(Size(width=width, height=height)))
    assert piece.size == (frame.padded.width, frame.padded.height)


def test_the_padding_is_a_reflection() -> None:
    picture = np.asarray(noise(Size(width=61, height=45)))
    cut = np.asarray(frame_as_asked(Size(width=61, height=45), 8).cut(Image.fromarray(picture)))
    assert (cut[:45, 61:] == picture[:, :-4:-1]).all()
    assert (cut[45:, :61] == picture[:-4:-1]).all()


def test_a_piece_put_back_leaves_the_rest_untouched() -> None:
    whole = Size(width=300, height=200)
    picture = noise(whole)
    frame = frame_around(Box(x0=200, y0=20, x1=260, y1=90), whole, NATIVE, 8)
    result = np.asarray(frame.put_back(Image.new("RGB", (512, 512)), picture))
    inside = np.zeros((200, 300), dtype=bool)
    inside[frame.crop.y0 : frame.crop.y1, frame.crop.x0 : frame.crop.x1] = True
    assert not result[inside].any()
    assert (result[~inside] == np.asarray(picture)[~inside]).all()


def test_a_thin_line_survives_in_a_mask_that_is_scaled_down() -> None:
    whole = Size(width=1000, height=1000)
    line = Image.new("L", (1000, 1000))
    line.paste(255, (0, 501, 1000, 502))
    mask = np.asarray(frame_at_ease(whole, NATIVE, 8).cut_mask(line))
    assert set(np.unique(mask)) == {0, 255}
    assert mask.any(axis=0).all()


@pytest.mark.parametrize(("width", "expected"), [(64, 64), (80, 80), (640, 91)])
def test_only_pictures_too_large_to_oversee_are_scaled(width: int, expected: int) -> None:
    frame = frame_at_ease(Size(width=width, height=width), NATIVE, 8)
    assert frame.painted.width == expected


@pytest.mark.parametrize(
    ("width", "height"), [(30, 20), (61, 45), (2000, 64), (64, 1500), (300, 200)]
)
def test_what_is_instructed_is_no_sliver_and_comes_back_whole(width: int, height: int) -> None:
    picture = noise(Size(width=width, height=height))
    frame = frame_to_instruct(Size(width=width, height=height), Size(width=512, height=512), 16)
    cut = frame.cut(picture)
    assert min(cut.size) >= SHORTEST
    assert max(cut.size) <= SLENDEREST * min(cut.size)
    assert cut.width % 16 == cut.height % 16 == 0
    assert frame.put_back(cut, None).tobytes() == picture.tobytes()


def test_in_an_enlarged_picture_a_window_is_seen_from_further_away() -> None:
    native, windows = Size(width=256, height=256), (128, 192)
    thing = Box(x0=16, y0=160, x1=240, y1=360)
    for times in (2, 4):
        whole = Size(width=256 * times, height=256 * times)
        region = Box(x0=8 * times, y0=80 * times, x1=120 * times, y1=180 * times)
        made = frame_around(region, whole, native, 8, windows)
        assert (made.painted.width, made.painted.height) == (128, 128)
        assert made.crop.width == 128 * times
    plain = frame_around(thing, Size(width=512, height=512), native, 8)
    assert plain.painted.width > 256
    small = frame_around(
        Box(x0=16, y0=16, x1=99, y1=99), Size(width=512, height=512), native, 8, windows
    )
    assert small.crop.width == small.painted.width == 128
