"""The bank that is shipped: whole, readable, and true to its index."""

from __future__ import annotations

import io
import zipfile

import pytest
from PIL import Image

from t2i_chat.storybook.bank import Drawing, load_bank
from t2i_chat.storybook.bank.bank import FOLDER, read_bank

CATEGORIES = frozenset(
    """animal person food plant vehicle building furniture clothing tool toy instrument sky nature
    symbol object""".split()
)


def all_drawings() -> list[Drawing]:
    bank = load_bank()
    return [drawing for noun in sorted(bank.nouns()) for drawing in bank.drawings(noun)]


def test_it_has_a_thousand_nouns_most_of_them_in_two_styles() -> None:
    bank = load_bank()
    both = [n for n in bank.nouns() if bank.drawings(n, "soft") and bank.drawings(n, "flat")]
    assert len(bank.nouns()) >= 1100
    assert len(both) >= 1000


def test_every_drawing_has_a_name_of_its_own_and_known_values() -> None:
    drawings = all_drawings()
    assert len({one.name for one in drawings}) == len(drawings)
    for one in drawings:
        assert one.name.startswith(f"{one.style}:")
        assert one.category in CATEGORIES, one
        assert one.places, one
        assert 0 < one.size <= 1000, one


def test_every_picture_opens_with_the_size_the_index_gives() -> None:
    shards = {s: zipfile.ZipFile(FOLDER / f"{s}.zip") for s in ("soft", "flat", "noto")}
    for one in all_drawings():
        data = shards[one.style].read(f"{one.name.partition(':')[2]}.webp")
        with Image.open(io.BytesIO(data)) as picture:
            assert picture.size == (one.width, one.height), one.name
            assert max(picture.size) <= 256, one.name
    members = sum(len(shard.namelist()) for shard in shards.values())
    assert members == len(all_drawings())


def test_a_picture_is_cropped_to_its_alpha() -> None:
    bank = load_bank()
    for noun in ("cat", "table", "sailing boat", "lighthouse", "wizard"):
        picture = bank.image(bank.drawings(noun)[0])
        assert picture.mode == "RGBA"
        box = picture.getchannel("A").point(lambda alpha: 255 * (alpha > 2)).getbbox()
        assert box is not None
        left, top, right, bottom = box
        assert left <= 2
        assert top <= 2
        assert picture.width - right <= 2
        assert picture.height - bottom <= 2


def test_a_picture_may_be_changed_without_changing_the_next() -> None:
    bank = load_bank()
    cat = bank.drawings("cat")[0]
    bank.image(cat).putpixel((0, 0), (1, 2, 3, 255))
    assert bank.image(cat).getpixel((0, 0)) != (1, 2, 3, 255)


def test_anchors_lie_inside_and_everything_stands_somewhere() -> None:
    for one in all_drawings():
        assert {"feet", "head"} <= one.anchors.keys(), one.name
        for x, y in one.anchors.values():
            assert 0 <= x <= 1, one.name
            assert 0 <= y <= 1, one.name
        assert one.anchors["feet"][1] > 0.9, one.name


@pytest.mark.parametrize("noun", "horse elephant camel donkey bicycle".split())
def test_what_is_ridden_has_a_seat(noun: str) -> None:
    assert all("seat" in one.anchors for one in load_bank().drawings(noun) if one.whole)


@pytest.mark.parametrize("noun", "table bed sofa chair bench".split())
def test_furniture_offers_a_surface(noun: str) -> None:
    assert all("surface" in one.anchors for one in load_bank().drawings(noun))


def test_whole_figures_come_before_heads_and_soft_before_flat() -> None:
    bank = load_bank()
    assert [(d.whole, d.style) for d in bank.drawings("princess")] == [
        (True, "soft"),
        (True, "flat"),
        (False, "soft"),
        (False, "flat"),
    ]
    assert bank.drawings("man")[0].name == "soft:man-standing"
    assert bank.drawings("man", "flat")[0].name == "flat:man-standing"
    assert bank.drawings("nothing of the kind") == ()


def test_no_picture_is_decoded_when_the_bank_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    def forbidden(*_: object, **__: object) -> None:
        raise AssertionError("a picture was opened")

    monkeypatch.setattr(Image, "open", forbidden)
    monkeypatch.setattr(zipfile, "ZipFile", forbidden)
    assert read_bank(FOLDER).drawings("cat")


def test_the_bank_is_small_enough_to_ship() -> None:
    size = sum(file.stat().st_size for file in FOLDER.rglob("*") if file.is_file())
    assert size < 30e6
    assert (FOLDER / "index.json").stat().st_size < 2e6


def test_every_package_has_its_licence() -> None:
    names = {file.stem for file in (FOLDER / "LICENSES").iterdir()}
    assert names == {
        "fluent-emoji-3d", "fluent-emoji-flat", "noto", "cldr-annotations-full", "emojilib",
    }  # fmt: skip


def test_people_and_animals_of_whom_a_head_was_drawn_have_a_body() -> None:
    bank = load_bank()
    for noun in "boy girl wizard king farmer robot fox bear lion panda".split():
        figure, head = bank.drawings(noun)[0], bank.drawings(noun)[-1]
        assert figure.whole, noun
        assert not head.whole, noun
        assert figure.height / figure.width > head.height / head.width, noun
        assert figure.anchors["face"][1] < figure.anchors["neck"][1] < 0.9, noun
