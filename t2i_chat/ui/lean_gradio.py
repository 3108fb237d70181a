"""Imports Gradio faster: without its stub writer, and pandas only when a table is shown.

Gradio writes type stubs for editors, class by class, whenever it is imported. Import this before
anything imports Gradio.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from importlib.util import spec_from_file_location
from types import ModuleType

STUBS, WRITER = "gradio.component_meta", "create_or_modify_pyi"
"""The module, and its function that writes type stubs."""


class Deferred(ModuleType):
    """Stands for a library until it is asked for something, and imports it then."""

    def __getattr__(self, name: str) -> object:
        if sys.modules.get(self.__name__) is self:
            del sys.modules[self.__name__]
        return getattr(importlib.import_module(self.__name__), name)


@contextmanager
def deferred(library: str) -> Iterator[None]:
    """Whoever imports `library` meanwhile loads it only by using it."""
    stand_in = sys.modules.setdefault(library, Deferred(library))
    try:
        yield
    finally:
        if isinstance(stand_in, Deferred) and sys.modules.get(library) is stand_in:
            del sys.modules[library]


class _Silenced(SourceFileLoader):
    """Runs the module, then makes its writer do nothing."""

    def exec_module(self, module: ModuleType) -> None:
        super().exec_module(module)
        setattr(module, WRITER, lambda *_: None)


class WithoutStubs(MetaPathFinder):
    """Finds the one module as ever, to be run by a loader that silences it."""

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """The module's place; None for every other module, and where there is no source."""
        found = PathFinder.find_spec(name, path, target) if name == STUBS else None
        if found is None or found.origin is None or not found.origin.endswith(".py"):
            return None
        return spec_from_file_location(name, found.origin, loader=_Silenced(name, found.origin))


@contextmanager
def without_stubs() -> Iterator[None]:
    """Gradio writes no stubs when it is imported meanwhile, nor later on."""
    finder = WithoutStubs()
    sys.meta_path.insert(0, finder)
    try:
        yield
    finally:
        sys.meta_path.remove(finder)


with without_stubs(), deferred("pandas"):
    import gradio  # noqa: F401  imported here so that it is imported this way
