"""A picture's recipe survives in its PNG file, as do A1111 parameters."""

import io
import json
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from t2i_chat.core.geometry import Size
from t2i_chat.core.recipe import Recipe, pixels_sha256
from t2i_chat.imaging.png_metadata import (
    PARAMETERS_KEY,
    RECIPE_KEY,
    parameters,
    png_info,
    read_recipe,
)
from tests.fakes import paint

SIZE = Size(width=48, height=32)
PLAIN = Recipe(
    model="storybook",
    revision="0123456789abcdef",
    kind="inpaint",
    prompt="a red house",
    negative_prompt="fog",
    seed=7,
    num_inference_steps=12,
    guidance_scale=4.5,
    strength=0.55,
    scheduler="EulerAncestralDiscreteScheduler",
    size=SIZE,
    image_sha256="a" * 64,
    mask_sha256="b" * 64,
    mask_grow=3,
    mask_feather=2,
    loras=("paper.safetensors@0.8",),
    versions={"torch": "2.13.0"},
)


def saved(recipe: Recipe) -> io.BytesIO:
    file = io.BytesIO()
    paint(recipe).save(file, "PNG", pnginfo=png_info(recipe))
    file.seek(0)
    return file


def as_a1111_reads(text: str) -> dict[str, str]:
    """Prompt, negative prompt and pairs, read the way AUTOMATIC1111's web UI reads them."""
    *lines, last = text.strip().split("\n")
    read: dict[str, str] = {"Prompt": "", "Negative prompt": ""}
    where = "Prompt"
    for line in lines:
        if line.startswith("Negative prompt:"):
            where, line = "Negative prompt", line.removeprefix("Negative prompt:").strip()  # noqa: PLW2901 - as read there
        read[where] = f"{read[where]}\n{line}" if read[where] else line
    for name, value in re.findall(r'\s*(\w[\w \-/]+):\s*("(?:\\.|[^\\"])+"|[^,]*)(?:,|$)', last):
        read[name] = json.loads(value) if value.startswith('"') else value
    return read


@pytest.mark.parametrize(
    "prompt",
    ["", "дом 🏠 под звёздами", "one\ntwo\r\nthree", 'quoted "words": a, b', "\x00 \x7f é"],
)
def test_a_recipe_comes_back_whole(prompt: str) -> None:
    recipe = PLAIN.model_copy(update={"prompt": prompt, "negative_prompt": prompt[::-1]})
    assert read_recipe(saved(recipe)) == recipe


@given(prompt=st.text(st.characters(exclude_categories=["Cs"])), seed=st.integers(0, 2**32 - 1))
def test_any_words_come_back_whole(prompt: str, seed: int) -> None:
    recipe = PLAIN.model_copy(update={"prompt": prompt, "seed": seed})
    assert read_recipe(saved(recipe)) == recipe


def test_the_text_does_not_touch_the_pixels() -> None:
    assert pixels_sha256(Image.open(saved(PLAIN))) == pixels_sha256(paint(PLAIN))


def test_other_programs_read_the_parameters() -> None:
    words = PLAIN.model_copy(update={"prompt": "a red house,\nat night", "model": "me/it: v1, b"})
    text = Image.open(saved(words)).info[PARAMETERS_KEY]
    assert as_a1111_reads(text) == {
        "Prompt": "a red house,\nat night",
        "Negative prompt": "fog",
        "Steps": "12",
        "Sampler": "Euler a",
        "CFG scale": "4.5",
        "Seed": "7",
        "Size": "48x32",
        "Model hash": "0123456789",
        "Model": "me/it: v1, b",
        "Denoising strength": "0.55",
    }


def test_parameters_leave_out_what_was_not_used() -> None:
    recipe = Recipe(model="m", kind="text-to-image", prompt="sea", size=SIZE)
    text = parameters(recipe)
    assert text == "sea\nSteps: 20, Sampler: Unknown, CFG scale: 5, Seed: 0, Size: 48x32, Model: m"


def test_a_picture_without_our_entry_has_no_recipe(tmp_path: Path) -> None:
    path = tmp_path / "plain.png"
    paint(PLAIN).save(path)
    assert read_recipe(path) is None


@pytest.mark.parametrize("text", ["not JSON", "{}", '{"model": 1}'])
def test_an_entry_we_did_not_write_is_no_recipe(text: str, tmp_path: Path) -> None:
    info = PngInfo()
    info.add_text(RECIPE_KEY, text)
    paint(PLAIN).save(tmp_path / "odd.png", pnginfo=info)
    assert read_recipe(tmp_path / "odd.png") is None


@pytest.mark.parametrize("cut", [0, 10, 40, 200])
def test_a_damaged_file_has_no_recipe(cut: int) -> None:
    assert read_recipe(io.BytesIO(saved(PLAIN).getvalue()[:cut])) is None


def test_a_missing_file_is_told_from_an_empty_one(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        read_recipe(tmp_path / "nothing.png")
