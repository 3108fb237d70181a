"""Self-check of edits on storybook pictures: the judge network tells if a thing is in a region."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property

import numpy as np
from PIL import Image

from t2i_chat.storybook.judge import Judge, SightPiece
from t2i_chat.storybook.scenes import SIZE

BESIDE = 24
"""Tolerance in pixels: a thing may have its centre this far outside the region."""


class JudgeChecker:
    """A checker for storybook pictures; `name_of` maps a phrase to the vocabulary's noun.

    The network is loaded at first use.
    """

    def __init__(self, name_of: Callable[[str], str]) -> None:
        self._name_of = name_of

    @cached_property
    def _judge(self) -> Judge:
        return Judge()

    def score(self, image: Image.Image, thing: str, region: Image.Image) -> float:
        """Returns 1.0 if the thing is recognised in or right beside an 8-bit region, else 0.0."""
        noun = self._name_of(thing)
        box = region.convert("L").resize((SIZE, SIZE), Image.Resampling.BOX).getbbox()
        if not noun or box is None:
            return 0.0
        square = image.convert("RGB").resize((SIZE, SIZE), Image.Resampling.BICUBIC)
        pieces = self._judge.look(np.asarray(square)).of(noun)
        return float(any(_lies_in(piece, box) for piece in pieces))


def _lies_in(piece: SightPiece, box: tuple[int, int, int, int]) -> bool:
    """Returns whether a recognised thing has its centre in a box or close enough to it."""
    (x, y), (left, top, right, bottom) = piece.centre, box
    return left - BESIDE <= x <= right + BESIDE and top - BESIDE <= y <= bottom + BESIDE
