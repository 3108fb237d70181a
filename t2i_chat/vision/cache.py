"""A segmenter that does not look twice for the same thing in the same picture; it finds nothing.

An edit looks for its thing to ask which one is meant, to paint there, and to see what came of it.
"""

from __future__ import annotations

import threading
from collections import OrderedDict

from PIL import Image

from t2i_chat.core.protocols import Segmenter
from t2i_chat.core.recipe import pixels_sha256

MOST = 32
"""How many answers are kept, the latest ones."""


class CachedSegmenter:
    """The answers of `segmenter`, each asked for once; many threads may ask."""

    def __init__(self, segmenter: Segmenter) -> None:
        self._segmenter = segmenter
        self._known: OrderedDict[tuple[str, str], Image.Image | None] = OrderedDict()
        self._lock = threading.Lock()

    def segment(self, image: Image.Image, target: str) -> Image.Image | None:
        """An 8-bit mask of the picture's size, white where `target` is; None if it is not there."""
        key = pixels_sha256(image), target
        with self._lock:
            if key in self._known:
                return self._known[key]
        found = self._segmenter.segment(image, target)
        with self._lock:
            self._known[key] = found
            while len(self._known) > MOST:
                self._known.popitem(last=False)
        return found
