"""Finds a thing where the painter looked for its word; pure: it neither paints nor looks.

What is white in the map of a word is told from the rest by Otsu, "A Threshold Selection Method from
Gray-Level Histograms" (1979). A word that was looked for nearly everywhere alike has no place.
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
"""Contrast from which a word has a place.

Of ten things and skies that Storybook painted all have 0.34 or more, as has “night”; of what it
left out, of grounds, colours and numbers all have 0.26 or less.
"""


def region(looked: Looked, target: str) -> Image.Image | None:
    """An 8-bit mask of the picture's size, white where `target` was painted; None if unknown.

    "Left", "second", "biggest" and the like choose among several.
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
    """What is said of a thing that was found so."""
    return Said(
        f"I couldn't make out {captions.with_article(target)} in the picture, so I went by where I "
        "looked when I painted it."
    )
