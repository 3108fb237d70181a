"""The parts that build the bank of drawings, on pictures made here."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw

from training.storybook.bank.anchors import anchors, checked
from training.storybook.bank.bodies import whole_figure
from training.storybook.bank.coverage import halves
from training.storybook.bank.nouns import Row, load_rows
from training.storybook.bank.packages import SOFT, fetch
from training.storybook.bank.pictures import without_water
from training.storybook.bank.svg import flattened


def drawn(size: tuple[int, int], *boxes: tuple[tuple[int, int, int, int], str]) -> Image.Image:
    image = Image.new("RGBA", size)
    for box, colour in boxes:
        ImageDraw.Draw(image).rectangle(box, colour)
    return image


def test_another_tarball_than_the_pinned_one_is_refused(tmp_path: Path) -> None:
    (tmp_path / SOFT.tarball).write_bytes(b"something else")
    with pytest.raises(ValueError, match="is not the published @lobehub/fluent-emoji-3d"):
        fetch(SOFT, tmp_path)


def test_no_two_rows_share_an_icon_and_no_name_is_claimed_twice() -> None:
    rows = load_rows()
    assert len({row.icon for row in rows}) == len(rows)
    claims: dict[str, str] = {}
    for row in rows:
        for word in row.synonyms:
            assert claims.setdefault(word, row.noun) == row.noun, word
    assert not claims.keys() & {row.noun for row in rows}


def test_every_checked_anchor_belongs_to_a_row() -> None:
    assert checked().keys() <= {row.icon for row in load_rows()}


def test_a_boat_loses_its_water_and_keeps_its_blue_windows() -> None:
    boat = drawn(
        (100, 100), ((10, 20, 90, 79), "#e03030"), ((30, 30, 50, 40), "#3090f0"),
        ((0, 80, 99, 99), "#3090f0"),
    )  # fmt: skip
    alpha = np.asarray(without_water(boat))[..., 3]
    assert alpha[82:].max() == 0
    assert alpha[35, 40] == 255
    assert alpha[70, 50] == 255


def test_a_bust_gets_legs_in_the_middle_below_it() -> None:
    bust = drawn((100, 100), ((30, 0, 70, 60), "#ffcc33"), ((0, 50, 99, 99), "#3060c0"))
    figure, shown = whole_figure(bust, "farmer", "soft")
    assert figure.height > bust.height
    assert shown == pytest.approx(bust.height / figure.height)
    below = np.asarray(figure)[-20, :, 3]
    assert below[:12].max() == 0
    assert below[20:80].max() == 255
    assert figure.crop((0, 0, 100, 90)).tobytes() == bust.crop((0, 0, 100, 90)).tobytes()


def test_feet_are_below_and_the_head_is_where_an_animal_looks() -> None:
    horse = drawn(
        (100, 100), ((0, 10, 20, 60), "#804020"), ((0, 40, 99, 70), "#804020"),
        ((90, 0, 99, 50), "#804020"), ((20, 70, 30, 99), "#804020"), ((70, 70, 80, 99), "#804020"),
    )  # fmt: skip
    row = Row("no such icon", "horse", (), "animal", ("ground",), 2.0, True, "left")
    points = anchors(row, horse)
    assert points["feet"] == (0.505, 1.0)
    assert points["head"] == (0.105, 0.1)
    assert points["seat"] == (0.58, 0.4)


def test_a_flat_drawing_has_no_gradient() -> None:
    stops = '<stop stop-color="#fff"/><stop offset="1" stop-color="#000"/>'
    assert flattened(f"<g>{stops}</g>") == '<g><stop stop-color="#fff"/></g>'


def test_the_halves_are_whole_and_apart() -> None:
    seen, held = halves()
    assert len(seen) == len(held) == 250
    assert not set(seen) & set(held)
