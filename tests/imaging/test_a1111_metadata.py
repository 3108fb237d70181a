"""A1111 metadata of other programs is parsed; what cannot be read is named."""

import io
import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from t2i_chat.chat.session import ChatSession, Parts
from t2i_chat.core.actions import Plan, Variation
from t2i_chat.core.events import Message, Painted, Said
from t2i_chat.core.geometry import Size
from t2i_chat.core.recipe import Recipe
from t2i_chat.core.registry import facts_for
from t2i_chat.core.settings import Settings
from t2i_chat.imaging.a1111_metadata import Parameters, read_parameters
from t2i_chat.imaging.png_metadata import parameters
from t2i_chat.store import SqlStore
from tests.fakes import FakePlanner, FakeRenderer, FakeSegmenter

ELSEWHERE = """\
a fox, (snow:1.2) <lora:ink:0.8>,
soft light
Negative prompt: people, text
Steps: 28, Sampler: DPM++ 2M Karras, CFG scale: 6.5, Seed: 42, Size: 512x768, Model: "a, b", \
Clip skip: 2"""


def test_the_text_of_another_program_is_read():
    assert read_parameters(ELSEWHERE) == Parameters(
        prompt="a fox, (snow:1.2) , soft light",
        negative="people, text",
        seed=42,
        steps=28,
        guidance=6.5,
        size="512x768",
        unread=("a LoRA", "Clip skip"),
    )


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("", None),
        ("Steps: 20, Seed: 3", None),
        ("a fox", Parameters("a fox")),
        ("a fox: red, small", Parameters("a fox: red, small")),
        ("a fox\nNegative prompt: dogs", Parameters("a fox", "dogs")),
        (
            "a fox\nSteps: 9999, Seed: -1, CFG scale: x, Size: 9x9",
            Parameters("a fox", unread=("Seed", "Steps", "CFG scale", "Size")),
        ),
        ("a " * 1500 + "\nSteps: 2", Parameters(
            ("a " * 1000).strip(), steps=2, unread=("the prompt beyond 2000 characters",)
        )),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_told(text, read):
    assert read_parameters(text) == read


@given(st.text(max_size=300))
def test_no_text_is_too_odd(text):
    read_parameters(text)


def test_our_own_text_comes_back():
    recipe = Recipe(
        model="a, b", kind="text-to-image", prompt="a fox", negative_prompt="dogs", seed=7,
        num_inference_steps=9, guidance_scale=3.5, size=Size(width=64, height=96),
    )  # fmt: skip
    read = read_parameters(parameters(recipe))
    assert read == Parameters("a fox", "dogs", 7, 9, 3.5, "64x96")


@pytest.fixture
def session(tmp_path):
    with SqlStore(tmp_path) as store:
        parts = Parts(
            planner=FakePlanner({"more like this": Plan(actions=(Variation(count=2),))}),
            segmenter=FakeSegmenter(),
            renderer=FakeRenderer(),
            store=store,
            facts=facts_for("sd15"),
            settings=Settings(data_dir=tmp_path),
        )
        yield ChatSession(parts, store.new_conversation())


def say(session, text, upload=None):
    return list(session.reply(Message(text=text, upload=upload), threading.Event()))


def png(text, size=(512, 768)):
    info, file = PngInfo(), io.BytesIO()
    info.add_text("parameters", text)
    Image.new("RGB", size, "teal").save(file, "PNG", pnginfo=info)
    return file.getvalue()


def test_more_like_this_paints_from_what_the_picture_says(session):
    brought, told = say(session, "", png(ELSEWHERE))
    assert isinstance(brought, Painted)
    assert isinstance(told, Said)
    assert told.options == ("more like this",)
    assert "with seed 42" in told.text
    assert "could not take along: a LoRA, Clip skip." in told.text
    one, other = (e.version for e in say(session, "more like this") if isinstance(e, Painted))
    recipe = one.recipe
    assert (recipe.prompt, recipe.negative_prompt) == (
        "a fox, (snow:1.2) , soft light", "people, text",
    )  # fmt: skip
    assert (recipe.seed, recipe.num_inference_steps, recipe.guidance_scale) == (42, 28, 6.5)
    assert (recipe.kind, recipe.model, recipe.size) == (
        "text-to-image", "sd15", Size(width=512, height=768),
    )  # fmt: skip
    assert other.recipe.seed == 43


def test_a_size_too_large_for_the_model_keeps_its_shape(session):
    text = "a fox\nSteps: 2, Seed: 1, Size: 1600x1200"
    say(session, "", png(text, (1600, 1200)))
    (one, _) = (e.version for e in say(session, "more like this") if isinstance(e, Painted))
    assert one.recipe.size.area <= 1.1 * 512 * 512
    assert abs(one.recipe.size.width / one.recipe.size.height - 4 / 3) < 0.05


def test_words_that_are_never_painted_are_not_taken_along(session):
    brought, told = say(session, "", png("hardcore porn\nSteps: 2, Seed: 1"))
    assert brought.version.recipe.prompt == ""
    assert told.options == ()
    assert "words that I don't paint from" in told.text


def test_the_words_of_a_part_do_not_describe_the_picture(session):
    (brought, _) = say(session, "", png("a darker sky\nSteps: 2, Seed: 1, Denoising strength: 0.6"))
    assert brought.version.caption == "your picture"
    assert brought.version.recipe.prompt == "a darker sky"
    one, other = (e.version for e in say(session, "more like this") if isinstance(e, Painted))
    assert (one.caption, one.recipe.seed, other.recipe.seed) == ("a darker sky", 1, 2)
    (again, _) = (e.version for e in say(session, "more like this") if isinstance(e, Painted))
    assert again.recipe.seed == 3
