"""Look where an edit was made and say whether a thing is to be recognised there.

The judge of the evaluation, asked about one place. It knows the vocabulary and nothing else.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property

import numpy as np
from PIL import Image

from t2i_chat.storybook.judge import Judge, SightPiece
from t2i_chat.storybook.scenes import SIZE

BESIDE = 24
"""Pixels around a region in which a thing's middle may lie, of which the region holds a part."""


class JudgeChecker:
    """A checker for storybook's pictures; `name_of` tells the vocabulary's noun for a phrase.

    The net is read when it is first asked.
    """

    def __init__(self, name_of: Callable[[str], str]) -> None:
        self._name_of = name_of

    @cached_property
    def _judge(self) -> Judge:
        return Judge()

    def score(self, image: Image.Image, thing: str, region: Image.Image) -> float:
        """Return 1 where the thing is recognised in or right beside an 8-bit region, else 0."""
        noun = self._name_of(thing)
        box = region.convert("L").resize((SIZE, SIZE), Image.Resampling.BOX).getbbox()
        if not noun or box is None:
            return 0.0
        square = image.convert("RGB").resize((SIZE, SIZE), Image.Resampling.BICUBIC)
        pieces = self._judge.look(np.asarray(square)).of(noun)
        return float(any(_lies_in(piece, box) for piece in pieces))


def _lies_in(piece: SightPiece, box: tuple[int, int, int, int]) -> bool:
    """Return whether a piece has its middle in a box, or so near that it is of the same thing."""
    (x, y), (left, top, right, bottom) = piece.centre, box
    return left - BESIDE <= x <= right + BESIDE and top - BESIDE <= y <= bottom + BESIDE
