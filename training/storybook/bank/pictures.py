"""Cut-outs of emoji from their packages: RGBA, cropped to what is drawn."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pyvips
from PIL import Image

from t2i_chat.storybook.bank.drawings import Style
from training.storybook.bank.packages import FLAT, NOTO, SOFT, Contents, Package, fetch

SIDE = 256
"""Longer side of a cut-out in pixels; the soft drawings are published at this size."""
_VARIANT = "fe0f"
"""The character that asks for a picture of an emoji, which packages name files with or without."""


class Pictures:
    """The drawings of all three styles, by the name they have in the icon packages."""

    def __init__(self, cache: Path) -> None:
        """`cache` is the folder of downloaded packages."""
        self._soft = fetch(SOFT, cache)
        self._soft_files = {_code(Path(name).stem): name for name in self._soft.names()}
        self._icons: dict[Style, _Icons] = {
            "flat": _Icons(FLAT, cache),
            "noto": _Icons(NOTO, cache),
        }
        self.codes: Mapping[str, str] = self._icons["noto"].codes | self._icons["flat"].codes
        """The code points of each icon: "1f408" of "cat"."""

    def styles(self, icon: str) -> Iterator[Style]:
        """The styles to ship an icon in: soft and flat, or Noto's where those have none."""
        if self.codes.get(icon) in self._soft_files:
            yield "soft"
        if icon in self._icons["flat"].codes:
            yield "flat"
        else:
            yield "noto"

    def cut(self, icon: str, style: Style) -> Image.Image:
        """Return the cut-out, longer side `SIDE` pixels. Raises KeyError if there is none."""
        if style == "soft":
            file = io.BytesIO(self._soft.read(self._soft_files[self.codes[icon]]))
            return cropped(Image.open(file).convert("RGBA"))
        return cropped(_rasterised(self._icons[style].svg(icon), 2 * SIDE))


class _Icons:
    def __init__(self, package: Package, cache: Path) -> None:
        contents: Contents = fetch(package, cache)
        self._icons: Any = contents.read_json("icons.json")
        found: dict[str, str] = {}
        for code, name in contents.read_json("chars.json").items():
            found.setdefault(name, _code(code))
        self.codes = found

    def svg(self, icon: str) -> str:
        icons = self._icons
        body = icons["icons"][icon]["body"]
        width, height = icons.get("width", icons["height"]), icons["height"]
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
            f'width="{width}" height="{height}" viewBox="0 0 {width} {height}">{body}</svg>'
        )


def cropped(image: Image.Image) -> Image.Image:
    """Cut an RGBA image to its alpha, and shrink it to `SIDE` pixels."""
    box = image.getchannel("A").point(lambda alpha: 255 * (alpha > 8)).getbbox()
    cut = image.crop(box)
    ratio = min(1.0, SIDE / max(cut.size))
    size = (max(1, round(cut.width * ratio)), max(1, round(cut.height * ratio)))
    # RGBa is premultiplied: scaling it leaves no dark rim around the outline.
    return cut.convert("RGBa").resize(size, Image.Resampling.LANCZOS).convert("RGBA")


def _rasterised(svg: str, side: int) -> Image.Image:
    shown: Any = pyvips.Image.thumbnail_buffer(svg.encode(), side)
    return Image.frombytes("RGBA", (shown.width, shown.height), shown.write_to_memory())


def _code(name: str) -> str:
    return "-".join(part for part in name.lower().split("-") if part != _VARIANT)
