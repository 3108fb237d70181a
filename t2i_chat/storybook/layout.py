"""Auxiliary loss of the UNet and the segmenter: cell labels (noun, colour, position) of a scene.

A head predicts them from the UNet's middle features, which speeds up training many times; the idea
is that of Yu et al., "Representation Alignment for Generation" (2024), with labels in place of
another network's features. The head is discarded after training.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn
from torch.nn import functional

from t2i_chat.storybook.compose import ComposedScene
from t2i_chat.storybook.scenes import GRID, Thing
from t2i_chat.storybook.vocabulary import load_vocabulary

REACH = 10
"""Cells along a side of the largest thing."""
NOWHERE = -100
BACKGROUNDS = ("sky", "water", "ground")


@dataclass(frozen=True)
class Labels:
    """Per 16-pixel cell, (h, w): noun, colour, and column and row inside its thing.

    Colour, column and row are `NOWHERE` outside things.
    """

    kind: NDArray[np.int64]
    colour: NDArray[np.int64]
    column: NDArray[np.int64]
    row: NDArray[np.int64]

    def stacked(self) -> NDArray[np.int16]:
        """Return all four as one (4, h, w) array."""
        return np.stack([self.kind, self.colour, self.column, self.row]).astype(np.int16)


@cache
def kinds() -> dict[str, int]:
    """Return the number of every noun and background."""
    return {name: k for k, name in enumerate((*BACKGROUNDS, *load_vocabulary().nouns))}


@cache
def _colours() -> dict[str | None, int]:
    return {name: k for k, name in enumerate((None, *load_vocabulary().colours))}


def labels_of(painting: ComposedScene) -> Labels:
    """Returns the label of what fills most of each cell; a thing needs less than half of it."""
    shares = [_share(mask) for mask in (painting.sky, painting.water, painting.ground)]
    kind = np.argmax(shares, axis=0)
    colour, column, row = (np.full(kind.shape, NOWHERE) for _ in range(3))
    ys, xs = np.mgrid[: kind.shape[0], : kind.shape[1]]
    for thing, mask in zip(painting.scene.things, painting.things, strict=True):
        inside = _share(mask) > 0.3
        left, top = _corner(thing)
        kind[inside] = kinds()[thing.noun]
        colour[inside] = _colours()[thing.colour]
        column[inside] = np.clip(xs - left, 0, REACH - 1)[inside]
        row[inside] = np.clip(ys - top, 0, REACH - 1)[inside]
    return Labels(kind, colour, column, row)


def _share(mask: NDArray[np.bool_]) -> NDArray[np.float32]:
    cells = mask.reshape(mask.shape[0] // GRID, GRID, mask.shape[1] // GRID, GRID)
    return np.asarray(cells.mean((1, 3)), np.float32)


def _corner(thing: Thing) -> tuple[int, int]:
    left, top, _, _ = thing.box
    return left // GRID, top // GRID


class LayoutHead(nn.Module):
    """Predicts labels from (B, width, h, w) features, one cell each."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.sizes = [len(kinds()), len(_colours()), REACH, REACH]
        self.out = nn.Conv2d(width, sum(self.sizes), 1)

    def loss(
        self, features: torch.Tensor, labels: torch.Tensor, weights: torch.Tensor
    ) -> torch.Tensor:
        """Return the weighted loss of (B, 4, h, w) `labels`; `weights` are (B,)."""
        answers = self.out(features).float().split(self.sizes, dim=1)
        losses = []
        for answer, wanted in zip(answers, labels.unbind(1), strict=True):
            each = functional.cross_entropy(answer, wanted, ignore_index=NOWHERE, reduction="none")
            asked = (wanted != NOWHERE).sum().clamp(min=1)
            losses.append((each * weights[:, None, None]).sum() / asked)
        return torch.stack(losses).sum()
