"""Samples for the denoiser: a random scene's draft, the same finished, and its words, in crops."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from t2i_chat.core.geometry import Size
from t2i_chat.core.recipe import Layout
from t2i_chat.storybook.backdrops import GROUNDS, paint_backdrop
from t2i_chat.storybook.bank import Bank, load_bank
from t2i_chat.storybook.description import Description, Related, Relation, Setting, Thing
from t2i_chat.storybook.draft import draft_of
from t2i_chat.storybook.layouts import lay_out, setting_of, words_of
from t2i_chat.storybook.vocabulary import load_vocabulary
from training.storybook.finish import finished

Rng = np.random.Generator
SIDE = 512
CROP = 128
HELD_OUT = 10_000_000
"""Scenes with seeds from here on are reserved for evaluation."""
TIMES = (None, None, "day", "dawn", "sunset", "night", "night")
WEATHERS = (None, None, None, None, "rain", "snow", "snow", "fog", "storm")
MOODS = (None, None, None, None, "cosy", "spooky", "cheerful", "dreamy")
TIES: tuple[Relation, ...] = ("on", "under", "behind", "in front of", "beside", "beside")


@dataclass(frozen=True, slots=True)
class Sample:
    """(3, CROP, CROP) pixels in -1..1 of the draft and of the finished scene, with its words."""

    draft: NDArray[np.float32]
    target: NDArray[np.float32]
    words: str


@cache
def held_out_nouns() -> frozenset[str]:
    """One noun in ten, which is never trained on: by its letters, so that a new bank keeps it."""
    return frozenset(n for n in load_bank().nouns() if zlib.crc32(n.encode()) % 10 == 0)


def described(rng: Rng, bank: Bank, *, held_out: bool) -> Description:
    """A random description of one to four things."""
    hidden = held_out_nouns()
    nouns = sorted(hidden if held_out else bank.nouns() - hidden)
    things = tuple(_thing(rng, nouns) for _ in range(int(rng.integers(1, 5))))
    related: list[Related] = []
    if len(things) > 1 and rng.random() < 0.6:
        related.append(Related(0, TIES[int(rng.integers(len(TIES)))], 1))
    return Description(things, tuple(related), _setting(rng), ())


def _thing(rng: Rng, nouns: list[str]) -> Thing:
    noun = nouns[int(rng.integers(len(nouns)))]
    colours = list(load_vocabulary().colours)
    colour = (colours[int(rng.integers(len(colours)))],) if rng.random() < 0.4 else ()
    count = int(rng.choice([1, 1, 1, 1, 2, 3]))
    return Thing(noun, noun, "name", count=count, colours=colour)


def _setting(rng: Rng) -> Setting:
    def one(of: tuple[str | None, ...]) -> str | None:
        return of[int(rng.integers(len(of)))]

    ground = one(tuple(GROUNDS))
    return Setting(ground=ground, time=one(TIMES), weather=one(WEATHERS), mood=one(MOODS))


def pair(seed: int) -> tuple[NDArray[np.float32], NDArray[np.float32], Layout, list[int]]:
    """A scene's draft and the same finished, (SIDE, SIDE, 3) in 0–1, with layout and centres."""
    rng, bank, size = np.random.default_rng(seed), load_bank(), Size(width=SIDE, height=SIDE)
    description = described(rng, bank, held_out=seed >= HELD_OUT)
    layout = lay_out(description, bank, size, seed)
    setting = setting_of(layout.backdrop or "")
    draft = draft_of(layout, size, seed, bank)
    behind = paint_backdrop(setting, (SIDE, SIDE), seed)
    shown = [k for k, alpha in enumerate(draft.shown) if alpha.any()]
    return draft.pixels, finished(draft, behind), layout, shown


def samples(seed: int, crops: int = 8) -> Iterator[Sample]:
    """Crops of a scene, most of them where something stands."""
    rng = np.random.default_rng((seed, 1))
    draft, target, layout, shown = pair(seed)
    words = words_of(layout)
    for _ in range(crops):
        y, x = _corner(rng, layout, shown)
        part = slice(y, y + CROP), slice(x, x + CROP)
        yield Sample(_channels(draft[part]), _channels(target[part]), words)


def _corner(rng: Rng, layout: Layout, shown: list[int]) -> tuple[int, int]:
    if shown and rng.random() < 0.85:
        box = layout.regions[shown[int(rng.integers(len(shown)))]].box
        y = int(rng.integers(box.y0, box.y1)) - CROP // 2
        x = int(rng.integers(box.x0, box.x1)) - CROP // 2
    else:
        y, x = (int(v) for v in rng.integers(0, SIDE - CROP, 2))
    y, x = (min(max(0, v), SIDE - CROP) // 8 * 8 for v in (y, x))
    return y, x


def _channels(pixels: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.ascontiguousarray(pixels.transpose(2, 0, 1) * 2 - 1)
