"""Finds the folder of a model for transformers: its own, the hub's cache, or else the hub."""

from __future__ import annotations

import json
import logging
from pathlib import Path

import httpx
from huggingface_hub import snapshot_download

from t2i_chat.core.errors import ModelMissing

log = logging.getLogger(__name__)

WANTED = ["*.json", "*.txt", "*.safetensors", "*.model"]
"""What is fetched: settings, vocabularies, and weights that cannot run code."""
NOT_FOUND = (OSError, ValueError, httpx.HTTPError)
"""What the hub raises for a model that is not there, or when there is no network."""


def folder_of(source: str) -> Path:
    """The folder of a model by its path or hub id. Raises ModelMissing when there is none."""
    folder = Path(source).expanduser()
    if folder.is_dir():
        return folder
    if source.count("/") != 1 or folder.is_absolute():
        raise ModelMissing(f"There is no folder “{source}”, and it is no hub id either.")
    for local in (True, False):
        try:
            return Path(snapshot_download(source, allow_patterns=WANTED, local_files_only=local))
        except NOT_FOUND:
            log.info("%s is not %s", source, "in the cache" if local else "on the hub")
    raise ModelMissing(
        f"The model “{source}” is neither on this machine nor could it be fetched from the hub. "
        "Some are given only to those who accepted their licence there."
    )


def kind_of(folder: Path) -> str:
    """What a model's config.json calls its kind; "" when it says nothing."""
    try:
        said = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return ""
    return str(said.get("model_type", "")) if isinstance(said, dict) else ""
