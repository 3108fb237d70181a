"""Cuts a thing out of the box it stands in; knows neither its name nor how it was painted.

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
"""Pixels around the box that show what the thing stands before."""
LEAST = 0.15
"""Share of its box that a thing fills; less is only a part of it."""
ROUNDS = 4


def cut_out(picture: Image.Image, box: Box) -> Image.Image | None:
    """An 8-bit mask of the RGB picture's size, white on the thing in a box of it (pixels).

    None where nothing in the box can be told from what is around.
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
    """Where the thing is, (H, W); it is nowhere but where `maybe` is true.

    None where that is everywhere or nowhere, so that there is nothing to compare.
    """
    if maybe.all() or not maybe.any():
        return None
    marks = np.where(maybe, cv2.GC_PR_FGD, cv2.GC_BGD).astype(np.uint8)
    colours = np.ascontiguousarray(np.asarray(picture.convert("RGB"))[:, :, ::-1])
    cv2.setRNGSeed(0)  # its colour models begin by chance
    one, other = np.zeros((1, 65)), np.zeros((1, 65))
    cv2.grabCut(colours, marks, None, one, other, ROUNDS, cv2.GC_INIT_WITH_MASK)
    return np.isin(marks, (cv2.GC_FGD, cv2.GC_PR_FGD))
