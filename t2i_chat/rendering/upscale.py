"""Upscaling by super-resolution (Real-ESRGAN, 2× and 4×), tile by tile, with exact colours.

The network is realesr-animevideov3: Wang et al., "Real-ESRGAN: Training Real-World Blind
Super-Resolution with Pure Synthetic Data" (2021), in its compact form for drawings: 18 convolutions
and a pixel shuffle, 4×; 2× is the 4× result halved. Its colour shifts are corrected by
back-projection (Irani and Peleg, "Improving Resolution by Image Registration", 1991), so that the
result, downscaled, equals the input.
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
"""Scale of the network in each direction."""
WIDTH, DEPTH = 64, 16
"""Channels per layer, and number of layers between the first and the last."""
REACH = DEPTH + 3
"""Receptive field of an output pixel, as a radius in input pixels, with one for the colours."""
TILE = 128
"""Side of a tile in pixels; Stop takes effect between tiles."""
PREVIEW_SIDE = 512
"""Longest side of a preview in pixels."""


class Upscaler:
    """A renderer of requests of kind "upscale"; weights are loaded at first use.

    `device` is "auto", "cpu", "cuda" or "mps"; all but CUDA run on the CPU.
    """

    def __init__(self, device: str = "auto") -> None:
        cuda = device in {"auto", "cuda"} and torch.cuda.is_available()
        self._device = torch.device("cuda" if cuda else "cpu")
        self._network: nn.Sequential | None = None

    def render(self, request: RenderRequest, cancel: threading.Event) -> Iterator[RenderEvent]:
        """A preview after each tile, then one Rendered. Raises Cancelled between two tiles.

        Raises ValueError for an inconsistent request.
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
        """One tile of an RGB picture, upscaled four times each way.

        The network sees the receptive field around it, so tiles join without seams.
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
        """(1, 3, h, w) in 0–1 → (4h, 4w, 3) bytes."""
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
        """The recipe with hardware and library versions, which affect the last bits."""
        threads = f", {torch.get_num_threads()} threads" if self._device.type == "cpu" else ""
        versions = {
            "t2i-chat": t2i_chat.__version__,
            "torch": str(torch.__version__),
            "pillow": PIL.__version__,
            "device": f"{self._device.type}, float32{threads}",
        }
        return recipe.model_copy(update={"versions": versions})


def network(weights: Path) -> nn.Sequential:
    """(B, 3, h, w) → (B, 48, h, w): the 16 RGB sub-pixels of each pixel."""
    layers: list[nn.Module] = []
    for channels in (3, *[WIDTH] * DEPTH):
        layers += [nn.Conv2d(channels, WIDTH, 3, padding=1), nn.PReLU(WIDTH)]
    layers.append(nn.Conv2d(WIDTH, 3 * FACTOR**2, 3, padding=1))
    whole = nn.Sequential(*layers)
    whole.load_state_dict(load_file(weights))
    return whole.eval()


def tiles(size: tuple[int, int]) -> list[Box]:
    """A picture of `size` (width, height) split into tiles of at most TILE × TILE pixels."""
    wide, high = size
    return [
        Box(x0=x, y0=y, x1=min(x + TILE, wide), y1=min(y + TILE, high))
        for y in range(0, high, TILE)
        for x in range(0, wide, TILE)
    ]


def _checked(request: RenderRequest) -> tuple[Image.Image, int]:
    """The request's picture and scale factor."""
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
