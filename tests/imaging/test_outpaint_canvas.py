"""Outpainting moves no pixel of the old picture."""

import numpy as np
import pytest
from PIL import Image

from t2i_chat.core.errors import BadParameter
from t2i_chat.imaging import masks, outpaint_canvas
from t2i_chat.imaging.outpaint_canvas import Margins

DIRECTIONS = ("left", "right", "up", "down", "all")


def picture(size):
    rng = np.random.default_rng(5)
    return Image.fromarray(rng.integers(0, 256, (size[1], size[0], 3), dtype=np.uint8))


@pytest.mark.parametrize("size", [(256, 256), (500, 333), (17, 900)])
@pytest.mark.parametrize("direction", DIRECTIONS)
def test_the_old_picture_lies_in_the_new_one_byte_for_byte(direction, size):
    old, added = picture(size), outpaint_canvas.towards(direction, size, 8)
    new, inside = outpaint_canvas.extended(old, added), added.inside(size)
    assert new.size == added.around(size)
    assert new.crop((inside.x0, inside.y0, inside.x1, inside.y1)).tobytes() == old.tobytes()


@pytest.mark.parametrize("seam", [0, 1, 4, 7])
@pytest.mark.parametrize("direction", DIRECTIONS)
def test_no_faded_mask_reaches_the_old_picture(direction, seam):
    size, added = (61, 45), outpaint_canvas.towards(direction, (61, 45), 8)
    mask = outpaint_canvas.new_area(size, added, seam)
    inside = added.inside(size)
    shows = masks.composite_mask(mask, 0, seam)
    assert shows.crop((inside.x0, inside.y0, inside.x1, inside.y1)).getbbox() is None
    beside = np.asarray(shows) > 0
    beside[inside.y0 : inside.y1, inside.x0 : inside.x1] = True
    assert beside.mean() > 0.9  # all but the seam itself is new


@pytest.mark.parametrize(
    ("shape", "size", "direction", "expected"),
    [
        ("16:9", (256, 256), "all", Margins(left=99, right=100)),
        ("16:9", (256, 256), "left", Margins(left=199)),
        ("16:9", (256, 256), "up", Margins(left=99, right=100)),
        ("1:2", (256, 256), "up", Margins(up=256)),
        ("2:3", (300, 200), "down", Margins(down=250)),
        ("1:1", (256, 256), "all", Margins()),
        ("3:2", (500, 333), "all", Margins()),
    ],
)
def test_a_shape_is_reached_by_growing_alone(shape, size, direction, expected):
    assert outpaint_canvas.to_shape(shape, size, direction) == expected


@pytest.mark.parametrize("shape", ["9:1", "0:1", "wide"])
def test_an_absurd_shape_is_told(shape):
    with pytest.raises(BadParameter, match=r"^[A-Z“].*\.$"):
        outpaint_canvas.to_shape(shape, (256, 256), "all")


def test_every_side_of_a_tiny_picture_grows_by_whole_steps():
    assert outpaint_canvas.towards("all", (16, 17), 8) == Margins(left=8, up=8, right=8, down=8)


def test_the_old_edge_goes_on_without_a_step():
    ramp = Image.fromarray(np.tile(np.arange(64, dtype=np.uint8), (32, 1))).convert("RGB")
    new = np.asarray(outpaint_canvas.extended(ramp, Margins(right=32)), dtype=int)
    assert abs(new[16, 64, 0] - new[16, 63, 0]) <= 3
