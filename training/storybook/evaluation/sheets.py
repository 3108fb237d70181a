"""Contact sheets, for eyes: what figures call done may look wrong."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from training.storybook.evaluation.rows import Judged
from training.storybook.evaluation.scripts import EDITS, Story


def save(path: Path, kept: Sequence[tuple[Story, Judged, dict[str, Judged]]]) -> None:
    """A row for each story: the picture, then each edit of it; white where none was painted."""
    rows = [
        np.concatenate([_small(before), *(_small(after.get(name)) for name in EDITS)], 1)
        for _, before, after in kept
    ]
    if rows:
        Image.fromarray((np.concatenate(rows) * 255).round().astype(np.uint8)).save(path)


def _small(judged: Judged | None) -> NDArray[np.float32]:
    if judged is None:
        return np.ones((256, 256, 3), np.float32)
    picture = Image.fromarray((judged.picture.pixels * 255).round().astype(np.uint8))
    return np.asarray(picture.resize((256, 256)), np.float32) / np.float32(255)
