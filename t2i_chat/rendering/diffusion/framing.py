"""Framing: which crop of a picture is denoised, at what size, and how it is pasted back.

Models need sides that are multiples of 8 or 16 and a size near their training resolution. A frame
crops, scales and pads accordingly, and pastes the result back without shifting a pixel.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from PIL import Image

from t2i_chat.core.geometry import MAX_SIDE, Box, Size

COMFORT = 2.0
"""Maximum area denoised in one pass, as a multiple of the model's native area."""


@dataclass(frozen=True, slots=True)
class Frame:
    """The crop `crop` of a picture of size `whole`, denoised at size `painted`.

    `padded` is `painted` padded at the right and bottom edges, by reflection, to multiples.
    """

    whole: Size
    crop: Box
    painted: Size
    padded: Size

    def cut(self, picture: Image.Image) -> Image.Image:
        """The crop as given to the model: cropped, scaled, padded by reflection."""
        return self._padded(self._scaled(picture, Image.Resampling.LANCZOS))

    def cut_mask(self, mask: Image.Image) -> Image.Image:
        """The crop of a mask, 0 or 255; a scaled pixel is white if any pixel in it is."""
        scaled = self._scaled(mask, Image.Resampling.BOX)
        return self._padded(scaled.point([0] + [255] * 255))

    def cut_map(self, change: Image.Image) -> Image.Image:
        """The crop of an 8-bit strength map, scaled by area averaging."""
        return self._padded(self._scaled(change, Image.Resampling.BOX))

    def put_back(self, painted: Image.Image, original: Image.Image | None) -> Image.Image:
        """`original` with the denoised crop pasted in; without it, the crop alone."""
        piece = painted.crop((0, 0, self.painted.width, self.painted.height))
        piece = piece.resize((self.crop.width, self.crop.height), Image.Resampling.LANCZOS)
        if original is None:
            return piece
        result = original.copy()
        result.paste(piece, (self.crop.x0, self.crop.y0))
        return result

    def _scaled(self, picture: Image.Image, resample: Image.Resampling) -> Image.Image:
        crop = picture.crop((self.crop.x0, self.crop.y0, self.crop.x1, self.crop.y1))
        return crop.resize((self.painted.width, self.painted.height), resample)

    def _padded(self, picture: Image.Image) -> Image.Image:
        below, right = self.padded.height - picture.height, self.padded.width - picture.width
        if not (below or right):
            return picture
        pixels = np.asarray(picture)
        sides = [(0, below), (0, right)] + [(0, 0)] * (pixels.ndim - 2)
        return Image.fromarray(np.pad(pixels, sides, mode="symmetric"))


def frame(whole: Size, crop: Box, area: float, multiple: int) -> Frame:
    """The frame that denoises `crop`, scaled down to at most `area` pixels, never up."""
    scale = min(1.0, math.sqrt(area / (crop.width * crop.height)))
    painted = Size(
        width=max(1, round(crop.width * scale)), height=max(1, round(crop.height * scale))
    )
    return Frame(whole, crop, painted, painted.rounded_up(multiple))


def frame_as_asked(whole: Size, multiple: int) -> Frame:
    """The frame of a whole picture at its own size."""
    return frame(whole, _all_of(whole), MAX_SIDE**2, multiple)


def frame_at_ease(whole: Size, native: Size, multiple: int) -> Frame:
    """The frame of a whole picture, scaled down to at most COMFORT times the native area."""
    return frame(whole, _all_of(whole), native.area * COMFORT, multiple)


SHORTEST, SLENDEREST = 64, 8
"""Minimum side in pixels and maximum aspect ratio of inputs for FLUX.2 instruction edits."""


def frame_to_instruct(whole: Size, native: Size, multiple: int) -> Frame:
    """The frame of a whole picture for an instruction edit, padded to the limits above."""
    made = frame_at_ease(whole, native, multiple)
    long = max(SHORTEST, made.padded.width, made.padded.height)
    least = max(SHORTEST, -(-long // SLENDEREST))
    padded = Size(width=max(made.padded.width, least), height=max(made.padded.height, least))
    return replace(made, padded=padded.rounded_up(multiple))


def frame_around(
    region: Box, whole: Size, native: Size, multiple: int, windows: Sequence[int] = ()
) -> Frame:
    """The frame of `region` with the context the model needs to match it.

    The smallest fitting one of the `windows` (crop sides the model inpaints well), else the whole
    picture. If that exceeds the model's size, a window that is larger by the same factor and scaled
    down, else a crop of about native size.
    """
    if any(_holds(side, region) for side in windows):
        return frame(whole, window_around(region, whole, windows), MAX_SIDE**2, multiple)
    if whole.area <= native.area * COMFORT:
        return frame_at_ease(whole, native, multiple)
    times = round(math.sqrt(whole.area / native.area))
    larger = [times * side for side in (*windows, min(native.width, native.height))]
    if windows and any(_holds(side, region) for side in larger):
        window = window_around(region, whole, larger)
        return frame(whole, window, window.width * window.height / times**2, multiple)
    context = max(region.width, region.height) // 2
    x0, x1 = _span(region.x0, region.x1, context, native.width, whole.width)
    y0, y1 = _span(region.y0, region.y1, context, native.height, whole.height)
    return frame(whole, Box(x0=x0, y0=y0, x1=x1, y1=y1), native.area * COMFORT, multiple)


NEAR = 16
"""Minimum context in a window, in pixels, both sides together."""


def window_around(region: Box, whole: Size, windows: Sequence[int]) -> Box:
    """The smallest square crop that contains a region with some context, aligned to 8 pixels.

    `windows` are the available sides in pixels, ascending; the whole picture if none is large
    enough.
    """
    side = next((side for side in windows if _holds(side, region)), MAX_SIDE)
    x0, x1 = _centred(region.x0, region.x1, side, whole.width)
    y0, y1 = _centred(region.y0, region.y1, side, whole.height)
    return Box(x0=x0, y0=y0, x1=x1, y1=y1)


def _holds(side: int, region: Box) -> bool:
    return max(region.width, region.height) + NEAR <= side


def _centred(start: int, end: int, side: int, limit: int) -> tuple[int, int]:
    length = min(side, limit)
    first = min(max((start + end - length) // 2, 0), limit - length) // 8 * 8
    return first, first + length


def _all_of(whole: Size) -> Box:
    return Box(x0=0, y0=0, x1=whole.width, y1=whole.height)


def _span(start: int, end: int, context: int, least: int, limit: int) -> tuple[int, int]:
    """`start`–`end` widened by `context` and to at least `least` pixels, shifted into 0–`limit`."""
    length = min(max(end - start + 2 * context, least), limit)
    first = min(max((start + end - length) // 2, 0), limit - length)
    return first, first + length
