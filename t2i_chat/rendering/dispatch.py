"""Sends each request to its renderer by `recipe.model`: diffusion, upscale, lettering, combine."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping

from t2i_chat.core.protocols import Renderer
from t2i_chat.core.recipe import RenderEvent, RenderRequest


class Dispatch:
    """A renderer for all requests: `crafts` by `recipe.model`; `painter` takes all other models."""

    def __init__(self, crafts: Mapping[str, Renderer], painter: Renderer) -> None:
        self._crafts = crafts
        self._painter = painter

    def render(self, request: RenderRequest, cancel: threading.Event) -> Iterator[RenderEvent]:
        """The events, and exceptions, of the renderer in charge."""
        renderer = self._crafts.get(request.recipe.model, self._painter)
        yield from renderer.render(request, cancel)
