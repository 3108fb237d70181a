"""Reads sprites from the rasterised atlas, and recolours them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from t2i_chat.storybook.oklch import OkLch, main_tone, recolour

IMAGE = Path(__file__).with_name("atlas.webp")
INDEX = Path(__file__).with_name("atlas.json")


@dataclass(frozen=True)
class Sprite:
    """A cropped drawing: (h, w, 3) premultiplied colour and (h, w) alpha, in 0–1."""

    rgb: NDArray[np.float32]
    alpha: NDArray[np.float32]


class Atlas:
    """All drawings in one picture, by noun."""

    def __init__(self, image: Image.Image, index: dict[str, list[int]]) -> None:
        self._image = image
        self._index = index
        self._cuts: dict[tuple[str, OkLch | None], Image.Image] = {}
        self._sprites: dict[tuple[str, OkLch | None, int], Sprite] = {}

    def names(self) -> frozenset[str]:
        """Return the nouns that are drawn."""
        return frozenset(self._index)

    def sprite(self, noun: str, colour: OkLch | None, size: int) -> Sprite:
        """Return the drawing, its longer side `size` pixels, as it is or with its main tone moved.

        Raises KeyError for a noun that is not drawn.
        """
        key = noun, colour, size
        if key not in self._sprites:
            self._sprites[key] = _scaled(self._cut(noun, colour), size)
        return self._sprites[key]

    def _cut(self, noun: str, colour: OkLch | None) -> Image.Image:
        if (noun, colour) not in self._cuts:
            left, top, width, height = self._index[noun]
            cut = self._image.crop((left, top, left + width, top + height))
            self._cuts[noun, colour] = cut if colour is None else _recoloured(cut, colour)
        return self._cuts[noun, colour]


@cache
def load_atlas() -> Atlas:
    """Open the atlas once."""
    index: dict[str, list[int]] = json.loads(INDEX.read_text(encoding="utf-8"))
    with Image.open(IMAGE) as image:
        return Atlas(image.convert("RGBA"), index)


def _recoloured(cut: Image.Image, colour: OkLch) -> Image.Image:
    pixels = np.asarray(cut, np.float64) / 255
    rgb, alpha = pixels[..., :3], pixels[..., 3:]
    moved = recolour(rgb, main_tone(rgb, alpha[..., 0]), colour)
    return Image.fromarray(np.rint(np.concatenate([moved, alpha], -1) * 255).astype(np.uint8))


def _scaled(cut: Image.Image, size: int) -> Sprite:
    ratio = size / max(cut.size)
    width, height = (max(1, round(side * ratio)) for side in cut.size)
    # RGBa is premultiplied: scaling it leaves no dark rim around the outline.
    pixels = cut.convert("RGBa").resize((width, height), Image.Resampling.LANCZOS)
    planes = np.frombuffer(pixels.tobytes(), np.uint8).reshape(height, width, 4)
    values = planes.astype(np.float32) / np.float32(255)
    return Sprite(values[..., :3], values[..., 3])
