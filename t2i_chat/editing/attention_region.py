"""Segmentation from cross-attention maps: the mask of a word the model has just painted.

The map is binarised by Otsu, "A Threshold Selection Method from Gray-Level Histograms" (1979). A
word whose map is nearly uniform has no region.
"""

from __future__ import annotations

import cv2
import numpy as np
from PIL import Image

from t2i_chat.core.events import Said
from t2i_chat.core.recipe import Looked
from t2i_chat.imaging import masks
from t2i_chat.imaging.components import chosen, read_target
from t2i_chat.text import captions

DISTINCT = 0.3
"""Minimum contrast (standard deviation / mean) of a word's map for it to have a region.

Measured with the Storybook model: things and skies that were painted have 0.34 or more, words it
ignored, grounds, colours and numbers 0.26 or less.
"""


def region(looked: Looked, target: str) -> Image.Image | None:
    """An 8-bit mask of the picture's size, white where `target` was painted; None if unclear.

    Side and ordinal words ("left", "second", "biggest") choose among several.
    """
    wanted = read_target(target)
    word = next((word for word in looked.maps if captions.names(word, wanted.thing)), None)
    if word is None or looked.contrast.get(word, 0.0) < DISTINCT:
        return None
    seen = np.asarray(looked.maps[word])
    _, white = cv2.threshold(seen, 0, 255, cv2.THRESH_BINARY | cv2.THRESH_OTSU)
    found = chosen(white > 0, wanted)
    return None if found is None else masks.from_array(found)


def told(target: str) -> Said:
    """Tells the person that the region was found from attention maps."""
    return Said(
        f"I couldn't make out {captions.with_article(target)} in the picture, so I went by where I "
        "looked when I painted it."
    )
