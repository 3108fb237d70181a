"""Sends each request to the renderer its recipe names; knows none of them, and paints nothing.

Most pictures are painted by diffusion models, which come and go (`models.py`). A few crafts need
no such model and are always at hand.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping

from t2i_chat.core.protocols import Renderer
from t2i_chat.core.recipe import RenderEvent, RenderRequest


class Dispatch:
    """A renderer of everything: `crafts` by the names recipes have for them, `painter` the rest."""

    def __init__(self, crafts: Mapping[str, Renderer], painter: Renderer) -> None:
        self._crafts = crafts
        self._painter = painter

    def render(self, request: RenderRequest, cancel: threading.Event) -> Iterator[RenderEvent]:
        """The events of the renderer the recipe names, which raises what it raises."""
        renderer = self._crafts.get(request.recipe.model, self._painter)
        yield from renderer.render(request, cancel)
