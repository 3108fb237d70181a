"""Segmentation by text with GroundingDINO (detection) and SAM 2 (masks).

Liu et al., "Grounding DINO" (2023); Ravi et al., "SAM 2" (2024).
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from transformers import AutoTokenizer, GroundingDinoForObjectDetection, Sam2Model

from t2i_chat.imaging import masks
from t2i_chat.imaging.components import chosen, read_target
from t2i_chat.vision import base

MEAN, STD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
"""ImageNet mean and standard deviation, used by both models."""
SHORTEST, LONGEST = 800, 1333
"""The shorter and maximum longer side, in pixels, of the detector's input."""
LIKELY = 0.3
"""Minimum score of a detected box."""


@dataclass(frozen=True, slots=True)
class Sides:
    """Input sizes in pixels; small models were trained on smaller ones."""

    shortest: int = SHORTEST
    longest: int = LONGEST


class GroundedSegmenter:
    """A detector and a mask model, read from two folders.

    `device` is auto, cpu, cuda or mps. Raises ModelMissing when files are absent or damaged.
    """

    def __init__(
        self, detector: Path, outliner: Path, *, device: str = "cpu", sides: Sides | None = None
    ) -> None:
        self._device = base.place(device)
        self._sides = sides or Sides()
        lacking = f"There is no GroundingDINO in “{detector}”, or no SAM 2 in “{outliner}”."
        with base.reading(lacking):
            self._words = AutoTokenizer.from_pretrained(detector, local_files_only=True)
            self._detector = GroundingDinoForObjectDetection.from_pretrained(
                detector, **base.SAFELY
            )
            self._outliner = Sam2Model.from_pretrained(outliner, **base.SAFELY)
        self._detector.eval().to(self._device)
        self._outliner.eval().to(self._device)
        self._side: int = self._outliner.config.prompt_encoder_config.image_size
        self._lock = threading.Lock()  # tokenizers are not thread-safe

    def segment(self, image: Image.Image, target: str) -> Image.Image | None:
        """An 8-bit mask of the picture's size, white where `target` is; None if not found.

        Side and ordinal words ("left", "second", "biggest") choose among several.
        """
        wanted, picture = read_target(target), image.convert("RGB")
        with self._lock, torch.inference_mode():
            boxes = self.boxes(picture, wanted.thing)
            if not len(boxes):
                return None
            white = chosen(self._outlined(picture, boxes), wanted)
        return None if white is None else masks.from_array(white)

    def boxes(self, picture: Image.Image, thing: str) -> torch.Tensor:
        """(n, 4) detected boxes of a thing, xyxy, in shares of the picture."""
        words = self._words(f"{thing.lower()}.", return_tensors="pt").to(self._device)
        width, height = _scaled(picture.size, self._sides)
        found = self._detector(
            pixel_values=self._pixels(picture.resize((width, height), Image.Resampling.BICUBIC)),
            input_ids=words.input_ids,
            attention_mask=words.attention_mask,
            token_type_ids=torch.zeros_like(words.input_ids),
        )
        likely = found.logits[0].sigmoid().amax(dim=-1) >= LIKELY
        centre, size = found.pred_boxes[0][likely].split(2, dim=-1)
        return torch.cat([centre - size / 2, centre + size / 2], dim=-1).clamp(0, 1)

    def _outlined(self, picture: Image.Image, boxes: torch.Tensor) -> NDArray[np.bool_]:
        """(H, W) union of SAM 2's masks for (n, 4) boxes."""
        square = picture.resize((self._side, self._side), Image.Resampling.BICUBIC)
        logits = self._outliner(
            pixel_values=self._pixels(square),
            input_boxes=(boxes * self._side)[None],
            multimask_output=False,
        ).pred_masks
        full = torch.nn.functional.interpolate(
            logits[0].float(), (picture.height, picture.width), mode="bilinear"
        )
        outlined: NDArray[np.bool_] = (full[:, 0] > 0).any(dim=0).cpu().numpy()
        return outlined

    def _pixels(self, picture: Image.Image) -> torch.Tensor:
        """The RGB picture as (1, 3, H, W) normalised values, on the models' device."""
        return base.pixels(picture, MEAN, STD).to(self._device)


def _scaled(size: tuple[int, int], sides: Sides) -> tuple[int, int]:
    """Width and height with the shorter side as wanted, unless the longer one exceeds its limit."""
    scale = min(sides.shortest / min(size), sides.longest / max(size))
    return max(1, round(size[0] * scale)), max(1, round(size[1] * scale))
