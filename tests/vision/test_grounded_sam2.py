"""Other segmenters than the embedded one: GroundingDINO with SAM 2, made tiny, and any CLIPSeg."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from PIL import Image

from t2i_chat import app
from t2i_chat.core.errors import ModelMissing
from t2i_chat.core.settings import Settings, read_settings
from t2i_chat.vision import grounded_sam2
from t2i_chat.vision.cache import CachedSegmenter
from t2i_chat.vision.clipseg import ClipSegmenter
from t2i_chat.vision.grounded_sam2 import GroundedSegmenter, Sides
from tests import tiny

SIDES = Sides(shortest=64, longest=96)


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    return tiny.save_grounding(tmp_path_factory.mktemp("grounding"))


@pytest.fixture(scope="module")
def segmenter(folders: tuple[Path, Path]) -> GroundedSegmenter:
    return GroundedSegmenter(*folders, sides=SIDES)


def picture(width: int = 91, height: int = 60) -> Image.Image:
    rng = np.random.default_rng(5)
    return Image.fromarray(rng.integers(0, 256, (height, width, 3), dtype=np.uint8))


def test_what_is_looked_for_decides_the_boxes_which_lie_in_the_picture(segmenter, monkeypatch):
    monkeypatch.setattr(grounded_sam2, "LIKELY", 0.0)
    with torch.inference_mode():
        cat, dog = (segmenter.boxes(picture(), thing) for thing in ("cat", "zebra"))
    assert cat.shape == (5, 4)
    assert 0 <= cat.min() <= cat.max() <= 1
    assert (cat[:, :2] <= cat[:, 2:]).all()
    assert not torch.equal(cat, dog)


def test_a_likely_box_is_where_the_detector_says(segmenter, monkeypatch):
    found = SimpleNamespace(
        logits=torch.tensor([[[4.0, -9.0], [-9.0, -9.0]]]),
        pred_boxes=torch.tensor([[[0.5, 0.5, 0.2, 0.4], [0.1, 0.1, 0.1, 0.1]]]),
    )
    monkeypatch.setattr(segmenter._detector, "forward", lambda **_: found)
    (box,) = segmenter.boxes(picture(), "cat").tolist()
    assert box == pytest.approx([0.4, 0.3, 0.6, 0.7])


def test_the_mask_has_the_pictures_size_and_lies_where_the_boxes_are(segmenter, monkeypatch):
    box = torch.tensor([[0.5, 0.0, 1.0, 1.0]])
    monkeypatch.setattr(segmenter, "boxes", lambda *_: box)
    monkeypatch.setattr(
        segmenter._outliner, "forward",
        lambda input_boxes, **_: SimpleNamespace(pred_masks=_in_boxes(input_boxes)),
    )  # fmt: skip
    mask = segmenter.segment(picture(), "the cat")
    assert (mask.mode, mask.size) == ("L", (91, 60))
    assert mask.getbbox() == (46, 0, 91, 60)


def _in_boxes(boxes: torch.Tensor) -> torch.Tensor:
    """(1, n, 1, 16, 16) logits, above 0 inside each box of a 64-pixel picture."""
    logits = torch.full((1, boxes.shape[1], 1, 16, 16), -1.0)
    for number, (x0, y0, x1, y1) in enumerate((boxes[0] / 4).round().int().tolist()):
        logits[0, number, 0, y0:y1, x0:x1] = 1.0
    return logits


def test_words_choose_among_the_boxes(segmenter, monkeypatch):
    boxes = torch.tensor([[0.0, 0.0, 0.25, 1.0], [0.75, 0.0, 1.0, 1.0]])
    monkeypatch.setattr(segmenter, "boxes", lambda *_: boxes)
    monkeypatch.setattr(
        segmenter._outliner, "forward",
        lambda input_boxes, **_: SimpleNamespace(pred_masks=_in_boxes(input_boxes)),
    )  # fmt: skip
    left, right, both = (
        segmenter.segment(picture(96, 60), f"the {which}cat").getbbox()
        for which in ("left ", "right ", "")
    )
    assert (left[0], left[2] < 30, right[0] > 66, right[2]) == (0, True, True, 96)
    assert (both[0], both[2]) == (0, 96)


def test_the_real_outliner_answers_for_each_box(segmenter):
    boxes = torch.tensor([[0.1, 0.1, 0.5, 0.9], [0.5, 0.1, 0.9, 0.9]])
    with torch.inference_mode():
        one, two = (segmenter._outlined(picture(), boxes) for _ in range(2))
    assert one.shape == (60, 91)
    assert (one == two).all()


def test_what_is_unlikely_is_not_there(segmenter, monkeypatch):
    monkeypatch.setattr(grounded_sam2, "LIKELY", 1.1)
    assert segmenter.segment(picture(), "the cat") is None


@pytest.mark.parametrize("missing", [0, 1])
def test_a_folder_without_a_model_is_told(folders, tmp_path, missing):
    given = list(folders)
    given[missing] = tmp_path
    with pytest.raises(ModelMissing, match="no GroundingDINO in"):
        GroundedSegmenter(*given)


def test_one_setting_chooses_what_finds_things(folders, tmp_path, monkeypatch):
    clipseg = tiny.save_segmenter(tmp_path / "clipseg")

    def built(segmenter):
        made = app.build_segmenter(Settings(segmenter=segmenter, device="cpu"))
        assert isinstance(made, CachedSegmenter)
        return made._segmenter

    assert isinstance(built(str(clipseg)), ClipSegmenter)
    assert isinstance(built("+".join(map(str, folders))), GroundedSegmenter)
    with pytest.raises(ModelMissing, match="no folder"):
        built("nowhere")
    monkeypatch.setenv("T2I_CHAT_SEGMENTER", str(clipseg))
    assert read_settings().segmenter == str(clipseg)


def test_every_painters_edits_are_looked_at_by_a_segmenter_of_any_pictures(tmp_path):
    settings = Settings(segmenter="some/clipseg", data_dir=tmp_path)
    assert len(app.checkers_for("sd15", None, settings)) == 1


@pytest.mark.parametrize("size", [48, {"height": 48, "width": 48}, {"shortest_edge": 48}])
def test_a_clipseg_sees_pictures_as_large_as_its_folder_says(tmp_path, size):
    folder = tiny.save_segmenter(tmp_path)
    assert ClipSegmenter(folder)._glass.side == 32
    (folder / "preprocessor_config.json").write_text(str({"size": size}).replace("'", '"'))
    larger = ClipSegmenter(folder)
    assert larger._glass.side == 48
    assert larger.probabilities(picture(), "cat").shape == (60, 91)
