"""The rows about edits: each is made by the program from the same picture and held against it.

Done: the recogniser finds what was asked for. Nothing harmed: no pixel outside the edit's mask
differs, and every other thing is recognised as before, in the colour it had.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from t2i_chat.app import hint, open_store
from t2i_chat.chat.jobs import Jobs
from t2i_chat.chat.session import ChatSession, Parts
from t2i_chat.core.actions import Action, Generate, Plan
from t2i_chat.core.events import Painted, Said
from t2i_chat.core.protocols import EnrichedPrompt, PlanContext, Renderer
from t2i_chat.core.recipe import Layout, Version
from t2i_chat.core.registry import facts_for
from t2i_chat.core.settings import Settings
from t2i_chat.imaging import masks
from t2i_chat.planning.explain import explain
from t2i_chat.storybook.bank_lexicon import BankLexicon
from t2i_chat.storybook.oklch import to_oklch
from training.storybook.evaluation.painting import Picture
from training.storybook.evaluation.recogniser import Recogniser, Seen
from training.storybook.evaluation.rows import Judged, Tally
from training.storybook.evaluation.scripts import ScriptedEdit, Story, stories
from training.storybook.evaluation.standing import is_at
from training.storybook.evaluation.surroundings import SIGNS
from training.storybook.evaluation.wanted import Asked

Floats = NDArray[np.float32]


class _Buttons:
    """Plans come from code here, as from buttons of the page."""

    def plan(self, text: str, context: PlanContext) -> Plan:
        raise NotImplementedError(f"{text} {context}")

    def explain(self, plan: Plan) -> str:
        return explain(plan)

    def enrich(self, prompt: str) -> EnrichedPrompt:
        return EnrichedPrompt(prompt)


class _Blind:
    """Finds nothing: pictures that were painted from layouts need no segmenter."""

    def segment(self, image: Image.Image, target: str) -> Image.Image | None:
        _ = image, target
        return None


@contextmanager
def opened(renderer: Renderer) -> Iterator[Parts]:
    """The program's parts with a store that is thrown away."""
    with TemporaryDirectory() as folder:
        settings = Settings(data_dir=Path(folder), enrich=False)
        with open_store(settings) as store:
            yield Parts(
                planner=_Buttons(), segmenter=_Blind(), renderer=renderer, store=store,
                facts=facts_for("storybook"), settings=settings, hint=hint, lexicon=BankLexicon(),
            )  # fmt: skip


class Talk:
    """A conversation in plans."""

    def __init__(self, parts: Parts) -> None:
        self.parts = parts
        self.conversation = parts.store.new_conversation()
        self._session = ChatSession(parts, self.conversation)

    def perform(self, action: Action) -> tuple[Version | None, str]:
        """The version that came of an action, or None; and what was said."""
        events = list(self._session.perform(Plan(actions=(action,)), threading.Event()))
        painted = [event.version for event in events if isinstance(event, Painted)]
        said = " ".join(event.text for event in events if isinstance(event, Said))
        return (painted[-1] if painted else None), said

    def picture(self, version: Version) -> Picture:
        """The pixels of a version, and the layout of what is known to be in it."""
        base = Jobs(self.parts, self.conversation).base(version.number)
        pixels = np.asarray(base.image, np.float32) / np.float32(255)
        return Picture(pixels, base.layout or Layout(backdrop="", regions=()), 0.0)


@dataclass(frozen=True, slots=True)
class Change:
    """A picture before and after an edit."""

    story: Story
    edit: ScriptedEdit
    before: Judged
    after: Judged

    def done(self) -> bool:
        """Whether the edit gave what it should."""
        return _DONE[self.edit.name](self)

    def harmed(self) -> list[str]:
        """The things beside the edited one that are not as they were."""
        others = {self.story.one, self.story.other} - {self.edit.target}
        return [noun for noun in sorted(others) if not self._kept(noun)]

    def _kept(self, noun: str) -> bool:
        if not self.before.all_of(noun):
            return True
        same = self.edit.name == "sky" or self.before.colours(noun) == self.after.colours(noun)
        return bool(self.after.all_of(noun)) and same

    def left_behind(self) -> bool:
        """Whether the edited thing is still seen at its old place."""
        old = next(one for one in self.before.seen if self.edit.target in one.nouns)
        index = self.before.seen.index(old)
        boxes = [region.box for region in self.before.picture.layout.regions]
        again = self.after.recogniser.look(self.after.picture.pixels, boxes)[index]
        return self.edit.target in again.nouns and again.score > 0.5

    def same_drawing(self) -> bool:
        """Whether the edited thing is still drawn as before, the same way round.

        The soft drawings of one noun differ: another one is somebody else.
        """
        before, after = self.target()
        if before is None or after is None:
            return False
        return (before.drawing, before.mirrored) == (after.drawing, after.mirrored)

    def target(self) -> tuple[Seen | None, Seen | None]:
        """The edited thing before and after."""
        noun = self.edit.target or ""
        found = (next(iter(judged.all_of(noun)), None) for judged in (self.before, self.after))
        before, after = found
        return before, after

    def grown(self) -> bool:
        """Whether the edited thing became as much larger or smaller as a person notices."""
        before, after = self.target()
        if before is None or after is None:
            return False
        times = after.height / before.height
        return times > 1.12 if self.edit.result == "bigger" else times < 0.89

    def dark_or_red(self) -> bool:
        """Whether the picture shows signs of the hour."""
        pixels = np.asarray(self.after.picture.pixels, np.float64)
        return SIGNS[self.edit.result](to_oklch(pixels))

    def moved(self) -> bool:
        """Whether the edited thing is on its side, and nowhere else."""
        _, after = self.target()
        width = self.after.picture.pixels.shape[1]
        side = "left" if self.edit.result == "left" else "right"
        return after is not None and is_at(side, after, width)  # type: ignore[arg-type]  # a side


_DONE: Mapping[str, Callable[[Change], bool]] = {
    "add": lambda change: bool(change.after.all_of(change.edit.result)),
    "remove": lambda change: (
        not change.left_behind() and not change.after.all_of(change.edit.target or "")
    ),
    "replace": lambda change: (
        not change.left_behind() and bool(change.after.all_of(change.edit.result))
    ),
    "recolour": lambda change: (
        change.after.colours(change.edit.target or "") == {change.edit.result}
    ),
    "sky": Change.dark_or_red,
    "move": Change.moved,
    "resize": Change.grown,
}


class EditRows:
    """The tallies of edits, and how visible their edges are."""

    def __init__(self, parts: Parts, recogniser: Recogniser) -> None:
        self._parts, self._recogniser = parts, recogniser
        self.tallies: dict[str, Tally] = {}
        self.seams: list[float] = []
        self.edges: list[float] = []
        self.skipped = 0
        self.kept: list[tuple[Story, Judged, dict[str, Judged]]] = []

    def measure(self, half: str, count: int) -> None:
        """Makes every edit of `count` stories whose first picture is as asked."""
        for seed, story in enumerate(stories(half, count)):
            talk = Talk(self._parts)
            first, _ = talk.perform(Generate(prompt=story.prompt, seed=seed))
            before = self._judged(talk, first, story.prompt) if first else None
            if before is None or not all(map(before.all_of, (story.one, story.other))):
                self.skipped += 1
                continue
            after = {edit.name: self._made(talk, story, edit, before) for edit in story.edits}
            if len(self.kept) < 6:
                self.kept.append((story, before, {k: v for k, v in after.items() if v}))

    def _made(self, talk: Talk, story: Story, edit: ScriptedEdit, before: Judged) -> Judged | None:
        version, said = talk.perform(edit.action.model_copy(update={"of": 1}))
        tally = self.tallies.setdefault(edit.name, Tally())
        told = f"“{story.prompt}” {edit.action.model_dump(exclude={'action', 'of'})}: "
        if version is None:
            tally.add(False, f"{told}{said}")
            return None
        change = Change(story, edit, before, self._judged(talk, version, story.prompt))
        faults = [] if change.done() else ["not done"]
        faults += [f"harmed {noun}" for noun in change.harmed()]
        if edit.name in {"recolour", "move", "resize"}:
            same = change.same_drawing()
            name = f"  {edit.name}: same drawing, same way round"
            self.tallies.setdefault(name, Tally()).add(same)
        outside = version.receipt.max_outside if version.receipt else None
        if outside:
            faults.append(f"{outside} outside")
        tally.add(not faults, change.after.note(f"{told}{', '.join(faults)}"))
        self._seam(talk, version, change)
        return change.after

    def _judged(self, talk: Talk, version: Version, prompt: str) -> Judged:
        picture = talk.picture(version)
        boxes = [region.box for region in picture.layout.regions]
        seen = self._recogniser.look(picture.pixels, boxes)
        return Judged(Asked("one", prompt, ()), picture, seen, self._recogniser)

    def _seam(self, talk: Talk, version: Version, change: Change) -> None:
        """Notes the step at the edit's edge, and for a sky whether it cuts the picture in two."""
        name = version.recipe.mask_sha256
        mask = None
        if name is not None:
            shown = masks.compositing(talk.parts.store.blob(name), version.recipe)
            mask = np.asarray(shown) > 127
        if change.edit.name == "sky":
            row = self.tallies.setdefault("  sky: no cut at its edge", Tally())
            row.add(mask is None or bool(mask.mean() > 0.98) or not _cuts(change, mask))
        elif mask is not None:
            pairs = (seam(one.picture.pixels, mask) for one in (change.after, change.before))
            after, before = pairs
            if after is not None and before is not None:
                self.seams.append(after)
                self.edges.append(before)


def _cuts(change: Change, mask: NDArray[np.bool_]) -> bool:
    """Whether an edit makes the step at its edge more than twice as high as it was."""
    steps = [edge_steps(one.picture.pixels, mask) for one in (change.before, change.after)]
    return bool(steps[1] > 2 * steps[0])


def edge_steps(pixels: Floats, inside: NDArray[np.bool_]) -> float:
    """The mean step of lightness across a region's edge."""
    return _steps(pixels, inside)[0]


def seam(pixels: Floats, inside: NDArray[np.bool_]) -> float | None:
    """The mean step of lightness across a region's edge, over that between pixels inside it."""
    edge, inner = _steps(pixels, inside)
    return edge / inner if inner > 0 else None


def _steps(pixels: Floats, inside: NDArray[np.bool_]) -> tuple[float, float]:
    light = to_oklch(np.asarray(pixels, np.float64))[..., 0]
    across: list[NDArray[np.float64]] = []
    within: list[NDArray[np.float64]] = []
    for axis in (0, 1):
        steps = np.abs(np.diff(light, axis=axis))
        one, other = _pairs(inside, axis)
        across.append(steps[one != other])
        within.append(steps[one & other])
    edge, inner = np.concatenate(across), np.concatenate(within)
    return float(edge.mean()) if len(edge) else 0.0, float(inner.mean()) if len(inner) else 0.0


def _pairs(inside: NDArray[np.bool_], axis: int) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """A mask without its last and without its first row or column."""
    if axis:
        return inside[:, :-1], inside[:, 1:]
    return inside[:-1], inside[1:]
