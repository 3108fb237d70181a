"""Any picture a person brings, and any mark they draw, is edited exactly or refused in words.

The whole conversation, with a real Stable Diffusion made tiny.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from t2i_chat.chat.session import ChatSession, Parts
from t2i_chat.core.actions import Inpaint, Plan, Remove
from t2i_chat.core.events import Message, Painted, Said
from t2i_chat.core.geometry import Box
from t2i_chat.core.settings import Settings
from t2i_chat.imaging import masks
from t2i_chat.rendering.diffusion import DiffusionRenderer
from t2i_chat.store import SqlStore
from tests import tiny
from tests.cli.test_bad_input import encoded
from tests.fakes import FakePlanner, FakeSegmenter, box_mask, max_difference

SKY = Box(x0=0, y0=0, x1=40, y1=12)
TABLE = {
    "darker": Plan(actions=(Inpaint(target="the sky", result="a darker sky"),)),
    "no tree": Plan(actions=(Remove(target="the tree"),)),
}


@pytest.fixture(scope="module")
def renderer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DiffusionRenderer]:
    folder = tiny.save(tiny.stable_diffusion(), tmp_path_factory.mktemp("sd"))
    renderer = DiffusionRenderer(str(folder), device="cpu", threads=1)
    yield renderer
    renderer.close()


@pytest.fixture
def session(renderer, tmp_path):
    parts = Parts(
        planner=FakePlanner(TABLE),
        segmenter=FakeSegmenter({"the sky": SKY, "the tree": SKY}),
        renderer=renderer,
        store=SqlStore(tmp_path),
        facts=replace(renderer.facts, num_inference_steps=2, mask_grow=2, mask_feather=2),
        settings=Settings(data_dir=tmp_path, enrich=False),
    )
    yield ChatSession(parts, parts.store.new_conversation())
    parts.store.close()


def say(session, text, **how):
    return list(session.reply(Message(text=text, **how), threading.Event()))


def image(session, number):
    return session.parts.store.image(session.parts.store.version(session.conversation, number))


def noise(size=(61, 45), mode="RGB"):
    rng = np.random.default_rng(2)
    bands = len(Image.new(mode, (1, 1)).getbands())
    pixels = rng.integers(0, 256, (size[1], size[0], bands), dtype=np.uint8)
    return Image.frombytes(mode, size, pixels.tobytes())


def turned(size):
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera was held upright
    return encoded(noise(size), "JPEG", exif=exif, quality=95)


def sixteen_bits(size):
    rng = np.random.default_rng(2)
    return encoded(Image.fromarray(rng.integers(0, 65536, size[::-1], dtype=np.uint16)))


PICTURES = {
    "alpha": (encoded(noise(mode="RGBA")), (61, 45)),
    "grey with alpha": (encoded(noise(mode="LA")), (61, 45)),
    "palette with one clear colour": (
        encoded(noise(mode="L").convert("P"), "PNG", transparency=0), (61, 45)),
    "turned by EXIF": (turned((45, 61)), (61, 45)),
    "CMYK TIFF": (encoded(noise(mode="CMYK"), "TIFF"), (61, 45)),
    "CMYK JPEG": (encoded(noise(mode="CMYK"), "JPEG"), (61, 45)),
    "LAB": (encoded(noise(mode="LAB"), "TIFF"), (61, 45)),
    "16 bits": (sixteen_bits((61, 45)), (61, 45)),
    "two colours": (encoded(noise(mode="L").convert("1")), (61, 45)),
    "40 megapixels": (encoded(Image.new("L", (8000, 5000), 90)), (128, 80)),
    "smallest": (encoded(noise((16, 16))), (16, 16)),
    "a strip": (encoded(noise((128, 16))), (128, 16)),
}  # fmt: skip


@pytest.mark.parametrize(("content", "size"), PICTURES.values(), ids=PICTURES)
def test_every_kind_of_picture_is_edited_and_nothing_else_of_it_moves(session, content, size):
    say(session, "", upload=content)
    before = image(session, 1)
    assert (before.mode, before.size) == ("RGB", size)
    for number, words in enumerate(("darker", "no tree"), start=2):
        painted = [event for event in say(session, words) if isinstance(event, Painted)]
        version = painted[0].version
        region = session.parts.store.blob(version.recipe.mask_sha256)
        shown = masks.compositing(region, version.recipe)
        after = image(session, number)
        assert (after.size, version.receipt.max_outside) == (size, 0)
        assert max_difference(after, before, where=shown) == 0
        assert max_difference(after, before) > 0
        before = after


MARKS = {
    "everything": (Image.new("L", (61, 45), 255), 0.9),
    "one pixel": (box_mask((61, 45), Box(x0=30, y0=20, x1=31, y1=21)), 0.0),
    "twice as large": (box_mask((122, 90), Box(x0=0, y0=0, x1=60, y1=45)), 0.1),
    "of another shape": (box_mask((45, 61), Box(x0=0, y0=0, x1=20, y1=30)), 0.1),
    "grey": (Image.new("L", (61, 45), 128), 0.9),
}


@pytest.mark.parametrize(("mark", "least"), MARKS.values(), ids=MARKS)
def test_every_mark_is_painted_in_and_nothing_else_of_the_picture_moves(session, mark, least):
    say(session, "", upload=encoded(noise()))
    version = say(session, "darker", mask=mark)[-1].version
    assert version.receipt.max_outside == 0
    assert version.receipt.changed_fraction > least
    assert image(session, 2).size == (61, 45)


@pytest.mark.parametrize("grey", [0, 127])
def test_a_mark_of_nothing_is_as_no_mark(session, grey):
    say(session, "", upload=encoded(noise()))
    say(session, "darker", mask=Image.new("L", (61, 45), grey))
    assert session.parts.segmenter.targets


def test_a_picture_that_cannot_be_read_is_refused_and_the_next_one_taken(session):
    (said,) = say(session, "", upload=encoded(noise())[:-200])
    assert isinstance(said, Said)
    assert (said.tone, "damaged" in said.text) == ("problem", True)
    assert isinstance(say(session, "", upload=encoded(noise()))[-1], Painted)
