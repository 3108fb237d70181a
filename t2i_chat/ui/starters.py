"""Example prompts of the first screen, with seeds and pictures.

`python -m training.storybook.starters` paints them anew with the embedded model.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from markupsafe import Markup

from t2i_chat.core.actions import Generate
from t2i_chat.ui.html import render
from t2i_chat.ui.theme import ASSETS
from t2i_chat.ui.translations import CAPTIONS


@dataclass(frozen=True, slots=True)
class First:
    """A picture to start from: its words, and the seed it was painted with."""

    words: str
    seed: int

    @property
    def path(self) -> Path:
        """Where the picture lies in the package."""
        return ASSETS / "starters" / f"{self.words.replace(' ', '-')}.webp"

    @property
    def action(self) -> Generate:
        """What paints it again."""
        return Generate(prompt=self.words, seed=self.seed)


FIRST = (
    First("a lighthouse on the beach at sunset", 6),
    First("a penguin on snowy ground", 4),
    First("a rocket flying over a city at night", 3),
    First("a red house with a tree under a blue sky", 6),
    First("a rainbow over a green meadow with a sheep", 4),
    First("a sailing boat on the sea at sunset", 1),
)
"""What a newcomer sees first; chosen by eye from four seeds each."""


def words_of(place: int, language: str) -> str:
    """What a person says who presses the picture at a place."""
    return CAPTIONS[language][f"first{place + 1}"]


def first_pictures(address: Callable[[Path], str]) -> Markup:
    """The pictures, each a button with its words; `address` tells where a file is served."""
    addresses = [address(one.path) for one in FIRST]
    return render("starters.html", "first_pictures", addresses=addresses)
