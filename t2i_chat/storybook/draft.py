"""Layout → the draft: a backdrop with drawings on it, lit and shadowed by rules; no network.

The denoiser paints the picture from it. Everything follows from the layout, its seeds and the
bank, so that the same recipe gives the same draft.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from scipy import ndimage

from t2i_chat.core.geometry import Box, Size
from t2i_chat.core.recipe import ROOM, Layout, Region
from t2i_chat.storybook.backdrops import Backdrop, Light, paint_backdrop, weather_before
from t2i_chat.storybook.bank import Bank, load_bank
from t2i_chat.storybook.bank.drawings import Drawing
from t2i_chat.storybook.cutout import Cutout, cut_out
from t2i_chat.storybook.description import Setting
from t2i_chat.storybook.layouts import drawing_of, setting_of, words_of
from t2i_chat.storybook.styles import styled
from t2i_chat.text.lexicon import Zone

Pixels = NDArray[np.float32]


SEEN = 0.02
"""Alpha of a thing below which its backdrop is seen."""


@dataclass(frozen=True, slots=True)
class Draft:
    """(h, w, 3) sRGB in 0–1, and what each region shows of its thing: (h, w) alphas in 0–1."""

    pixels: Pixels
    shown: tuple[Pixels, ...]


def draft_of(
    layout: Layout, size: Size, seed: int, bank: Bank, picture: Image.Image | None = None
) -> Draft:
    """The draft of a layout; its regions go onto `picture` when it has no backdrop.

    `seed` is that of parts without one of their own.
    """
    setting = setting_of(layout.backdrop or "")
    behind = _behind(layout, setting, size, seed, picture)
    pixels = behind.pixels.copy()
    alphas: list[Pixels] = []
    for region in layout.regions:
        own = seed if region.seed is None else region.seed
        drawing = drawing_of(region, bank, setting, own)
        cutout = cut_out(region, drawing, bank, own)
        alphas.append(_paste(pixels, cutout, behind, region, drawing))
    if layout.backdrop is not None:
        own = seed if layout.seed is None else layout.seed
        pixels = styled(weather_before(pixels, setting, own), setting.style, own)
    return Draft(pixels, tuple(_visible(alphas)))


class StorybookDrafter:
    """Draws layouts from the shipped bank, as a `core.protocols.Drafter`."""

    @property
    def revision(self) -> str:
        """A hash of the bank."""
        return load_bank().revision

    def words(self, layout: Layout) -> str:
        """What stands where, as the denoiser was trained to read it."""
        return words_of(layout)

    def __call__(
        self, layout: Layout, size: Size, seed: int, picture: Image.Image | None
    ) -> Image.Image:
        """The RGB draft of a layout. Raises CannotDo for a noun that the bank does not have."""
        pixels = draft_of(layout, size, seed, load_bank(), picture).pixels
        return Image.fromarray(np.rint(np.clip(pixels, 0, 1) * 255).astype(np.uint8))


def zones_of(layout: Layout, size: Size, seed: int) -> Mapping[Zone, Image.Image]:
    """8-bit masks of what is seen of a layout's backdrop: ground, water, and the rest, the sky.

    What things cover belongs to none; zones that do not occur are left out.
    """
    behind = _behind(layout, setting_of(layout.backdrop or ""), size, seed, None)
    shown = draft_of(layout, size, seed, load_bank()).shown
    seen = np.max(shown, 0) < SEEN if shown else np.ones_like(behind.standing)
    parts: dict[Zone, NDArray[np.bool_]] = {
        "ground": behind.standing,
        "water": behind.water & ~behind.standing,
    }
    parts["sky"] = ~(behind.standing | behind.water)
    return {
        zone: Image.fromarray(np.where(where & seen, np.uint8(255), np.uint8(0)))
        for zone, where in parts.items()
        if (where & seen).any()
    }


def _behind(
    layout: Layout, setting: Setting, size: Size, seed: int, picture: Image.Image | None
) -> Backdrop:
    if layout.backdrop is None and picture is not None:
        return of_picture(picture)
    own = seed if layout.seed is None else layout.seed
    return paint_backdrop(setting, (size.width, size.height), own)


def of_picture(picture: Image.Image) -> Backdrop:
    """A picture as a backdrop: its lower half is where things stand, its colours tint them."""
    pixels = np.asarray(picture.convert("RGB"), np.float32) / np.float32(255)
    middle = pixels.reshape(-1, 3).mean(0)
    tint = 0.75 + 0.25 * middle / max(float(middle.max()), 0.05)
    dark = float(np.clip(0.55 + 0.9 * middle.max(), 0.55, 1.0))
    high, wide = pixels.shape[:2]
    standing = np.zeros((high, wide), bool)
    standing[high * 2 // 5 :] = True
    light = Light(tuple(float(v) * dark for v in tint), 0.3, 0.35, 0.0)  # type: ignore[arg-type]  # three numbers
    return Backdrop(pixels, 0.4, standing, np.zeros_like(standing), light)


def _paste(
    pixels: Pixels, cutout: Cutout, behind: Backdrop, region: Region, drawing: Drawing
) -> Pixels:
    """Pastes a cut-out with its shadow, in place; returns its alpha, (h, w)."""
    alpha = np.zeros(pixels.shape[:2], np.float32)
    rows, columns, part = cutout.visible(pixels.shape[0], pixels.shape[1])
    if rows.stop <= rows.start or columns.stop <= columns.start:
        return alpha
    alpha[rows, columns] = cutout.alpha[part]
    if _stands(cutout, behind, drawing):
        _shade(pixels, alpha, region.box, behind.light)
    lit = cutout.lit(behind.light)[part]
    over = alpha[rows, columns][..., None]
    pixels[rows, columns] = pixels[rows, columns] * (1 - over) + lit * over
    return alpha


def _stands(cutout: Cutout, behind: Backdrop, drawing: Drawing) -> bool:
    """Whether a thing touches something that its shadow falls on."""
    if drawing.places[:1] == ("sky",):
        return False
    y = min(max(cutout.foot, 0), behind.standing.shape[0] - 1)
    x = min(max(cutout.middle, 0), behind.standing.shape[1] - 1)
    return bool(behind.standing[y, x])


def _shade(pixels: Pixels, alpha: Pixels, box: Box, light: Light) -> None:
    """Darkens the ground at a thing's foot: its own outline, flattened and blurred, in its box."""
    rows, columns = slice(max(0, box.y0), box.y1), slice(max(0, box.x0), box.x1)
    shape = alpha[rows, columns]
    if shape.size == 0:
        return
    foot = int(np.flatnonzero(shape.max(1) > 0.5)[-1]) if (shape.max(1) > 0.5).any() else 0
    near = shape[max(0, foot - shape.shape[0] // 6) : foot + 1].max(0)
    high = max(3.0, min(0.045 * shape.shape[1], float(ROOM)))
    fall = np.exp(-(((np.arange(shape.shape[0]) - foot + high / 3) / high) ** 2))
    wide = ndimage.gaussian_filter1d(near, max(1.0, 0.025 * shape.shape[1]))
    shadow = light.shadow * fall[:, None] * wide[None, :]
    edge = _fading(shape.shape)
    pixels[rows, columns] *= 1 - (shadow * edge)[..., None].astype(np.float32)


def _fading(shape: tuple[int, int]) -> Pixels:
    """1 inside, falling to 0 over ROOM pixels at the edges: a shadow ends within its box."""
    along = [np.minimum(np.arange(n) + 1, n - np.arange(n)) / ROOM for n in shape]
    both = np.minimum(np.minimum(along[0], 1)[:, None], np.minimum(along[1], 1)[None, :])
    return both.astype(np.float32)


def _visible(alphas: Sequence[Pixels]) -> list[Pixels]:
    """Each alpha without what later ones cover."""
    covered = None
    shown: list[Pixels] = []
    for alpha in reversed(alphas):
        shown.insert(0, alpha if covered is None else alpha * (1 - covered))
        covered = alpha if covered is None else np.maximum(covered, alpha)
    return shown
