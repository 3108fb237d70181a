"""The segmenter runs a real CLIPSeg, made tiny, and answers with masks of the picture's size."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from t2i_chat.core.errors import ModelMissing
from t2i_chat.vision.clipseg import ClipSegmenter
from tests import tiny


@pytest.fixture(scope="module")
def segmenter(tmp_path_factory: pytest.TempPathFactory) -> ClipSegmenter:
    return ClipSegmenter(tiny.save_segmenter(tmp_path_factory.mktemp("segmenter")))


def picture(width: int = 61, height: int = 45) -> Image.Image:
    rng = np.random.default_rng(5)
    return Image.fromarray(rng.integers(0, 256, (height, width, 3), dtype=np.uint8))


def found(monkeypatch: pytest.MonkeyPatch, segmenter: ClipSegmenter, inside: float) -> None:
    """Makes the model see a thing in the middle with probability `inside`, and nothing else."""

    def probabilities(image: Image.Image, _thing: str) -> NDArray[np.float32]:
        seen = np.zeros((image.height, image.width), dtype=np.float32)
        seen[10:30, 20:40] = inside
        return seen

    monkeypatch.setattr(segmenter, "probabilities", probabilities)


def test_probabilities_have_the_pictures_size_and_depend_on_both(segmenter: ClipSegmenter) -> None:
    cat = segmenter.probabilities(picture(), "cat")
    assert cat.shape == (45, 61)
    assert cat.min() >= 0
    assert cat.max() <= 1
    assert (cat != segmenter.probabilities(picture(), "zebra")).any()
    assert (cat != segmenter.probabilities(picture().rotate(180), "cat")).any()


def test_articles_do_not_matter(monkeypatch: pytest.MonkeyPatch, segmenter: ClipSegmenter) -> None:
    asked: list[str] = []

    def probabilities(image: Image.Image, thing: str) -> NDArray[np.float32]:
        asked.append(thing)
        return np.ones((image.height, image.width), dtype=np.float32)

    monkeypatch.setattr(segmenter, "probabilities", probabilities)
    segmenter.segment(picture(), "the left sky")
    assert asked == ["sky"]


def test_what_is_likely_is_white(monkeypatch: pytest.MonkeyPatch, segmenter: ClipSegmenter) -> None:
    found(monkeypatch, segmenter, 0.9)
    mask = segmenter.segment(picture(), "the cat")
    assert mask is not None
    assert (mask.mode, mask.size, mask.getbbox()) == ("L", (61, 45), (20, 10, 40, 30))
    assert set(np.unique(np.asarray(mask))) == {0, 255}


def test_what_is_unlikely_is_not_there(
    monkeypatch: pytest.MonkeyPatch, segmenter: ClipSegmenter
) -> None:
    found(monkeypatch, segmenter, 0.4)
    assert segmenter.segment(picture(), "the cat") is None


def test_many_threads_see_the_same(segmenter: ClipSegmenter) -> None:
    words = ["cat", "dog", "red house", "a long description of a thing"] * 4
    alone = [segmenter.probabilities(picture(), word) for word in words]
    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(lambda word: segmenter.probabilities(picture(), word), words))
    # The last bits depend on how many threads torch sums with, which each thread may set anew.
    assert all(
        np.allclose(one, other, atol=1e-5) for one, other in zip(alone, together, strict=True)
    )


def test_the_folders_normalisation_is_used(segmenter: ClipSegmenter, tmp_path: Path) -> None:
    folder = tiny.save_segmenter(tmp_path)
    said = {"image_mean": [0.2, 0.2, 0.2], "image_std": [0.1, 0.1, 0.1]}
    (folder / "preprocessor_config.json").write_text(json.dumps(said), encoding="utf-8")
    other = ClipSegmenter(folder).probabilities(picture(), "cat")
    assert (other != segmenter.probabilities(picture(), "cat")).any()


@pytest.mark.parametrize("damage", ["no folder", "no weights", "broken weights"])
def test_an_incomplete_folder_is_a_missing_model(tmp_path: Path, damage: str) -> None:
    folder = tmp_path / "none"
    if damage != "no folder":
        weights = tiny.save_segmenter(folder) / "model.safetensors"
        weights.unlink() if damage == "no weights" else weights.write_bytes(b"not weights")
    with pytest.raises(ModelMissing, match="segmenter"):
        ClipSegmenter(folder)
