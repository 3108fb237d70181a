"""Runs the real program on a folder of models from code, for evaluation and gallery."""

from __future__ import annotations

import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from t2i_chat.app import hint, open_store
from t2i_chat.chat.session import ChatSession, Parts
from t2i_chat.core.actions import Action, Generate, Plan
from t2i_chat.core.errors import BadMessage
from t2i_chat.core.events import Painted
from t2i_chat.core.params import Params
from t2i_chat.core.protocols import EnrichedPrompt, PlanContext
from t2i_chat.core.recipe import Preview, Rendered, RenderEvent, RenderRequest, Version
from t2i_chat.core.registry import DRAFT_UNET, STORYBOOK_WEIGHTS, facts_in_folder
from t2i_chat.core.settings import Settings
from t2i_chat.editing import requests
from t2i_chat.planning.explain import explain
from t2i_chat.rendering.diffusion import DiffusionRenderer
from t2i_chat.storybook.bank_lexicon import BankLexicon
from t2i_chat.storybook.draft import StorybookDrafter
from t2i_chat.storybook.wording import StorybookLexicon
from t2i_chat.vision.clipseg import ClipSegmenter

Pixels = NDArray[np.uint8]


class _Buttons:
    """Plans come from code here: it explains them and reads no words."""

    def plan(self, text: str, context: PlanContext) -> Plan:
        raise BadMessage(f"Nobody reads “{text}” here: {context.current=}.")

    def explain(self, plan: Plan) -> str:
        return explain(plan)

    def enrich(self, prompt: str) -> EnrichedPrompt:
        return EnrichedPrompt(prompt)


@dataclass(frozen=True)
class Waited:
    """Seconds from the request to its first preview, between previews, and to the picture."""

    first: float
    between: float
    picture: float


class Studio:
    """Paints and edits through the program's own parts."""

    def __init__(self, parts: Parts) -> None:
        self.parts = parts

    def paint(self, prompt: str, seed: int, steps: int | None = None) -> Pixels:
        """Return a new picture, (h, w, 3) uint8, in the model's default steps or in `steps`."""
        events = [event for _, event in self._render(prompt, seed, steps)]
        (rendered,) = (event for event in events if isinstance(event, Rendered))
        return np.asarray(rendered.image)

    def wait(self, prompt: str, seed: int) -> Waited:
        """Paint a picture with a preview at every step, and return how long things took."""
        start = time.perf_counter()
        events = list(self._render(prompt, seed, None))
        shown = [when - start for when, event in events if isinstance(event, Preview)]
        gaps = [after - before for before, after in pairwise(shown)]
        return Waited(shown[0], float(np.median(gaps)), events[-1][0] - start)

    def _render(
        self, prompt: str, seed: int, steps: int | None
    ) -> Iterator[tuple[float, RenderEvent]]:
        request = self._request(prompt, seed, steps)
        for event in self.parts.renderer.render(request, threading.Event()):
            yield time.perf_counter(), event

    def _request(self, prompt: str, seed: int, steps: int | None) -> RenderRequest:
        params = Params(steps=steps)
        (job,) = requests.generate(
            Generate(prompt=prompt),
            prompt,
            facts=self.parts.facts,
            params=params,
            drawn_seed=seed,
            lexicon=self.parts.lexicon,
        )
        return job.request

    def talk(self) -> Talk:
        """Begin a conversation."""
        return Talk(ChatSession(self.parts, self.parts.store.new_conversation()))

    def masks(self, pixels: Pixels, phrases: Sequence[str]) -> list[NDArray[np.bool_]]:
        """Return where the program's segmenter finds each of `phrases`: nowhere if it does not."""
        picture = Image.fromarray(pixels)
        found = (self.parts.segmenter.segment(picture, phrase) for phrase in phrases)
        nowhere = np.zeros(pixels.shape[:2], np.bool_)
        return [nowhere if mask is None else np.asarray(mask) > 0 for mask in found]


class Talk:
    """One conversation held in plans; every picture in it is a version."""

    def __init__(self, session: ChatSession) -> None:
        self._session = session

    def perform(self, action: Action) -> Version | None:
        """Carry out an action and return the picture that came of it, or None if none did."""
        plan = Plan(actions=(action,))
        events = list(self._session.perform(plan, threading.Event()))
        painted = [event.version for event in events if isinstance(event, Painted)]
        return painted[-1] if painted else None

    def pixels(self, version: Version) -> Pixels:
        """Return the picture of a version, (h, w, 3) uint8."""
        return np.asarray(self._session.parts.store.image(version))


@contextmanager
def open_studio(
    weights: Path = STORYBOOK_WEIGHTS, threads: int | None = None, *, drafts: bool = True
) -> Iterator[Studio]:
    """Open the program with the pipeline in `weights`, and its segmenter if it has one.

    Without `drafts` it paints as the fifth edition did.

    Raises ModelMissing when there is no such model.
    """
    segmenter = weights / "segmenter"
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(data_dir=Path(folder), enrich=False)
        drafter = StorybookDrafter() if drafts else None
        renderer = DiffusionRenderer("storybook", preview_every=1, threads=threads, drafter=drafter)
        facts = replace(renderer.facts, source=str(weights))
        if not drafts:
            facts = replace(facts, num_inference_steps=20, guidance_scale=4.0)
        renderer.facts = facts_in_folder(facts, weights, DRAFT_UNET if drafts else "unet")
        renderer.load()
        parts = Parts(
            planner=_Buttons(),
            segmenter=ClipSegmenter(
                segmenter if segmenter.is_dir() else STORYBOOK_WEIGHTS / "segmenter"
            ),
            renderer=renderer,
            store=open_store(settings),
            facts=renderer.facts,
            settings=settings,
            hint=hint,
            lexicon=BankLexicon() if drafts else StorybookLexicon(),
        )
        yield Studio(parts)
        renderer.close()
