"""A model is here when a folder of each of its parts is; what is not here is fetched."""

import json
import subprocess
import sys
from dataclasses import replace

import httpx
import pytest

from t2i_chat.core.errors import ModelMissing
from t2i_chat.core.registry import PROFILES
from t2i_chat.hub import cached_or_fetched, folder_of, gguf_of, index_of, is_here, kind_of

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


def test_the_cache_is_asked_before_the_hub(tmp_path, monkeypatch):
    asked = []

    def download(_, *, allow_patterns, local_files_only=False):
        assert "*.safetensors" in allow_patterns
        asked.append(local_files_only)
        if local_files_only:
            raise OSError("not in the cache")
        return str(tmp_path)

    monkeypatch.setattr("huggingface_hub.snapshot_download", download)
    assert folder_of("some/model") == tmp_path
    assert asked == [True, False]
    assert folder_of(str(tmp_path)) == tmp_path
    assert asked == [True, False]


@pytest.mark.parametrize("error", [OSError, ValueError, KeyError, httpx.ConnectError])
def test_a_model_that_is_nowhere_is_told(error):
    def fetch(**_):
        raise error("nothing")

    with pytest.raises(ModelMissing, match="“some/model” is neither on this machine nor could it"):
        cached_or_fetched("some/model", fetch)


def test_what_is_no_failure_of_the_hub_is_not_hidden():
    def fetch(**_):
        raise TypeError("a mistake of ours")

    with pytest.raises(TypeError, match="mistake"):
        cached_or_fetched("some/model", fetch)


def test_a_model_to_look_with_may_have_a_licence_to_accept(monkeypatch):
    def download(*_, **__):
        raise OSError("no network")

    monkeypatch.setattr("huggingface_hub.snapshot_download", download)
    with pytest.raises(ModelMissing, match=r"from the hub\. Some are given .* licence there\.$"):
        folder_of("some/model")


@pytest.mark.parametrize("source", ["nowhere", "a/b/c", "/no/folder"])
def test_what_is_no_folder_and_no_id_is_told_without_asking(source):
    with pytest.raises(ModelMissing, match="no hub id either"):
        folder_of(source)


def test_of_a_pipeline_only_its_index_is_fetched(tmp_path, monkeypatch):
    asked = []

    def download(repo, name, *, local_files_only=False):
        asked.append((repo, name, local_files_only))
        return str(tmp_path / name)

    monkeypatch.setattr("huggingface_hub.hf_hub_download", download)
    assert index_of("some/model") == tmp_path / "model_index.json"
    assert asked == [("some/model", "model_index.json", True)]


@pytest.mark.parametrize(
    ("name", "pattern", "found"),
    [
        ("some/model", "*[qQ]4_[kK]_[mM].gguf", "small-Q4_K_M.gguf"),
        ("some/model/large.gguf", "large.gguf", "large.gguf"),
        ("some/model/deep/one.gguf", "deep/one.gguf", "deep/one.gguf"),
    ],
)
def test_one_file_of_a_language_model_is_taken(name, pattern, found, tmp_path, monkeypatch):
    asked = []
    for file in ("small-Q4_K_M.gguf", "large.gguf", "deep/one.gguf"):
        (tmp_path / file).parent.mkdir(exist_ok=True)
        (tmp_path / file).touch()

    def download(repo, *, allow_patterns):
        asked.append((repo, allow_patterns))
        return str(tmp_path)

    monkeypatch.setattr("huggingface_hub.snapshot_download", download)
    assert gguf_of(name) == tmp_path / found
    assert asked == [("some/model", pattern)]


def test_a_repository_without_a_language_model_says_what_to_do(tmp_path, monkeypatch):
    monkeypatch.setattr("huggingface_hub.snapshot_download", lambda *_, **__: str(tmp_path))
    with pytest.raises(ModelMissing, match=r"some/model cannot be fetched .* T2I_CHAT_LLM"):
        gguf_of("some/model")


@pytest.mark.parametrize("content", [None, "[]", "{", "{}"])
def test_a_folder_that_says_nothing_is_of_no_kind(tmp_path, content):
    if content is not None:
        (tmp_path / "config.json").write_text(content)
    assert kind_of(tmp_path) == ""


def test_a_folder_says_of_which_kind_it_is(tmp_path):
    (tmp_path / "config.json").write_text('{"model_type": "sam3"}')
    assert kind_of(tmp_path) == "sam3"


def test_the_hubs_library_is_imported_only_when_it_is_asked():
    code = "import sys, t2i_chat.hub; print({'huggingface_hub', 'httpx'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"
