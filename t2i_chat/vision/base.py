"""Shared by vision models: image preprocessing, reading weights safely, choosing a device."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from PIL import Image
from safetensors import SafetensorError
from transformers.utils import logging as transformers_logging

from t2i_chat.core.errors import ModelMissing

SAFELY: dict[str, Any] = {
    "local_files_only": True, "use_safetensors": True, "dtype": torch.float32,
}  # fmt: skip
"""Arguments for `from_pretrained`: local files only, safetensors only."""
UNREADABLE = (OSError, ValueError, KeyError, SafetensorError)
"""What the libraries raise for files that are missing, damaged, or of another model."""
HALF = (0.5, 0.5, 0.5)


@contextmanager
def reading(lacking: str) -> Iterator[None]:
    """Context for reading a model's files; raises ModelMissing, naming what is `lacking`."""
    transformers_logging.disable_progress_bar()  # not for the log
    try:
        yield
    except UNREADABLE as error:
        raise ModelMissing(lacking) from error


@dataclass(frozen=True, slots=True)
class Glass:
    """Image preprocessing: resize to a square of `side` pixels, normalise."""

    side: int
    mean: tuple[float, ...] = HALF
    std: tuple[float, ...] = HALF

    def pixels(self, picture: Image.Image) -> torch.Tensor:
        """A picture as (1, 3, side, side) values."""
        square = picture.convert("RGB").resize((self.side, self.side), Image.Resampling.BICUBIC)
        return pixels(square, self.mean, self.std)


def glass_of(folder: Path, side: int) -> Glass:
    """The preprocessing in a model's preprocessor_config.json; `side` is the default side.

    Without that file values are scaled to -1…1. Raises OSError or ValueError if it is damaged.
    """
    path = folder / "preprocessor_config.json"
    said = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    told: Mapping[str, Any] = said if isinstance(said, dict) else {}
    mean, std = (tuple(told.get(name, HALF)) for name in ("image_mean", "image_std"))
    return Glass(_side(told.get("size")) or side, mean, std)


def _side(size: object) -> int | None:
    """The side in pixels of a `size` given as a number or as height and width."""
    match size:
        case int(side) | {"height": int(side)} | {"shortest_edge": int(side)}:
            return side
    return None


def pixels(picture: Image.Image, mean: Sequence[float], std: Sequence[float]) -> torch.Tensor:
    """An RGB picture as (1, 3, H, W), normalised by mean and standard deviation per channel."""
    values = (np.asarray(picture, dtype=np.float32) / 255 - mean) / std
    return torch.from_numpy(values.astype(np.float32)).permute(2, 0, 1)[None]


def place(device: str) -> str:
    """The torch device of that name (auto, cpu, cuda, mps); "auto" prefers a GPU."""
    if device != "auto":
        return device
    return "cuda" if torch.cuda.is_available() else "cpu"
