"""Puts the program together: settings → adapters → the parts of a conversation.

The only module that names the real adapters. Heavy libraries are imported when the parts are
built, on a thread of their own, so that the page is there at once.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from t2i_chat.chat import ChatSession, Parts
from t2i_chat.placement import Hint
from t2i_chat.registry import facts_for
from t2i_chat.settings import Settings
from t2i_chat.storybook.vocabulary import load_vocabulary

if TYPE_CHECKING:
    from t2i_chat.diffusion import DiffusionRenderer
    from t2i_chat.planner import LlmPlanner
    from t2i_chat.store import SqlStore

SCENE_HEIGHT = 256
"""Side, in pixels, of the scenes that the vocabulary's sizes are given for."""


def quiet_libraries() -> None:
    """Sets what must be in the environment before torch and friends are imported.

    Threads that wait actively cost a shared two-core machine most of its time; the rest keeps
    libraries from looking for the network or talking on the terminal.
    """
    os.environ.setdefault("OMP_WAIT_POLICY", "passive")
    os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")
    os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
    os.environ.setdefault("TRANSFORMERS_VERBOSITY", "error")
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")


def open_store(settings: Settings) -> SqlStore:
    """The store of this installation, its tables brought up to date."""
    from t2i_chat.store import SqlStore

    return SqlStore(settings.data_dir)


def hint(noun: str) -> Hint:
    """How large the thing is beside others, and where it belongs; ordinary when unknown."""
    known = load_vocabulary().find_noun(noun)
    if known is None:
        return Hint()
    return Hint(height=known.side / SCENE_HEIGHT, zone=known.places[0], name=known.noun)


def check_model(settings: Settings) -> None:
    """Raises ModelMissing at once for a name that is neither a profile, a folder nor a hub id."""
    if "/" not in settings.profile:
        facts_for(settings.profile)


def build_renderer(settings: Settings) -> DiffusionRenderer:
    """The painter of this installation; its model is loaded when it first paints.

    Raises ModelMissing when there is no such model.
    """
    from t2i_chat.diffusion import DiffusionRenderer

    return DiffusionRenderer(
        settings.profile,
        device=settings.device,
        preview_every=settings.preview_every,
        threads=settings.paint_threads,
    )


def renderers(settings: Settings, always: str | None = None) -> Callable[[str], DiffusionRenderer]:
    """The painter of each model by its name, each opened once; `always` names one for all.

    What is returned raises ModelMissing when there is no such model.
    """

    @cache
    def opened(model: str) -> DiffusionRenderer:
        return build_renderer(settings.model_copy(update={"profile": model}))

    return lambda model: opened(always or model)


def build_planner(settings: Settings) -> LlmPlanner:
    """The reader of messages, with words to add that the painter of this installation knows.

    Raises ModelMissing when there is no such language model.
    """
    from t2i_chat.enrichment import PLAIN, storybook_additions
    from t2i_chat.llm import open_language_model
    from t2i_chat.planner import LlmPlanner

    embedded = settings.profile == "storybook"
    additions = storybook_additions(load_vocabulary()) if embedded else PLAIN
    return LlmPlanner(open_language_model(settings.llm, threads=settings.llm_threads), additions)


def build_parts(settings: Settings, store: SqlStore) -> Parts:
    """Loads every model and returns what conversations are made of. Takes seconds.

    Raises ModelMissing when a model cannot be found.
    """
    from t2i_chat.painting_queue import PaintQueue
    from t2i_chat.segmenter import ClipSegmenter

    renderer = build_renderer(settings)
    renderer.load()
    return Parts(
        planner=build_planner(settings),
        segmenter=ClipSegmenter(Path(__file__).parent / "storybook" / "weights" / "segmenter"),
        renderer=PaintQueue(renderer),
        store=store,
        facts=renderer.facts,
        settings=settings,
        hint=hint,
    )


class WarmUp:
    """Builds the parts in the background, once; conversations wait for them when they must."""

    def __init__(self, settings: Settings, store: SqlStore) -> None:
        self._worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="warm-up")
        self._parts: Future[Parts] = self._worker.submit(build_parts, settings, store)
        self._worker.shutdown(wait=False)

    def open_session(self, conversation: str) -> ChatSession:
        """The conversation of that id. Waits until the models are there; raises what kept them."""
        return ChatSession(self._parts.result(), conversation)

    def waiting_for(self) -> str | None:
        """A sentence while the models are still being loaded, then None."""
        if self._parts.done():
            return None
        return "I am still unpacking my brushes; your picture follows at once."
