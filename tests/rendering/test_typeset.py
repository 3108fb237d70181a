"""Lettering is exact, legible and inside its region."""

import threading
from contextlib import closing
from datetime import UTC, datetime

import cv2
import numpy as np
import pytest
from PIL import Image, ImageColor, ImageDraw, ImageFilter

from t2i_chat import app
from t2i_chat.core.actions import Letter
from t2i_chat.core.errors import Cancelled, CannotDo
from t2i_chat.core.geometry import Box, Size
from t2i_chat.core.recipe import Recipe, Rendered, RenderRequest, Version
from t2i_chat.core.settings import Settings
from t2i_chat.editing import requests
from t2i_chat.editing.requests import Source
from t2i_chat.imaging import masks
from t2i_chat.imaging.perspective import Page, corners_of
from t2i_chat.rendering.typeset import DARK, LIGHT, SMALLEST, Letterer, fitted, typeset
from t2i_chat.reproduce.replay import replay
from t2i_chat.store import SqlStore
from tests.fakes import max_difference

SIGN = Box(x0=40, y0=60, x1=220, y1=150)
TWENTY = (
    "HAPPY BIRTHDAY", "OPEN", "Welcome home", "No Entry!", "Café", "24/7", "I love you, Mum",
    "Fresh bread", "ZOO", "Mia is 7", "Grüße", "¡Hola!", "ПРИВЕТ", "Dzień dobry", "Ça va?",
    "Do not feed the ducks", "A", "$9.99", "(c) 2026", "once upon a time there was a fox",
)  # fmt: skip


def picture(size=(256, 256)):
    rng = np.random.default_rng(1)
    return Image.fromarray(rng.integers(0, 256, (size[1], size[0], 3), dtype=np.uint8))


def sign(box=SIGN, size=(256, 256)):
    return masks.box_mask(box, Size(width=size[0], height=size[1]))


SIDE = [(30, 70), (220, 110), (220, 170), (30, 200)]
SLANT = [(30, 120), (215, 60), (230, 110), (45, 170)]
TRAPEZIUM = [(80, 60), (180, 60), (240, 190), (20, 190)]


def polygon(corners, rounded=0):
    region = Image.new("L", (256, 256), 0)
    ImageDraw.Draw(region).polygon(corners, fill=255)
    soft = region.filter(ImageFilter.GaussianBlur(rounded)) if rounded else region
    return masks.from_array(masks.binary(soft))


def stroke(start, end):
    region = Image.new("L", (256, 256), 0)
    draw = ImageDraw.Draw(region)
    for share in np.linspace(0, 1, 200):
        x, y = (one + share * (other - one) for one, other in zip(start, end, strict=True))
        draw.ellipse((x - 26, y - 26, x + 26, y + 26), fill=255)
    return region


def wall():
    """A rough dark wall, its right half in a shadow."""
    levels = np.random.default_rng(2).normal(80, 4, (256, 256))
    levels[:, 128:] *= 0.5
    return Image.fromarray(levels.clip(0, 255).astype(np.uint8)).convert("RGB")


def request(words, image, region):
    size = Size(width=image.width, height=image.height)
    version = Version(
        conversation="c", number=1, parent=None, caption="a sign", summary="",
        recipe=Recipe(model="m", kind="upload", size=size), sha256="0",
        created_at=datetime.now(UTC),
    )  # fmt: skip
    return requests.letter(Letter(text=words), Source(version, image), region).request


def rendered(asked):
    *_, last = Letterer().render(asked, threading.Event())
    assert isinstance(last, Rendered)
    return last


def read_back(words, ink, drawn):
    """The letters that are in the ink: of all that might stand there, those that fit it exactly."""
    alphabet = sorted({c for c in "".join(TWENTY) if c < "Ā"} - {" "})
    found = ""
    for place, letter in enumerate(words):
        if letter == " ":
            found += " "
            continue
        tries = [words[:place] + other + words[place + 1 :] for other in alphabet]
        found += alphabet[[drawn(text).tobytes() == ink.tobytes() for text in tries].index(True)]
    return found


@pytest.mark.parametrize("words", TWENTY)
def test_the_words_read_back_are_those_that_were_asked_for(words):
    setting = fitted(words, masks.inner_box(sign()))
    assert " ".join(setting.lines) == words
    if len(words) < 10 and max(words) < "Ā":  # Cyrillic letters look like Latin ones
        _, ink = typeset(Image.new("RGB", (256, 256), "white"), sign(), words)
        box = masks.inner_box(sign())
        assert read_back(words, ink, lambda text: fitted(text, box).drawn(ink.size)) == words


@pytest.mark.parametrize("shape", [SIDE, SLANT])
@pytest.mark.parametrize("words", TWENTY)
def test_words_on_a_slanted_sign_read_back_once_it_is_seen_from_the_front(words, shape):
    region = polygon(shape)
    corners = corners_of(region)
    _, ink = typeset(Image.new("RGB", region.size, "white"), region, words, corners=corners)
    page = Page(corners, Size(width=region.width, height=region.height))
    wide, high = page.drawn
    box = Box(x0=0, y0=0, x1=wide, y1=high)
    setting = fitted(words, box, SMALLEST * page.sharper)
    assert " ".join(setting.lines) == words
    seen = (np.array(corners) * page.sharper).astype(np.float32)
    flat = np.array([[0, 0], [wide, 0], [wide, high], [0, high]], np.float32)
    large = np.asarray(ink.resize([page.sharper * side for side in ink.size], Image.BILINEAR))
    back = cv2.warpPerspective(large, cv2.getPerspectiveTransform(seen, flat), (wide, high))
    asked = np.asarray(setting.drawn((wide, high))) > 127
    assert ((back > 127) & asked).sum() / ((back > 127) | asked).sum() > 0.8
    if len(words) < 4:
        blank = Image.new("RGB", region.size, "white")
        tries = lambda text: typeset(blank, region, text, corners=corners)[1]  # noqa: E731
        assert read_back(words, ink, tries) == words


@pytest.mark.parametrize("shape", [SIDE, SLANT, TRAPEZIUM])
@pytest.mark.parametrize("rounded", [0, 6])
def test_words_on_a_slanted_sign_stay_on_it(shape, rounded):
    region, image = polygon(shape, rounded), Image.new("RGB", (256, 256), "gold")
    asked = request("HAPPY BIRTHDAY", image, region)
    assert asked.recipe.corners is not None
    assert np.abs(np.array(asked.recipe.corners) - shape).max() < (3 if not rounded else 14)
    done = rendered(asked)
    assert done.receipt.max_outside == 0
    assert max_difference(done.image, image, where=region) == 0


def test_a_slanted_sign_may_be_as_large_as_any_picture():
    region = polygon(SIDE).resize((4096, 4096))
    _, ink = typeset(Image.new("RGB", region.size), region, "OPEN", corners=corners_of(region))
    box = ink.getbbox()
    assert box[2] - box[0] > 2000


@pytest.mark.parametrize(
    "region",
    [
        polygon([(40, 60), (220, 60), (220, 150), (40, 150)]),
        polygon([(30, 120), (215, 116), (215, 170), (30, 168)], rounded=4),
        polygon([(128, 20), (236, 128), (128, 236), (20, 128)]),
        polygon([(128, 20), (236, 200), (20, 200)]),
        stroke((50, 130), (200, 134)),
        Image.new("L", (256, 256), 255),
        Image.new("L", (256, 256), 0),
    ],
    ids=["box", "nearly a box", "diamond", "triangle", "stroke", "everything", "nothing"],
)
def test_on_upright_regions_and_odd_ones_words_stand_upright(region):
    assert corners_of(region) is None


def test_on_a_stroke_of_the_brush_words_run_along_it():
    (x0, y0), (x1, y1), *_ = corners_of(stroke((50, 170), (200, 100)))
    assert (y1 - y0) / (x1 - x0) == pytest.approx(-70 / 150, abs=0.05)


def test_a_recipe_without_a_blend_is_set_in_flat_ink():
    image = wall()
    asked = request("OPEN", image, sign())
    plain = dict.fromkeys(("corners", "blend"))
    done = rendered(RenderRequest(asked.recipe.model_copy(update=plain), image, sign()))
    _, ink = typeset(image, sign(), "OPEN")
    flat = masks.composite(image, Image.new("RGB", image.size, LIGHT), ink)
    assert done.image.tobytes() == flat.tobytes() != rendered(asked).image.tobytes()


def test_ink_is_lit_as_its_ground_and_can_be_read_all_over():
    image, region = wall(), sign()
    done, ink = typeset(image, region, "FRESH BREAD", lit=True)
    assert ink.tobytes() == typeset(image, region, "FRESH BREAD")[1].tobytes(), "the same letters"
    levels, full = np.asarray(done.convert("L")).astype(int), np.asarray(ink) == 255
    shadow = np.arange(256) >= 128
    assert (
        levels[:, ~shadow][full[:, ~shadow]].mean() > levels[:, shadow][full[:, shadow]].mean() + 20
    )
    assert levels[:, ~shadow][full[:, ~shadow]].std() > 2, "the grain goes on"
    below = np.asarray(image.convert("L")).astype(int)
    assert (levels - below)[full].min() > 60


def test_where_lit_ink_could_not_be_read_it_is_flat():
    image = Image.new("RGB", (256, 256), (143, 143, 143))
    image.paste((20, 20, 20), (130, 0, 256, 256))
    lit, flat = (typeset(image, sign(), "OPEN", lit=lit)[0] for lit in (True, False))
    assert lit.tobytes() == flat.tobytes()


@pytest.mark.parametrize("size", [(256, 256), (500, 333), (604, 644), (1021, 767)])
def test_nothing_outside_the_region_moves(size):
    image, region = picture(size), sign(size=size)
    done = rendered(request("HAPPY BIRTHDAY", image, region))
    assert done.receipt.max_outside == 0
    assert 0 < done.receipt.changed_fraction < 0.3
    assert max_difference(done.image, image, where=region) == 0


@pytest.mark.parametrize("ground", ["white", "black", "gold", "navy", "crimson", "grey", "skyblue"])
def test_ink_is_dark_on_light_and_light_on_dark(ground):
    image = Image.new("RGB", (256, 256), ground)
    done, ink = typeset(image, sign(), "OPEN")
    on = np.asarray(done)[np.asarray(ink) == 255]
    assert len({tuple(pixel) for pixel in on.tolist()}) == 1
    light = sum(np.asarray(image)[0, 0] * [0.2126, 0.7152, 0.0722])
    assert tuple(on[0]) == (DARK if light > 120 else LIGHT)


def test_on_a_busy_ground_words_are_outlined():
    stripes = Image.fromarray(np.tile([[0, 0, 0], [255, 255, 255]], (256, 128, 1)).astype(np.uint8))
    done, shown = typeset(stripes, sign(), "OPEN")
    inked = {tuple(pixel) for pixel in np.asarray(done)[np.asarray(shown) == 255].tolist()}
    assert {DARK, LIGHT} <= inked


@pytest.mark.parametrize("ground", ["white", "black", "skyblue", "red"])
@pytest.mark.parametrize("colour", ["red", "yellow", "gold"])
def test_letters_have_the_colour_that_was_asked_for_and_can_be_read(ground, colour):
    image = Image.new("RGB", (256, 256), ground)
    done, shown = typeset(image, sign(), "OPEN", ink=colour)
    inked = {tuple(pixel) for pixel in np.asarray(done)[np.asarray(shown) == 255].tolist()}
    assert ImageColor.getrgb(colour) in inked
    if (ground, colour) in (("white", "yellow"), ("red", "red")):
        assert inked & {DARK, LIGHT}, "an outline, or nobody could read it"


def test_words_fill_their_region_and_break_where_that_makes_them_larger():
    one, many = (fitted("HAPPY BIRTHDAY TO YOU", box) for box in (
        Box(x0=0, y0=0, x1=400, y1=40), Box(x0=0, y0=0, x1=120, y1=120)))  # fmt: skip
    assert (len(one.lines), len(many.lines)) == (1, 3)
    ink = many.drawn((120, 120)).getbbox()
    assert ink[2] - ink[0] > 90


def test_a_round_region_holds_its_words():
    region = Image.new("L", (256, 256), 0)
    ImageDraw.Draw(region).ellipse((30, 60, 230, 200), 255)
    image = picture()
    done = rendered(request("HAPPY BIRTHDAY", image, region))
    assert max_difference(done.image, image, where=region) == 0
    assert done.receipt.changed_fraction > 0.03


@pytest.mark.parametrize(
    ("words", "box", "said"),
    [
        ("HAPPY BIRTHDAY", Box(x0=0, y0=0, x1=20, y1=12), "doesn.t fit there"),
        ("HAPPY BIRTHDAY", Box(x0=0, y0=0, x1=0, y1=0), "doesn.t fit there"),
        ("生日快乐", SIGN, "My font has no “生”"),
    ],
)
def test_what_cannot_be_written_is_told(words, box, said):
    with pytest.raises(CannotDo, match=said):
        rendered(request(words, picture(), sign(box)))


def test_stop_before_the_start_writes_nothing():
    stop = threading.Event()
    stop.set()
    with pytest.raises(Cancelled):
        list(Letterer().render(request("OPEN", picture(), sign()), stop))


def test_a_request_that_contradicts_itself_is_a_fault():
    asked = request("OPEN", picture(), sign())
    for wrong in (RenderRequest(asked.recipe), RenderRequest(asked.recipe, picture(), picture())):
        with pytest.raises(ValueError, match=r"picture"):
            list(Letterer().render(wrong, threading.Event()))


@pytest.mark.parametrize("region", [sign(), polygon(SIDE)], ids=["upright", "slanted"])
def test_written_words_are_replayed(tmp_path, region):
    asked = request("OPEN", wall(), region)
    with closing(SqlStore(tmp_path)) as store:
        conversation, done = store.new_conversation(), rendered(asked)
        for kept in (asked.image, asked.mask):
            store.put_blob(kept)
        store.add_version(
            conversation, image=done.image, recipe=done.recipe, parent=None, caption="",
            summary="", receipt=done.receipt,
        )  # fmt: skip
        report = replay(store, conversation, app.renderers(Settings(data_dir=tmp_path)))
    assert (report.ok, report.versions[0].notes) == (True, ())
