"""Mask arithmetic on 8-bit masks (white = repaint): grow, feather, composite, measure an edit.

Two masks are derived from the segmented or drawn one. The denoising mask is grown a little, so that
outlines of the old content do not show. The compositing mask covers it and fades to 0 over
`feather` more pixels; wherever it is 0, the original bytes are kept.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageChops, ImageFilter, ImageOps

from t2i_chat.core.geometry import Box, Size
from t2i_chat.core.recipe import Receipt, Recipe
from t2i_chat.imaging import diff

WHITE = 128
"""Grey value from which on a mask's pixel counts as white."""


def binary(mask: Image.Image) -> NDArray[np.bool_]:
    """Where the mask is white, as an (H, W) array."""
    return np.asarray(mask.convert("L")) >= WHITE


def from_array(white: NDArray[np.bool_]) -> Image.Image:
    """The 8-bit mask that is 255 where `white`, an (H, W) array, is true, and 0 elsewhere."""
    return Image.fromarray(white.astype(np.uint8) * 255)


def is_empty(mask: Image.Image) -> bool:
    """Whether no pixel is white."""
    return not binary(mask).any()


def invert(mask: Image.Image) -> Image.Image:
    """White where the mask is black and black where it is white."""
    return ImageOps.invert(mask.convert("L"))


def fitted(mask: Image.Image, size: tuple[int, int]) -> Image.Image:
    """The mask resized to a picture of `size` (width, height)."""
    return mask if mask.size == size else mask.resize(size, Image.Resampling.NEAREST)


def box_of(mask: Image.Image) -> Box | None:
    """The bounding box of the white area; None for an empty mask."""
    bounds = from_array(binary(mask)).getbbox()
    return None if bounds is None else Box(x0=bounds[0], y0=bounds[1], x1=bounds[2], y1=bounds[3])


def inner_box(mask: Image.Image) -> Box:
    """The largest axis-aligned box that is all white, up to a few pixels; an empty box if none.

    Maximal rectangle by a sweep over column heights; large masks are downscaled first.
    """
    step = max(1, max(mask.size) // 256)
    high, wide = mask.height // step, mask.width // step
    cells = binary(mask)[: high * step, : wide * step].reshape(high, step, wide, step)
    rows_white = np.asarray(cells.all(axis=(1, 3)))
    columns, best = np.zeros(wide + 1, dtype=int), (0, 0, 0, 0)
    area = 0
    for row, white in enumerate(rows_white):
        columns[:-1] = np.where(white, columns[:-1] + 1, 0)
        open_since: list[int] = []
        for x, tall in enumerate(columns.tolist()):
            while open_since and columns[open_since[-1]] >= tall:
                rows = int(columns[open_since.pop()])
                left = open_since[-1] + 1 if open_since else 0
                if rows * (x - left) > area:
                    area, best = rows * (x - left), (left, row + 1 - rows, x, row + 1)
            open_since.append(x)
    x0, y0, x1, y1 = (edge * step for edge in best)
    return Box(x0=x0, y0=y0, x1=x1, y1=y1)


def box_mask(box: Box, size: Size) -> Image.Image:
    """A mask of `size` pixels that is white inside `box` and nowhere else."""
    mask = Image.new("L", (size.width, size.height), 0)
    inside = box.clipped(size)
    mask.paste(255, (inside.x0, inside.y0, inside.x1, inside.y1))
    return mask


def boxes_mask(boxes: Sequence[Box], size: Size) -> Image.Image:
    """A mask of `size` pixels that is white inside any of the boxes."""
    black = Image.new("L", (size.width, size.height), 0)
    return reduce(ImageChops.lighter, (box_mask(box, size) for box in boxes), black)


def grow(mask: Image.Image, pixels: int) -> Image.Image:
    """The white area dilated by `pixels` in every direction, diagonals included."""
    white = binary(mask)
    for axis in (0, 1):
        white = _widened(white, pixels, axis)
    return from_array(white)


def _widened(white: NDArray[np.bool_], pixels: int, axis: int) -> NDArray[np.bool_]:
    """Dilation by `pixels` along one axis, with running sums (cost independent of the reach)."""
    pad = [(0, 0), (0, 0)]
    pad[axis] = (pixels + 1, pixels)
    sums = np.cumsum(np.pad(white, pad), axis=axis, dtype=np.int32)
    window = 2 * pixels + 1
    ahead, behind = np.split(sums, [window], axis=axis)[1], np.delete(sums, np.s_[-window:], axis)
    return np.asarray(ahead > behind)


def snapped(mask: Image.Image, multiple: int) -> Image.Image:
    """The white area widened to whole blocks of `multiple` pixels, the grid of the latents.

    A block with one white pixel turns white. The mask's sides must be multiples of `multiple`.
    """
    white = binary(mask)
    high, wide = white.shape
    blocks = white.reshape(high // multiple, multiple, wide // multiple, multiple).any((1, 3))
    return from_array(blocks.repeat(multiple, 0).repeat(multiple, 1))


def denoise_mask(mask: Image.Image, grow_by: int) -> Image.Image:
    """The denoising mask, 0 or 255: `mask` grown by `grow_by` pixels."""
    return grow(mask, grow_by)


def composite_mask(mask: Image.Image, grow_by: int, feather: int) -> Image.Image:
    """The compositing mask: 255 on the grown mask, fading to 0 within `feather` pixels.

    Nothing beyond `grow_by + feather` pixels of the mask is ever above 0.
    """
    solid = grow(mask, grow_by)
    if feather == 0:
        return solid
    # A box blur reaches exactly its radius: widening by one half and blurring by the other gives
    # a straight ramp that begins at the solid part's edge and ends `feather` pixels further out.
    blur = feather // 2
    soft = grow(solid, feather - blur).filter(ImageFilter.BoxBlur(blur))
    limit = grow(solid, feather)
    return ImageChops.darker(ImageChops.lighter(soft, solid), limit)


def compositing(region: Image.Image, recipe: Recipe) -> Image.Image:
    """The compositing mask of a local edit, with the recipe's grow and feather.

    The edit is composited and measured with this same mask. Where it is 0 no pixel may change.
    """
    return composite_mask(region, recipe.mask_grow, recipe.mask_feather)


def composite(original: Image.Image, painted: Image.Image, mask: Image.Image) -> Image.Image:
    """`painted` where the mask is 255, `original` untouched where it is 0, blended between.

    All three have the same size. Pillow blends in integers and is exact at both ends.
    """
    return Image.composite(painted.convert("RGB"), original.convert("RGB"), mask.convert("L"))


TO_THE_EYE = 16
"""Smallest difference (0–255) that counts as visible in a whole picture painted anew."""


def whole_receipt(original: Image.Image, result: Image.Image) -> Receipt:
    """The receipt of a whole-picture edit, which counts only visible changes.

    A pass through the model alone moves every pixel by a few levels.
    """
    apart = diff.per_pixel(original, result)
    changed = np.count_nonzero(apart >= TO_THE_EYE) / apart.size
    return Receipt(max_outside=None, changed_fraction=float(changed))


def receipt(original: Image.Image, result: Image.Image, compositing: Image.Image) -> Receipt:
    """The receipt of a local edit, measured on the pixels of two pictures of one size."""
    apart = diff.per_pixel(original, result)
    outside = apart[np.asarray(compositing.convert("L")) == 0]
    return Receipt(
        max_outside=int(outside.max(initial=0)),
        changed_fraction=float(np.count_nonzero(apart) / apart.size),
    )
