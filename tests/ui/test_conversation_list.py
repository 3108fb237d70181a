"""The list of conversations names only what the browser knows, and takes no title for code."""

import pytest

from t2i_chat.ui.conversation_list import Card, at, file_name, known_ids, listed

NASTY = '"><b onclick=alert(1)>'


def test_titles_and_words_are_data():
    page = listed([Card(NASTY, NASTY, 1)], current=True)
    assert "<b onclick" not in page
    assert "aria-current" in page


def test_what_is_not_kept_leaves_its_place_empty_and_the_others_theirs():
    page = listed([None, Card("a house", "a house", 2, "p.png")], current=True)
    assert page.count("<li") == 1
    assert 'data-place="1"' in page
    assert "2 pictures" in page
    assert "aria-current" not in page


def test_no_conversation_is_told_in_words():
    assert "No conversations yet" in listed([None], current=False)


def test_the_open_one_comes_first_and_none_twice():
    assert known_ids("b", ["a", "b"]) == ["b", "a"]
    assert known_ids("", ["a"]) == ["a"]


@pytest.mark.parametrize("place", [-1, 2, "0", None, 1e9])
def test_a_place_that_is_not_in_the_list_is_nobody(place):
    assert at(["a", "b"], place) == ""
    assert at(["a", "b"], 1) == "b"


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("a house", "a-house.zip"),
        ("../../etc", "etc.zip"),
        ("", "conversation.zip"),
        ("家", "家.zip"),
    ],
)
def test_a_file_is_named_after_its_title_and_lies_in_no_folder(title, name):
    assert str(file_name(title)) == name
