"""Parameter sweeps: three allowed values, nothing else changed, nothing stored."""

from __future__ import annotations

import threading
from itertools import pairwise
from pathlib import Path

import pytest
from PIL import Image

from t2i_chat.chat.session import ChatSession, Parts
from t2i_chat.core.errors import Cancelled
from t2i_chat.core.events import Message, Part, Progress, Said, Strip, Tried
from t2i_chat.core.geometry import Box, Size
from t2i_chat.core.recipe import Layout, Recipe, Region, RenderRequest
from t2i_chat.core.registry import facts_for
from t2i_chat.core.settings import MAX_GUIDANCE, MAX_STEPS, Settings
from t2i_chat.editing.requests import Knob, own_value, strip
from t2i_chat.editing.requests.parameter_sweep import strip_values
from t2i_chat.rendering.diffusion import DiffusionRenderer
from t2i_chat.store import SqlStore
from t2i_chat.ui.parameter_sweep import figures, words_on
from t2i_chat.ui.recipe_view import how
from tests import tiny
from tests.fakes import FakePlanner, FakeRenderer, FakeSegmenter

LAYOUT = Layout(
    backdrop="hay", regions=(Region(prompt="a hen", box=Box(x0=8, y0=8, x1=40, y1=40)),)
)


def recipe(**said: object) -> Recipe:
    size = Size(width=64, height=48)
    return Recipe.model_validate({"model": "m", "kind": "text-to-image", "size": size, **said})


@pytest.mark.parametrize(
    ("steps", "values"),
    [
        (1, (1, 2, 4)),
        (4, (1, 4, 8)),
        (20, (5, 20, 40)),
        (100, (25, 100, 150)),
        (150, (37, 75, 150)),
    ],
)
def test_steps_are_few_own_and_many(steps, values):
    assert strip_values(recipe(num_inference_steps=steps), "steps") == values


@pytest.mark.parametrize(
    ("guidance", "values"),
    [(0, (0, 3, 9)), (1, (1, 3, 9)), (4, (1.5, 4, 12)), (7, (2.5, 7, 21)), (30, (10, 15, 30))],
)
def test_guidance_is_low_own_and_high(guidance, values):
    assert strip_values(recipe(guidance_scale=guidance), "guidance") == values


@pytest.mark.parametrize("knob", ["steps", "guidance"])
def test_there_are_always_three_and_all_can_be_painted(knob: Knob):
    numbers = range(1, MAX_STEPS + 1) if knob == "steps" else [n / 4 for n in range(121)]
    for number in numbers:
        name = "num_inference_steps" if knob == "steps" else "guidance_scale"
        wanted = RenderRequest(recipe(**{name: number}))
        values = [value for value, _ in strip(wanted, knob)]
        assert all(one < other for one, other in pairwise(values))
        assert len(values) == 3
        assert values[-1] <= (MAX_STEPS if knob == "steps" else MAX_GUIDANCE)
        for value, request in strip(wanted, knob):
            if value == number:
                assert request is None
            else:
                Recipe.model_validate(request.recipe.model_dump())


def test_only_the_number_differs():
    picture = Image.new("RGB", (64, 48))
    own = RenderRequest(recipe(layout=LAYOUT, seed=9, guidance_scale=4.0), image=picture)
    for value, request in strip(own, "guidance"):
        if request is not None:
            assert own_value(request.recipe, "guidance") == value
            back = request.recipe.model_copy(update={"guidance_scale": 4.0})
            assert (back, request.image) == (own.recipe, picture)


@pytest.fixture(params=["a fake", "a layout", "in one go"])
def session(request: pytest.FixtureRequest, tmp_path: Path):
    store = SqlStore(tmp_path / "home")
    if request.param == "a fake":
        renderer, facts = FakeRenderer(), facts_for("storybook")
    else:
        folder = tiny.save(tiny.stable_diffusion(), tmp_path / "model")
        renderer = DiffusionRenderer(str(folder), device="cpu", threads=1, preview_every=1)
        facts = renderer.facts
    parts = Parts(
        planner=FakePlanner(), segmenter=FakeSegmenter(), renderer=renderer, store=store,
        facts=facts, settings=Settings(data_dir=tmp_path, enrich=False), draw_seed=lambda: 5,
    )  # fmt: skip
    session = ChatSession(parts, store.new_conversation())
    wanted = recipe(
        model=facts.name, seed=5, num_inference_steps=8, guidance_scale=8.0, prompt="a hen",
        layout=LAYOUT if request.param == "a layout" else None,
    )  # fmt: skip
    *_, rendered = renderer.render(RenderRequest(wanted), threading.Event())
    store.add_version(
        session.conversation, image=rendered.image, recipe=rendered.recipe, parent=None,
        caption="a hen", summary="",
    )  # fmt: skip
    yield session
    if isinstance(renderer, DiffusionRenderer):
        renderer.close()


@pytest.mark.parametrize("knob", ["steps", "guidance"])
def test_three_are_shown_the_own_is_the_picture_itself_and_nothing_is_kept(session, knob: Knob):
    store = session.parts.store
    turns = store.turns(session.conversation)
    *growing, last = session.strip(1, knob, threading.Event())
    assert all(isinstance(event, Progress) for event in growing)
    assert len({event.part for event in growing}) == 2, "the picture's own is not painted again"
    assert isinstance(last, Strip)
    assert own_value(last.version.recipe, knob) == last.tried[1].value == 8
    low, own, high = (one.image.tobytes() for one in last.tried)
    assert own == store.image(last.version).tobytes()
    assert len({low, own, high}) == 3
    assert last.tried[1].changed is None
    assert all(0 <= one.changed <= 1 for one in (last.tried[0], last.tried[2]))
    assert (len(store.versions(session.conversation)), store.turns(session.conversation)) == (
        1, turns,
    )  # fmt: skip


def test_stop_ends_it(session):
    cancel = threading.Event()
    events = session.strip(1, "steps", cancel)
    assert next(events).part == Part("steps", 2)
    cancel.set()
    (said,) = events
    assert isinstance(said, Said)
    assert str(Cancelled()) in said.text


def test_what_was_not_painted_here_out_of_noise_has_no_numbers_to_turn(session):
    session.parts.store.add_version(
        session.conversation, image=Image.new("RGB", (64, 48)), recipe=recipe(kind="upload"),
        parent=None, caption="mine", summary="",
    )  # fmt: skip
    for number in (2, 7):
        (said,) = session.strip(number, "steps", threading.Event())
        assert isinstance(said, Said)


def test_the_three_are_drawn_with_what_is_to_be_seen(session):
    version = session.parts.store.version(session.conversation, 1)
    picture = Image.new("RGB", (8, 8))
    tried = (Tried(1.5, picture, 0.314), Tried(8, picture, None), Tried(12, picture, 0.0))
    page = figures(Strip(version, "guidance", tried))
    assert page.count("<figure") == page.count("<img") == 3
    assert page.index("lowguidance") < page.index("ownpicture") < page.index("highguidance")
    assert "31 % of it looks different" in page
    assert "0 % of it looks different" in page
    assert "only its guidance differs" in str(words_on(Strip(version, "guidance", tried)))
    assert "only its steps differ." in str(words_on(Strip(version, "steps", tried)))


def test_a_picture_that_was_not_guided_has_no_guidance_to_turn(session):
    version = session.parts.store.version(session.conversation, 1)
    assert how(version).count('data-deed="strip"') == 2
    unguided = version.recipe.model_copy(update={"guidance_scale": 0.0})
    assert 'data-knob="guidance"' not in how(version.model_copy(update={"recipe": unguided}))
    assert 'data-deed="strip"' not in how(
        version.model_copy(update={"recipe": recipe(kind="upscale")})
    )


def test_a_message_after_it_goes_on_as_before(session):
    list(session.strip(1, "guidance", threading.Event()))
    params = session.parts.store.params(session.conversation)
    list(session.reply(Message(text="a hen"), threading.Event()))
    assert session.parts.store.params(session.conversation) == params
    assert session.parts.store.version(session.conversation, 2).recipe.guidance_scale != 12
