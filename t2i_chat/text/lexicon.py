"""Prompt translation for closed-vocabulary models: swaps unknown words and reports the swaps.

Large models accept any words. The embedded one was trained on a few hundred: other words give
noise, so they are replaced by the nearest known ones, and the person is told.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, Protocol

from PIL import Image

from t2i_chat.core.geometry import Size
from t2i_chat.core.protocols import Segmenter
from t2i_chat.core.recipe import Layout, Recipe

Zone = Literal["sky", "ground", "water"]
"""A part of a picture's surroundings."""
MOST = 3
"""Maximum number of left-out things that are named in the message."""


@dataclass(frozen=True, slots=True)
class Swap:
    """A replacement, each side with its article: "a fox" was asked for, "a dog" is painted.

    Of the `kind` "spelling": what was typed, and the word it was read as.
    """

    said: str
    painted: str
    kind: Literal["thing", "colour", "spelling"] = "thing"


@dataclass(frozen=True, slots=True)
class Reading:
    """A prompt mapped to the model's vocabulary.

    `left_out` are things without a near word, as the person named them; `said` is the person's
    prompt without them, None if nothing was left out; `known` is False if no word of the prompt is
    in the vocabulary. `prompt` is "" if nothing is left of it.
    """

    prompt: str
    swaps: tuple[Swap, ...] = ()
    left_out: tuple[str, ...] = ()
    known: bool = True
    said: str | None = None


class Lexicon(Protocol):
    """The vocabulary of a model."""

    @property
    def needs_layout(self) -> bool:
        """Whether the model paints from layouts only."""
        ...

    @property
    def landscape(self) -> str:
        """The prompt that is used when nothing known is asked for; "" for an open vocabulary."""
        ...

    def read(self, prompt: str) -> Reading:
        """The prompt mapped to the vocabulary; idempotent."""
        ...

    def arrange(self, prompt: str, size: Size, seed: int) -> Layout | None:
        """The layout (regional prompting) for a prompt; None to paint it in one pass."""
        ...

    def resettle(self, layout: Layout, words: str) -> Layout | None:
        """The layout with the sky or ground named in `words`; None if they name none."""
        ...

    def zones(self, recipe: Recipe) -> Mapping[Zone, Image.Image]:
        """8-bit masks of sky, ground and water in the picture of a layout; empty if not known."""
        ...


class AnyWords:
    """The lexicon of a model with an open vocabulary: prompts are used as they are."""

    landscape = ""
    needs_layout = False

    def arrange(self, prompt: str, size: Size, seed: int) -> Layout | None:  # noqa: ARG002  the protocol's names
        """None: such a model places things itself."""
        return None

    def resettle(self, layout: Layout, words: str) -> Layout | None:  # noqa: ARG002  the protocol's names
        """None: there are no layouts."""
        return None

    def zones(self, recipe: Recipe) -> Mapping[Zone, Image.Image]:  # noqa: ARG002  the protocol's names
        """Empty: there are no layouts."""
        return {}

    def read(self, prompt: str) -> Reading:
        """The prompt, unchanged."""
        return Reading(prompt)


class InKnownWords:
    """A segmenter whose targets are mapped to its model's vocabulary first."""

    def __init__(self, segmenter: Segmenter, lexicon: Lexicon) -> None:
        self._segmenter = segmenter
        self._lexicon = lexicon

    def segment(self, image: Image.Image, target: str) -> Image.Image | None:
        """An 8-bit mask of the picture's size, white where `target` is; None if not found."""
        return self._segmenter.segment(image, self._lexicon.read(target).prompt or target)


def whole(prompt: str, lexicon: Lexicon) -> str:
    """The prompt of a new picture: mapped, or the landscape if nothing in it is known."""
    reading = lexicon.read(prompt)
    return reading.prompt if reading.known else lexicon.landscape


def shown(prompt: str, lexicon: Lexicon) -> str:
    """The caption of a new picture, in the person's words."""
    return paintable(prompt, lexicon) if lexicon.read(prompt).known else lexicon.landscape


def paintable(words: str, lexicon: Lexicon) -> str:
    """The person's words without what was left out; unchanged if none is known."""
    reading = lexicon.read(words)
    return (reading.known and reading.said) or words


def told(reading: Reading, *, new: bool) -> tuple[str, ...]:
    """Sentences that tell the person each swap and what was left out.

    For a `new` picture of a prompt with no known word: that a landscape was painted instead.
    """
    if new and not reading.known:
        return _instead(reading)
    swaps = tuple(_swapped(swap) for swap in reading.swaps)
    if not reading.left_out:
        return swaps
    one = len(reading.left_out) == 1 and not reading.left_out[0].endswith("s")
    return (*swaps, f"I can't paint {_any(reading)} yet, so I left {'it' if one else 'them'} out.")


def _swapped(swap: Swap) -> str:
    if swap.kind == "spelling":
        return f"I read “{swap.said}” as {swap.painted}."
    done = "used" if swap.kind == "colour" else "painted"
    return f"I can't paint {swap.said} yet, so I {done} {swap.painted}."


def _instead(reading: Reading) -> tuple[str, ...]:
    asked_for = "landscape" in reading.prompt.lower() and not reading.left_out
    return () if asked_for else (f"I can't paint {_any(reading)} yet, so I painted a landscape.",)


def _any(reading: Reading) -> str:
    first = reading.left_out[:MOST]
    if len(reading.left_out) > MOST:
        first = (*first, "other things you named")
    *others, last = first or ("any of that",)
    return f"{', '.join(others)}{' or ' if others else ''}{last}"
