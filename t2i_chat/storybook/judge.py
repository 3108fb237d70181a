"""Look at a picture and say what a segmenter and plain colours find in it; it paints nothing.

The judge is trained on composed scenes only, so its own score on composed scenes is the ceiling
of whatever it says about painted ones.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import torch
from numpy.typing import NDArray
from transformers import CLIPSegForImageSegmentation, CLIPTokenizer

from t2i_chat.storybook.art import load_atlas
from t2i_chat.storybook.compose import Mask, compose
from t2i_chat.storybook.package import WEIGHTS
from t2i_chat.storybook.scenes import SIZE, Scene
from t2i_chat.storybook.segmenter import find
from t2i_chat.storybook.sheet import pixels_to_tensor
from t2i_chat.storybook.vocabulary import load_vocabulary

Pixels = NDArray[np.uint8]
LEAST_SHARE = 0.35
"""A thing counts as present from this share of its far drawing's pixels on."""


class Judge:
    """The shipped segmenter, asked about (256, 256, 3) uint8 pictures."""

    def __init__(self) -> None:
        folder = WEIGHTS / "segmenter"
        self._tokenizer = CLIPTokenizer.from_pretrained(folder, local_files_only=True)
        self._model = CLIPSegForImageSegmentation.from_pretrained(
            folder, local_files_only=True, dtype=torch.float32
        ).eval()

    @torch.inference_mode()
    def masks(self, pixels: Pixels, phrases: list[str]) -> list[Mask]:
        """Return where each of `phrases` is found in the picture."""
        logits = find(self._model, self._tokenizer, pixels_to_tensor(pixels[None]), phrases)
        return [np.asarray(mask) for mask in (logits > 0).numpy()]

    def sees(self, pixels: Pixels, noun: str) -> Mask | None:
        """Return the pixels of `noun`, or None when there is too little of it."""
        (mask,) = self.masks(pixels, [noun])
        return mask if mask.sum() >= LEAST_SHARE * far_pixels(noun) else None


def far_pixels(noun: str) -> int:
    """Return how many pixels the far drawing of `noun` covers."""
    entry = load_vocabulary().nouns[noun]
    colour = entry.colours[0] if entry.colours else None
    return int((load_atlas().sprite(noun, colour, entry.far).alpha > 0.5).sum())


def position(mask: Mask) -> str:
    """Return the third of the picture that holds the middle of `mask`."""
    centre = float(np.nonzero(mask)[1].mean()) / mask.shape[1]
    return ("left", "middle", "right")[min(2, int(3 * centre))]


def colour(pixels: Pixels, mask: Mask, noun: str) -> str:
    """Return the colour of `noun` whose drawing's mean colour is nearest to that in `mask`."""
    mean = pixels[mask].mean(0) / 255
    entry = load_vocabulary().nouns[noun]

    def distance(name: str) -> float:
        sprite = load_atlas().sprite(noun, name, entry.far)
        inside = sprite.alpha > 0.5
        return float(np.abs(sprite.rgb[inside].mean(0) - mean).sum())

    return min(entry.colours, key=distance)


def sky(pixels: Pixels) -> str:
    """Return the kind of sky whose top rows look most like the picture's."""
    return _nearest(_rows(pixels, slice(0, SIZE // 3)), _sky_rows())


def ground(pixels: Pixels) -> str:
    """Return the kind of ground whose bottom rows look most like the picture's, in its light."""
    return _nearest(_rows(pixels, slice(SIZE * 5 // 8, SIZE)), _ground_rows(sky(pixels)))


def _rows(pixels: Pixels, where: slice) -> NDArray[np.float64]:
    """Return the median colour of every row, which things rarely reach, and its unrest."""
    rows = pixels[where].astype(np.float64)
    unrest = np.full(len(rows), rows.std((1, 2)).clip(max=40).mean() * 0.5)
    median: NDArray[np.float64] = np.column_stack([np.median(rows, axis=1), unrest])
    return median


def _nearest(seen: NDArray[np.float64], options: dict[str, NDArray[np.float64]]) -> str:
    return min(options, key=lambda name: float(np.abs(options[name] - seen).mean()))


@cache
def _sky_rows() -> dict[str, NDArray[np.float64]]:
    """Return the upper rows of an empty scene under every sky."""
    where = slice(0, SIZE // 3)
    return {name: _empty_rows(name, "meadow", where) for name in load_vocabulary().skies}


@cache
def _ground_rows(kind: str) -> dict[str, NDArray[np.float64]]:
    """Return the lower rows of an empty scene on every ground, under one kind of sky."""
    where = slice(SIZE * 5 // 8, SIZE)
    return {name: _empty_rows(kind, name, where) for name in load_vocabulary().grounds}


def _empty_rows(kind: str, surface: str, where: slice) -> NDArray[np.float64]:
    return _rows(compose(Scene(SIZE, 0, kind, surface, SIZE // 2, False, ())).pixels, where)
