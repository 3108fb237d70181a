"""Pictures from SVG: with their gradients, or flat."""

from __future__ import annotations

import re
from typing import Any

import pyvips
from PIL import Image


def rasterised(svg: str, side: int) -> Image.Image:
    """Return an SVG as RGBA, its longer side `side` pixels."""
    shown: Any = pyvips.Image.thumbnail_buffer(svg.encode(), side)
    return Image.frombytes("RGBA", (shown.width, shown.height), shown.write_to_memory())


def flattened(svg: str) -> str:
    """Give each gradient of an SVG the colour of its first stop alone."""
    return re.sub(
        r'<stop stop-color="([^"]*)"/><stop offset="1" stop-color="[^"]*"/>',
        r'<stop stop-color="\1"/>',
        svg,
    )
