"""The measure of the painter: what it calls right and wrong."""

from __future__ import annotations

import numpy as np
import pytest

from t2i_chat.core.geometry import Box
from t2i_chat.core.recipe import ROOM
from t2i_chat.storybook.bank import Drawing, load_bank
from training.storybook.evaluation import pools
from training.storybook.evaluation.colours import named, oklab
from training.storybook.evaluation.edits import seam
from training.storybook.evaluation.prompts import asked
from training.storybook.evaluation.recogniser import Recogniser, Seen
from training.storybook.evaluation.standing import is_at, stands
from training.storybook.evaluation.wanted import KINDS, Bond


class _FewNouns:
    """The shipped bank, as if it had four nouns."""

    def nouns(self) -> frozenset[str]:
        return frozenset({"cat", "house", "apple", "bicycle"})

    def drawings(self, noun: str, style: str | None = None) -> tuple[Drawing, ...]:
        return load_bank().drawings(noun, style)  # type: ignore[arg-type]

    def image(self, drawing: Drawing):
        return load_bank().image(drawing)


def seen(x0: float, y0: float, x1: float, y1: float, visible: float = 1.0) -> Seen:
    drawing = load_bank().drawings("cat")[0]
    return Seen("cat", frozenset({"cat"}), drawing, False, x0, y0, x1, y1, 0.9, visible)


@pytest.mark.parametrize("kind", KINDS)
def test_prompts_are_the_same_every_time_and_differ_between_halves(kind):
    first = [one.prompt for one in asked("development", kind, 20)]
    assert first == [one.prompt for one in asked("development", kind, 20)]
    assert first != [one.prompt for one in asked("held", kind, 20)]


@pytest.mark.parametrize(
    ("one", "many"),
    [
        ("mouse", "mice"),
        ("cherry", "cherries"),
        ("tomato", "tomatoes"),
        ("fire engine", "fire engines"),
    ],
)
def test_plurals(one, many):
    assert pools.plural(one) == many


@pytest.mark.parametrize("noun", ["cat", "house", "apple", "bicycle"])
def test_the_recogniser_knows_a_drawing_by_night_and_mirrored(noun):
    bank = _FewNouns()
    drawing = bank.drawings(noun, "soft")[0]
    picture = bank.image(drawing).transpose(0).resize((120, 120 * drawing.height // drawing.width))
    pixels = np.full((256, 256, 3), 0.35, np.float32)
    pasted = np.asarray(picture, np.float32) / 255
    h, w, alpha = *pasted.shape[:2], pasted[..., 3:]
    part = pixels[40 : 40 + h, 60 : 60 + w]
    part[:] = part * (1 - alpha) + 0.5 * pasted[..., :3] * alpha
    box = Box(x0=60 - ROOM, y0=40 - ROOM, x1=60 + w + ROOM, y1=40 + h + ROOM)
    (found,) = Recogniser(bank).look(pixels, [box])  # type: ignore[arg-type]
    assert found.noun == noun


@pytest.mark.parametrize(
    ("bond", "one", "other", "over", "right"),
    [
        ("on", seen(40, 0, 60, 50), seen(0, 40, 100, 100), True, True),
        ("on", seen(140, 0, 160, 50), seen(0, 40, 100, 100), True, False),
        ("under", seen(40, 80, 60, 110), seen(0, 0, 100, 100), True, True),
        ("under", seen(40, 0, 60, 30), seen(0, 20, 100, 100), True, False),
        ("behind", seen(-30, 0, 30, 90), seen(0, 20, 100, 100), False, True),
        ("behind", seen(-30, 0, 30, 90, visible=0.1), seen(0, 20, 100, 100), False, False),
        ("next to", seen(110, 40, 160, 100), seen(0, 20, 100, 100), True, True),
        ("next to", seen(310, 40, 360, 100), seen(0, 20, 100, 100), True, False),
        ("wearing", seen(0, 0, 100, 100), seen(30, -20, 70, 10), False, True),
        ("wearing", seen(0, 0, 100, 100), seen(30, 120, 70, 150), False, False),
        ("riding", seen(30, 0, 70, 60), seen(0, 30, 100, 100), True, True),
        ("riding", seen(30, 60, 70, 100), seen(0, 30, 100, 90), True, False),
    ],
)
def test_how_things_stand(bond: Bond, one, other, over, right):
    assert stands(bond, one, other, over=over) is right


def test_a_side_is_not_the_middle():
    assert is_at("left", seen(0, 0, 100, 50), 512)
    assert not is_at("left", seen(206, 0, 306, 50), 512)


def test_a_red_car_with_black_tyres_is_red():
    pixels = np.full((10, 10, 3), 0.05, np.float32)
    pixels[:4] = (0.85, 0.1, 0.1)
    assert named(pixels, np.ones((10, 10), np.float32)) == "red"


def test_white_is_light_and_has_no_colour():
    assert oklab(np.ones((1, 3), np.float32))[0] == pytest.approx([1, 0, 0], abs=1e-3)


def test_a_seam_is_steeper_than_what_is_inside():
    rng = np.random.default_rng(0)
    pixels = 0.5 + 0.02 * rng.random((40, 40, 3)).astype(np.float32)
    inside = np.zeros((40, 40), bool)
    inside[10:30, 10:30] = True
    smooth = seam(pixels, inside)
    pixels[inside] += 0.2
    cut = seam(pixels, inside)
    assert smooth is not None
    assert cut is not None
    assert smooth < 1.2
    assert cut > 5
