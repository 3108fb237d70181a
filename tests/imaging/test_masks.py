"""Mask arithmetic is exact, also at odd sizes."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from t2i_chat.core.geometry import Box, Size
from t2i_chat.imaging import masks

SIZES = [(256, 256), (500, 333), (604, 644), (1021, 767)]
sizes = st.sampled_from(SIZES)
reaches = st.integers(0, 24)


def noise(size: tuple[int, int], seed: int) -> Image.Image:
    rng = np.random.default_rng(seed)
    return Image.fromarray(rng.integers(0, 256, (size[1], size[0], 3), dtype=np.uint8))


@st.composite
def boxes(draw: st.DrawFn, size: tuple[int, int]) -> Box:
    x0, y0 = draw(st.integers(0, size[0] - 1)), draw(st.integers(0, size[1] - 1))
    return Box(
        x0=x0,
        y0=y0,
        x1=draw(st.integers(x0 + 1, size[0])),
        y1=draw(st.integers(y0 + 1, size[1])),
    )


def of(size: tuple[int, int]) -> Size:
    return Size(width=size[0], height=size[1])


def widened(box: Box, pixels: int) -> Box:
    return Box(x0=box.x0 - pixels, y0=box.y0 - pixels, x1=box.x1 + pixels, y1=box.y1 + pixels)


@settings(max_examples=25, deadline=None)
@given(data=st.data(), size=sizes, grow=reaches, feather=reaches, seed=st.integers(0, 99))
def test_nothing_outside_the_compositing_mask_moves(
    data: st.DataObject, size: tuple[int, int], grow: int, feather: int, seed: int
) -> None:
    box = data.draw(boxes(size))
    original, painted = noise(size, seed), noise(size, seed + 100)
    compositing = masks.composite_mask(masks.box_mask(box, of(size)), grow, feather)
    result = masks.composite(original, painted, compositing)
    assert masks.receipt(original, result, compositing).max_outside == 0
    reach = masks.box_mask(widened(box, grow + feather), of(size))
    far = np.asarray(reach) == 0
    assert not np.asarray(compositing)[far].any()
    assert (np.asarray(result)[far] == np.asarray(original)[far]).all()
    solid = np.asarray(masks.box_mask(widened(box, grow), of(size))) > 0
    assert (np.asarray(result)[solid] == np.asarray(painted)[solid]).all()


@settings(max_examples=25, deadline=None)
@given(data=st.data(), size=sizes, pixels=reaches)
def test_a_grown_box_is_the_wider_box(
    data: st.DataObject, size: tuple[int, int], pixels: int
) -> None:
    box = data.draw(boxes(size))
    grown = masks.grow(masks.box_mask(box, of(size)), pixels)
    assert grown.tobytes() == masks.box_mask(widened(box, pixels), of(size)).tobytes()


@pytest.mark.parametrize("size", SIZES)
def test_a_picture_composited_with_itself_is_itself(size: tuple[int, int]) -> None:
    picture, mask = noise(size, 1), noise(size, 2).convert("L")
    assert masks.composite(picture, picture, mask).tobytes() == picture.tobytes()


def test_the_feather_falls_steadily_from_white_to_black() -> None:
    mask = masks.box_mask(Box(x0=0, y0=0, x1=20, y1=64), Size(width=64, height=64))
    row = np.asarray(masks.composite_mask(mask, 4, 8))[32].astype(int)
    assert (np.diff(row) <= 0).all()
    assert row[23] == 255
    assert 0 < row[28] < 255
    assert row[32:].max() == 0


def test_the_receipt_sees_one_changed_byte_outside() -> None:
    before = noise((40, 30), 1)
    after = before.copy()
    red, green, blue = before.getpixel((39, 29))  # type: ignore[misc] # an RGB pixel is three
    after.putpixel((39, 29), (red, green, (blue + 7) % 256))
    compositing = masks.box_mask(Box(x0=0, y0=0, x1=10, y1=10), Size(width=40, height=30))
    receipt = masks.receipt(before, after, compositing)
    assert receipt.max_outside in {7, 249}
    assert receipt.changed_fraction == pytest.approx(1 / 1200)


def test_a_snapped_mask_covers_whole_blocks_and_loses_nothing() -> None:
    mask = masks.box_mask(Box(x0=7, y0=9, x1=9, y1=10), Size(width=32, height=32))
    expected = masks.box_mask(Box(x0=0, y0=8, x1=16, y1=16), Size(width=32, height=32))
    assert masks.snapped(mask, 8).tobytes() == expected.tobytes()


def test_an_empty_mask_has_no_box_and_stays_empty_when_grown() -> None:
    empty = Image.new("L", (16, 16), 0)
    assert masks.is_empty(empty)
    assert masks.box_of(empty) is None
    assert masks.is_empty(masks.composite_mask(empty, 5, 5))
    assert not masks.is_empty(masks.invert(empty))


def test_the_box_of_a_box_mask_is_the_box() -> None:
    box = Box(x0=3, y0=4, x1=11, y1=9)
    assert masks.box_of(masks.box_mask(box, Size(width=20, height=20))) == box
