"""Rasterises the SVG drawings of the vocabulary into the atlas.

The drawings come from the npm packages @iconify-json/fluent-emoji-flat (MIT) and @iconify-json/noto
(Apache-2.0), and from `drawings/` beside this file (our own).
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pyvips
from PIL import Image

from t2i_chat.storybook.art.atlas import IMAGE, INDEX
from t2i_chat.storybook.vocabulary import Noun, load_vocabulary

SIZE = 144
WIDTH = 2048

DROPPED = {"house": "#00f397", "boat": "#00a6ed", "mountain": "#00d26a"}
"""Fills left out: a drawing's own grass or water."""

CROPPED = {"mountain": 0.74}
"""The share of the height that is kept, from the top: what stands behind the horizon."""


def build(packages: Path) -> None:
    """Draw the atlas from a node_modules folder that holds both icon packages."""
    cuts = {
        noun.noun: rasterise(_svg(noun, packages), CROPPED.get(noun.noun, 1.0))
        for noun in load_vocabulary().nouns.values()
    }
    index = _shelves(cuts)
    height = max(top + h for _, top, _, h in index.values())
    sheet = Image.new("RGBA", (WIDTH, height))
    for name, (left, top, _, _) in index.items():
        sheet.paste(cuts[name], (left, top))
    sheet.save(IMAGE, lossless=True, quality=100, method=6, exact=False)
    INDEX.write_text(json.dumps(index, indent=0) + "\n", encoding="utf-8")


def rasterise(svg: str, kept: float = 1.0) -> Image.Image:
    """Return the drawing as RGBA, cut to its outline, longer side `SIZE` pixels.

    `kept` is the share of the height that stays, from the top.
    """
    shown: Any = pyvips.Image.thumbnail_buffer(svg.encode(), 2 * SIZE)
    image = Image.frombytes("RGBA", (shown.width, shown.height), shown.write_to_memory())
    box = image.getchannel("A").point(lambda a: 255 * (a > 8)).getbbox()
    cut = image.crop(box)
    cut = cut.crop((0, 0, cut.width, round(cut.height * kept)))
    ratio = SIZE / max(cut.size)
    size = (round(cut.width * ratio), round(cut.height * ratio))
    return cut.convert("RGBa").resize(size, Image.Resampling.LANCZOS).convert("RGBA")


def _svg(noun: Noun, packages: Path) -> str:
    svg = _source(noun.drawing, packages)
    if noun.noun in DROPPED:
        svg = re.sub(rf'<path fill="{DROPPED[noun.noun]}"[^>]*/>', "", svg)
    return svg


def _source(drawing: str, packages: Path) -> str:
    package, name = drawing.split(":")
    if package == "own":
        return (Path(__file__).parent / "drawings" / f"{name}.svg").read_text(encoding="utf-8")
    icons = json.loads((packages / "@iconify-json" / package / "icons.json").read_text())
    width, height = icons.get("width", icons["height"]), icons["height"]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
        f'width="{width}" height="{height}" viewBox="0 0 {width} {height}">'
        f"{icons['icons'][name]['body']}</svg>"
    )


def _shelves(cuts: dict[str, Image.Image]) -> dict[str, tuple[int, int, int, int]]:
    index: dict[str, tuple[int, int, int, int]] = {}
    left = top = shelf = 0
    for name, cut in sorted(cuts.items(), key=lambda item: (-item[1].height, item[0])):
        if left + cut.width > WIDTH:
            left, top, shelf = 0, top + shelf, 0
        index[name] = (left, top, cut.width, cut.height)
        left, shelf = left + cut.width, max(shelf, cut.height)
    return index
