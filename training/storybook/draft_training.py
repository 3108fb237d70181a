"""Trains the denoiser to paint a finished scene from noise beside its draft.

It learns crops: what it adds to a draft is local.
"""

from __future__ import annotations

import copy
import logging
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import torch
from diffusers import UNet2DConditionModel
from diffusers.models.attention_processor import AttnProcessor
from transformers import CLIPTextModel, CLIPTokenizer

from t2i_chat.core.registry import DRAFT_UNET
from t2i_chat.rendering.diffusion.draft_unet import DraftUNet, posterior
from t2i_chat.storybook.networks import new_scheduler
from t2i_chat.storybook.package import WEIGHTS
from training.storybook.codec import latents_of
from training.storybook.draft_samples import Sample, samples
from training.storybook.run import Run, descend, set_rate

log = logging.getLogger(__name__)

SILENT = 0.1
"""How often the words are dropped, so that they have a guidance."""
FRESH, POOL = 8, 1536
"""New crops in each batch, and how many are kept to be seen again."""


def new_draft_unet(start: Path = WEIGHTS) -> DraftUNet:
    """The shipped UNet with four more input channels and a silent output."""
    unet = UNet2DConditionModel.from_pretrained(start / "unet", local_files_only=True).float()
    state = unet.state_dict()
    first = state["conv_in.weight"]
    seeded = torch.Generator().manual_seed(0)
    new = 0.02 * torch.randn(first.shape[0], first.shape[1], 3, 3, generator=seeded)
    state["conv_in.weight"] = torch.cat([first, new.to(first)], 1)
    state["conv_out.weight"].zero_()
    state["conv_out.bias"].zero_()
    wide = DraftUNet.from_config(unet.config, in_channels=2 * first.shape[1])
    wide.load_state_dict(state)
    drafting: DraftUNet = wide.use_schedule(new_scheduler().alphas_cumprod)
    return drafting


class Pool:
    """Crops that were made before, to be mixed with new ones: a scene takes longer than a step."""

    def __init__(self, first: int) -> None:
        self._seed = first
        self._kept: list[Sample] = []
        self._coming = self._all()

    def batch(self, count: int, rng: np.random.Generator) -> list[Sample]:
        """New crops and old ones."""
        wanted = count if len(self._kept) < 4 * count else FRESH
        new = [next(self._coming) for _ in range(wanted)]
        old = [self._kept[int(k)] for k in rng.integers(len(self._kept) or 1, size=count - wanted)]
        self._kept = (self._kept + new)[-POOL:]
        return new + old

    def _all(self) -> Iterator[Sample]:
        while True:
            self._seed += 1
            yield from samples(self._seed)


def train(minutes: float, resume: bool, start: Path = WEIGHTS, peak: float = 4e-4) -> None:
    """Trains for `minutes` from the pipeline in `start`; saves to runs/storybook/draft."""
    run = Run("draft", minutes)
    model = new_draft_unet(start).train()
    model.set_attn_processor(AttnProcessor())  # the fused kernel goes backward at a fifth of this
    average = copy.deepcopy(model).requires_grad_(False)
    optimizer = torch.optim.AdamW(
        model.parameters(), lr=peak, betas=(0.9, 0.98), weight_decay=0.01, fused=True
    )
    if resume and (state := run.load()):
        model.load_state_dict(state["model"])
        average.load_state_dict(state["average"])
        optimizer.load_state_dict(state["optimizer"])
    words = Words(start)
    pool, rng = Pool(1000 * run.step), np.random.default_rng(run.step)
    torch.manual_seed(run.step)
    while run.progress() < 1:
        set_rate(optimizer, run.learning_rate(peak))
        loss = loss_of(model, pool.batch(16, rng), words)
        value = descend(optimizer, loss, model.parameters())
        run.step += 1
        _follow(average, model, run.step)
        if run.step % 25 == 0:
            run.log({"loss": value})
            log.info("step %d %.4f", run.step, value)
        if run.due():
            _checkpoint(run, model, average, optimizer)
    _checkpoint(run, model, average, optimizer)


def _checkpoint(
    run: Run, model: DraftUNet, average: DraftUNet, optimizer: torch.optim.Optimizer
) -> None:
    states = model.state_dict(), average.state_dict(), optimizer.state_dict()
    run.save(dict(zip(("model", "average", "optimizer"), states, strict=True)))
    average.half().save_pretrained(run.folder / DRAFT_UNET)
    average.float()


class Words:
    """The shipped text encoder, which is not trained."""

    def __init__(self, start: Path) -> None:
        self._tokenizer = CLIPTokenizer.from_pretrained(start / "tokenizer", local_files_only=True)
        self._encoder = CLIPTextModel.from_pretrained(start / "text_encoder", local_files_only=True)

    @torch.no_grad()
    def __call__(self, prompts: list[str]) -> torch.Tensor:
        """The (B, 40, 192) states of prompts."""
        ids = self._tokenizer(
            prompts, padding="max_length", truncation=True, return_tensors="pt"
        ).input_ids
        states: torch.Tensor = self._encoder(ids).last_hidden_state
        return states


def loss_of(model: DraftUNet, batch: list[Sample], words: Words) -> torch.Tensor:
    """The loss in units of what the draft leaves uncertain; what it changes counts more."""
    target, draft = (
        latents_of(torch.from_numpy(np.stack([getattr(one, name) for one in batch])))
        for name in ("target", "draft")
    )
    weights = 1 + 4 * (target - draft).abs().mean(1, keepdim=True).clamp(0, 1)
    steps = torch.randint(1, len(model.alphas), (len(batch),))
    alpha = model.alphas[steps][:, None, None, None]
    noisy = alpha.sqrt() * target + (1 - alpha).sqrt() * torch.randn_like(target)
    mean, spread = posterior(noisy, draft, alpha)
    said = ["" if torch.rand(()) < SILENT else one.words for one in batch]
    predicted = model.raw(torch.cat([noisy, draft], 1), steps, words(said))
    loss: torch.Tensor = ((predicted - (target - mean) / spread) ** 2 * weights).mean()
    return loss


def _follow(average: torch.nn.Module, model: torch.nn.Module, step: int) -> None:
    """Exponential moving average of the weights."""
    kept = min(0.998, (1 + step) / (10 + step))
    with torch.no_grad():
        for mean, now in zip(average.parameters(), model.parameters(), strict=True):
            mean.lerp_(now, 1 - kept)
