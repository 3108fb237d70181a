"""The model registry: facts of profiles and folders, errors for unknown models."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from t2i_chat.core.errors import ModelMissing
from t2i_chat.core.families import FAMILIES, family_of
from t2i_chat.core.geometry import Size
from t2i_chat.core.registry import PROFILES, facts_for


def write(path: Path, content: object) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content), encoding="utf-8")


def test_the_embedded_model_comes_along() -> None:
    facts = facts_for("storybook")
    assert facts.native == Size(width=512, height=512)
    assert Path(facts.source).name == "weights"


@pytest.mark.parametrize("name", PROFILES)
def test_every_profile_belongs_to_a_family_and_fits_its_multiple(name: str) -> None:
    facts = PROFILES[name]
    assert facts.pipelines is FAMILIES[facts.family]
    assert facts.native.rounded_up(facts.multiple) == facts.native
    assert facts.strengths["restyle"] < facts.strengths["inpaint"] == 1.0


def test_a_hub_id_of_a_profile_is_the_profile() -> None:
    assert facts_for("stabilityai/sdxl-turbo").name == "sdxl-turbo"


def test_a_turbo_model_needs_few_steps_and_no_guidance() -> None:
    assert facts_for("sdxl-turbo").guidance_scale == 0
    assert facts_for("sdxl-turbo").num_inference_steps <= 4


def test_a_folder_tells_its_own_family_size_and_prompt_length(tmp_path: Path) -> None:
    write(tmp_path / "model_index.json", {"_class_name": "StableDiffusionXLInpaintPipeline"})
    write(tmp_path / "unet" / "config.json", {"sample_size": [24, 32]})
    write(tmp_path / "vae" / "config.json", {"block_out_channels": [1, 1, 1, 1, 1]})
    write(tmp_path / "tokenizer" / "tokenizer_config.json", {"model_max_length": 48})
    facts = facts_for(str(tmp_path))
    assert facts.family == "stable-diffusion-xl"
    assert (facts.multiple, facts.token_limit) == (16, 48)
    assert facts.native == Size(width=512, height=384)


def test_a_folder_of_tokens_tells_its_multiple_and_keeps_a_sensible_prompt_length(tmp_path) -> None:
    write(tmp_path / "model_index.json", {"_class_name": "QwenImageEditPlusPipeline"})
    write(tmp_path / "vae" / "config.json", {"dim_mult": [1, 2, 4]})
    write(tmp_path / "tokenizer" / "tokenizer_config.json", {"model_max_length": 131072})
    facts = facts_for(str(tmp_path))
    assert (facts.family, facts.multiple, facts.token_limit) == ("qwen-image-edit-plus", 8, 512)


@pytest.mark.parametrize("family", FAMILIES.values(), ids=FAMILIES)
def test_a_family_is_known_by_the_class_its_files_are_read_with(family) -> None:
    assert family_of({"_class_name": family.loaded_as}, "some/model") is family


def test_a_folder_that_says_little_gets_its_familys_ways(tmp_path: Path) -> None:
    write(tmp_path / "model_index.json", {"_class_name": "StableDiffusionPipeline"})
    facts = facts_for(str(tmp_path))
    assert facts.native == FAMILIES["stable-diffusion"].native
    assert facts.token_limit == 77


@pytest.mark.parametrize("model", ["no/such-model", "nowhere"])
def test_an_unknown_model_is_answered_with_the_known_ones(model: str) -> None:
    with pytest.raises(ModelMissing, match="storybook"):
        facts_for(model)


def test_a_folder_without_an_index_is_no_model(tmp_path: Path) -> None:
    with pytest.raises(ModelMissing, match="model_index"):
        facts_for(str(tmp_path))


def test_an_unknown_pipeline_class_is_named() -> None:
    with pytest.raises(ModelMissing, match="AudioLDMPipeline"):
        family_of({"_class_name": "AudioLDMPipeline"}, "some/model")
