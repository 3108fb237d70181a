"""Boxes of worn and carried things: hats on heads, flags on roofs; nothing else."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image, ImageDraw

from t2i_chat import app
from t2i_chat.core.actions import Add
from t2i_chat.core.geometry import Box, Size
from t2i_chat.editing.anchoring import Perch, perch_of, perched
from t2i_chat.editing.placement import SizePrior
from tests.fakes import box_mask

SIZE = Size(width=256, height=256)
HAT = SizePrior(height=0.17, aspect=1.1, name="hat")
BIRD = SizePrior(height=0.2, aspect=1.2, zone="sky", name="bird")
THINGS = ("a house", "a penguin", "a dog")


@pytest.mark.parametrize(
    ("thing", "where", "perch"),
    [
        ("a hat", "the penguin", Perch("the penguin", "head")),
        ("a red cap", "on the penguin", Perch("the penguin", "head")),
        ("a crown", "the dog's head", Perch("the dog", "head")),
        ("glasses", "the dog", Perch("the dog", "eyes")),
        ("a bird", "on the house", Perch("the house", "top")),
        ("a bird", "the house", Perch("the house", "top")),
        ("a cat", "on the roof", Perch("a house", "top")),
        ("a cat", "on the house's roof", Perch("the house", "top")),
        ("a flag", "the castle", Perch("the castle", "top")),
        ("a star", "on top of the tree", Perch("the tree", "top")),
        ("a cat", "on the couch", Perch("the couch", "seat")),
        ("a cat", "the house", None),
        ("a window", "the house", None),
        ("a hat", "next to the penguin", None),
        ("a bird", "in the tree", None),
        ("a bird", "in the sky", None),
        ("a bird", "the sky", None),
        ("a boat", "on the lake", None),
        ("a cat", "on the left", None),
        ("a hat", None, None),
    ],
)
def test_the_words_tell_what_carries_it(thing, where, perch):
    assert perch_of(Add(result=thing, target=where), THINGS, app.hint) == perch


def test_of_a_roof_that_nothing_has_there_is_none():
    assert perch_of(Add(result="a cat", target="on the roof"), ("a dog",), app.hint) is None


def penguin() -> Image.Image:
    mask = Image.new("L", (256, 256))
    ImageDraw.Draw(mask).ellipse((96, 120, 160, 230), fill=255)
    return mask


def cat() -> Image.Image:
    """A body with a round head at its left and a thin tail at its right, which is higher."""
    mask = Image.new("L", (256, 256))
    draw = ImageDraw.Draw(mask)
    draw.rectangle((80, 150, 180, 190), fill=255)
    draw.ellipse((60, 115, 110, 165), fill=255)
    draw.rectangle((172, 90, 178, 160), fill=255)
    return mask


def test_a_hat_sits_on_the_head_and_leaves_the_face():
    box = perched(SIZE, HAT, penguin(), Perch("the penguin", "head"))
    assert 100 < box.y1 <= 132, "on its upper edge"
    assert abs((box.x0 + box.x1) / 2 - 128) <= 8
    assert (box.x1 - box.x0) <= 56
    assert box.x0 % 8 == box.y1 % 8 == 0


def test_a_tail_is_no_head():
    box = perched(SIZE, HAT, cat(), Perch("the cat", "head"))
    assert abs((box.x0 + box.x1) / 2 - 85) <= 12
    assert box.y1 <= 130


def test_glasses_lie_within_the_head():
    box = perched(SIZE, SizePrior(), penguin(), Perch("the penguin", "eyes"))
    assert 116 <= box.y0 < box.y1 <= 150
    assert box.width > 1.5 * box.height


@pytest.mark.parametrize(("how", "foot"), [("top", 120), ("seat", 152)])
def test_what_stands_on_a_thing_stands_on_its_edge_or_its_seat(how, foot):
    carrier = box_mask((256, 256), Box(x0=80, y0=120, x1=180, y1=200))
    box = perched(SIZE, BIRD, carrier, Perch("it", how))
    assert abs(box.y1 - foot) <= 8
    assert abs((box.x0 + box.x1) / 2 - 130) <= 8


def test_where_there_is_no_room_above_it_has_no_perch():
    carrier = box_mask((256, 256), Box(x0=80, y0=16, x1=180, y1=200))
    assert perched(SIZE, BIRD, carrier, Perch("it", "top")) is None
    assert perched(SIZE, BIRD, Image.new("L", (256, 256)), Perch("it", "top")) is None


def test_every_box_lies_in_the_picture():
    rng = np.random.default_rng(0)
    for _ in range(200):
        x0, y0 = (int(n) for n in rng.integers(0, 200, 2))
        wide, high = (int(n) for n in rng.integers(1, 56, 2))
        carrier = box_mask((256, 256), Box(x0=x0, y0=y0, x1=x0 + wide, y1=y0 + high))
        for how in ("head", "eyes", "top", "seat"):
            for thing in (HAT, BIRD, SizePrior()):
                box = perched(SIZE, thing, carrier, Perch("it", how))
                if box is not None:
                    assert 0 <= box.x0 < box.x1 <= 256
                    assert 0 <= box.y0 < box.y1 <= 256
