"""The models in memory: loads a recipe's model on demand, unloads the least recently used.

A recipe names its model, so conversations with different models, and old pictures of a model no
longer chosen, use the same renderer.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import Protocol

from t2i_chat.core.errors import HostError
from t2i_chat.core.protocols import Renderer
from t2i_chat.core.recipe import RenderEvent, RenderRequest
from t2i_chat.core.registry import ModelFacts


class Painter(Renderer, Protocol):
    """A renderer for one model."""

    facts: ModelFacts

    def load(self) -> None:
        """Loads the model now. Raises ModelMissing or ModelDoesNotFit."""
        ...

    def close(self) -> None:
        """Frees the model's memory; a running job is cancelled."""
        ...


class ModelPool:
    """The loaded models of an installation, shared by all conversations.

    `default` always stays in memory. Of the others only the last used one does: two large models
    rarely fit together. `open_painter` makes the renderer of a model by its name without loading
    it, and raises ModelMissing when there is no such model.
    """

    def __init__(self, default: str, open_painter: Callable[[str], Painter]) -> None:
        self._default = default
        self._open = open_painter
        self._painters: dict[str, Painter] = {}
        self._loading = threading.Lock()  # one model is loaded at a time
        self._painting = threading.Lock()  # no model is closed while another picture is painted

    def load(self, model: str) -> ModelFacts:
        """Loads a model unless it is loaded, and returns its facts. Takes a while.

        Raises ModelMissing or ModelDoesNotFit; the pool is then unchanged.
        """
        with self._loading:
            with self._painting:
                painter = self._seated(model)
            try:
                painter.load()
            except HostError:
                with self._painting:
                    self._leave(painter)
                raise
            return painter.facts

    def render(self, request: RenderRequest, cancel: threading.Event) -> Iterator[RenderEvent]:
        """The events of the recipe's model, which is loaded first if necessary."""
        with self._painting:
            yield from self._seated(request.recipe.model).render(request, cancel)

    def _seated(self, model: str) -> Painter:
        """The renderer of a model, after unloading those that do not fit beside it."""
        for name, painter in list(self._painters.items()):
            if name not in (self._default, model):
                self._leave(painter)
        if model not in self._painters:
            self._painters[model] = self._open(model)
        return self._painters[model]

    def _leave(self, leaving: Painter) -> None:
        self._painters = {n: p for n, p in self._painters.items() if p is not leaving}
        leaving.close()
