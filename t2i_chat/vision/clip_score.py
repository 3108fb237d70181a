"""CLIP or SigLIP score of a region: zero-shot classification, used by the self-check of edits.

Radford et al., "Learning Transferable Visual Models From Natural Language Supervision" (2021); Zhai
et al., "Sigmoid Loss for Language Image Pre-Training" (2023). The thing's name competes with names
of typical surroundings; its softmax share is the score.
"""

from __future__ import annotations

import threading
from pathlib import Path

import torch
from PIL import Image
from transformers import AutoModel, AutoTokenizer

from t2i_chat.core.geometry import Size
from t2i_chat.imaging import masks
from t2i_chat.text import captions
from t2i_chat.vision import base

KINDS = frozenset({"clip", "siglip"})
"""`model_type` values in config.json."""
SHOWN = "a picture of {}"
SURROUNDINGS = (
    "the sky", "the ground", "an empty place", "a wall", "a landscape", "a pattern",
)  # fmt: skip
"""The competing names."""
AROUND = 0.25
"""Context added to the region's box on each side, as a share of its side."""


class ClipChecker:
    """A checker that asks a CLIP or SigLIP read from `folder`: weights and tokenizer.

    `device` is auto, cpu, cuda or mps. Raises ModelMissing when files are absent or damaged.
    """

    def __init__(self, folder: Path, *, device: str = "cpu") -> None:
        self._device = base.place(device)
        with base.reading(f"There is no complete CLIP in the folder “{folder}”."):
            self._words = AutoTokenizer.from_pretrained(folder, local_files_only=True)
            self._model = AutoModel.from_pretrained(folder, **base.SAFELY)
            if self._model.config.model_type not in KINDS:
                raise ValueError(f"{self._model.config.model_type} compares no words with pictures")
            self._glass = base.glass_of(folder, self._model.config.vision_config.image_size)
        self._model.eval().to(self._device)
        self._lock = threading.Lock()  # tokenizers are not thread-safe

    def score(self, image: Image.Image, thing: str, region: Image.Image) -> float:
        """The probability (0–1) that an 8-bit region, with some context, shows the thing."""
        box = masks.box_of(region)
        if box is None:
            return 0.0
        near = box.roomy(max(1, round(AROUND * max(box.width, box.height))))
        near = near.clipped(Size(width=image.width, height=image.height))
        piece = image.convert("RGB").crop((near.x0, near.y0, near.x1, near.y1))
        named = captions.with_article(thing)
        with self._lock, torch.inference_mode():
            return float(self._beliefs(piece, (named, *SURROUNDINGS))[0])

    def _beliefs(self, piece: Image.Image, names: tuple[str, ...]) -> torch.Tensor:
        """(n,) probabilities, summing to 1, that a picture shows each of `n` names."""
        words = self._words(
            [SHOWN.format(name) for name in names],
            padding="max_length",
            truncation=True,
            max_length=self._model.config.text_config.max_position_embeddings,
            return_tensors="pt",
        ).to(self._device)
        pixels = self._glass.pixels(piece).to(self._device)
        given = {name: words[name] for name in ("input_ids", "attention_mask") if name in words}
        beliefs: torch.Tensor = self._model(pixel_values=pixels, **given).logits_per_image[0]
        return beliefs.float().softmax(-1)
