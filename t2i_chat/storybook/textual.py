"""Teach the text encoder what captions mean before any picture is painted.

It predicts, from a caption's words alone, what the scene holds: which things, in which colour
and where, which sky, which ground. It does not know pixels. The denoiser then starts with
words that are already told apart, and colours already bound to their things.
"""

from __future__ import annotations

import logging

import numpy as np
import torch
from torch import nn
from torch.nn import functional
from transformers import CLIPTextModel, CLIPTokenizer

from t2i_chat.storybook.captions import caption
from t2i_chat.storybook.models import TEXT_WIDTH
from t2i_chat.storybook.run import descend, set_rate
from t2i_chat.storybook.scenes import Scene, sample_scene
from t2i_chat.storybook.vocabulary import load_vocabulary

log = logging.getLogger(__name__)
UNKNOWN = -100


class SceneHead(nn.Module):
    """Read a scene off the last token of a caption; thrown away after the training."""

    def __init__(self) -> None:
        super().__init__()
        words = load_vocabulary()
        self.nouns, self.colours = list(words.nouns), list(words.colours)
        self.skies, self.grounds = list(words.skies), list(words.grounds)
        self.positions = list(words.positions)
        n = len(self.nouns)
        self.sizes = [n, n * len(self.colours), n * 3, len(self.skies), len(self.grounds)]
        self.out = nn.Sequential(
            nn.Linear(TEXT_WIDTH, 384), nn.GELU(), nn.Linear(384, sum(self.sizes))
        )

    def targets(self, scenes: list[Scene]) -> list[torch.Tensor]:
        """Return presence (B, n), colour (B, n), position (B, n), sky (B) and ground (B)."""
        n = len(self.nouns)
        present = torch.zeros(len(scenes), n)
        colour = torch.full((len(scenes), n), UNKNOWN)
        position = torch.full((len(scenes), n), UNKNOWN)
        for row, scene in enumerate(scenes):
            for thing in scene.things:
                k = self.nouns.index(thing.noun)
                present[row, k] = 1
                position[row, k] = self.positions.index(scene.position(thing))
                if thing.colour:
                    colour[row, k] = self.colours.index(thing.colour)
        sky = torch.tensor([self.skies.index(s.sky) for s in scenes])
        ground = torch.tensor([self.grounds.index(s.ground) for s in scenes])
        return [present, colour, position, sky, ground]

    def loss(self, pooled: torch.Tensor, scenes: list[Scene]) -> torch.Tensor:
        """Return the summed losses of all five questions."""
        n, batch = len(self.nouns), len(scenes)
        parts = self.out(pooled).float().split(self.sizes, dim=1)
        present, colour, position, sky, ground = self.targets(scenes)
        losses = [
            n * functional.binary_cross_entropy_with_logits(parts[0], present) / 2,
            functional.cross_entropy(
                parts[1].reshape(batch * n, -1), colour.flatten(), ignore_index=UNKNOWN
            ),
            functional.cross_entropy(
                parts[2].reshape(batch * n, 3), position.flatten(), ignore_index=UNKNOWN
            ),
            functional.cross_entropy(parts[3], sky),
            functional.cross_entropy(parts[4], ground),
        ]
        return torch.stack(losses).sum()


def token_ids(tokenizer: CLIPTokenizer, captions: list[str]) -> torch.Tensor:
    """Return (B, 40) ids, padded and cut exactly as the pipelines do it."""
    ids: torch.Tensor = tokenizer(
        captions, padding="max_length", truncation=True, return_tensors="pt"
    ).input_ids
    return ids


def pretrain(encoder: CLIPTextModel, tokenizer: CLIPTokenizer, steps: int = 350) -> None:
    """Train `encoder` in place on `steps` batches of 64 captions."""
    head, rng = SceneHead(), np.random.default_rng(5)
    optimizer = torch.optim.AdamW([*encoder.parameters(), *head.parameters()], weight_decay=0.01)
    for step in range(steps):
        set_rate(optimizer, 1e-3 * min(1.0, (step + 1) / 30, 3 * (1 - step / steps)))
        scenes = [sample_scene(2_000_000 + step * 64 + k) for k in range(64)]
        captions = [caption(scene, rng) for scene in scenes]
        # Attention is causal: padding after the end changes nothing before it.
        ids = tokenizer(captions, padding=True, truncation=True, return_tensors="pt").input_ids
        with torch.autocast("cpu", torch.bfloat16):
            loss = head.loss(encoder(ids).pooler_output, scenes)
        value = descend(optimizer, loss, encoder.parameters())
        if step % 50 == 0:
            log.info("text step %d loss %.3f", step, value)
