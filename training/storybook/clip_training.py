"""Trains a small CLIP from scratch on synthetic scenes and captions: the first text encoder.

Radford et al., "Learning Transferable Visual Models From Natural Language Supervision" (2021).
Beside the contrastive loss, both encoders must classify the scene's contents, so that colours are
bound to their things early. The text encoder initialises that of the UNet.
"""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any, cast

import numpy as np
import torch
from torch import nn
from torch.nn import functional
from transformers import CLIPModel, CLIPTextModel, CLIPTokenizer

from t2i_chat.storybook.compose import compose
from t2i_chat.storybook.networks import CLIP_SIDE, TEXT_WIDTH, new_clip, new_text_encoder
from t2i_chat.storybook.scenes import Scene, sample_scene
from t2i_chat.storybook.sheet import pixels_to_tensor
from t2i_chat.storybook.vocabulary import load_vocabulary
from training.storybook.run import RUNS, Run, best_device, descend
from training.storybook.scene_captions import caption
from training.storybook.tokenizer import obtain_tokenizer

log = logging.getLogger(__name__)
UNKNOWN = -100
BATCH = 64
FOLDER = RUNS / "clip" / "model"
MOST = 4
"""Things of one noun that are told apart."""


class SceneHead(nn.Module):
    """Read a scene off a (B, width) feature; thrown away after the training."""

    def __init__(self) -> None:
        super().__init__()
        words = load_vocabulary()
        self.nouns, self.colours = list(words.nouns), list(words.colours)
        self.skies, self.grounds = list(words.skies), list(words.grounds)
        self.positions = list(words.positions)
        n = len(self.nouns)
        self.each = [len(self.colours), len(self.positions), MOST]
        self.sizes = [n, *(n * k for k in self.each), len(self.skies), len(self.grounds)]
        self.out = nn.Sequential(
            nn.Linear(TEXT_WIDTH, 384), nn.GELU(), nn.Linear(384, sum(self.sizes))
        )

    def targets(self, scenes: list[Scene]) -> list[torch.Tensor]:
        """Return presence, colour, position and count, each (B, n), then sky and ground, (B,)."""
        shape = len(scenes), len(self.nouns)
        present = torch.zeros(shape)
        colour, position, count = (torch.full(shape, UNKNOWN) for _ in range(3))
        for row, scene in enumerate(scenes):
            for thing in scene.things:
                k = self.nouns.index(thing.noun)
                count[row, k] = min(int(present[row, k]), MOST - 1)
                present[row, k] += 1
                position[row, k] = self.positions.index(scene.position(thing))
                if thing.colour:
                    colour[row, k] = self.colours.index(thing.colour)
        sky = torch.tensor([self.skies.index(s.sky) for s in scenes])
        ground = torch.tensor([self.grounds.index(s.ground) for s in scenes])
        return [present.clamp(max=1), colour, position, count, sky, ground]

    def loss(self, features: torch.Tensor, scenes: list[Scene]) -> torch.Tensor:
        """Return the summed losses of all six questions."""
        present, *each, sky, ground = self.targets(scenes)
        asked, *answers, over, below = self.out(features).float().split(self.sizes, dim=1)
        losses = [
            len(self.nouns) * functional.binary_cross_entropy_with_logits(asked, present) / 4,
            functional.cross_entropy(over, sky),
            functional.cross_entropy(below, ground),
        ]
        for answer, target, options in zip(answers, each, self.each, strict=True):
            losses.append(
                functional.cross_entropy(
                    answer.reshape(-1, options), target.flatten(), ignore_index=UNKNOWN
                )
            )
        return torch.stack(losses).sum()


def token_ids(tokenizer: CLIPTokenizer, captions: list[str]) -> torch.Tensor:
    """Return (B, 40) ids, padded and cut exactly as the pipelines do it."""
    ids: torch.Tensor = tokenizer(
        captions, padding="max_length", truncation=True, return_tensors="pt"
    ).input_ids
    return ids


def pictures_of(scenes: list[Scene]) -> torch.Tensor:
    """Return (B, 3, 128, 128) pixels in -1..1 of scenes, half as large as they are painted."""
    pixels = pixels_to_tensor(np.stack([compose(scene).pixels for scene in scenes]))
    return functional.avg_pool2d(pixels, pixels.shape[-1] // CLIP_SIDE)


def train(minutes: float, resume: bool, peak: float = 1e-3) -> None:
    """Train for `minutes` and save to `runs/storybook/clip/model`."""
    device, run = best_device(), Run("clip", minutes)
    tokenizer = obtain_tokenizer(RUNS / "tokenizer")
    model = new_clip(len(tokenizer), tokenizer.eos_token_id)
    parts = nn.ModuleList([model, SceneHead(), SceneHead()]).to(device)
    optimizer = torch.optim.AdamW(parts.parameters(), lr=peak, weight_decay=0.05, fused=True)
    if resume:
        run.take_up(parts, optimizer)
    run.train(
        optimizer,
        lambda: _step(parts, optimizer, tokenizer, run.step, device),
        lambda: run.keep(parts, optimizer),
        peak=peak,
    )
    model.save_pretrained(FOLDER)


def _step(
    parts: nn.ModuleList,
    optimizer: torch.optim.Optimizer,
    tokenizer: CLIPTokenizer,
    step: int,
    device: torch.device,
) -> dict[str, float]:
    model, of_text, of_picture = cast("tuple[Any, Any, Any]", tuple(parts))
    rng = np.random.default_rng(step)
    scenes = [sample_scene(2_000_000 + step * BATCH + k) for k in range(BATCH)]
    captions = [caption(scene, rng) for scene in scenes]
    # Attention is causal: padding after the end changes nothing before it.
    ids = tokenizer(captions, padding=True, truncation=True, return_tensors="pt").input_ids
    with torch.autocast(device.type, torch.bfloat16):
        words = model.text_model(ids.to(device)).pooler_output
        seen = model.vision_model(pictures_of(scenes).to(device)).pooler_output
        texts = functional.normalize(model.text_projection(words).float(), dim=-1)
        pictures = functional.normalize(model.visual_projection(seen).float(), dim=-1)
        scale = model.logit_scale.exp().clamp(max=100)
        likeness = scale * texts @ pictures.T
        same = torch.arange(BATCH, device=device)
        contrast = (
            functional.cross_entropy(likeness, same) + functional.cross_entropy(likeness.T, same)
        ) / 2
        said, shown = of_text.loss(words, scenes), of_picture.loss(seen, scenes)
    descend(optimizer, contrast + said + shown, parts.parameters())
    return {"contrast": contrast.item(), "said": said.item(), "shown": shown.item()}


def taught_text_encoder(tokenizer: CLIPTokenizer, folder: Path = FOLDER) -> CLIPTextModel:
    """Return the text tower in `folder` as a text encoder; an untaught one when there is none."""
    encoder = new_text_encoder(len(tokenizer), tokenizer.eos_token_id)
    if folder.exists():
        clip = CLIPModel.from_pretrained(folder, local_files_only=True)
        encoder.load_state_dict(clip.text_model.state_dict())
    else:
        log.warning("there is no trained CLIP in %s; words are learnt with the pictures", folder)
    return encoder
