"""Patches, one after another, give the same as the whole; and nothing is sent that is shown."""

import string
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markupsafe import Markup

from t2i_chat.core.geometry import Size
from t2i_chat.core.recipe import Recipe, Version
from t2i_chat.ui.history_tree import shelf
from t2i_chat.ui.patches import BLANK, Piece, Sheets, sheet
from t2i_chat.ui.pieces import chat, first_screen, tree
from t2i_chat.ui.turns import Block, chat_log

PIECES = st.lists(
    st.builds(
        Piece,
        key=st.text(string.ascii_lowercase, min_size=1, max_size=2),
        parent=st.sampled_from(["talk", "shelf"]),
        html=st.sampled_from(["<p>a</p>", "<p>b</p>", "<b>Ünïcode</b>"]),
    ),
    unique_by=lambda piece: piece.key,
    max_size=12,
)


class Browser:
    """The other end, as `assets/patches.js` is it."""

    def __init__(self):
        self.lists = {"": []}
        self.revision = ""

    @property
    def says(self):
        """What it sends along with an event."""
        return {"rev": self.revision}

    @property
    def shows(self):
        """The pieces it shows."""
        return self.lists[self.revision]

    def take(self, patch):
        """Draws a patch."""
        before, after = self.lists[patch["base"]], []
        for op in patch["ops"]:
            after.extend(before[slice(*op)] if isinstance(op[0], int) else [Piece(*op)])
        self.lists[patch["rev"]] = after
        self.revision = patch["rev"]


def sent(patch):
    """The pieces of a patch that are not shown already."""
    return [Piece(*op) for op in patch["ops"] if isinstance(op[0], str)]


def in_order(before, after):
    """Whether the pieces of both stand in the same order; one that moves is sent again."""
    return [one for one in before if one in after] == [one for one in after if one in before]


@given(st.lists(PIECES, max_size=8))
@example([[Piece("a", "talk", ""), Piece("b", "talk", "")],
          [Piece("b", "talk", ""), Piece("a", "talk", "")]])  # fmt: skip
def test_patches_one_after_another_give_the_whole(lists):
    sheets, browser = Sheets(), Browser()
    for pieces in lists:
        patch = sheets.patch(sheets.shown(browser.says), pieces)
        if in_order(browser.shows, pieces):
            assert not set(sent(patch)) & set(browser.shows)
        browser.take(patch)
        assert browser.shows == pieces


@given(st.lists(PIECES, min_size=2, max_size=6), st.randoms())
def test_answers_that_are_lost_or_come_late_do_no_harm(lists, chance):
    sheets, browser = Sheets(), Browser()
    asked = [browser.says]
    for pieces in lists:
        patch = sheets.patch(sheets.shown(chance.choice(asked)), pieces)
        if chance.random() < 0.7:
            browser.take(patch)
            asked.append(browser.says)
            assert browser.shows == pieces


@given(PIECES, PIECES)
def test_a_revision_belongs_to_one_list(one, other):
    assert (sheet(one).revision == sheet(other).revision) == (one == other)


def test_what_is_shown_already_is_not_sent():
    sheets, pieces = Sheets(), [Piece("a", "talk", "<p>a</p>")]
    sheets.patch(BLANK, pieces)
    patch = sheets.patch(sheets.shown({"rev": sheet(pieces).revision}), pieces)
    assert patch["ops"] == [[0, 1]]
    assert patch["base"] == patch["rev"]


def test_all_is_sent_to_whoever_is_not_remembered():
    sheets, pieces = Sheets(most=2), [Piece("a", "talk", "<p>a</p>")]
    first = sheets.patch(BLANK, pieces)
    for number in range(2):
        sheets.patch(BLANK, [Piece(str(number), "talk", "")])
    patch = sheets.patch(sheets.shown(first), pieces)
    assert patch["base"] == ""
    assert sent(patch) == pieces


def test_whoever_comes_back_is_remembered_longer():
    sheets, pieces = Sheets(most=2), [Piece("a", "talk", "<p>a</p>")]
    first = sheets.patch(BLANK, pieces)
    for number in range(3):
        assert sheets.shown(first) != BLANK
        sheets.patch(BLANK, [Piece(str(number), "talk", "")])


@pytest.mark.parametrize("said", [None, "", [], {}, {"rev": None}, {"rev": []}, {"rev": "0" * 32}])
def test_whatever_else_a_browser_sends_is_answered_with_all(said):
    assert Sheets().shown(said) == BLANK


# ── a conversation ───────────────────────────────────────────────────────────────────────────


def assembled(pieces, place):
    """The HTML of pieces put into each other."""
    inner = {}
    for piece in reversed(pieces):
        html = str(piece.html)
        if piece.key in inner:
            opened, closed = html.rsplit("</", 1)
            html = f"{opened}{inner[piece.key]}</{closed}"
        inner[piece.parent] = html + inner.get(piece.parent, "")
    return inner.get(place, "")


BLOCKS = st.lists(
    st.builds(
        Block,
        side=st.sampled_from(["you", "me"]),
        html=st.sampled_from(["<p>one</p>", "<p>one</p><p>two</p>", "<figure></figure>"]).map(
            Markup
        ),
        picture=st.booleans(),
    )
)


@given(BLOCKS)
def test_the_lines_put_together_are_the_chat(kept):
    pieces = list(chat(kept))
    assert assembled(pieces, "talk") == chat_log(kept)
    assert len({piece.key for piece in pieces}) == len(pieces)


def version(number, parent=None):
    return Version(
        conversation="c" * 32,
        number=number,
        parent=parent,
        caption="a house",
        summary="",
        recipe=Recipe(model="m", kind="text-to-image", size=Size(width=64, height=32)),
        sha256="0" * 64,
        created_at=datetime.now(UTC),
    )


def address(one):
    return f"p/{one.number}.png"


@given(st.lists(st.integers(0, 8), max_size=9))
def test_the_versions_put_together_are_the_shelf(parents):
    versions = [version(n, p if 0 < p < n else None) for n, p in enumerate(parents, 1)]
    current = versions[-1] if versions else None
    pieces = list(tree(versions, current, address))
    assert assembled(pieces, "shelf") == shelf(versions, current, address)
    assert assembled(first_screen("<p>Hi</p>") + pieces, "talk") == "<p>Hi</p>"


def test_a_new_line_sends_itself_and_what_was_current_before():
    sheets = Sheets()
    lines = [
        Block("you", Markup("<p>darker</p>")),
        Block("me", Markup("<figure>1</figure>"), picture=True),
    ] * 50
    versions = [version(n, n - 1 or None) for n in range(1, 51)]

    def pieces(until):
        return [*chat(lines[: 2 * until]), *tree(versions[:until], versions[until - 1], address)]

    seen = sheets.shown(sheets.patch(BLANK, pieces(49)))
    new = [piece.key for piece in sent(sheets.patch(seen, pieces(50)))]
    assert new == ["a98", "b98", "a99", "p99", "b99", "v49", "v50"]


def test_a_change_in_the_middle_sends_one_piece():
    sheets, kept = Sheets(), [Block("me", Markup("<p>{}</p>").format(n)) for n in range(40)]
    seen = sheets.shown(sheets.patch(BLANK, list(chat(kept))))
    kept[20] = replace(kept[20], html=Markup("<p>new</p>"))
    assert [piece.html for piece in sent(sheets.patch(seen, list(chat(kept))))] == ["<p>new</p>"]
