"""Evaluation metrics of pictures, edits, segmenter and times.

Every share is reported beside its upper bound: the same metric on composed scenes, which are right.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from diffusers import AutoencoderKL
from numpy.typing import NDArray

from t2i_chat.storybook.compose import compose
from t2i_chat.storybook.judge import Sight
from t2i_chat.storybook.scenes import sample_scene
from t2i_chat.storybook.sheet import pixels_to_tensor, save_sheet
from training.storybook.questions import FIRST, Kind, Question, questions
from training.storybook.scripted_edits import (
    BAR,
    EDITS,
    GONE,
    ScriptedEdit,
    Story,
    begin,
    carry_out,
    stories,
)
from training.storybook.segmenter import phrase
from training.storybook.studio import Studio, Talk

DRAFT_STEPS = 8
"""Denoising steps of a draft."""
Pixels = NDArray[np.uint8]
Look = Callable[[Pixels], Sight]


@dataclass(frozen=True)
class Figure:
    """A measured value beside its bar; without a unit it is a share, 0 to 1, None of nothing.

    `ceiling` is the same judgement of composed scenes, `if_seen` the share where the things
    themselves were painted legibly, `count` the samples behind `value`.
    """

    name: str
    value: float | None
    bar: float | None = None
    ceiling: float | None = None
    if_seen: float | None = None
    count: int | None = None
    unit: str = ""


@dataclass(frozen=True)
class Effort:
    """How many samples of each sort are taken."""

    prompts: int
    stories: int
    composed: int
    scenes: int


def share(values: Iterable[bool]) -> float | None:
    """Return the share of true values, or None when there are no values."""
    kept = list(values)
    return round(sum(kept) / len(kept), 3) if kept else None


@dataclass(frozen=True)
class MeasuredPicture:
    """A picture on a sheet; `right` is None when it was not judged.

    Of an edit `done` tells whether it was done, whatever else it may have harmed.
    """

    pixels: Pixels
    words: str
    right: bool | None = None
    done: bool = False

    def caption(self) -> str:
        """Return the words, with + for right and x for wrong before them."""
        return {True: "+ ", False: "x ", None: ""}[self.right] + self.words


class Measure:
    """Everything that is measured of one studio."""

    def __init__(
        self, studio: Studio, look: Look, effort: Effort, sheets: Path | None = None
    ) -> None:
        self._studio = studio
        self._look = look
        self._effort = effort
        self._sheets = sheets
        self._seconds: dict[int | None, list[float]] = {None: [], DRAFT_STEPS: []}

    def pictures(self, kind: Kind) -> Figure:
        """Paint the questions of a kind and count the answers that are right."""
        ceiling = [
            question.answered(self._look(compose(question.scene).pixels))
            for question in questions(kind, self._effort.composed)
        ]
        return self._asked(kind.name, kind, kind.bar, share(ceiling), None)

    def drafts(self, kind: Kind) -> Figure:
        """Paint the questions of a kind in a few steps."""
        return self._asked(f"{kind.name}, in {DRAFT_STEPS} steps", kind, None, None, DRAFT_STEPS)

    def _asked(
        self, name: str, kind: Kind, bar: float | None, ceiling: float | None, steps: int | None
    ) -> Figure:
        shown, seen = [], []
        for seed, question in enumerate(questions(kind, self._effort.prompts)):
            pixels = self._painted(question, seed, steps)
            sight = self._look(pixels)
            shown.append(MeasuredPicture(pixels, question.prompt, question.answered(sight)))
            seen.append(all(map(sight.sees, question.nouns)))
        self._sheet(name, shown, columns=8)
        right = [bool(each.right) for each in shown]
        if_seen = share(r for r, s in zip(right, seen, strict=True) if s)
        return Figure(name, share(right), bar, ceiling, if_seen, len(right))

    def _painted(self, question: Question, seed: int, steps: int | None) -> Pixels:
        start = time.perf_counter()
        pixels = self._studio.paint(question.prompt, seed, steps)
        self._seconds[steps].append(time.perf_counter() - start)
        return pixels

    def edits(self) -> Iterator[Figure]:
        """Try every kind of edit on painted pictures; those that lack its target do not count."""
        results: dict[str, list[MeasuredPicture]] = {name: [] for name in EDITS}
        sheet = []
        for seed, story in enumerate(stories(self._effort.stories)):
            for shown in self._edited(story, seed):
                sheet.append(shown)
                if shown.right is not None:
                    results[shown.words].append(shown)
        self._sheet("edits", sheet, columns=1 + len(EDITS))
        ceilings = self._edit_ceilings()
        for name, tried in results.items():
            right = share(bool(each.right) for each in tried)
            yield Figure(f"edit: {name}", right, BAR, ceilings[name], None, len(tried))
        gone = [each.done for each in results["remove"]]
        yield Figure("edit: remove, the thing is gone", share(gone), GONE, None, None, len(gone))

    def _edited(self, story: Story, seed: int) -> Iterator[MeasuredPicture]:
        """Yield the picture of a story, then what became of it in every edit."""
        talk = self._studio.talk()
        base = begin(talk, story, seed)
        before = self._look(base)
        yield MeasuredPicture(base, story.prompt)
        for edit in story.edits:
            if edit.target is None or before.sees(edit.target):
                yield self._tried(talk, edit, base, before)
            else:
                yield MeasuredPicture(base, f"{edit.name}: no {edit.target} to begin with")

    def _tried(
        self, talk: Talk, edit: ScriptedEdit, base: Pixels, before: Sight
    ) -> MeasuredPicture:
        outcome = carry_out(talk, edit)
        if outcome.pixels is None:
            return MeasuredPicture(base, edit.name, right=False)
        after = self._look(outcome.pixels)
        done = edit.done(after)
        right = done and edit.harmless(before, after) and outcome.untouched
        return MeasuredPicture(outcome.pixels, edit.name, right, done)

    def _edit_ceilings(self) -> dict[str, float | None]:
        """Return how often the judge grants an edit of composed scenes, which is right."""
        granted: dict[str, list[bool]] = {name: [] for name in EDITS}
        for story in stories(self._effort.composed // 2):
            before = self._look(compose(story.before).pixels)
            for edit in story.edits:
                if edit.target is None or before.sees(edit.target):
                    after = self._look(compose(edit.after).pixels)
                    granted[edit.name].append(edit.done(after) and edit.harmless(before, after))
        return {name: share(values) for name, values in granted.items()}

    def segmenter(self) -> Iterator[Figure]:
        """Ask the program's segmenter for what is in held-out scenes and for what is not."""
        overlaps: list[float] = []
        quiet: list[bool] = []
        for k in range(self._effort.scenes):
            painting = compose(sample_scene(FIRST + k))
            text, mask = phrase(painting, np.random.default_rng(k))
            (found,) = self._studio.masks(painting.pixels, [text])
            if mask.any():
                overlaps.append(float((found & mask).sum() / (found | mask).sum()))
            else:
                quiet.append(not found.any())
        mean = round(float(np.mean(overlaps)), 3)
        yield Figure("segmenter on held-out scenes", mean, 0.8, count=len(overlaps), unit="IoU")
        yield Figure("segmenter finds nothing where nothing is", share(quiet), count=len(quiet))

    def times(self) -> Iterator[Figure]:
        """Say how long the pictures took so far, the drafts, and previews."""
        repeats = min(5, self._effort.prompts)
        waited = [self._studio.wait("a house under a blue sky", k) for k in range(repeats)]
        steps = self._studio.parts.facts.num_inference_steps
        for name, bar, seconds in (
            (f"picture, {steps} steps", 2.0, self._seconds[None]),
            (f"draft, {DRAFT_STEPS} steps", 0.7, self._seconds[DRAFT_STEPS]),
            ("first preview", None, [each.first for each in waited]),
            ("from preview to preview", None, [each.between for each in waited]),
        ):
            median = round(statistics.median(seconds), 2)
            yield Figure(name, median, bar, count=len(seconds), unit="s")

    def _sheet(self, name: str, shown: list[MeasuredPicture], columns: int) -> None:
        if self._sheets is not None:
            path = self._sheets / f"{'-'.join(name.replace(',', '').split())}.png"
            captions = [each.caption() for each in shown]
            save_sheet(path, [each.pixels for each in shown], columns, captions)


@torch.no_grad()
def autoencoder_psnr(vae: AutoencoderKL, count: int = 24) -> float:
    """Return the mean PSNR in dB of held-out scenes through the autoencoder, at 256 pixels."""
    values = []
    for k in range(count):
        pixels = pixels_to_tensor(compose(sample_scene(FIRST + k)).pixels[None])
        decoded = vae.decode(vae.encode(pixels).latent_dist.mode()).sample.clamp(-1, 1)
        values.append(10 * np.log10(4 / float(((decoded - pixels) ** 2).mean())))
    return round(float(np.mean(values)), 2)
