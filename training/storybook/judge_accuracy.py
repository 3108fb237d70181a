"""Measures the judge's accuracy on composed scenes, intact and corrupted."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from t2i_chat.storybook.compose import compose
from t2i_chat.storybook.judge import Sight
from t2i_chat.storybook.scenes import HELD_OUT, Scene, Thing, sample_scene
from training.storybook.corruptions import SPOILS

FIRST = HELD_OUT + 500_000
"""Seed of the first scene that judges are examined on."""
Pixels = NDArray[np.uint8]
Look = Callable[[Pixels], Sight]
Marks = dict[str, list[float]]


def trustworthiness(look: Look, count: int) -> dict[str, float]:
    """Return how often a judge is right about `count` held-out scenes, and how often fooled.

    Shares of things seen, counted, placed and coloured right, of skies and grounds; then of
    pictures in which it sees absent things, and of spoilt things it still calls by name.
    """
    marks: Marks = {}
    for k in range(count):
        scene = sample_scene(FIRST + k)
        pixels = compose(scene).pixels
        sight = look(pixels)
        _examine(scene, sight, marks)
        for thing in _recognised(scene, sight):
            for name, spoil in SPOILS.items():
                spoilt = look(spoil(pixels, thing, np.random.default_rng(k)))
                marks.setdefault(f"fooled by {name}", []).append(spoilt.sees(thing.noun))
    return {name: round(float(np.mean(values)), 3) for name, values in marks.items()}


def _recognised(scene: Scene, sight: Sight) -> list[Thing]:
    """Return the things that are the only ones of their kind and are seen."""
    nouns = [thing.noun for thing in scene.things]
    return [t for t in scene.things if nouns.count(t.noun) == 1 and sight.sees(t.noun)]


def _examine(scene: Scene, sight: Sight, marks: Marks) -> None:
    def mark(name: str, value: float) -> None:
        marks.setdefault(name, []).append(value)

    nouns = [thing.noun for thing in scene.things]
    for noun in sorted(set(nouns)):
        mark("seen", sight.sees(noun))
        mark("counted", sight.count(noun) == nouns.count(noun))
    for thing in _recognised(scene, sight):
        mark("coloured", sight.colours(thing.noun) == {thing.colour})
        mark("placed", sight.positions(thing.noun) == {scene.position(thing)})
    mark("ground", sight.ground == scene.ground)
    if scene.ground != "room":
        mark("sky", sight.sky == scene.sky)
    mark("sees what is not there", any(piece.noun not in nouns for piece in sight.pieces))
