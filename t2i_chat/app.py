"""Composition root: builds store, planner, renderers and segmenter from the settings.

The only module that names the concrete classes. Heavy libraries are imported when the parts are
built, on a thread of their own, after the page.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import replace
from functools import cache, partial
from typing import TYPE_CHECKING

from t2i_chat import hub
from t2i_chat.core.errors import BadSetting, ModelMissing
from t2i_chat.core.protocols import Checker, Renderer, Segmenter
from t2i_chat.core.registry import (
    COMPOSITE,
    LETTERING,
    PROFILES,
    STORYBOOK_WEIGHTS,
    UPSCALER,
    facts_for,
)
from t2i_chat.core.settings import EMBEDDED, Settings

UNPACKING = "I am still unpacking my brushes; your picture follows at once."
"""The reply while the models are being loaded."""
PATIENCE = 5.0
"""Seconds that the models wait for the first page once there is one to be asked for."""

if TYPE_CHECKING:
    from t2i_chat.chat.session import ChatSession, Parts
    from t2i_chat.editing.placement import SizePrior
    from t2i_chat.planning.planner import LlmPlanner
    from t2i_chat.planning.style_presets import Additions
    from t2i_chat.rendering.diffusion import DiffusionRenderer
    from t2i_chat.store import SqlStore
    from t2i_chat.text.lexicon import Lexicon


def quiet_libraries() -> None:
    """Sets environment variables that must be set before torch is imported.

    OMP_WAIT_POLICY, because spinning threads cost a shared two-core machine most of its time;
    others keep libraries off the network and the terminal.
    """
    os.environ.setdefault("OMP_WAIT_POLICY", "passive")
    os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")
    os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
    os.environ.setdefault("TRANSFORMERS_VERBOSITY", "error")
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")


def open_store(settings: Settings) -> SqlStore:
    """The version store of this installation, migrated to the newest schema."""
    from t2i_chat.store import SqlStore

    return SqlStore(settings.data_dir)


def hint(phrase: str) -> SizePrior:
    """The size prior of a thing such as "a big dog": usual size and zone.

    A default for unknown things, or when several are named.
    """
    from t2i_chat.editing.placement import SizePrior
    from t2i_chat.storybook.bank_lexicon import drawn_as

    drawn = drawn_as(phrase)
    if drawn is None:
        return SizePrior()
    return SizePrior(height=drawn.h, aspect=drawn.w / drawn.h, zone=drawn.zone, name=drawn.noun)


def check_model(settings: Settings) -> None:
    """Raises ModelMissing at once for a name that is neither a profile, a folder nor a hub id."""
    if "/" not in settings.profile:
        facts_for(settings.profile)


def build_renderer(settings: Settings) -> DiffusionRenderer:
    """The diffusion renderer of the default model, which is loaded at first use.

    Raises ModelMissing when there is no such model.
    """
    from t2i_chat.rendering.diffusion import DiffusionRenderer
    from t2i_chat.storybook.draft import StorybookDrafter

    return DiffusionRenderer(
        settings.profile,
        device=settings.device,
        preview_every=settings.preview_every,
        threads=settings.paint_threads,
        drafter=StorybookDrafter() if own_model(settings) == "storybook" else None,
    )


def renderers(
    settings: Settings, always: str | None = None, *, loaded: bool = False
) -> Callable[[str], Renderer]:
    """Returns the renderer for a `recipe.model`; each is opened once.

    `always` names one model to be used for all. The function returned raises ModelMissing for an
    unknown model and, with `loaded`, for missing files.
    """
    opened = cache(partial(_loaded_painter if loaded else painter_of, settings))
    at_hand = crafts(settings)
    return lambda name: at_hand.get(name) or opened(always or name)


def crafts(settings: Settings) -> Mapping[str, Renderer]:
    """The renderers that need no diffusion model, by `recipe.model`."""
    from t2i_chat.rendering.combine import Compositor
    from t2i_chat.rendering.typeset import Letterer
    from t2i_chat.rendering.upscale import Upscaler

    return {
        UPSCALER: Upscaler(settings.device),
        LETTERING: Letterer(),
        COMPOSITE: Compositor(),
    }


def painter_of(settings: Settings, model: str) -> DiffusionRenderer:
    """The diffusion renderer of a model. Raises ModelMissing when there is no such model."""
    return build_renderer(_with_profile(settings, model))


def _loaded_painter(settings: Settings, model: str) -> DiffusionRenderer:
    painter = painter_of(settings, model)
    painter.load()
    return painter


def _open_painter(settings: Settings, model: str) -> DiffusionRenderer:
    """A new diffusion renderer for a local model; raises ModelMissing for any other."""
    if model not in models_here(settings):
        raise ModelMissing(f"The model “{model}” is not on this machine.")
    return painter_of(settings, model)


def _with_profile(settings: Settings, model: str) -> Settings:
    return settings.model_copy(update={"profile": model})


def build_planner(settings: Settings) -> LlmPlanner:
    """The planner, with the enrichment phrases of the default model.

    Raises ModelMissing when there is no such language model.
    """
    from t2i_chat.llm.llama import open_language_model
    from t2i_chat.planning.planner import LlmPlanner

    additions = additions_for(own_model(settings), settings.style)
    return LlmPlanner(open_language_model(settings.llm, threads=settings.llm_threads), additions)


def additions_for(model: str, style: str | None = None) -> Additions:
    """The enrichment phrases for a model, and of a style preset if it supports styles.

    Raises BadSetting, listing the presets, for an unknown style.
    """
    from t2i_chat.planning.style_presets import PLAIN, presets, storybook_additions
    from t2i_chat.storybook.vocabulary import load_vocabulary

    if style is not None and style not in presets():
        raise BadSetting(f"There is no style {style!r}; there are: {', '.join(presets())}.")

    limits = {facts.name: facts.token_limit for facts in PROFILES.values()}
    words = storybook_additions(load_vocabulary().decorations) if model == "storybook" else PLAIN
    words = words.in_style(style) if style is not None and words.styles else words
    return replace(words, token_limit=limits.get(model, words.token_limit))


def lexicon_for(model: str) -> Lexicon:
    """The vocabulary of a model."""
    from t2i_chat.storybook.bank_lexicon import BankLexicon
    from t2i_chat.text.lexicon import AnyWords

    return BankLexicon() if model == "storybook" else AnyWords()


def build_segmenter(settings: Settings) -> Segmenter:
    """The segmenter of the settings.

    Raises ModelMissing when there are no such models.
    """
    from t2i_chat.storybook.wording import StorybookLexicon
    from t2i_chat.text.lexicon import InKnownWords
    from t2i_chat.vision.cache import CachedSegmenter
    from t2i_chat.vision.clipseg import ClipSegmenter
    from t2i_chat.vision.grounded_sam2 import GroundedSegmenter
    from t2i_chat.vision.sam3 import KINDS, Sam3Segmenter

    if settings.segmenter == EMBEDDED:
        own = ClipSegmenter(STORYBOOK_WEIGHTS / "segmenter")
        return CachedSegmenter(InKnownWords(own, StorybookLexicon()))
    detector, _, outliner = settings.segmenter.partition("+")
    if outliner:
        folders = hub.folder_of(detector.strip()), hub.folder_of(outliner.strip())
        return CachedSegmenter(GroundedSegmenter(*folders, device=settings.device))
    folder = hub.folder_of(detector)
    if hub.kind_of(folder) in KINDS:
        return CachedSegmenter(Sam3Segmenter(folder, device=settings.device))
    return CachedSegmenter(ClipSegmenter(folder))


def build_judge(settings: Settings) -> Checker | None:
    """The CLIP or SigLIP for the self-check of edits, if one is set.

    Raises ModelMissing when it is not found.
    """
    from t2i_chat.vision.clip_score import ClipChecker

    if settings.judge is None or not settings.self_check:
        return None
    return ClipChecker(hub.folder_of(settings.judge), device=settings.device)


def checkers_for(
    model: str, segmenter: Segmenter, settings: Settings, judge: Checker | None = None
) -> tuple[Checker, ...]:
    """The checkers for a model's edits, the most reliable first; () if none applies.

    None for the embedded model, whose edits follow from the layout; its segmenter works for its
    pictures only.
    """
    from t2i_chat.editing.verify import SeenBySegmenter

    if not settings.self_check:
        return ()
    judges = () if judge is None else (judge,)
    if model == "storybook":
        return judges
    return judges if settings.segmenter == EMBEDDED else (*judges, SeenBySegmenter(segmenter))


def own_model(settings: Settings) -> str:
    """The name of the default model, as in recipes."""
    known = (f.name for f in PROFILES.values() if settings.profile in (f.name, f.source))
    return next(known, settings.profile)


def models_here(settings: Settings) -> tuple[str, ...]:
    """The models that can be loaded without a download, the default first."""
    here = (facts.name for facts in PROFILES.values() if hub.is_here(facts))
    return tuple(dict.fromkeys((own_model(settings), *here)))


def build_parts(settings: Settings, store: SqlStore) -> Parts:
    """Loads the default models and returns a conversation's dependencies. Takes seconds.

    Raises ModelMissing when a model cannot be found.
    """
    return build_kits(settings, store)(own_model(settings))


def build_kits(settings: Settings, store: SqlStore) -> Callable[[str], Parts]:
    """Loads the default models; returns a function from a model's name to its Parts.

    Whatever does not depend on the model is shared. Both raise ModelMissing.
    """
    from t2i_chat.chat.session import Parts
    from t2i_chat.rendering.dispatch import Dispatch
    from t2i_chat.rendering.pool import ModelPool
    from t2i_chat.rendering.queue import PaintQueue
    from t2i_chat.store import PaceFile

    own = own_model(settings)
    segmenter = build_segmenter(settings)
    judge = build_judge(settings)
    pace = PaceFile(settings.data_dir)
    models = ModelPool(own, partial(_open_painter, settings))
    planner = build_planner(settings)
    parts = Parts(
        planner=planner,
        segmenter=segmenter,
        renderer=PaintQueue(Dispatch(crafts(settings), models), pace.read(), pace.keep),
        store=store,
        facts=models.load(own),
        settings=settings,
        hint=hint,
        lexicon=lexicon_for(own),
        checkers=checkers_for(own, segmenter, settings, judge),
        load_model=models.load,
    )

    def kit(model: str) -> Parts:
        if model == own:
            return parts
        other = planner.with_additions(additions_for(model, settings.style))
        words = lexicon_for(model)
        looks = checkers_for(model, segmenter, settings, judge)
        facts = facts_for(model)
        return replace(parts, planner=other, facts=facts, lexicon=words, checkers=looks)

    return kit


def tokens_of(model: str, prompt: str) -> Sequence[str]:
    """The tokens of a prompt for a model; () if unknown."""
    from t2i_chat.rendering.tokens import tokens

    return tokens(model, prompt)


class WarmUp:
    """Builds the dependencies in the background, once; conversations wait for them.

    Loading takes the processor from whoever draws the page, so it begins when it is told to.
    """

    def __init__(self, settings: Settings, store: SqlStore) -> None:
        self._settings = settings
        self._store = store
        self._kits: Future[Callable[[str], Parts]] = Future()
        self._loader = threading.Thread(target=self._load, name="warm-up")
        self._beginning = threading.Lock()

    def begin(self) -> None:
        """Begins to load, unless that has begun; returns at once."""
        with self._beginning:
            if self._loader.ident is None:
                self._loader.start()

    def begin_within(self, seconds: float) -> None:
        """Begins to load after that time, for those who use no page, unless that has begun."""
        timer = threading.Timer(seconds, self.begin)
        timer.daemon = True
        timer.start()

    def _load(self) -> None:
        try:
            self._kits.set_result(build_kits(self._settings, self._store))
        except BaseException as problem:  # noqa: BLE001  told to those who wait for the models
            self._kits.set_exception(problem)

    def open_session(self, conversation: str) -> ChatSession:
        """The conversation of that id, with the model chosen for it if that is still available.

        Waits until the models are loaded; raises what prevented it.
        """
        from t2i_chat.chat.session import ChatSession

        self.begin()
        kit, here = self._kits.result(), self.models()
        chosen = self._store.params(conversation).get("model")
        return ChatSession(kit(str(chosen) if chosen in here else here[0]), conversation)

    def models(self) -> tuple[str, ...]:
        """The models a conversation can choose, the default first."""
        return models_here(self._settings)

    def waiting_for(self) -> str | None:
        """A sentence while the models are still being loaded, then None."""
        if self._kits.done():
            return None
        return UNPACKING
