"""Writes contact sheets: pictures in a grid with captions."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from textwrap import wrap

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image, ImageDraw

LETTER, LINE = 6, 13
"""Width of a letter and height of a line, in pixels."""


def pixels_to_tensor(pixels: NDArray[np.uint8]) -> torch.Tensor:
    """Return (B, h, w, 3) uint8 pixels as (B, 3, h, w) floats in -1..1."""
    return torch.tensor(pixels).permute(0, 3, 1, 2).contiguous().float() / 127.5 - 1


def tensor_to_image(pixels: torch.Tensor) -> Image.Image:
    """Return (3, h, w) floats in -1..1 as an image."""
    values = ((pixels.detach().float().cpu().clamp(-1, 1) + 1) * 127.5).round().byte()
    return Image.fromarray(values.permute(1, 2, 0).numpy())


def save_sheet(
    path: Path,
    pictures: Sequence[Image.Image | torch.Tensor | NDArray[np.uint8]],
    columns: int,
    captions: Sequence[str] = (),
) -> None:
    """Write `pictures` row by row, each with its caption below it when there are captions."""
    images = [_image(picture) for picture in pictures]
    width, height = images[0].size
    below = [wrap(caption, width // LETTER) for caption in captions]
    strip = LINE * max((len(lines) for lines in below), default=0)
    rows = -(-len(images) // columns)
    sheet = Image.new("RGB", (columns * (width + 4), rows * (height + strip + 4)), "white")
    draw = ImageDraw.Draw(sheet)
    for k, image in enumerate(images):
        x, y = k % columns * (width + 4), k // columns * (height + strip + 4)
        sheet.paste(image, (x, y))
        for line, words in enumerate(below[k] if below else ()):
            draw.text((x + 2, y + height + 1 + LINE * line), words, fill="black")
    path.parent.mkdir(parents=True, exist_ok=True)
    sheet.save(path)


def _image(picture: Image.Image | torch.Tensor | NDArray[np.uint8]) -> Image.Image:
    if isinstance(picture, Image.Image):
        return picture
    if isinstance(picture, torch.Tensor):
        return tensor_to_image(picture)
    return Image.fromarray(picture)
