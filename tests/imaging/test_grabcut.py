"""GrabCut segments a thing in its box, deterministically."""

import numpy as np
import pytest
from PIL import Image, ImageDraw

from t2i_chat.core.geometry import Box
from t2i_chat.imaging import masks
from t2i_chat.imaging.grabcut import cut_out


def scene(size=(256, 256)):
    """A red disc before sky and grass, with the grain of painted pictures; and where it is."""
    picture, disc = Image.new("RGB", size, "#70b0f0"), Image.new("L", size, 0)
    ImageDraw.Draw(picture).rectangle((0, 130, *size), fill="#50a040")
    for image, colour in ((picture, "#d02020"), (disc, 255)):
        ImageDraw.Draw(image).ellipse((100, 90, 170, 180), fill=colour)
    grain = np.random.default_rng(1).integers(-8, 9, (size[1], size[0], 1))
    grainy = (np.asarray(picture, dtype=np.int16) + grain).clip(0, 255).astype(np.uint8)
    return Image.fromarray(grainy), disc


def alike(one, other):
    """Intersection over union."""
    a, b = masks.binary(one), masks.binary(other)
    return (a & b).sum() / (a | b).sum()


def test_a_thing_is_cut_out_along_its_edge():
    picture, disc = scene()
    found = cut_out(picture, Box(x0=88, y0=80, x1=184, y1=190))
    assert alike(found, disc) > 0.97
    assert found.size == picture.size


def test_it_comes_out_the_same_each_time():
    picture, _ = scene()
    box = Box(x0=88, y0=80, x1=184, y1=190)
    first = cut_out(picture, box).tobytes()
    np.random.default_rng().random(5)
    assert all(cut_out(picture, box).tobytes() == first for _ in range(3))


@pytest.mark.parametrize(
    "box",
    [
        Box(x0=10, y0=10, x1=60, y1=60),
        Box(x0=0, y0=0, x1=256, y1=256),
        Box(x0=-20, y0=200, x1=40, y1=300),
    ],
)
def test_where_nothing_can_be_told_apart_there_is_no_mask(box):
    assert cut_out(Image.new("RGB", (256, 256), "#70b0f0"), box) is None


def test_nothing_outside_its_box_is_taken():
    picture, _ = scene()
    box = Box(x0=106, y0=86, x1=176, y1=186)  # the disc begins six pixels further left
    left, top, right, bottom = cut_out(picture, box).getbbox()
    assert box.x0 <= left < 112
    assert (top >= box.y0, right <= box.x1, bottom <= box.y1) == (True,) * 3
