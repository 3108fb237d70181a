"""Lettering: sets text in a picture with a font, letter for letter, legible on its ground.

Diffusion models misspell. Here the text comes from a font: as large as its region allows, in the
region's perspective, shaded like its ground, in a colour with enough contrast.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import PIL
from numpy.typing import NDArray
from PIL import Image, ImageColor, ImageDraw, ImageFont

import t2i_chat
from t2i_chat.core.errors import Cancelled, CannotDo
from t2i_chat.core.geometry import Box, Corners, Size
from t2i_chat.core.recipe import Recipe, Rendered, RenderEvent, RenderRequest, pixels_sha256
from t2i_chat.imaging import masks, perspective, shading

FONT = Path(__file__).parent / "fonts" / "Nunito_800ExtraBold.ttf"
SMALLEST = 7
"""Smallest legible type size in pixels."""
BORDER = 0.06
"""Margin around the text, as a share of the region's shorter side."""
DARK, LIGHT = (24, 24, 28), (255, 255, 255)
READABLE = 3.0
"""Minimum contrast of large text (WCAG 2.2, 1.4.3); below it the text gets an outline."""
GRAINS = 8
"""Details smaller than the type size divided by this count as the ground's grain."""


@dataclass(frozen=True, slots=True)
class Setting:
    """Text laid out: its lines, the type size in pixels, its centre."""

    lines: tuple[str, ...]
    size: int
    middle: tuple[float, float]

    def drawn(self, size: tuple[int, int], outline: int = 0) -> Image.Image:
        """The text as an 8-bit mask for a picture of `size`, dilated by `outline` pixels."""
        ink = Image.new("L", size, 0)
        ImageDraw.Draw(ink).multiline_text(
            self.middle, "\n".join(self.lines), fill=255, font=_font(self.size), anchor="mm",
            align="center", spacing=_spacing(self.size), stroke_width=outline,
        )  # fmt: skip
        return ink


class Letterer:
    """A renderer of requests of kind "letter"."""

    def render(self, request: RenderRequest, cancel: threading.Event) -> Iterator[RenderEvent]:
        """One Rendered with its receipt.

        Raises CannotDo when the text does not fit or the font lacks a letter, Cancelled when Stop
        was pressed before, ValueError for an inconsistent request.
        """
        recipe, picture, region = _checked(request)
        if cancel.is_set():
            raise Cancelled
        lit = recipe.blend == "lit"
        image, shown = typeset(
            picture, region, recipe.prompt, corners=recipe.corners, lit=lit, ink=recipe.ink
        )
        versions = {"t2i-chat": t2i_chat.__version__, "pillow": PIL.__version__}
        versions |= {"opencv": perspective.VERSION} if recipe.corners else {}
        used = recipe.model_copy(update={"versions": versions})
        yield Rendered(image, used, masks.receipt(picture, image, shown))


def typeset(
    picture: Image.Image,
    region: Image.Image,
    words: str,
    *,
    corners: Corners | None = None,
    lit: bool = False,
    ink: str | None = None,
) -> tuple[Image.Image, Image.Image]:
    """The RGB picture with text in its region, and the 8-bit mask of the text.

    The text stands upright, or in perspective between `corners`; `lit` shades it like its ground;
    `ink` is a CSS colour, None the most legible one. Raises CannotDo when the text does not fit or
    the font lacks a letter.
    """
    _require_letters(words)
    place = _upright(region) if corners is None else _slanted(corners, picture)
    setting = fitted(words, place.box, SMALLEST * place.sharper)
    ground = np.asarray(picture)[np.asarray(place.ground) > 0]
    colour, edge = _colours(ground, ink)
    letters = place.seen(setting.drawn(place.page))
    if edge is None:
        reach = setting.size / place.sharper / GRAINS
        return _inked(picture, letters, colour, reach if lit else None), letters
    shown = place.seen(setting.drawn(place.page, _outline(setting.size)))
    outlined = masks.composite(picture, Image.new("RGB", picture.size, edge), shown)
    return masks.composite(outlined, Image.new("RGB", picture.size, colour), letters), shown


@dataclass(frozen=True, slots=True)
class _Place:
    """Where text stands: in a `box` of a page, and how that page is `seen` in the picture.

    The page is drawn at `sharper` times the size (supersampling); `ground` is the mask of the
    region.
    """

    page: tuple[int, int]
    box: Box
    ground: Image.Image
    sharper: int
    seen: Callable[[Image.Image], Image.Image]


def _upright(region: Image.Image) -> _Place:
    box = masks.inner_box(region)
    ground = masks.box_mask(box, Size(width=region.width, height=region.height))
    return _Place(region.size, box, ground, 1, lambda page: page)


def _slanted(corners: Corners, picture: Image.Image) -> _Place:
    page = perspective.Page(corners, Size(width=picture.width, height=picture.height))
    box = Box(x0=0, y0=0, x1=page.drawn[0], y1=page.drawn[1])
    return _Place(page.drawn, box, page.region, page.sharper, page.laid)


def _inked(
    picture: Image.Image, ink: Image.Image, colour: tuple[int, int, int], reach: float | None
) -> Image.Image:
    """The picture with its text in a flat colour, or shaded if the contrast stays sufficient."""
    flat = masks.composite(picture, Image.new("RGB", picture.size, colour), ink)
    if reach is None:
        return flat
    lit = masks.composite(picture, shading.lit(picture, colour, ink, reach), ink)
    return lit if _contrast(lit, picture, ink) >= READABLE else flat


def _contrast(inked: Image.Image, ground: Image.Image, ink: Image.Image) -> float:
    """The 5th percentile of the contrast between ink and ground."""
    full = np.asarray(ink) == np.asarray(ink).max()
    one, other = (_luminance(np.asarray(p)[full]) + 0.05 for p in (inked, ground))
    return float(np.percentile(np.maximum(one, other) / np.minimum(one, other), 5))


def fitted(words: str, box: Box, smallest: int = SMALLEST) -> Setting:
    """The text in the largest type size that fits into the box, with line breaks.

    Raises CannotDo when not even the `smallest` size fits.
    """
    free = BORDER * min(box.width, box.height)
    wide, high = box.width - 2 * free, box.height - 2 * free
    least, most = smallest, max(smallest, box.height)
    best = None
    while least <= most:
        size = (least + most) // 2
        lines = _lines(words, size, wide - 2 * _outline(size))
        if lines and _height(lines, size) + 2 * _outline(size) <= high:
            best, least = (lines, size), size + 1
        else:
            most = size - 1
    if best is None:
        raise CannotDo(f"“{words}” doesn't fit there. Mark a larger part, or say less.")
    middle = (box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2
    return Setting(lines=best[0], size=best[1], middle=middle)


def _lines(words: str, size: int, wide: float) -> tuple[str, ...]:
    """The text broken into lines at most `wide` pixels wide; () if a single word is wider."""
    lines: list[str] = []
    for word in words.split():
        if _font(size).getlength(word) > wide:
            return ()
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and _font(size).getlength(longer) <= wide:
            lines[-1] = longer
        else:
            lines.append(word)
    return tuple(lines)


def _height(lines: tuple[str, ...], size: int) -> float:
    draw = ImageDraw.Draw(Image.new("L", (1, 1)))
    text = "\n".join(lines)
    box = draw.multiline_textbbox(
        (0, 0), text, font=_font(size), anchor="mm", spacing=_spacing(size)
    )
    return 2 * max(-box[1], box[3])  # anchor "mm" is not the glyphs' middle


def _spacing(size: int) -> float:
    return size * 0.1


def _outline(size: int) -> int:
    """Width of an outline in pixels, which is always reserved."""
    return max(1, size // 14)


@cache
def _font(size: int) -> ImageFont.FreeTypeFont:
    # The basic layout is the same on every machine, whether it has libraqm or not.
    return ImageFont.truetype(FONT, size, layout_engine=ImageFont.Layout.BASIC)


def _require_letters(words: str) -> None:
    missing = _shape("\uffff")
    lacking = [letter for letter in words if not letter.isspace() and _shape(letter) == missing]
    if lacking:
        raise CannotDo(f"My font has no “{lacking[0]}”, so I wrote nothing.")


def _shape(letter: str) -> bytes:
    return bytes(_font(32).getmask(letter))


def _colours(
    ground: NDArray[np.uint8], ink: str | None
) -> tuple[tuple[int, int, int], tuple[int, int, int] | None]:
    """The colour of the text for a ground (pixels, 3), and of its outline if it needs one."""
    lights = [float(light) for light in np.percentile(_luminance(ground), [5, 95])]

    def worst(own: tuple[int, int, int]) -> float:
        return min(_between(_light(own), light) for light in lights)

    best, other = sorted((DARK, LIGHT), key=worst, reverse=True)
    colour = best if ink is None else _named(ink)
    if worst(colour) >= READABLE:
        return colour, None
    if ink is None:
        return colour, other
    return colour, max((best, other), key=lambda edge: _between(_light(edge), _light(colour)))


def _named(ink: str) -> tuple[int, int, int]:
    red, green, blue = ImageColor.getrgb(ink)[:3]
    return red, green, blue


def _between(one: float, other: float) -> float:
    """The WCAG contrast ratio (≥ 1) of two luminances."""
    return (max(one, other) + 0.05) / (min(one, other) + 0.05)


def _light(colour: tuple[int, int, int]) -> float:
    return float(_luminance(np.array(colour)))


def _luminance(pixels: NDArray[np.integer]) -> NDArray[np.float64]:
    """Relative luminance (0–1) of sRGB bytes (…, 3), as WCAG defines it."""
    share = pixels / 255
    linear = np.where(share <= 0.04045, share / 12.92, ((share + 0.055) / 1.055) ** 2.4)
    return np.asarray(linear @ [0.2126, 0.7152, 0.0722])


def _checked(request: RenderRequest) -> tuple[Recipe, Image.Image, Image.Image]:
    recipe, picture, region = request.recipe, request.image, request.mask
    if picture is None or region is None:
        raise ValueError("lettering needs a picture and a region")
    named = (recipe.image_sha256, recipe.mask_sha256)
    if named != (pixels_sha256(picture), pixels_sha256(region)) or picture.size != region.size:
        raise ValueError("the request's pictures are not those its recipe names")
    return recipe, picture.convert("RGB"), region
