"""Keeps the chosen models in memory, as one renderer; knows nothing of loading and painting.

A picture's recipe names the model that paints it, so conversations with different models, and old
pictures of a model that is no longer chosen, all go through the same door.
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
    """A renderer of one model."""

    facts: ModelFacts

    def load(self) -> None:
        """Loads the model now. Raises ModelMissing or ModelDoesNotFit."""
        ...

    def close(self) -> None:
        """Gives the model's memory back; whatever it paints is cancelled."""
        ...


class ModelPool:
    """The painters of one installation, each opened once and shared by all conversations.

    `default` always stays. Of the others only the one that was used last does: two large models
    rarely fit into one memory. `open_painter` makes a painter by its model's name without loading
    it, and raises ModelMissing when there is no such model.
    """

    def __init__(self, default: str, open_painter: Callable[[str], Painter]) -> None:
        self._default = default
        self._open = open_painter
        self._painters: dict[str, Painter] = {}
        self._loading = threading.Lock()  # one model is loaded at a time
        self._painting = threading.Lock()  # no model is closed while another picture is painted

    def load(self, model: str) -> ModelFacts:
        """Loads a model unless it is there, and returns what is to be known of it. Takes a while.

        Raises ModelMissing or ModelDoesNotFit; then it is as if it had never been asked for.
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
        """What the painter of the recipe's model paints; it is loaded first if it must be."""
        with self._painting:
            yield from self._seated(request.recipe.model).render(request, cancel)

    def _seated(self, model: str) -> Painter:
        """The painter of a model, once those that have no room beside it have left."""
        for name, painter in list(self._painters.items()):
            if name not in (self._default, model):
                self._leave(painter)
        if model not in self._painters:
            self._painters[model] = self._open(model)
        return self._painters[model]

    def _leave(self, leaving: Painter) -> None:
        self._painters = {n: p for n, p in self._painters.items() if p is not leaving}
        leaving.close()
