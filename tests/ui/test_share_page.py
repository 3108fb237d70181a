"""The page of a share link escapes what people wrote, and handles missing shares."""

from datetime import UTC, datetime

from t2i_chat.core.events import Turn
from t2i_chat.core.geometry import Size
from t2i_chat.core.protocols import Shared
from t2i_chat.core.recipe import Recipe, Version
from t2i_chat.ui.share_page import LONGEST, UNTITLED, closed_page, shared_page, title_of

NASTY = "\"><script>alert(1)</script> $lines ${title} & 'more'"


def turn(role, text, number=None):
    return Turn(role=role, text=text, version=number, created_at=datetime.now(UTC))


def share(*turns, title="", captions=()):
    versions = tuple(
        Version(
            conversation="c" * 32, number=number, parent=None, caption=caption, summary="",
            recipe=Recipe(model="m", kind="text-to-image", size=Size(width=64, height=32)),
            sha256="0" * 64, receipt=None, created_at=datetime.now(UTC),
        )
        for number, caption in enumerate(captions, 1)
    )  # fmt: skip
    return Shared(title=title, turns=turns, versions=versions)


def test_nothing_people_wrote_becomes_markup():
    said = share(turn("user", NASTY), turn("assistant", NASTY, 1), title=NASTY, captions=[NASTY])
    page = shared_page(said, "https://x.test/s/abc")
    assert "<script" not in page
    assert page.count("&lt;script&gt;") >= 5
    assert "$lines ${title}" in page


def test_each_picture_is_shown_once_and_the_plans_are_left_out():
    said = share(
        turn("user", "a house"), turn("plan", "I understood."), turn("assistant", "Done.", 1),
        turn("assistant", "Here is version 1 again.", 1), captions=["a house"],
    )  # fmt: skip
    page = shared_page(said, "https://x.test/s/abc")
    assert page.count("<img") == 1
    assert "I understood" not in page
    assert "c" * 32 not in page


def test_a_share_is_called_by_its_title_or_its_first_words():
    assert title_of(share(turn("user", "a house"), title="Home")) == "Home"
    assert title_of(share(turn("user", ""), turn("user", "a house"))) == "a house"
    assert len(title_of(share(turn("user", "house " * 50)))) <= LONGEST
    assert title_of(share()) == UNTITLED


def test_a_share_without_pictures_has_a_preview_without_one():
    page = shared_page(share(turn("user", "hello")), "https://x.test/s/abc")
    assert "0 pictures" in page
    assert "og:image" not in page


def test_a_closed_page_has_no_holes():
    assert "$" not in closed_page().replace("$$", "")
