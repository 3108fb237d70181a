"""Batches for UNet training: scenes with captions, whole or with a hole (inpainting).

Most are close-ups of one hole, which is how new things are painted; the others are whole scenes,
every fourth of them empty.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from transformers import CLIPTokenizer

from t2i_chat.rendering.unet_inpaint_channels import EXTRA
from training.storybook.clip_training import token_ids
from training.storybook.close_up import close_up
from training.storybook.holes import Hole, cut
from training.storybook.scene_captions import caption
from training.storybook.scene_pool import Encoded, ScenePool

Rng = np.random.Generator
Drawn = tuple[Encoded, Hole | None]

DROPPED_CAPTIONS = 0.1
THING_WEIGHT = 3.0
CLOSE_UPS = 0.7
"""The share of batches that see one hole from near."""
SIDES = (16, 16, 24)
"""Sides of close-ups in latents, any of which is drawn."""
HOLES = 0.3
"""The share of whole scenes that have a hole."""
HOLE_WEIGHT, AROUND_WEIGHT = 2.0, 0.1
"""How much latents in a hole and around it weigh beside those of a whole picture."""


@dataclass(frozen=True)
class Batch:
    """Token ids (B, 40), latents (B, 4, h, w), labels (B, 4, h/2, w/2).

    `seen` (B, 5, h, w) are the mask of a hole and the latents around it, zeros without a hole;
    `weights` (B, 1, h, w) how much it matters what is painted where.
    """

    ids: torch.Tensor
    latents: torch.Tensor
    seen: torch.Tensor
    weights: torch.Tensor
    labels: torch.Tensor


def batch_of(pool: ScenePool, count: int, rng: Rng, tokenizer: CLIPTokenizer) -> Batch:
    """Return a random batch that costs as much as `count` whole scenes, captioned afresh."""
    if rng.random() < CLOSE_UPS:
        return _batch(_close_ups(pool, count, rng), rng, tokenizer)
    return _batch([_whole(one, rng) for one in pool.draw(count, rng)], rng, tokenizer)


def _whole(one: Encoded, rng: Rng) -> Drawn:
    return one, cut(one, rng) if rng.random() < HOLES else None


def _close_ups(pool: ScenePool, count: int, rng: Rng) -> list[Drawn]:
    whole = pool.side
    side = min(whole, SIDES[rng.integers(len(SIDES))])
    return [close_up(one, side, rng) for one in pool.draw(count * whole**2 // side**2, rng)]


def _batch(drawn: Sequence[Drawn], rng: Rng, tokenizer: CLIPTokenizer) -> Batch:
    said = [caption(one.scene, rng) if hole is None else hole.caption for one, hole in drawn]
    kept = ["" if rng.random() < DROPPED_CAPTIONS else words for words in said]
    return Batch(
        token_ids(tokenizer, kept),
        _stacked([one.latents if hole is None else hole.latents for one, hole in drawn]),
        _stacked([_seen(one, hole) for one, hole in drawn]),
        _stacked([_weights(one, hole) for one, hole in drawn]),
        _stacked([one.labels for one, _ in drawn]).long(),
    )


def _stacked(arrays: Sequence[NDArray[Any]]) -> torch.Tensor:
    return torch.from_numpy(np.stack(arrays)).float()


def _seen(one: Encoded, hole: Hole | None) -> NDArray[np.float32]:
    if hole is None:
        return np.zeros((EXTRA, *one.latents.shape[1:]), np.float32)
    return hole.seen()


def _weights(one: Encoded, hole: Hole | None) -> NDArray[np.float32]:
    weights = 1 + THING_WEIGHT * one.things.astype(np.float32)
    if hole is not None:
        weights *= np.where(hole.mask, HOLE_WEIGHT, AROUND_WEIGHT).astype(np.float32)
    return weights
