"""A real CLIP and a real SigLIP, made tiny, are asked about one place in a picture."""

from __future__ import annotations

import json
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from PIL import Image

from t2i_chat import app
from t2i_chat.core.errors import ModelMissing
from t2i_chat.core.geometry import Box, Size
from t2i_chat.core.settings import Settings
from t2i_chat.imaging.masks import box_mask
from t2i_chat.vision.clip_score import SURROUNDINGS, ClipChecker
from tests import tiny
from tests.fakes import FakeSegmenter

SIZE = Size(width=96, height=64)
HERE = box_mask(Box(x0=40, y0=24, x1=60, y1=44), SIZE)
NEAR = box_mask(Box(x0=30, y0=14, x1=70, y1=54), SIZE)


@pytest.fixture(scope="module", params=[tiny.clip, tiny.siglip])
def folder(request, tmp_path_factory):
    return tiny.save_with_words(request.param(), tmp_path_factory.mktemp("clip"))


@pytest.fixture(scope="module")
def checker(folder):
    return ClipChecker(folder)


def picture(seed: int = 5) -> Image.Image:
    rng = np.random.default_rng(seed)
    return Image.fromarray(rng.integers(0, 256, (SIZE.height, SIZE.width, 3), dtype=np.uint8))


def test_the_score_depends_on_the_thing_and_on_what_is_there(checker):
    cat = checker.score(picture(), "cat", HERE)
    assert 0 < cat < 1
    assert cat == checker.score(picture(), "cat", HERE)
    assert cat != checker.score(picture(), "zebra", HERE)
    assert cat != checker.score(picture(6), "cat", HERE)


def test_what_is_far_from_the_region_does_not_matter(checker):
    elsewhere = Image.composite(picture(), picture(6), NEAR)
    assert elsewhere.tobytes() != picture().tobytes()
    assert checker.score(elsewhere, "cat", HERE) == checker.score(picture(), "cat", HERE)


def test_in_no_region_there_is_nothing(checker):
    assert checker.score(picture(), "cat", Image.new("L", picture().size)) == 0


@pytest.mark.parametrize("at", [(0, 0), (95, 63), (50, 0)])
def test_a_single_pixel_at_the_border_can_be_asked_about(checker, at):
    x, y = at
    assert checker.score(picture(), "cat", box_mask(Box(x0=x, y0=y, x1=x + 1, y1=y + 1), SIZE)) > 0


def test_the_thing_is_set_against_its_surroundings(checker, monkeypatch):
    asked = []

    def said(**given):
        asked.append(given)
        logits = torch.zeros(1, 1 + len(SURROUNDINGS))
        logits[0, 0] = 3.0
        return SimpleNamespace(logits_per_image=logits)

    monkeypatch.setattr(checker._model, "forward", said)
    believed = np.exp(3) / (np.exp(3) + len(SURROUNDINGS))
    assert checker.score(picture(), "cat", HERE) == pytest.approx(believed)
    assert asked[0]["pixel_values"].shape == (1, 3, 32, 32)
    assert len(asked[0]["input_ids"]) == 1 + len(SURROUNDINGS)
    assert len({tuple(words.tolist()) for words in asked[0]["input_ids"]}) == 1 + len(SURROUNDINGS)


def test_its_folder_says_how_pictures_are_given_to_it(folder, tmp_path):
    for file in folder.iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    told = {"image_mean": [0.2, 0.3, 0.4], "image_std": [0.1, 0.1, 0.1]}
    (tmp_path / "preprocessor_config.json").write_text(json.dumps(told))
    other, usual = ClipChecker(tmp_path), ClipChecker(folder)
    assert other.score(picture(), "cat", HERE) != usual.score(picture(), "cat", HERE)


def test_a_folder_without_one_is_told(tmp_path):
    with pytest.raises(ModelMissing, match="no complete CLIP"):
        ClipChecker(tmp_path)


def test_a_model_that_does_not_compare_with_words_is_told(tmp_path):
    tiny.save_concepts(tmp_path)
    (tmp_path / "config.json").write_text('{"model_type": "clip_vision_model"}')
    with pytest.raises(ModelMissing, match="no complete CLIP"):
        ClipChecker(tmp_path)


def test_the_setting_brings_it_in_for_every_painter(folder, tmp_path):
    def checkers(model, **how):
        settings = Settings(data_dir=tmp_path, judge=str(folder), **how)
        judge = app.build_judge(settings)
        made = app.checkers_for(model, FakeSegmenter(), settings, judge)
        return [type(checker).__name__ for checker in made]

    assert checkers("storybook") == ["ClipChecker"]
    assert checkers("sd15") == ["ClipChecker"]
    assert checkers("sd15", segmenter="some/clipseg") == ["ClipChecker", "SeenBySegmenter"]
    assert checkers("sd15", self_check=False) == []
