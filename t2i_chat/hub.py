"""Finds the files of models: in a folder, in the Hugging Face hub's cache, or else on the hub.

The only importer of huggingface_hub, which is slow to import and therefore imported where it is
used. Loads no model.
"""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Final

from t2i_chat.core.errors import ModelMissing
from t2i_chat.core.registry import INDEX, ModelFacts

log = logging.getLogger(__name__)

WANTED: Final = ("*.json", "*.txt", "*.safetensors", "*.model")
"""What is fetched for transformers: settings, vocabularies, and weights that cannot run code."""
Q4_FILES: Final = "*[qQ]4_[kK]_[mM].gguf"
"""The files taken from a repository of language models when none is named."""


def is_here(facts: ModelFacts) -> bool:
    """Whether a folder for each part of the model is on this machine: its own, or the cache's."""
    folder = Path(facts.source) if facts.is_local else _cached(facts.source)
    if folder is None or not (folder / INDEX).is_file():
        return False
    parts = json.loads((folder / INDEX).read_text(encoding="utf-8"))
    return all(
        (folder / name).is_dir()
        for name, kind in parts.items()
        if isinstance(kind, list) and kind[0] is not None
    )


def has_file(source: str, file: str = "config.json") -> bool:
    """Whether a folder, or the cache for a hub id, holds a file of that name."""
    if (Path(source).expanduser() / file).is_file():
        return True
    return source.count("/") == 1 and _cached(source, file) is not None


def folder_of(source: str) -> Path:
    """The folder of a transformers model by its path or hub id.

    Raises ModelMissing when there is none.
    """
    folder = Path(source).expanduser()
    if folder.is_dir():
        return folder
    if source.count("/") != 1 or folder.is_absolute():
        raise ModelMissing(f"There is no folder “{source}”, and it is no hub id either.")
    from huggingface_hub import snapshot_download  # noqa: PLC0415  slow

    try:
        return cached_or_fetched(source, partial(snapshot_download, source, allow_patterns=WANTED))
    except ModelMissing as error:
        raise ModelMissing(
            f"{error} Some are given only to those who accepted their licence there."
        ) from error


def index_of(hub_id: str) -> Path:
    """The model_index.json of a diffusers pipeline on the hub. Raises ModelMissing without one."""
    from huggingface_hub import hf_hub_download  # noqa: PLC0415  slow

    return cached_or_fetched(hub_id, partial(hf_hub_download, hub_id, INDEX))


def gguf_of(name: str) -> Path:
    """The file of a language model by "owner/repo" (its Q4_K_M file) or "owner/repo/file.gguf".

    Raises ModelMissing, which says what can be named instead.
    """
    from huggingface_hub import snapshot_download  # noqa: PLC0415  slow

    owner, repo, *rest = name.split("/", 2) if name.count("/") else ("", name)
    pattern = rest[0] if rest else Q4_FILES
    try:
        return min(Path(snapshot_download(f"{owner}/{repo}", allow_patterns=pattern)).glob(pattern))
    except _failures() as error:
        raise ModelMissing(
            f"The language model {name} cannot be fetched ({error}). "
            "Set T2I_CHAT_LLM to `embedded`, a GGUF file, or owner/repo/file.gguf."
        ) from error


def cached_or_fetched(model: str, fetch: Callable[..., str | os.PathLike[str]]) -> Path:
    """What `fetch` finds in the hub's cache, or else on the hub; it takes `local_files_only`.

    Raises ModelMissing, with the name of the `model`, when it finds nothing.
    """
    try:
        return Path(fetch(local_files_only=True))
    except _failures():
        log.info("%s is not in the cache; asking the hub", model)
    try:
        return Path(fetch())
    except _failures() as error:
        raise ModelMissing(
            f"The model “{model}” is neither on this machine nor could it be fetched from the hub."
        ) from error


def kind_of(folder: Path) -> str:
    """What a model's config.json calls its kind; "" when it says nothing."""
    try:
        said = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return ""
    return str(said.get("model_type", "")) if isinstance(said, dict) else ""


def _cached(hub_id: str, file: str = INDEX) -> Path | None:
    """The folder in the cache that holds a file of a hub repository; None without one."""
    from huggingface_hub import try_to_load_from_cache  # noqa: PLC0415  slow, and rarely needed

    found = try_to_load_from_cache(hub_id, file)
    return Path(found).parent if isinstance(found, str) else None


def _failures() -> tuple[type[Exception], ...]:
    """What is raised for a model that is not there, is damaged, or cannot be reached."""
    import httpx  # noqa: PLC0415  slow, and only needed when something failed

    return (OSError, ValueError, KeyError, httpx.HTTPError)
