"""Cut-outs of emoji from their packages and of our own drawings: RGBA, cropped to their alpha."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image
from scipy import ndimage

from t2i_chat.storybook.bank.drawings import Style
from t2i_chat.storybook.oklch import to_oklch
from training.storybook.bank.packages import FLAT, NOTO, SOFT, Contents, Package, fetch
from training.storybook.bank.svg import flattened, rasterised

SIDE = 256
"""Longer side of a cut-out in pixels; the soft drawings are published at this size."""
OWN = Path(__file__).with_name("drawings")
"""Our own drawings: soft as they are, flat without their gradients."""
AFLOAT = frozenset("canoe sailboat ferry motor-boat speedboat ship passenger-ship".split())
"""Boats drawn in water of their own, which is left out."""
_WATER = (195.0, 275.0)
"""The hues of that water, in degrees of OKLCh; its chroma is above 0.06."""
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
        if _own(icon).exists() or self.codes[icon] in self._soft_files:
            yield "soft"
        if _own(icon).exists() or self._icons["flat"].has(self.codes[icon]):
            yield "flat"
        else:
            yield "noto"

    def cut(self, icon: str, style: Style) -> Image.Image:
        """Return the cut-out, longer side `SIDE` pixels. Raises KeyError if there is none."""
        whole = self._whole(icon, style)
        return cropped(without_water(whole) if icon in AFLOAT else whole)

    def _whole(self, icon: str, style: Style) -> Image.Image:
        if _own(icon).exists():
            svg = _own(icon).read_text(encoding="utf-8")
            return rasterised(flattened(svg) if style == "flat" else svg, 2 * SIDE)
        if style == "soft":
            file = io.BytesIO(self._soft.read(self._soft_files[self.codes[icon]]))
            return Image.open(file).convert("RGBA")
        return rasterised(self._icons[style].svg(self.codes[icon]), 2 * SIDE)


class _Icons:
    def __init__(self, package: Package, cache: Path) -> None:
        contents: Contents = fetch(package, cache)
        self._icons: Any = contents.read_json("icons.json")
        found: dict[str, str] = {}
        for code, name in contents.read_json("chars.json").items():
            found.setdefault(name, _code(code))
        self.codes = found
        self._names = {code: name for name, code in found.items()}

    def has(self, code: str) -> bool:
        """Whether there is an icon of these code points."""
        return code in self._names

    def svg(self, code: str) -> str:
        """The icon of some code points; raises KeyError if there is none."""
        icons = self._icons
        body = icons["icons"][self._names[code]]["body"]
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


def without_water(image: Image.Image) -> Image.Image:
    """Clear the blue that reaches the lower edge of an RGBA image."""
    pixels = np.asarray(image).copy()
    tones = to_oklch(pixels[..., :3].astype(np.float64) / 255)
    blue = (tones[..., 2] > _WATER[0]) & (tones[..., 2] < _WATER[1]) & (tones[..., 1] > 0.06)
    blue &= pixels[..., 3] > 0
    lowest = int(np.flatnonzero((pixels[..., 3] > 127).any(axis=1)).max(initial=0))
    regions, _ = ndimage.label(blue)
    water = np.isin(regions, np.setdiff1d(regions[max(0, lowest - 8) : lowest + 1], [0]))
    pixels[ndimage.binary_dilation(water, iterations=1), 3] = 0
    return Image.fromarray(pixels)


def _own(icon: str) -> Path:
    return OWN / f"{icon}.svg"


def _code(name: str) -> str:
    return "-".join(part for part in name.lower().split("-") if part != _VARIANT)
