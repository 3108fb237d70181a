"""Upscaling by super-resolution: deterministic, seamless, can be stopped."""

import threading
from contextlib import closing
from datetime import UTC, datetime

import numpy as np
import pytest
from PIL import Image, ImageDraw

from t2i_chat import app
from t2i_chat.core.actions import Upscale
from t2i_chat.core.errors import BadParameter, Cancelled
from t2i_chat.core.geometry import Box, Size
from t2i_chat.core.recipe import Preview, Recipe, Rendered, RenderRequest, Version
from t2i_chat.core.settings import Settings
from t2i_chat.editing import requests
from t2i_chat.editing.requests import Source
from t2i_chat.rendering import upscale
from t2i_chat.rendering.dispatch import Dispatch
from t2i_chat.rendering.upscale import FACTOR, REACH, Upscaler, tiles
from t2i_chat.reproduce.replay import replay
from t2i_chat.store import SqlStore
from tests.fakes import FakeRenderer


def drawing(side):
    """A house and a sun, with smooth outlines."""
    large = Image.new("RGB", (side * 4, side * 4), "skyblue")
    draw = ImageDraw.Draw(large)
    draw.rectangle((side, 2 * side, 2.5 * side, 3.5 * side), "firebrick")
    draw.polygon([(0.8 * side, 2 * side), (1.75 * side, side), (2.7 * side, 2 * side)], "brown")
    draw.ellipse((2.8 * side, 0.3 * side, 3.6 * side, 1.1 * side), "gold")
    return large.reduce(4)


def base(picture):
    size = Size(width=picture.width, height=picture.height)
    version = Version(
        conversation="c", number=1, parent=None, caption="a house", summary="",
        recipe=Recipe(model="m", kind="text-to-image", prompt="a house", seed=7, size=size),
        sha256="0", created_at=datetime.now(UTC),
    )  # fmt: skip
    return Source(version, picture)


def request(picture, factor):
    return requests.upscale(Upscale(factor=factor), base(picture)).request


def enlarged(picture, factor):
    *_, rendered = Upscaler("cpu").render(request(picture, factor), threading.Event())
    assert isinstance(rendered, Rendered)
    return rendered


def apart(one, other):
    return np.abs(np.asarray(one, dtype=int) - np.asarray(other, dtype=int))


@pytest.mark.parametrize("factor", [2, 4])
def test_every_pixel_becomes_four_or_sixteen_and_twice_the_same(factor):
    picture = drawing(45).crop((0, 0, 45, 31))
    one, other = enlarged(picture, factor), enlarged(picture, factor)
    assert one.image.size == (45 * factor, 31 * factor)
    assert one.image.tobytes() == other.image.tobytes()
    assert apart(one.image.reduce(factor), picture).mean() < 1  # the colours stay


def test_outlines_are_sharper_than_interpolation_makes_them():
    def steepness(image):
        steps = apart(
            image.crop((1, 0, *image.size)), image.crop((0, 0, image.width - 1, image.height))
        )
        return np.sort(steps.ravel())[-steps.size // 100 :].mean()

    coarse = drawing(64)
    lanczos = coarse.resize((256, 256), Image.Resampling.LANCZOS)
    assert steepness(enlarged(coarse, 4).image) > 1.2 * steepness(lanczos)


def test_pieces_fit_together_as_if_it_had_been_enlarged_whole(monkeypatch):
    picture = drawing(72)
    whole = enlarged(picture, 4).image
    monkeypatch.setattr(upscale, "TILE", 29)
    assert len(tiles(picture.size)) == 9
    assert apart(enlarged(picture, 4).image, whole).max() <= 1  # the last bit of a float


def test_the_reach_is_what_the_network_sees_and_no_less():
    black = Image.new("RGB", (2 * REACH + 3, 9))
    dotted = black.copy()
    dotted.putpixel((0, 4), (255, 255, 255))
    piece = Box(x0=0, y0=0, x1=black.width, y1=9)
    moved = apart(Upscaler("cpu").enlarged(black, piece), Upscaler("cpu").enlarged(dotted, piece))
    assert moved[:, FACTOR * (REACH + 1) :].max() == 0


def test_stop_is_heard_between_two_pieces(monkeypatch):
    monkeypatch.setattr(upscale, "TILE", 16)
    cancel = threading.Event()
    events = Upscaler("cpu").render(request(drawing(40), 2), cancel)
    assert isinstance(next(events), Preview)
    cancel.set()
    with pytest.raises(Cancelled):
        next(events)


def test_what_would_be_larger_than_any_picture_is_told():
    with pytest.raises(BadParameter, match="5200x4000 pixels, and a side of 4096"):
        requests.upscale(Upscale(factor=4), base(Image.new("RGB", (1300, 1000))))


def test_a_request_that_contradicts_itself_is_a_fault():
    asked = request(drawing(40), 2)
    size = Size(width=81, height=80)
    crooked = RenderRequest(asked.recipe.model_copy(update={"size": size}), asked.image)
    for wrong in (crooked, RenderRequest(asked.recipe), RenderRequest(asked.recipe, drawing(41))):
        with pytest.raises(ValueError, match=r"picture"):
            list(Upscaler("cpu").render(wrong, threading.Event()))


def test_the_workshop_sends_each_request_where_it_belongs():
    painter, craft = FakeRenderer(), FakeRenderer()
    workshop = Dispatch({"larger": craft}, painter)
    for model in ("larger", "storybook"):
        recipe = Recipe(model=model, kind="text-to-image", size=Size(width=64, height=64))
        list(workshop.render(RenderRequest(recipe), threading.Event()))
    assert [r.recipe.model for r in craft.requests] == ["larger"]
    assert [r.recipe.model for r in painter.requests] == ["storybook"]


def test_a_larger_picture_is_replayed_whatever_model_paints_the_rest(tmp_path):
    settings = Settings(data_dir=tmp_path)
    with closing(SqlStore(tmp_path)) as store:
        conversation, rendered = store.new_conversation(), enlarged(drawing(40), 2)
        store.put_blob(drawing(40))
        store.add_version(
            conversation, image=rendered.image, recipe=rendered.recipe, parent=None,
            caption="", summary="",
        )  # fmt: skip
        report = replay(store, conversation, app.renderers(settings, always="sdxl"))
    assert (report.ok, report.versions[0].notes) == (True, ())
