"""Segmentation by text with SAM 3, which gives a mask per instance.

Carion et al., "SAM 3: Segment Anything with Concepts" (2025). Its weights require accepting Meta's
SAM licence.
"""

from __future__ import annotations

import threading
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from transformers import AutoTokenizer, Sam3Model

from t2i_chat.imaging import masks
from t2i_chat.imaging.components import chosen_among, read_target
from t2i_chat.vision import base

KINDS = frozenset({"sam3", "sam3_video"})
"""`model_type` values in config.json; a "sam3_video" model contains a "sam3"."""
LIKELY = 0.5
"""Minimum score of an instance."""
TOKENS = 32
"""Maximum length of a name in tokens."""


class Sam3Segmenter:
    """A SAM 3 read from `folder`: weights and tokenizer.

    `device` is auto, cpu, cuda or mps. Raises ModelMissing when files are absent or damaged.
    """

    def __init__(self, folder: Path, *, device: str = "cpu") -> None:
        self._device = base.place(device)
        with base.reading(f"There is no complete SAM 3 in the folder “{folder}”."):
            self._words = AutoTokenizer.from_pretrained(folder, local_files_only=True)
            self._model = Sam3Model.from_pretrained(folder, **base.SAFELY)
        self._model.eval().to(self._device)
        self._side: int = self._model.config.vision_config.image_size
        self._lock = threading.Lock()  # tokenizers are not thread-safe

    def segment(self, image: Image.Image, target: str) -> Image.Image | None:
        """An 8-bit mask of the picture's size, white where `target` is; None if not found.

        Side and ordinal words choose among several, also where they touch.
        """
        wanted = read_target(target)
        with self._lock, torch.inference_mode():
            white = chosen_among(self.outlines(image.convert("RGB"), wanted.thing), wanted)
        return None if white is None else masks.from_array(white)

    def outlines(self, picture: Image.Image, thing: str) -> NDArray[np.bool_]:
        """(n, H, W) masks of the `n` instances of that name; n may be 0."""
        square = picture.resize((self._side, self._side), Image.Resampling.BILINEAR)
        words = self._words(
            thing, padding="max_length", truncation=True, max_length=TOKENS, return_tensors="pt"
        ).to(self._device)
        found = self._model(
            pixel_values=base.pixels(square, base.HALF, base.HALF).to(self._device),
            input_ids=words.input_ids,
            attention_mask=words.attention_mask,
        )
        scores = found.pred_logits[0].sigmoid() * found.presence_logits[0].sigmoid()
        logits = found.pred_masks[0][scores >= LIKELY].float()
        if not len(logits):
            return np.zeros((0, picture.height, picture.width), dtype=bool)
        full = torch.nn.functional.interpolate(
            logits[None], (picture.height, picture.width), mode="bilinear"
        )
        outlines: NDArray[np.bool_] = (full[0] > 0).cpu().numpy()
        return outlines
