"""Looks whether a model's files lie on this machine; fetches nothing and loads nothing."""

from __future__ import annotations

import json
from pathlib import Path

from t2i_chat.core.registry import ModelFacts

INDEX = "model_index.json"
"""The file that names the parts of a diffusers pipeline."""


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


def _cached(hub_id: str) -> Path | None:
    from huggingface_hub import try_to_load_from_cache  # noqa: PLC0415  slow, and rarely needed

    index = try_to_load_from_cache(hub_id, INDEX)
    return Path(index).parent if isinstance(index, str) else None
