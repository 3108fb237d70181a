"""Renderer of combined versions: copies a masked region of another version, feathered."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import PIL

import t2i_chat
from t2i_chat.core.errors import Cancelled
from t2i_chat.core.recipe import Rendered, RenderEvent, RenderRequest, pixels_sha256
from t2i_chat.imaging import masks


class Compositor:
    """A renderer of requests of kind "combine"."""

    def render(self, request: RenderRequest, cancel: threading.Event) -> Iterator[RenderEvent]:
        """One Rendered with its receipt.

        Raises Cancelled when Stop was pressed before, ValueError for an inconsistent request.
        """
        recipe, image, mask, source = request.recipe, request.image, request.mask, request.source
        if image is None or mask is None or source is None:
            raise ValueError("a combination needs two pictures and a region")
        if tuple(map(pixels_sha256, (image, mask, source))) != recipe.inputs:
            raise ValueError("the request's pictures are not those its recipe names")
        if not image.size == mask.size == source.size:
            raise ValueError("the pictures differ in size")
        if cancel.is_set():
            raise Cancelled
        shown = masks.compositing(mask, recipe)
        result = masks.composite(image, source, shown)
        versions = {"t2i-chat": t2i_chat.__version__, "pillow": PIL.__version__}
        used = recipe.model_copy(update={"versions": versions})
        yield Rendered(result, used, masks.receipt(image, result, shown))
