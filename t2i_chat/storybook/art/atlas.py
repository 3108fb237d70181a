"""Read sprites from the rasterised atlas; it does not know the vector art they came from."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

IMAGE = Path(__file__).with_name("atlas.webp")
INDEX = Path(__file__).with_name("atlas.json")


@dataclass(frozen=True)
class Sprite:
    """A drawing cut to its outline: (h, w, 3) premultiplied colour and (h, w) alpha, 0 to 1."""

    rgb: NDArray[np.float32]
    alpha: NDArray[np.float32]


class Atlas:
    """All drawings in one picture, found by noun and colour."""

    def __init__(self, image: Image.Image, index: dict[str, list[int]]) -> None:
        self._image = image
        self._index = index
        self._cache: dict[tuple[str, int], Sprite] = {}

    def names(self) -> frozenset[str]:
        """Return every entry: "rabbit", and "house/red" where a noun has colours."""
        return frozenset(self._index)

    def sprite(self, noun: str, colour: str | None, size: int) -> Sprite:
        """Return the drawing with its longer side `size` pixels. Raises KeyError if unknown."""
        name = sprite_name(noun, colour)
        if (name, size) not in self._cache:
            left, top, width, height = self._index[name]
            cut = self._image.crop((left, top, left + width, top + height))
            self._cache[name, size] = _scaled(cut, size)
        return self._cache[name, size]


def sprite_name(noun: str, colour: str | None) -> str:
    """Return the atlas entry of a noun in a colour."""
    return f"{noun}/{colour}" if colour else noun


@cache
def load_atlas() -> Atlas:
    """Open the atlas once."""
    index: dict[str, list[int]] = json.loads(INDEX.read_text(encoding="utf-8"))
    with Image.open(IMAGE) as image:
        return Atlas(image.convert("RGBA"), index)


def _scaled(cut: Image.Image, size: int) -> Sprite:
    ratio = size / max(cut.size)
    width, height = (max(1, round(side * ratio)) for side in cut.size)
    # RGBa is premultiplied: scaling it leaves no dark rim around the outline.
    pixels = cut.convert("RGBa").resize(
        (width, height), Image.Resampling.BOX if ratio == 1 else Image.Resampling.LANCZOS
    )
    planes = np.frombuffer(pixels.tobytes(), np.uint8).reshape(height, width, 4)
    values = planes.astype(np.float32) / np.float32(255)
    return Sprite(values[..., :3], values[..., 3])
