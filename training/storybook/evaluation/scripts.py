"""Scripted edits of held-out pictures: the action, and when it counts as done.

The actions are those a planner makes of "add …", "remove …", "make it red"; no language model runs.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from t2i_chat.core.actions import Add, Inpaint, LocalEdit, Remove, Replace
from training.storybook.evaluation import pools
from training.storybook.evaluation.prompts import COLOURS, HALVES, OUTDOORS, a

Rng = np.random.Generator
EDITS = ("add", "remove", "replace", "recolour", "sky", "move", "resize")
SKIES: Mapping[str, str] = {
    "a starry night sky": "night", "a red sunset": "sunset", "a night sky": "night",
    "a sky at dusk": "sunset", "the sky at night": "night",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class ScriptedEdit:
    """One edit: `target` is the noun that it changes, `result` what it should give."""

    name: str
    action: LocalEdit
    target: str | None
    result: str


@dataclass(frozen=True, slots=True)
class Story:
    """A prompt with two things, the first of which can be recoloured, and an edit of each kind."""

    prompt: str
    one: str
    other: str
    edits: tuple[ScriptedEdit, ...]


def stories(half: str, count: int) -> Iterator[Story]:
    """The first `count` stories of a half: the same ones every time."""
    for k in range(count):
        yield _story(np.random.default_rng((HALVES[half], 99, k)))


def _story(rng: Rng) -> Story:
    names = ("animal", "vehicle", "toy", "furniture", "plant", "object")
    firsts = pools.countable(pools.recolourable(*names))
    others = pools.countable(pools.nouns(*names, "person"))
    one = firsts[int(rng.integers(len(firsts)))]
    drawn: list[str] = [one]
    while len(drawn) < 4:
        noun = others[int(rng.integers(len(others)))]
        if not any(set(noun.split()) & set(known.split()) for known in drawn):
            drawn.append(noun)
    where, _ = OUTDOORS[int(rng.integers(len(OUTDOORS)))]
    first, second = (COLOURS[k] for k in rng.permutation(len(COLOURS))[:2])
    prompt = f"{a(f'{first} {one}')} and {a(drawn[1])} {where}"
    return Story(prompt, one, drawn[1], tuple(_edits(rng, drawn, second)))


def _edits(rng: Rng, drawn: list[str], colour: str) -> Iterator[ScriptedEdit]:
    one, other, new, instead = drawn
    sky = list(SKIES)[int(rng.integers(len(SKIES)))]
    side = "left" if rng.random() < 0.5 else "right"
    place = side if rng.random() < 0.4 else None
    add = Add(result=a(new), target=f"on the {place}" if place else None)
    yield ScriptedEdit("add", add, None, new)
    yield ScriptedEdit("remove", Remove(target=f"the {other}"), other, "")
    yield ScriptedEdit("replace", Replace(target=f"the {other}", result=a(instead)), other, instead)
    recolour = Inpaint(target=f"the {one}", result=a(f"{colour} {one}"))
    yield ScriptedEdit("recolour", recolour, one, colour)
    yield ScriptedEdit("sky", Inpaint(target="the sky", result=sky), None, SKIES[sky])
    move = Inpaint(target=f"the {other}", result=f"the {other} on the {side}")
    yield ScriptedEdit("move", move, other, side)
    larger = rng.random() < 0.5
    size = Inpaint(target=f"the {other}", result=a(f"{'bigger' if larger else 'smaller'} {other}"))
    yield ScriptedEdit("resize", size, other, "bigger" if larger else "smaller")
