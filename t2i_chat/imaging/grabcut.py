"""GrabCut: segments the foreground object inside a box.

Rother, Kolmogorov and Blake, "GrabCut: Interactive Foreground Extraction using Iterated Graph Cuts"
(2004).
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from t2i_chat.core.geometry import Box, Size
from t2i_chat.imaging import masks

AROUND = 24
"""Context around the box, in pixels, from which the background colours are learnt."""
LEAST = 0.15
"""Minimum share of the box that the object must fill; less counts as a failure."""
ROUNDS = 4


def cut_out(picture: Image.Image, box: Box) -> Image.Image | None:
    """An 8-bit mask of the RGB picture's size, white on the foreground in `box` (pixels).

    None where foreground and background cannot be separated.
    """
    size = Size(width=picture.width, height=picture.height)
    inside = box.clipped(size)
    near = inside.roomy(AROUND).clipped(size)
    corners = (near.x0, near.y0, near.x1, near.y1)
    maybe = masks.binary(masks.box_mask(inside, size).crop(corners))
    thing = _told_apart(picture.crop(corners), maybe)
    if thing is None or np.count_nonzero(thing) < LEAST * inside.width * inside.height:
        return None
    cut = Image.new("L", picture.size, 0)
    cut.paste(masks.from_array(thing), corners[:2])
    return cut


def _told_apart(picture: Image.Image, maybe: NDArray[np.bool_]) -> NDArray[np.bool_] | None:
    """The foreground, an (H, W) mask within `maybe`.

    None where `maybe` is all or none of the picture, so that there is nothing to compare.
    """
    if maybe.all() or not maybe.any():
        return None
    marks = np.where(maybe, cv2.GC_PR_FGD, cv2.GC_BGD).astype(np.uint8)
    colours = np.ascontiguousarray(np.asarray(picture.convert("RGB"))[:, :, ::-1])
    cv2.setRNGSeed(0)  # GrabCut initialises its colour models at random
    one, other = np.zeros((1, 65)), np.zeros((1, 65))
    cv2.grabCut(colours, marks, None, one, other, ROUNDS, cv2.GC_INIT_WITH_MASK)
    return np.isin(marks, (cv2.GC_FGD, cv2.GC_PR_FGD))
