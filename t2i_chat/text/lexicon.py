"""A painter's words: how a prompt is said in words it knows; it does not know any painter.

Large models paint any words. A small one was taught a few hundred: what lies outside them would
come out as noise, so it is said in the nearest words that are inside, and the person is told.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol

from PIL import Image

from t2i_chat.core.geometry import Size
from t2i_chat.core.protocols import Segmenter
from t2i_chat.core.recipe import Layout

MOST = 3
"""How many things that were left out are named; a long prompt may have many."""


@dataclass(frozen=True, slots=True)
class Swap:
    """What was asked for and what is painted instead, as one speaks of them: "a fox", "a dog".

    Of a "spelling" it is what was typed and the word that it was read as.
    """

    said: str
    painted: str
    kind: Literal["thing", "colour", "spelling"] = "thing"


@dataclass(frozen=True, slots=True)
class Reading:
    """A prompt in the painter's words, and what it took to bring it there.

    `left_out` are things that nothing comes near, as they were said; `said` is the prompt without
    them in the words it was said in, None where nothing was left out; `known` tells whether the
    prompt names anything the painter can paint. `prompt` is empty when nothing is left of it.
    """

    prompt: str
    swaps: tuple[Swap, ...] = ()
    left_out: tuple[str, ...] = ()
    known: bool = True
    said: str | None = None


class Lexicon(Protocol):
    """The words of a painter. `landscape` is what it paints when nothing else is asked for."""

    @property
    def landscape(self) -> str:
        """The prompt of a plain landscape; empty for a painter of any words."""
        ...

    def read(self, prompt: str) -> Reading:
        """The prompt in the painter's words; reading those again changes nothing."""
        ...

    def arrange(self, prompt: str, size: Size, seed: int) -> Layout | None:
        """Where the prompt's things go in a picture that is painted in parts; None for one go."""
        ...

    def resettle(self, layout: Layout, words: str) -> Layout | None:
        """The same things under the sky or on the ground that the words name; None if none."""
        ...


class AnyWords:
    """The lexicon of a painter that takes words as they are."""

    landscape = ""

    def arrange(self, prompt: str, size: Size, seed: int) -> Layout | None:  # noqa: ARG002  the protocol's names
        """Nothing: such a painter sees to it itself."""
        return None

    def resettle(self, layout: Layout, words: str) -> Layout | None:  # noqa: ARG002  the protocol's names
        """Nothing, for the same reason."""
        return None

    def read(self, prompt: str) -> Reading:
        """The prompt as it is."""
        return Reading(prompt)


class InKnownWords:
    """A segmenter that is asked for a thing in the words it was taught."""

    def __init__(self, segmenter: Segmenter, lexicon: Lexicon) -> None:
        self._segmenter = segmenter
        self._lexicon = lexicon

    def segment(self, image: Image.Image, target: str) -> Image.Image | None:
        """An 8-bit mask of the picture's size, white where `target` is; None if it is not there."""
        return self._segmenter.segment(image, self._lexicon.read(target).prompt or target)


def whole(prompt: str, lexicon: Lexicon) -> str:
    """What a new picture is painted from: the landscape when the prompt names nothing known."""
    reading = lexicon.read(prompt)
    return reading.prompt if reading.known else lexicon.landscape


def shown(prompt: str, lexicon: Lexicon) -> str:
    """What a new picture of a prompt shows, in the person's own words."""
    return paintable(prompt, lexicon) if lexicon.read(prompt).known else lexicon.landscape


def paintable(words: str, lexicon: Lexicon) -> str:
    """The words without things that are left out; all of them where none of them is known."""
    reading = lexicon.read(words)
    return (reading.known and reading.said) or words


def told(reading: Reading, *, new: bool) -> tuple[str, ...]:
    """Sentences for the person: each swap and what was left out.

    Of a `new` picture in which nothing was known, that a landscape was painted.
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
