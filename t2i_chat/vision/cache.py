"""Caches segmentation masks per picture and target.

One edit segments the same thing several times: to ask which one, to paint, and to check.
"""

from __future__ import annotations

import threading
from collections import OrderedDict

from PIL import Image

from t2i_chat.core.protocols import Segmenter
from t2i_chat.core.recipe import pixels_sha256

MOST = 32
"""Size of the cache, in masks."""


class CachedSegmenter:
    """A thread-safe least-recently-used cache in front of `segmenter`."""

    def __init__(self, segmenter: Segmenter) -> None:
        self._segmenter = segmenter
        self._known: OrderedDict[tuple[str, str], Image.Image | None] = OrderedDict()
        self._lock = threading.Lock()

    def segment(self, image: Image.Image, target: str) -> Image.Image | None:
        """An 8-bit mask of the picture's size, white where `target` is; None if not found."""
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
