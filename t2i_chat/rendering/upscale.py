"""Makes pictures larger with a super-resolution network; it paints nothing that is not there.

The network is realesr-animevideov3: Wang et al., "Real-ESRGAN: Training Real-World Blind
Super-Resolution with Pure Synthetic Data" (2021), in its compact form for drawings. Eighteen
convolutions guess what lies between the pixels, four times in each direction; twice is half of
that. What it shifts of the colours is put right by back-projection (Irani and Peleg, "Improving
Resolution by Image Registration", 1991): shrunk again, the picture is what it was.
It knows no words, no seed and no other model.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import PIL
import torch
from PIL import Image
from safetensors.torch import load_file
from torch import nn
from torch.nn import functional

import t2i_chat
from t2i_chat.core.errors import Cancelled
from t2i_chat.core.geometry import Box
from t2i_chat.core.recipe import (
    Preview,
    Recipe,
    Rendered,
    RenderEvent,
    RenderRequest,
    pixels_sha256,
)
from t2i_chat.core.registry import UPSCALER

WEIGHTS = Path(__file__).parent / "weights" / f"{UPSCALER}.safetensors"
FACTOR = 4
"""How many times larger, in each direction, the network makes a picture."""
WIDTH, DEPTH = 64, 16
"""Channels of a layer, and how many layers there are between the first and the last."""
REACH = DEPTH + 3
"""How many pixels away a pixel can still matter: one for each convolution and one for the colours.
"""
TILE = 128
"""Side of the pieces, in pixels, that are enlarged one after the other; Stop is heard between."""
PREVIEW_SIDE = 512
"""Longest side of a preview in pixels."""


class Upscaler:
    """A renderer of requests of kind "upscale"; its weights are read when it is first needed.

    `device` is "auto", "cpu", "cuda" or "mps"; all but CUDA are the CPU, which is quick enough.
    """

    def __init__(self, device: str = "auto") -> None:
        cuda = device in {"auto", "cuda"} and torch.cuda.is_available()
        self._device = torch.device("cuda" if cuda else "cpu")
        self._network: nn.Sequential | None = None

    def render(self, request: RenderRequest, cancel: threading.Event) -> Iterator[RenderEvent]:
        """A preview after each tile, then one Rendered. Raises Cancelled between two tiles.

        Raises ValueError for a request that contradicts itself.
        """
        picture, factor = _checked(request)
        whole = picture.resize(
            (picture.width * FACTOR, picture.height * FACTOR), Image.Resampling.BICUBIC
        )
        pieces = tiles(picture.size)
        for step, piece in enumerate(pieces, start=1):
            if cancel.is_set():
                raise Cancelled
            whole.paste(self.enlarged(picture, piece), (piece.x0 * FACTOR, piece.y0 * FACTOR))
            if step < len(pieces):
                yield Preview(step, len(pieces), _rough(whole))
        yield Rendered(whole.reduce(FACTOR // factor), self._used(request.recipe))

    def enlarged(self, picture: Image.Image, piece: Box) -> Image.Image:
        """One piece of an RGB picture, four times as wide and high.

        The network sees what lies around it as far as it can reach, so that pieces fit together
        as if the picture had been enlarged whole.
        """
        seen = Box(
            x0=max(piece.x0 - REACH, 0),
            y0=max(piece.y0 - REACH, 0),
            x1=min(piece.x1 + REACH, picture.width),
            y1=min(piece.y1 + REACH, picture.height),
        )
        pixels = np.asarray(picture.crop((seen.x0, seen.y0, seen.x1, seen.y1)), dtype=np.float32)
        large = self._run(torch.from_numpy(pixels.transpose(2, 0, 1)[None] / 255))
        left, top = (piece.x0 - seen.x0) * FACTOR, (piece.y0 - seen.y0) * FACTOR
        inner = large[top : top + piece.height * FACTOR, left : left + piece.width * FACTOR]
        return Image.fromarray(inner)

    @torch.inference_mode()
    def _run(self, pixels: torch.Tensor) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
        """(1, 3, h, w) from 0 to 1 → (4h, 4w, 3) bytes."""
        if self._network is None:
            self._network = network(WEIGHTS).to(self._device)
        small = pixels.to(self._device)
        detail = functional.pixel_shuffle(self._network(small), FACTOR)
        large = detail + functional.interpolate(small, scale_factor=FACTOR, mode="nearest")
        lost = small - functional.avg_pool2d(large, FACTOR)
        large += functional.interpolate(lost, scale_factor=FACTOR, mode="bilinear")
        levels = (large[0].clamp(0, 1) * 255).round().to(torch.uint8)
        return np.ascontiguousarray(levels.permute(1, 2, 0).cpu().numpy())

    def _used(self, recipe: Recipe) -> Recipe:
        """The recipe with what besides it decides the last bits."""
        threads = f", {torch.get_num_threads()} threads" if self._device.type == "cpu" else ""
        versions = {
            "t2i-chat": t2i_chat.__version__,
            "torch": str(torch.__version__),
            "pillow": PIL.__version__,
            "device": f"{self._device.type}, float32{threads}",
        }
        return recipe.model_copy(update={"versions": versions})


def network(weights: Path) -> nn.Sequential:
    """(B, 3, h, w) → (B, 48, h, w): for each pixel the sixteen that it becomes."""
    layers: list[nn.Module] = []
    for channels in (3, *[WIDTH] * DEPTH):
        layers += [nn.Conv2d(channels, WIDTH, 3, padding=1), nn.PReLU(WIDTH)]
    layers.append(nn.Conv2d(WIDTH, 3 * FACTOR**2, 3, padding=1))
    whole = nn.Sequential(*layers)
    whole.load_state_dict(load_file(weights))
    return whole.eval()


def tiles(size: tuple[int, int]) -> list[Box]:
    """A picture of `size` (width, height) cut into pieces of at most 128 × 128 pixels."""
    wide, high = size
    return [
        Box(x0=x, y0=y, x1=min(x + TILE, wide), y1=min(y + TILE, high))
        for y in range(0, high, TILE)
        for x in range(0, wide, TILE)
    ]


def _checked(request: RenderRequest) -> tuple[Image.Image, int]:
    """The picture and how many times larger it is to become."""
    recipe, picture = request.recipe, request.image
    if picture is None or recipe.image_sha256 != pixels_sha256(picture):
        raise ValueError("the request's picture is not the one its recipe names")
    for factor in (2, 4):
        if (recipe.size.width, recipe.size.height) == tuple(factor * side for side in picture.size):
            return picture.convert("RGB"), factor
    raise ValueError("a picture is made two or four times as large")


def _rough(picture: Image.Image) -> Image.Image:
    small = picture.reduce(max(1, max(picture.size) // PREVIEW_SIDE))
    small.thumbnail((PREVIEW_SIDE, PREVIEW_SIDE))
    return small
