"""Denoises every pixel of a region with a strength of its own; it does not know why.

Levin & Fried, "Differential Diffusion: Giving Each Pixel Its Strength" (2023), by way of the mask
that diffusers' inpainting pipelines hold the latents to, and that a callback may exchange.
"""

from __future__ import annotations

import numpy as np
import torch
from PIL import Image

from t2i_chat.imaging import strength_map

STATE = ("latents", "mask")
"""What a pipeline's callback has to be given, by diffusers' names."""
NEARLY = 1e-6
"""What a strength may lack of that of a step, which is a fraction of floats."""


class Strengths:
    """The strengths of a map in an inpainting's padded frame.

    `picture` holds them, 8 bits for each latent.
    """

    def __init__(self, change: Image.Image, multiple: int) -> None:
        self.picture = strength_map.in_blocks(change, multiple)
        self._levels = torch.from_numpy(np.array(self.picture)) / strength_map.FULL
        self._multiple = multiple

    def first_mask(self) -> Image.Image:
        """The 8-bit mask of the first step, in pixels: where the strength is full."""
        wide, high = (side * self._multiple for side in self.picture.size)
        full = self.picture.point([0] * strength_map.FULL + [255])
        return full.resize((wide, high), Image.Resampling.NEAREST)

    def after(self, step: int, total: int, mask: torch.Tensor) -> torch.Tensor:
        """The (B, 1, h, w) mask that follows `mask` once `step` of `total` steps are taken."""
        free = self._levels >= 1 - step / total - NEARLY
        return free.to(mask).expand_as(mask)
