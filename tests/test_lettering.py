"""Words in a picture are exactly those that were asked for, readable, and inside their region."""

import threading
from contextlib import closing
from datetime import UTC, datetime

import numpy as np
import pytest
from PIL import Image, ImageDraw

from t2i_chat import compose, masks, prepare
from t2i_chat.errors import Cancelled, CannotDo
from t2i_chat.geometry import Box, Size
from t2i_chat.lettering import DARK, LIGHT, Letterer, fitted, typeset
from t2i_chat.plan import Letter
from t2i_chat.prepare import Base
from t2i_chat.recipe import Recipe, Rendered, RenderRequest, Version
from t2i_chat.replay import replay
from t2i_chat.settings import Settings
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


def request(words, image, region):
    size = Size(width=image.width, height=image.height)
    version = Version(
        conversation="c", number=1, parent=None, caption="a sign", summary="",
        recipe=Recipe(model="m", kind="upload", size=size), sha256="0",
        created_at=datetime.now(UTC),
    )  # fmt: skip
    return prepare.letter(Letter(text=words), Base(version, image), region).request


def rendered(asked):
    *_, last = Letterer().render(asked, threading.Event())
    assert isinstance(last, Rendered)
    return last


def read_back(words, ink):
    """The letters that are in the ink: of all that might stand there, those that fit it exactly."""
    box = masks.inner_box(sign())
    alphabet = sorted({c for c in "".join(TWENTY) if c < "Ā"} - {" "})
    found = ""
    for place, letter in enumerate(words):
        if letter == " ":
            found += " "
            continue
        tries = [words[:place] + other + words[place + 1 :] for other in alphabet]
        drawn = [fitted(text, box).drawn(ink.size) for text in tries]
        found += alphabet[[page.tobytes() == ink.tobytes() for page in drawn].index(True)]
    return found


@pytest.mark.parametrize("words", TWENTY)
def test_the_words_read_back_are_those_that_were_asked_for(words):
    setting = fitted(words, masks.inner_box(sign()))
    assert " ".join(setting.lines) == words
    if len(words) < 10 and max(words) < "Ā":  # Cyrillic letters look like Latin ones
        _, ink = typeset(Image.new("RGB", (256, 256), "white"), sign(), words)
        assert read_back(words, ink) == words


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


def test_written_words_are_replayed(tmp_path):
    asked = request("OPEN", picture(), sign())
    with closing(SqlStore(tmp_path)) as store:
        conversation, done = store.new_conversation(), rendered(asked)
        for kept in (asked.image, asked.mask):
            store.put_blob(kept)
        store.add_version(
            conversation, image=done.image, recipe=done.recipe, parent=None, caption="",
            summary="", receipt=done.receipt,
        )  # fmt: skip
        report = replay(store, conversation, compose.renderers(Settings(data_dir=tmp_path)))
    assert (report.ok, report.versions[0].notes) == (True, ())
