"""SAM 3 (tiny weights) finds every instance of a name, also where they touch."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from PIL import Image
from safetensors.torch import load_file, save_file

from t2i_chat import app
from t2i_chat.core.errors import ModelMissing
from t2i_chat.core.settings import Settings
from t2i_chat.vision import sam3
from t2i_chat.vision.cache import CachedSegmenter
from t2i_chat.vision.sam3 import Sam3Segmenter
from tests import tiny
from tests.vision.test_grounded_sam2 import picture


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny.save_concepts(tmp_path_factory.mktemp("sam3"))


@pytest.fixture
def segmenter(folder: Path) -> Sam3Segmenter:
    return Sam3Segmenter(folder)


def found(segmenter, monkeypatch, *boxes, presence=9.0, scores=None):
    """Makes the model find what lies in these boxes of a grid of 16 × 16."""
    masks = torch.full((1, len(boxes), 16, 16), -1.0)
    for number, (x0, y0, x1, y1) in enumerate(boxes):
        masks[0, number, y0:y1, x0:x1] = 1.0
    output = SimpleNamespace(
        pred_masks=masks,
        pred_logits=torch.tensor([scores or [9.0] * len(boxes)]),
        presence_logits=torch.tensor([[presence]]),
    )
    monkeypatch.setattr(segmenter._model, "forward", lambda **_: output)


def test_the_real_model_outlines_by_the_name_that_is_asked_for(segmenter, monkeypatch):
    monkeypatch.setattr(sam3, "LIKELY", 0.0)
    said = []
    real = segmenter._model.forward

    def told(**given):
        said.append(given)
        return real(**given)

    monkeypatch.setattr(segmenter._model, "forward", told)
    with torch.inference_mode():
        cat, again, zebra = (segmenter.outlines(picture(), t) for t in ("cat", "cat", "zebra"))
    assert (cat.shape, cat.dtype) == ((5, 60, 91), np.bool_)
    assert (cat == again).all()
    assert (cat != zebra).any()
    assert said[0]["pixel_values"].shape == (1, 3, 56, 56)
    assert said[0]["attention_mask"].sum() == len("cat") + 2


def test_all_of_a_name_are_found_and_words_choose_among_those_that_touch(segmenter, monkeypatch):
    found(segmenter, monkeypatch, (0, 4, 8, 12), (8, 4, 16, 12), (4, 0, 12, 3), scores=[9, 9, -9])
    every, left, second = (
        segmenter.segment(picture(96, 64), f"the {which}cat{s}")
        for which, s in (("", "s"), ("left ", ""), ("second ", ""))
    )
    assert (every.mode, every.size) == ("L", (96, 64))
    x0, y0, x1, y1 = every.getbbox()
    assert (x0, x1, y0 > 10, y1 < 54) == (0, 96, True, True)
    assert (left.getbbox()[0], abs(left.getbbox()[2] - 48) <= 2) == (0, True)
    assert (abs(second.getbbox()[0] - 48) <= 2, second.getbbox()[2]) == (True, 96)
    assert segmenter.segment(picture(96, 64), "the third cat") is None


@pytest.mark.parametrize("said", [{"presence": -9.0}, {"scores": [-9.0]}])
def test_what_is_unlikely_is_not_there(segmenter, monkeypatch, said):
    found(segmenter, monkeypatch, (0, 0, 16, 16), **said)
    assert segmenter.segment(picture(), "the cat") is None
    assert segmenter.segment(picture(), "the left cat") is None


def as_on_the_hub(folder: Path, target: Path) -> Path:
    """The model as its makers give it: inside one that also follows things through films."""
    tiny.tokenizer().save_pretrained(target)
    config = json.loads((folder / "config.json").read_text())
    whole = {"model_type": "sam3_video", "detector_config": config}
    (target / "config.json").write_text(json.dumps(whole))
    weights = {f"detector_model.{k}": v for k, v in load_file(folder / WEIGHTS).items()}
    save_file(weights, target / WEIGHTS, metadata={"format": "pt"})
    return target


WEIGHTS = "model.safetensors"


def test_one_setting_chooses_it_by_what_the_folder_says(folder, tmp_path):
    hub = as_on_the_hub(folder, tmp_path)
    made = [
        app.build_segmenter(Settings(segmenter=str(path), device="cpu")) for path in (folder, hub)
    ]
    assert all(isinstance(one, CachedSegmenter) for one in made)
    assert all(isinstance(one._segmenter, Sam3Segmenter) for one in made)
    with torch.inference_mode():
        one, other = (
            made_one._segmenter._model.get_vision_features(torch.ones(1, 3, 56, 56))
            for made_one in made
        )
    assert torch.equal(one.fpn_hidden_states[0], other.fpn_hidden_states[0])


def test_a_folder_without_weights_is_told(tmp_path):
    (tmp_path / "config.json").write_text('{"model_type": "sam3"}')
    with pytest.raises(ModelMissing, match="no complete SAM 3"):
        Sam3Segmenter(tmp_path)


def test_a_picture_is_seen_in_its_colours(segmenter, monkeypatch):
    seen = []

    def told(pixel_values, **_):
        seen.append(pixel_values)
        return SimpleNamespace(
            pred_masks=torch.zeros(1, 0, 16, 16),
            pred_logits=torch.zeros(1, 0),
            presence_logits=torch.zeros(1, 1),
        )

    monkeypatch.setattr(segmenter._model, "forward", told)
    assert segmenter.segment(Image.new("RGB", (30, 20), (255, 0, 128)), "cat") is None
    assert seen[0][0, :, 5, 5].tolist() == pytest.approx([1.0, -1.0, 0.004], abs=1e-3)
