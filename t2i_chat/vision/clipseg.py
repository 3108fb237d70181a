"""Segmentation by text with CLIPSeg.

Lüddecke and Ecker, "Image Segmentation Using Text and Image Prompts" (2022).
"""

from __future__ import annotations

import threading
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from transformers import CLIPSegForImageSegmentation, CLIPTokenizer

from t2i_chat.imaging import masks
from t2i_chat.imaging.components import chosen, read_target
from t2i_chat.vision import base

THRESHOLD = 0.5
"""Minimum probability of a pixel in the mask."""


class ClipSegmenter:
    """A CLIPSeg model read from `folder`: weights, tokenizer, preprocessing.

    Without a preprocessor_config.json pixels are scaled to -1…1 and the input side is the vision
    tower's own. Raises ModelMissing when files are absent or damaged.
    """

    def __init__(self, folder: Path) -> None:
        with base.reading(f"There is no complete segmenter in the folder “{folder}”."):
            self._tokenizer = CLIPTokenizer.from_pretrained(folder, local_files_only=True)
            self._model = CLIPSegForImageSegmentation.from_pretrained(folder, **base.SAFELY).eval()
            self._glass = base.glass_of(folder, self._model.config.vision_config.image_size)
        self._lock = threading.Lock()  # tokenizers are not thread-safe

    def segment(self, image: Image.Image, target: str) -> Image.Image | None:
        """An 8-bit mask of the picture's size, white where `target` is; None if not found.

        Side and ordinal words ("left", "second", "biggest") choose among several.
        """
        wanted = read_target(target)
        white = chosen(self.probabilities(image, wanted.thing) >= THRESHOLD, wanted)
        return None if white is None else masks.from_array(white)

    def probabilities(self, image: Image.Image, thing: str) -> NDArray[np.float32]:
        """The probability (0–1) per pixel that it shows `thing`, as an (H, W) array."""
        with self._lock, torch.inference_mode():
            words = self._tokenizer(thing, truncation=True, return_tensors="pt")
            logits = self._model(
                input_ids=words.input_ids,
                attention_mask=words.attention_mask,
                pixel_values=self._glass.pixels(image),
            ).logits
        small = logits.sigmoid().reshape(logits.shape[-2:]).numpy()
        full = Image.fromarray(small).resize(image.size, Image.Resampling.BILINEAR)
        return np.asarray(full, dtype=np.float32)
