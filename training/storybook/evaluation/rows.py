"""The rows about pictures: each prompt is painted once and held against what it asks for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np

from t2i_chat.core.errors import T2IChatError
from t2i_chat.core.registry import facts_for
from t2i_chat.storybook.bank import load_bank
from t2i_chat.storybook.description import Description, Setting, Thing
from t2i_chat.storybook.layouts import lay_out, setting_of
from training.storybook.evaluation import pools
from training.storybook.evaluation.colours import named
from training.storybook.evaluation.painting import Painter, Picture
from training.storybook.evaluation.prompts import COLOURS, asked
from training.storybook.evaluation.recogniser import Recogniser, Seen
from training.storybook.evaluation.standing import is_at, stands
from training.storybook.evaluation.surroundings import as_said, shows
from training.storybook.evaluation.wanted import KINDS, Asked, Kind, Wanted

BARS: Mapping[str, float] = {
    "one object": 0.97, "two objects": 0.93, "colour on the right thing": 0.92, "position": 0.95,
    "count 1–7": 0.92, "relations": 0.88, "sky, ground, weather, light": 0.97,
}  # fmt: skip
COVERED = 0.15
"""What is less visible than this is not there."""


@dataclass
class Tally:
    """Right ones among all of a row, and what went wrong."""

    right: int = 0
    count: int = 0
    wrong: list[str] = field(default_factory=list)

    @property
    def share(self) -> float:
        """The share that is right."""
        return self.right / self.count if self.count else float("nan")

    def add(self, good: bool, note: str = "") -> None:
        """Counts one more."""
        self.right += good
        self.count += 1
        if not good:
            self.wrong.append(note)


@dataclass(frozen=True, slots=True)
class Judged:
    """A painted prompt and what was recognised in it."""

    asked: Asked
    picture: Picture
    seen: list[Seen]
    recogniser: Recogniser

    def all_of(self, noun: str) -> list[Seen]:
        """What was recognised as a noun and can be seen."""
        return [one for one in self.seen if noun in one.nouns and one.visible > COVERED]

    def colours(self, noun: str) -> set[str]:
        """The colours of what was recognised as a noun."""
        pixels, shape = self.picture.pixels, self.picture.pixels.shape[:2]
        return {named(pixels, self.visible(one, shape)) for one in self.all_of(noun)}

    def visible(self, one: Seen, shape: tuple[int, ...]) -> np.ndarray:
        """The alpha of a thing without what is recognised before it."""
        alpha = self.recogniser.alpha(one, shape).copy()
        for other in self.seen[self.seen.index(one) + 1 :]:
            alpha *= 1 - self.recogniser.alpha(other, shape)
        return alpha

    def note(self, why: str) -> str:
        """A line that says what went wrong, for people who look for causes."""
        drawn = ", ".join(region.noun for region in self.picture.layout.regions)
        seen = ", ".join(f"{one.noun} {one.score:.2f}/{one.visible:.1f}" for one in self.seen)
        backdrop = self.picture.layout.backdrop
        return f"“{self.asked.prompt}”: {why} | layout: {drawn} in {backdrop} | seen: {seen}"


class Rows:
    """The tallies of one half of the prompts."""

    def __init__(self, painter: Painter, recogniser: Recogniser) -> None:
        self._painter, self._recogniser = painter, recogniser
        self.tallies: dict[str, Tally] = {}
        self.seconds: list[float] = []
        self.uncoloured = 0

    def measure(self, half: str, count: int, kinds: tuple[Kind, ...] = KINDS) -> None:
        """Paints `count` prompts of each kind and counts what is as asked."""
        for kind in kinds:
            for seed, one in enumerate(asked(half, kind, count)):
                try:
                    judged = self.judge(one, seed)
                except T2IChatError as error:
                    self._tally(_ROWS[kind]).add(False, f"“{one.prompt}”: {error}")
                    continue
                _CHECKS[kind](self, judged)

    def judge(self, one: Asked, seed: int) -> Judged:
        """A prompt painted, and what is recognised in it."""
        picture = self._painter.paint(one.prompt, seed)
        self.seconds.append(picture.seconds)
        return self.held_against(one, picture)

    def held_against(self, one: Asked, picture: Picture) -> Judged:
        """A picture with what is recognised in it."""
        boxes = [region.box for region in picture.layout.regions]
        return Judged(one, picture, self._recogniser.look(picture.pixels, boxes), self._recogniser)

    def _tally(self, name: str) -> Tally:
        return self.tallies.setdefault(name, Tally())

    def _things(self, judged: Judged) -> None:
        missing = [t.noun for t in judged.asked.things if not judged.all_of(t.noun)]
        row = self._tally(_ROWS[judged.asked.kind])
        row.add(not missing, judged.note(f"no {', '.join(missing)}"))
        self._whole(judged)

    def _whole(self, judged: Judged) -> None:
        """Notes for each thing with a drawing of its whole figure whether that one was taken."""
        for thing in judged.asked.things:
            if any(one.whole for one in load_bank().drawings(thing.noun)):
                bust = [one for one in judged.all_of(thing.noun) if not one.drawing.whole]
                self._tally("  whole figure where there is one").add(
                    not bust, judged.note(f"only a head of {thing.noun}")
                )

    def _colours(self, judged: Judged) -> None:
        row = self._tally("colour on the right thing")
        for thing in judged.asked.things:
            if not pools.recolours(thing.noun):
                self.uncoloured += 1
                continue
            found = judged.colours(thing.noun)
            row.add(
                found == {thing.colour}, judged.note(f"{thing.noun} is {found}, not {thing.colour}")
            )
            self._tally(f"  {thing.colour}").add(found == {thing.colour})

    def _position(self, judged: Judged) -> None:
        width = judged.picture.pixels.shape[1]
        good = all(
            any(is_at(thing.side, one, width) for one in judged.all_of(thing.noun))
            for thing in judged.asked.things
            if thing.side is not None and judged.asked.things[-1].side is not None
        ) and _in_order(judged)
        self._tally(_ROWS["position"]).add(good, judged.note("not where it was said"))

    def _count(self, judged: Judged) -> None:
        (thing,) = judged.asked.things
        found = len(judged.all_of(thing.noun))
        note = judged.note(f"{found} of {thing.count} {thing.noun}")
        self._tally(_ROWS["count"]).add(found == thing.count, note)
        self._tally(f"  count {thing.count}").add(found == thing.count)

    def _relation(self, judged: Judged) -> None:
        bond = judged.asked.bond
        if bond is None:
            raise ValueError("a relation has a bond")
        one, other = (judged.all_of(thing.noun) for thing in judged.asked.things)
        pairs = [(a, b) for a in one for b in other if a is not b]
        order = judged.seen.index
        good = any(stands(bond, a, b, over=order(a) > order(b)) for a, b in pairs)
        why = f"not {bond}" if pairs else f"things missing for {bond}"
        self._tally(_ROWS["relation"]).add(good, judged.note(why))
        self._tally(f"  {bond}").add(good)

    def _setting(self, judged: Judged) -> None:
        setting = setting_of(judged.picture.layout.backdrop or "")
        said = as_said(judged.asked, setting)
        wrong = [name for name, good in said.items() if not good]
        self._whole(judged)
        self._tally(_ROWS["setting"]).add(not wrong, judged.note(f"wrong {', '.join(wrong)}"))
        self._tally("  thing in its setting").add(
            bool(judged.all_of(judged.asked.things[0].noun)), judged.note("thing not recognised")
        )
        for value, good in shows(judged.asked, judged.picture.pixels).items():
            self._tally("  signs in the picture").add(good, judged.note(f"no sign of {value}"))
            self._tally(f"  sign of {value}").add(good)


def _in_order(judged: Judged) -> bool:
    """Whether what is left of the other is so, and everything is there."""
    found = [judged.all_of(thing.noun) for thing in judged.asked.things]
    if not all(found) or len(found) < 2:
        return all(found)
    first = judged.asked.things[0].side == "left"
    left, right = (found[0], found[1]) if first else (found[1], found[0])
    return any(a.middle < b.middle for a in left for b in right if a is not b)


def ceilings(painter: Painter, recogniser: Recogniser, count: int) -> dict[str, float]:
    """By row, what the measure itself tells of single things whose layout is made without words.

    Half of them in a colour; a row about two things gets the square.
    """
    bank, rng, rows = load_bank(), np.random.default_rng(11), Rows(painter, recogniser)
    nouns, coloured = pools.nouns(*pools.THINGS), pools.recolourable(*pools.THINGS)
    for k in range(count):
        colour = COLOURS[k % len(COLOURS)] if k % 2 else None
        of = coloured if colour else nouns
        wanted = Wanted(of[int(rng.integers(len(of)))], colour)
        thing = Thing(wanted.noun, wanted.noun, "name", colours=(colour,) if colour else ())
        description = Description((thing,), (), Setting(), ())
        layout = lay_out(description, bank, facts_for("storybook").native, k)
        picture = painter.of_layout(layout, k)
        judged = rows.held_against(Asked("one", wanted.noun, (wanted,)), picture)
        rows._things(judged)  # noqa: SLF001  its own rows
        if colour:
            rows._colours(judged)  # noqa: SLF001
    one = rows.tallies["one object"].share
    colours = rows.tallies["colour on the right thing"].share
    return dict(zip(BARS, (one, one**2, colours, one**2, one, one**2, 1.0), strict=True))


_ROWS: Mapping[Kind, str] = dict(zip(KINDS, BARS, strict=True))
_CHECKS: Mapping[Kind, Callable[[Rows, Judged], None]] = {
    "one": Rows._things, "two": Rows._things, "colours": Rows._colours,  # noqa: SLF001
    "position": Rows._position, "count": Rows._count,  # noqa: SLF001
    "relation": Rows._relation, "setting": Rows._setting,  # noqa: SLF001
}  # fmt: skip
