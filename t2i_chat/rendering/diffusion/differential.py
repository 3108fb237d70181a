"""Differential diffusion: a strength per latent pixel, by a per-step mask in diffusers inpainting.

Levin & Fried, "Differential Diffusion: Giving Each Pixel Its Strength" (2023). The inpainting
pipelines blend the noised original back in outside `mask` at every step; a callback replaces the
mask as the steps go on.
"""

from __future__ import annotations

import numpy as np
import torch
from PIL import Image

from t2i_chat.imaging import strength_map

STATE = ("latents", "mask")
"""Tensors the pipeline's callback needs, by diffusers' names."""
NEARLY = 1e-6
"""Tolerance when a strength is compared with a step fraction."""


class Strengths:
    """A strength map in the padded frame of an inpainting.

    `picture` is the map with one 8-bit pixel per latent pixel.
    """

    def __init__(self, change: Image.Image, multiple: int) -> None:
        self.picture = strength_map.in_blocks(change, multiple)
        self._levels = torch.from_numpy(np.array(self.picture)) / strength_map.FULL
        self._multiple = multiple

    def first_mask(self) -> Image.Image:
        """The 8-bit mask of the first step, in pixels: where the strength is 255."""
        wide, high = (side * self._multiple for side in self.picture.size)
        full = self.picture.point([0] * strength_map.FULL + [255])
        return full.resize((wide, high), Image.Resampling.NEAREST)

    def after(self, step: int, total: int, mask: torch.Tensor) -> torch.Tensor:
        """The (B, 1, h, w) mask, like `mask`, for the step after `step` of `total`."""
        free = self._levels >= 1 - step / total - NEARLY
        return free.to(mask).expand_as(mask)
