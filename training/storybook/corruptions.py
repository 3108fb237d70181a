"""Image corruptions for training the judge: mild (as in generated pictures) and destructive."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from t2i_chat.storybook.scenes import SIZE, Thing, drawing
from t2i_chat.storybook.vocabulary import load_vocabulary

Rng = np.random.Generator
Pixels = NDArray[np.uint8]
Spoil = Callable[[Pixels, Thing, Rng], Pixels]


def wear(pixels: Pixels, rng: Rng) -> Pixels:
    """Return `pixels` a little blurred, noisy and off in colour two times of three."""
    if rng.random() < 0.33:
        return pixels
    soft = Image.fromarray(pixels).filter(ImageFilter.GaussianBlur(float(rng.uniform(0.2, 1.8))))
    noise = rng.normal(0, rng.uniform(0, 8), (SIZE // 4, SIZE // 4, 3)).repeat(4, 0).repeat(4, 1)
    tint = rng.normal(0, 5, 3) + (np.asarray(soft, np.float32) - 128) * rng.uniform(-0.08, 0.08)
    return np.clip(np.asarray(soft) + noise + tint, 0, 255).astype(np.uint8)


def shuffled(pixels: Pixels, thing: Thing, rng: Rng) -> Pixels:
    """Return `pixels` with the thing cut into squares that are put back in another order."""
    left, top, right, bottom = thing.box
    side = max(8, (max(right - left, bottom - top) // 4) // 4 * 4)
    spots = [(y, x) for y in range(top, bottom - side + 1, side)
             for x in range(left, right - side + 1, side)]  # fmt: skip
    result = pixels.copy()
    for (y, x), pick in zip(spots, rng.permutation(len(spots)), strict=True):
        v, u = spots[pick]
        turned = np.rot90(pixels[v : v + side, u : u + side], int(rng.integers(4)))
        result[y : y + side, x : x + side] = turned
    return result


def warped(pixels: Pixels, thing: Thing, rng: Rng) -> Pixels:
    """Return `pixels` with the thing kneaded: parts of it moved by up to a quarter of its side."""
    return kneaded(pixels, thing, rng, rng.uniform(0.14, 0.28))


def kneaded(pixels: Pixels, thing: Thing, rng: Rng, share: float) -> Pixels:
    """Return `pixels` with parts of the thing moved by up to `share` of its side."""
    left, top, right, bottom = thing.box
    high, wide = bottom - top, right - left
    reach = share * max(high, wide)
    knots = rng.uniform(-reach, reach, (2, 5, 5)).astype(np.float32)
    dx, dy = (np.asarray(Image.fromarray(k).resize((wide, high), Image.Resampling.BICUBIC))
              for k in knots)  # fmt: skip
    ys, xs = np.mgrid[:high, :wide]
    rows = np.clip(np.rint(ys + dy), 0, high - 1).astype(int)
    columns = np.clip(np.rint(xs + dx), 0, wide - 1).astype(int)
    result = pixels.copy()
    result[top:bottom, left:right] = pixels[top:bottom, left:right][rows, columns]
    return result


def melted(pixels: Pixels, thing: Thing, rng: Rng) -> Pixels:
    """Return `pixels` with the thing blurred to a blob of its colours."""
    left, top, right, bottom = thing.box
    radius = float(rng.uniform(0.13, 0.22)) * max(right - left, bottom - top)
    reach = round(2 * radius)
    top, left = max(0, top - reach), max(0, left - reach)
    patch = pixels[top : bottom + reach, left : right + reach]
    result = pixels.copy()
    result[top : bottom + reach, left : right + reach] = np.asarray(
        Image.fromarray(patch).filter(ImageFilter.GaussianBlur(radius))
    )
    return result


def blended(pixels: Pixels, thing: Thing, rng: Rng) -> Pixels:
    """Return `pixels` with another drawing lying half transparent over the thing."""
    return _overlaid(pixels, thing, rng, lambda alpha: alpha * rng.uniform(0.4, 0.6))


def spliced(pixels: Pixels, thing: Thing, rng: Rng) -> Pixels:
    """Return `pixels` with half of the thing replaced by half of another."""

    def half(alpha: NDArray[np.float32]) -> NDArray[np.float32]:
        cut = alpha.copy()
        if rng.random() < 0.5:
            cut[: alpha.shape[0] // 2] = 0
        else:
            cut[:, : alpha.shape[1] // 2] = 0
        return cut

    return _overlaid(pixels, thing, rng, half)


def _overlaid(
    pixels: Pixels,
    thing: Thing,
    rng: Rng,
    cover: Callable[[NDArray[np.float32]], NDArray[np.float32]],
) -> Pixels:
    """Return `pixels` with another drawing of the thing's size over it, as far as `cover` says."""
    left, top, right, bottom = thing.box
    nouns = [noun for noun in load_vocabulary().nouns if noun != thing.noun]
    other = drawing(nouns[rng.integers(len(nouns))], None, max(right - left, bottom - top))
    high = min(bottom - top, other.alpha.shape[0])
    wide = min(right - left, other.alpha.shape[1])
    x, y = left + (right - left - wide) // 2, bottom - high
    alpha = np.asarray(cover(other.alpha[:high, :wide]), np.float32)[..., None]
    solid = np.maximum(other.alpha[:high, :wide, None], 1e-3)
    tones = other.rgb[:high, :wide] / solid * 255
    result = pixels.copy()
    under = result[y : y + high, x : x + wide]
    result[y : y + high, x : x + wide] = np.clip(under * (1 - alpha) + tones * alpha, 0, 255)
    return result


SPOILS: Mapping[str, Spoil] = {
    "shuffled": shuffled,
    "warped": warped,
    "melted": melted,
    "blended": blended,
    "spliced": spliced,
}
"""What makes a thing unrecognisable, by name."""
