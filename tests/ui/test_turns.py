"""A picture's HTML is drawn once and kept; whatever it shows may change it."""

from datetime import UTC, datetime

import pytest

from t2i_chat.core.events import Turn
from t2i_chat.core.geometry import Size
from t2i_chat.core.recipe import Recipe, Version
from t2i_chat.ui import turns
from t2i_chat.ui.action_row import Here
from t2i_chat.ui.turns import Pictures, blocks

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def version(number, **more):
    recipe = Recipe(model="fake", kind="text-to-image", prompt="a cat", seed=5,
                    size=Size(width=64, height=64))  # fmt: skip
    return Version(conversation="c", number=number, parent=number - 1 or None, caption="a cat",
                   summary="s", recipe=recipe, sha256="0" * 64, created_at=NOW, **more)  # fmt: skip


def figures(*versions, current=2, can_undo=True, tokens=(), address="x.png"):
    lines = [Turn(role="assistant", text="done", version=v.number, created_at=NOW)
             for v in versions]  # fmt: skip
    pictures = Pictures({v.number: v for v in versions}, lambda _: address,
                        Here(current, can_undo), lambda _: tokens)  # fmt: skip
    return [block.html for block in blocks(lines, pictures) if block.picture]


def test_what_has_not_changed_is_not_drawn_again():
    turns._drawn_figure.cache_clear()
    first = figures(version(1), version(2))
    assert figures(version(1), version(2)) == first
    assert turns._drawn_figure.cache_info().misses == 2


@pytest.mark.parametrize(
    "changed",
    [
        {"versions": (version(1), version(2, starred=True))},
        {"versions": (version(1), version(2, name="Mia"))},
        {"current": 1},
        {"can_undo": False},
        {"tokens": ("a ", "cat ")},
        {"address": "y.png"},
    ],
    ids=lambda changed: next(iter(changed)),
)
def test_whatever_a_picture_shows_changes_its_html(changed):
    before = figures(version(1), version(2))
    versions = changed.pop("versions", (version(1), version(2)))
    assert figures(*versions, **changed)[1] != before[1]


def test_undo_stands_under_the_current_picture_only():
    first, second = figures(version(1), version(2))
    assert 'data-deed="undo"' not in first
    assert 'data-deed="undo"' in second


def test_equal_recipes_have_one_hash_whatever_libraries_painted_them():
    one = version(1).recipe
    assert hash(one) == hash(one.model_copy(update={"versions": {"torch": "2"}}))
    assert hash(one) != hash(one.model_copy(update={"seed": 6}))
