"""The compare panel: pairs of versions, heat map, captions."""

from datetime import UTC, datetime

from PIL import Image

from t2i_chat.core.geometry import Size
from t2i_chat.core.recipe import Receipt, Recipe, Version
from t2i_chat.ui.compare import LABEL, before, label, pair


def version(number, parent=None, caption="a house", receipt=None):
    return Version(
        conversation="c" * 32,
        number=number,
        parent=parent,
        caption=caption,
        summary="",
        recipe=Recipe(model="m", kind="text-to-image", size=Size(width=64, height=32)),
        sha256="0" * 64,
        receipt=receipt,
        created_at=datetime.now(UTC),
    )


RED, HALF = Image.new("RGB", (8, 4), "red"), Image.new("RGB", (8, 4), "red")
HALF.paste("blue", (0, 0, 4, 4))
PICTURES = {1: RED, 2: HALF, 3: RED, 4: Image.new("RGB", (16, 8), "red")}


def laid(one, other, **how):
    return pair(one, other, lambda v: PICTURES[v.number], **how)


def test_two_versions_lie_over_each_other_as_they_are():
    two = laid(version(1), version(2))
    assert (two.left, two.right) == (RED, HALF)
    assert str(two.words) == "50 % of the picture differs."
    assert str(laid(version(1), version(3)).words) == "Not one pixel differs."


def test_an_edit_beside_its_parent_shows_its_receipt():
    edit = version(2, parent=1, receipt=Receipt(max_outside=0, changed_fraction=0.5))
    assert str(laid(version(1), edit).words).endswith(
        "Nothing else changed: checked pixel by pixel."
    )
    assert str(laid(version(3), edit).words) == "50 % of the picture differs."


def test_the_map_lies_over_the_later_picture():
    two = laid(version(1), version(2), glow=True)
    assert two.left == HALF
    assert len(set(two.right.getpixel((0, 0)))) > 1
    assert len(set(two.right.getpixel((7, 0)))) == 1


def test_another_size_is_scaled_and_told():
    two = laid(version(1), version(4), glow=True)
    assert two.left.size == two.right.size == (16, 8)
    assert str(two.words) == "Version 1 has another size and was scaled to fit."


def test_a_version_is_compared_with_what_it_came_from():
    all_of_them = [version(1), version(2, parent=1), version(3), version(4, parent=1)]
    assert [before(v, all_of_them).number for v in all_of_them] == [1, 1, 2, 1]


def test_long_captions_are_cut_in_the_lists():
    assert label(version(3)) == "3 · a house"
    cut = label(version(3, caption="a house " * 20))
    assert cut.endswith("…")
    assert len(cut) <= LABEL + len("3 · ")
