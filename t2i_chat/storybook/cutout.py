"""A drawing cut out of the bank for one place of a picture: coloured, turned, scaled and lit."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from t2i_chat.core.recipe import ROOM, Region
from t2i_chat.storybook.backdrops import Light
from t2i_chat.storybook.bank import Bank
from t2i_chat.storybook.bank.drawings import Drawing
from t2i_chat.storybook.description import Thing
from t2i_chat.storybook.layouts import thing_of
from t2i_chat.storybook.oklch import OkLch, main_tone
from t2i_chat.storybook.recolour import recoloured
from t2i_chat.storybook.vocabulary import load_vocabulary

Pixels = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Cutout:
    """(h, w, 3) sRGB in 0–1 and (h, w) alpha, with the upper left corner in the picture."""

    rgb: Pixels
    alpha: Pixels
    x: int
    y: int

    @property
    def foot(self) -> int:
        """The last row of the picture that it covers."""
        return self.y + int(self.alpha.shape[0]) - 1

    @property
    def middle(self) -> int:
        """Its middle column in the picture."""
        return self.x + int(self.alpha.shape[1]) // 2

    def visible(self, height: int, width: int) -> tuple[slice, slice, tuple[slice, slice]]:
        """Its rows and columns in a picture of that size, and the part of it that they show."""
        rows = slice(max(0, self.y), min(height, self.y + self.alpha.shape[0]))
        columns = slice(max(0, self.x), min(width, self.x + self.alpha.shape[1]))
        part = (
            slice(rows.start - self.y, rows.stop - self.y),
            slice(columns.start - self.x, columns.stop - self.x),
        )
        return rows, columns, part

    def lit(self, light: Light) -> Pixels:
        """Its colours in the light of a backdrop, brighter on the side that the light is on."""
        along = np.linspace(-1, 1, self.alpha.shape[1], dtype=np.float32)[None, :, None]
        down = np.linspace(1, -1, self.alpha.shape[0], dtype=np.float32)[:, None, None]
        shade = 1 + 0.07 * light.direction * along + 0.05 * down
        linear = self.rgb**2.2 * np.array(light.tint, np.float32) * shade
        warm = light.glow * 0.12 * np.clip(light.direction * along, 0, 1)
        linear = linear + warm * np.array([1.0, 0.72, 0.35], np.float32) * linear
        lit: Pixels = np.clip(linear, 0, 1) ** np.float32(1 / 2.2)
        return lit


def cut_out(region: Region, drawing: Drawing, bank: Bank, seed: int) -> Cutout:
    """The drawing of a region, as large as fits into its box, standing at the lower edge."""
    tone = tone_of(thing_of(region), seed) if drawing.recolours else None
    picture = _coloured(bank, drawing, tone)
    if region.mirrored:
        picture = picture.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    box = region.box.inset(ROOM)
    times = min(box.width / picture.width, box.height / picture.height)
    wide, high = (max(1, round(side * times)) for side in picture.size)
    rgb, alpha = _scaled(picture, wide, high)
    return Cutout(rgb, alpha, (box.x0 + box.x1 - wide) // 2, box.y1 - high)


def tone_of(thing: Thing, seed: int) -> OkLch | None:
    """The tone a thing is to have; one of several by the seed."""
    if not thing.colours:
        return None
    name = thing.colours[seed % len(thing.colours)]
    known = load_vocabulary().colours.get(name)
    return known.oklch if known else None


def _coloured(bank: Bank, drawing: Drawing, tone: OkLch | None) -> Image.Image:
    picture = bank.image(drawing)
    if tone is None:
        return picture
    pixels = np.asarray(picture, np.float64) / 255
    rgb, alpha = pixels[..., :3], pixels[..., 3:]
    moved = recoloured(rgb, main_tone(rgb, alpha[..., 0]), tone)
    return Image.fromarray(np.rint(np.concatenate([moved, alpha], -1) * 255).astype(np.uint8))


def _scaled(picture: Image.Image, wide: int, high: int) -> tuple[Pixels, Pixels]:
    # RGBa is premultiplied: scaling it leaves no dark rim around the outline.
    small = picture.convert("RGBa").resize((wide, high), Image.Resampling.LANCZOS)
    planes = np.frombuffer(small.tobytes(), np.uint8).reshape(high, wide, 4)
    values = planes.astype(np.float32) / np.float32(255)
    alpha = values[..., 3]
    rgb = values[..., :3] / np.maximum(alpha, np.float32(1 / 255))[..., None]
    return np.clip(rgb, 0, 1), alpha
