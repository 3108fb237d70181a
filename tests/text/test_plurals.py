"""The regular plural, and how it is known by its end."""

import pytest

from t2i_chat.text.plurals import ends_like_a_plural, plural


@pytest.mark.parametrize(
    ("one", "many"),
    [
        ("city street", "city streets"), ("butterfly", "butterflies"), ("toy", "toys"),
        ("bus", "buses"), ("fox", "foxes"), ("church", "churches"), ("brush", "brushes"),
    ],
)  # fmt: skip
def test_a_regular_plural(one, many):
    assert plural(one) == many
    assert ends_like_a_plural(many)
    assert not ends_like_a_plural(one)


@pytest.mark.parametrize("word", ["grass", "cactus", "iris", "house"])
def test_what_ends_otherwise_is_no_plural(word):
    assert not ends_like_a_plural(word)
