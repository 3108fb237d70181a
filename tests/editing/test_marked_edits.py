"""Edits of a mark through the layout: what is in it goes, and what is said comes."""

from datetime import UTC, datetime

import pytest
from PIL import Image

from t2i_chat.core.actions import Add, Inpaint, Remove, Replace
from t2i_chat.core.geometry import Box, Size
from t2i_chat.core.recipe import Layout, Recipe, Region, RenderRequest, Version
from t2i_chat.editing.marked_edits import in_mark
from t2i_chat.editing.placement import SizePrior
from t2i_chat.editing.requests import Job, Origin, Source
from t2i_chat.imaging.masks import box_mask

SIZE = Size(width=128, height=128)
CAT = Region(prompt="a cat", box=Box(x0=8, y0=40, x1=56, y1=88), noun="cat")
TREE = Region(prompt="a tree", box=Box(x0=72, y0=8, x1=120, y1=104), noun="tree")
MARK = Box(x0=4, y0=36, x1=60, y1=92)


def hint(phrase):
    noun = phrase.split()[-1]
    return SizePrior(name=noun if noun in {"cat", "dog", "tree"} else "")


def base(*, laid_out=True):
    layout = Layout(backdrop="hills", regions=(CAT, TREE))
    recipe = Recipe(model="m", kind="text-to-image", layout=layout, size=SIZE, seed=7)
    version = Version(conversation="c", number=1, parent=None, caption="a cat and a tree",
                      summary="", recipe=recipe, sha256="0" * 64,
                      created_at=datetime(2026, 1, 1, tzinfo=UTC))  # fmt: skip
    return Source(version, Image.new("RGB", (128, 128)), Origin(recipe) if laid_out else None)


def job(prompt, mark=MARK):
    recipe = Recipe(model="m", kind="inpaint", prompt=prompt, size=SIZE, seed=8)
    return Job(RenderRequest(recipe, mask=box_mask(mark, SIZE)), parent=1, caption="")


def nouns(done):
    layout = done.request.recipe.layout
    return None if layout is None else [region.noun for region in layout.regions]


@pytest.mark.parametrize(
    ("action", "prompt", "after"),
    [
        (Remove(target="it"), "", ["tree"]),
        (Replace(target="cat", result="a dog"), "a dog", ["tree", "dog"]),
        (Add(result="a dog"), "a dog", ["tree", "dog"]),
        (Inpaint(target="cat", result="a blue cat"), "a blue cat", ["tree", "cat"]),
    ],
)
def test_what_lies_in_the_mark_gives_way(action, prompt, after):
    done = in_mark(job(prompt), action, base(), hint)
    assert nouns(done) == after
    assert done.request.recipe.layout.backdrop == "hills"
    assert all(region.seed is not None for region in done.request.recipe.layout.regions[:1])


def test_a_new_thing_is_as_large_as_the_mark():
    done = in_mark(job("a dog"), Add(result="a dog"), base(), hint)
    box = done.request.recipe.layout.regions[-1].box
    assert (box.x0 + 8, box.y0 + 8, box.x1 - 8, box.y1 - 8) == (4, 36, 60, 92)


def test_into_a_picture_without_a_layout_things_are_only_put():
    assert nouns(in_mark(job("a dog"), Add(result="a dog"), base(laid_out=False), hint)) == ["dog"]
    assert nouns(in_mark(job(""), Remove(target="it"), base(laid_out=False), hint)) is None


def test_what_cannot_be_drawn_and_a_mark_on_nothing_change_nothing():
    assert nouns(in_mark(job("a zyx"), Add(result="a zyx"), base(), hint)) == ["tree"]
    empty = Box(x0=0, y0=110, x1=20, y1=126)
    assert nouns(in_mark(job("", empty), Remove(target="it"), base(), hint)) is None
