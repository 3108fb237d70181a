"""A model is here when a folder of each of its parts is."""

import json
from dataclasses import replace

from t2i_chat.core.registry import PROFILES
from t2i_chat.hub import is_here

INDEX = {
    "_class_name": "StableDiffusionPipeline",
    "unet": ["diffusers", "UNet2DConditionModel"],
    "vae": ["diffusers", "AutoencoderKL"],
    "safety_checker": [None, None],
}


def test_the_embedded_model_is_here():
    assert is_here(PROFILES["storybook"])


def test_a_folder_is_a_model_when_it_has_every_part(tmp_path):
    facts = replace(PROFILES["storybook"], source=str(tmp_path))
    assert not is_here(facts)
    (tmp_path / "model_index.json").write_text(json.dumps(INDEX))
    (tmp_path / "unet").mkdir()
    assert not is_here(facts)
    (tmp_path / "vae").mkdir()
    assert is_here(facts)


def test_the_cache_of_the_hub_is_looked_into_and_nothing_is_fetched(tmp_path, monkeypatch):
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path))
    facts = PROFILES["sd15"]
    assert not is_here(facts)
    model = tmp_path / f"models--{facts.source.replace('/', '--')}"
    snapshot = model / "snapshots" / "abc"
    for part in ("unet", "vae"):
        (snapshot / part).mkdir(parents=True)
    (snapshot / "model_index.json").write_text(json.dumps(INDEX))
    (model / "refs").mkdir()
    (model / "refs" / "main").write_text("abc")
    monkeypatch.setattr("huggingface_hub.file_download.HF_HUB_CACHE", str(tmp_path), raising=False)
    assert is_here(facts)
