"""Decodes uploads to plain RGB: EXIF orientation, transparency, size limits, brushed masks.

What cannot be decoded raises BadUpload with a sentence for the person.
"""

from __future__ import annotations

import io
import warnings
from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

from t2i_chat.core.errors import BadUpload
from t2i_chat.imaging import masks
from t2i_chat.imaging.a1111_metadata import Parameters, read_parameters
from t2i_chat.imaging.png_metadata import PARAMETERS_KEY

MIN_SIDE = 16
"""Smallest side, in pixels, that can be painted on."""
MAX_PIXELS = 64_000_000
"""Maximum number of pixels that are decoded; larger files are refused (decompression bombs)."""


@dataclass(frozen=True, slots=True)
class Upload:
    """A decoded picture, ready to be version 1; `note` tells the person if it had to be changed.

    `parameters` are the generation parameters in its metadata, of this or another program.
    """

    image: Image.Image
    note: str | None = None
    parameters: Parameters | None = None


def open_upload(content: bytes, *, longest: int, max_megabytes: int) -> Upload:
    """Decodes a file to upright, opaque RGB, no side longer than `longest` pixels.

    Raises BadUpload when the file is too large, damaged, not a picture, or too small.
    """
    if len(content) > max_megabytes * 1_000_000:
        raise BadUpload(f"That file is larger than {max_megabytes} MB. Please send a smaller one.")
    picture = decode(content)
    if min(picture.size) < MIN_SIDE:
        raise BadUpload(
            f"That picture is only {picture.width}×{picture.height} pixels, too small to paint on. "
            f"Please send one of at least {MIN_SIDE}×{MIN_SIDE}."
        )
    notes = []
    if getattr(picture, "is_animated", False):
        notes.append("It is animated, so I took its first frame.")
    opaque, was_transparent = _opaque(picture)
    if was_transparent:
        notes.append("It has see-through parts, which I put on white.")
    width, height = _fitted(opaque.size, longest)
    if (width, height) != opaque.size:
        notes.append(f"It is large, so I work on it at {width}×{height} pixels.")
        opaque = opaque.resize((width, height), Image.Resampling.LANCZOS)
    text = picture.info.get(PARAMETERS_KEY)
    parameters = read_parameters(text) if isinstance(text, str) else None
    return Upload(opaque, " ".join(notes) or None, parameters)


def open_mask(content: bytes, picture: bytes) -> Image.Image:
    """Decodes a file to the 8-bit mask for a picture's file: white = repaint.

    Transparent parts are black. Raises BadUpload when one of the files is damaged or not a picture,
    when they differ in size, or when nothing is white.
    """
    layered = ImageOps.exif_transpose(decode(content)).convert("RGBA")
    whole = ImageOps.exif_transpose(decode(picture)).size
    if layered.size != whole:
        raise BadUpload(
            f"The mask has {layered.width}×{layered.height} pixels and the picture "
            f"{whole[0]}×{whole[1]}. They must be of one size."
        )
    ground = Image.new("RGBA", layered.size, "black")
    mask = Image.alpha_composite(ground, layered).convert("L")
    if masks.is_empty(mask):
        raise BadUpload("Nothing in the mask is white, so nothing may change.")
    return mask


def decode(content: bytes) -> Image.Image:
    """Decodes a file to a picture as it is. Raises BadUpload when that fails or it is too large."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            picture = Image.open(io.BytesIO(content))
        if picture.width * picture.height > MAX_PIXELS:
            raise BadUpload(
                f"That picture has {picture.width}×{picture.height} pixels, more than I can hold. "
                "Please send a smaller one."
            )
        picture.load()
    except (UnidentifiedImageError, Image.DecompressionBombError):
        raise BadUpload("I can't read that file as a picture. PNG, JPEG and WebP work.") from None
    except (OSError, SyntaxError, ValueError):
        raise BadUpload(
            "That picture is damaged and can't be opened. Please try another."
        ) from None
    return picture


def _fitted(size: tuple[int, int], longest: int) -> tuple[int, int]:
    """Width and height scaled down, never up, until no side exceeds `longest` pixels."""
    scale = min(1.0, longest / max(size))
    return max(1, round(size[0] * scale)), max(1, round(size[1] * scale))


def _opaque(picture: Image.Image) -> tuple[Image.Image, bool]:
    upright = ImageOps.exif_transpose(picture)
    if upright.mode.startswith("I") or upright.mode == "F":
        upright = _to_eight_bits(upright)
    if "A" not in upright.getbands() and "transparency" not in upright.info:
        return upright.convert("RGB"), False
    layered = upright.convert("RGBA")
    ground = Image.new("RGBA", layered.size, "white")
    transparent = layered.getchannel("A").getextrema()[0] != 255
    return Image.alpha_composite(ground, layered).convert("RGB"), transparent


def _to_eight_bits(picture: Image.Image) -> Image.Image:
    wide = picture.convert("F")
    shares = picture.mode == "F" and float(np.asarray(wide).max()) <= 1
    white = 1.0 if shares else 65535.0
    return wide.point(lambda value: value * (255 / white)).convert("L")
