"""The mask of an edit: the segmented thing, or a refusal where there can be none."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from PIL import Image, ImageDraw

from t2i_chat.core.actions import Add, Inpaint, Remove, Replace
from t2i_chat.core.errors import RegionNotFound
from t2i_chat.core.geometry import Box, Size
from t2i_chat.core.recipe import Layout, Recipe, Region, Version
from t2i_chat.editing.placement import SizePrior
from t2i_chat.editing.requests import Origin, Source
from t2i_chat.editing.targeting import find_region
from t2i_chat.imaging import masks
from t2i_chat.text import captions
from tests.fakes import FakeSegmenter

SOMEWHERE = Box(x0=3, y0=4, x1=20, y1=30)
NAMES = {"cottage": "house", "house": "house", "tree": "tree"}


class SeesEverything(FakeSegmenter):
    """Finds whatever it is asked for, as small segmenters do."""

    def segment(self, image, target):
        """Always the same box."""
        self.table = {target: SOMEWHERE}
        return super().segment(image, target)


def hint(noun):
    return SizePrior(name=NAMES.get(noun, ""))


def base(caption, *regions):
    image = Image.new("RGB", (64, 64))
    recipe = Recipe(model="m", kind="text-to-image", size=Size(width=64, height=64))
    version = Version(
        conversation="c", number=3, parent=None, caption=caption, summary="", recipe=recipe,
        sha256="0", created_at=datetime.now(UTC),
    )  # fmt: skip
    layout = Layout(backdrop="", regions=regions)
    return Source(version, image, Origin(recipe.model_copy(update={"layout": layout})))


def found(caption, target, *, literal=True):
    return find_region(Remove(target=target), base(caption), SeesEverything(), hint,
                       literal=literal).getbbox()  # fmt: skip


@pytest.mark.parametrize("target", ["the elephant", "the tree", "the left roof", "dragons"])
def test_what_a_literal_painter_was_not_told_of_is_not_there(target):
    with pytest.raises(RegionNotFound, match="version 3, so I left it as it is"):
        found("a red house under a blue sky", target)


@pytest.mark.parametrize(
    "target", ["the house", "the red houses", "the cottage", "the sky", "the sun"]
)
def test_what_was_named_is_looked_for_by_any_of_its_names(target):
    assert found("a red house under a blue sky", target) == (3, 4, 20, 30)


def test_anything_may_be_in_a_picture_brought_along():
    assert found(f"{captions.BROUGHT} with a dog", "the elephant") == (3, 4, 20, 30)


def test_a_painter_with_a_will_of_its_own_may_have_painted_anything():
    assert found("a cosy room", "the lamp", literal=False) == (3, 4, 20, 30)


def test_what_is_not_found_is_told_with_what_is_there():
    action = Inpaint(target="the house", result="blue")
    with pytest.raises(RegionNotFound, match="To me it shows: a house"):
        find_region(action, base("a house"), FakeSegmenter(), hint, literal=True)


@pytest.mark.parametrize(
    ("result", "literal", "box"),
    [
        ("a tree", True, (0, 4, 26, 32)),  # 26 of 64 pixels high, standing where the house stood
        ("a tree", False, (3, 4, 20, 30)),
        ("a sunset", True, (3, 4, 20, 30)),
    ],
)
def test_another_thing_gets_room_of_its_own_where_the_old_one_stood(result, literal, box):
    action = Replace(target="the house", result=result)
    mask = find_region(action, base("a house"), SeesEverything(), hint, literal=literal)
    assert mask.getbbox() == box


HOUSE = Region(prompt="a house", box=Box(x0=0, y0=0, x1=16, y1=32), noun="house")
TREE = Region(prompt="a tree", box=Box(x0=32, y0=0, x1=64, y1=32), noun="tree")


@pytest.mark.parametrize(
    ("target", "regions", "box"),
    [
        ("the cottage", [HOUSE, TREE], (0, 0, 16, 32)),  # all its box: nothing can be told apart
        ("the tree", [HOUSE, TREE], (32, 0, 64, 32)),  # found on the house: it stands elsewhere
        ("the tree", [HOUSE], (16, 4, 20, 30)),  # added later: not what lies on the house
        ("the sky", [HOUSE, TREE], (3, 4, 20, 30)),
        ("the house", [], (3, 4, 20, 30)),
    ],
)
def test_a_thing_is_where_the_layout_put_it(target, regions, box):
    picture = base("a house and a tree under a blue sky", *regions)
    mask = find_region(Remove(target=target), picture, SeesEverything(), hint, literal=True)
    assert mask.getbbox() == box


def test_what_no_segmenter_finds_is_where_the_layout_put_it():
    picture = base("a house", HOUSE)
    mask = find_region(Remove(target="the house"), picture, FakeSegmenter(), hint, literal=True)
    assert mask.getbbox() == (0, 0, 16, 32)


def test_nothing_is_added_to_a_thing_that_is_not_there():
    hat = Add(result="a hat", target="the tree")
    with pytest.raises(RegionNotFound, match="couldn't find the tree"):
        find_region(hat, base("a house"), SeesEverything(), hint, literal=True)
    assert find_region(hat, base("a tree"), SeesEverything(), hint, literal=True)
    elsewhere = Add(result="a hat", target="in the sky")
    assert find_region(elsewhere, base("a house"), SeesEverything(), hint, literal=True)


@pytest.mark.parametrize("where", ["the cottage", "on top of the house", "on the roof"])
def test_what_stands_on_a_thing_is_placed_on_its_upper_edge_as_the_layout_knows_it(where):
    house = Region(prompt="a house", box=Box(x0=16, y0=24, x1=48, y1=56), noun="house")
    action = Add(result="a star", target=where)
    region = find_region(action, base("a house", house), FakeSegmenter(), hint, literal=True)
    x0, _, x1, y1 = region.getbbox()
    assert y1 <= 24 + 8
    assert abs((x0 + x1) / 2 - 32) <= 8


def test_nothing_can_be_worn_by_what_is_not_there():
    with pytest.raises(RegionNotFound, match="find the tree in version 3"):
        find_region(Add(result="a hat", target="the tree"), base("a house"), FakeSegmenter(), hint,
                    literal=True)  # fmt: skip


def test_of_a_sky_what_stands_before_it_is_left_out_along_its_edge():
    picture, disc = Image.new("RGB", (256, 256), "#70b0f0"), Image.new("L", (256, 256), 0)
    ImageDraw.Draw(picture).ellipse((100, 60, 160, 130), fill="#d02020")
    ImageDraw.Draw(disc).ellipse((100, 60, 160, 130), fill=255)
    balloon = Region(prompt="a balloon", box=Box(x0=90, y0=50, x1=170, y1=140), noun="balloon")
    flying = replace(base("a balloon under a blue sky", balloon), image=picture)
    everything = FakeSegmenter({"the sky": Box(x0=0, y0=0, x1=256, y1=256)})
    sky = masks.binary(
        find_region(Remove(target="the sky"), flying, everything, named, literal=True)
    )
    assert not sky[masks.binary(disc)].any()
    assert sky[~masks.binary(disc)].mean() > 0.97


def named(phrase):
    """A hint that knows balloons."""
    return SizePrior(name="balloon" if "balloon" in phrase else "")
