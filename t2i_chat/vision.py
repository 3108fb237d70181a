"""How segmenters are given pictures, read from files and placed; it knows none of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from PIL import Image

SAFELY: dict[str, Any] = {
    "local_files_only": True, "use_safetensors": True, "dtype": torch.float32,
}  # fmt: skip
"""How weights are read: from this machine, and none that can run code."""


def pixels(picture: Image.Image, mean: Sequence[float], std: Sequence[float]) -> torch.Tensor:
    """An RGB picture as (1, 3, H, W) values, normalised by a mean and a deviation per colour."""
    values = (np.asarray(picture, dtype=np.float32) / 255 - mean) / std
    return torch.from_numpy(values.astype(np.float32)).permute(2, 0, 1)[None]


def place(device: str) -> str:
    """The device of that name (auto, cpu, cuda, mps); "auto" is a GPU where there is one."""
    if device != "auto":
        return device
    return "cuda" if torch.cuda.is_available() else "cpu"
