"""Trains the UNet and its text encoder on scenes' latents, for text-to-image and inpainting.

v-prediction (Salimans and Ho, 2022) with zero terminal SNR; latents that show a thing weigh more,
because backgrounds are learnt long before outlines are. A share of the scenes have a hole to be
inpainted (`holes.py`).
"""

from __future__ import annotations

import copy
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import numpy as np
import torch
from diffusers import AutoencoderKL, UNet2DConditionModel
from diffusers.models.attention_processor import AttnProcessor
from torch import nn
from torch.nn import functional
from transformers import CLIPTextModel, CLIPTokenizer

from t2i_chat.rendering.unet_inpaint_channels import (
    EXTRA,
    channels_of,
    load_channels,
    narrowed,
    save_channels,
    widened,
)
from t2i_chat.storybook.layout import LayoutHead
from t2i_chat.storybook.networks import new_scheduler, new_unet
from t2i_chat.storybook.package import WEIGHTS, assemble, save_pipeline
from t2i_chat.storybook.scenes import SIZE
from t2i_chat.storybook.sheet import save_sheet
from training.storybook.batches import Batch, batch_of
from training.storybook.clip_training import taught_text_encoder
from training.storybook.codec import colours_of
from training.storybook.distributed import Peers
from training.storybook.optimizer import MatrixOptimizer
from training.storybook.run import RUNS, Run, best_device, descend, set_rate
from training.storybook.scene_pool import ScenePool, composers
from training.storybook.tokenizer import obtain_tokenizer

log = logging.getLogger(__name__)

LAYOUT_WEIGHT = 0.05
EVEN, STRONG = 0.25, 0.25
"""The shares of a batch whose noise levels are drawn evenly, and among the strongest.

The others lie about the middle.
"""
STRONGEST = 0.15
"""The part of all noise levels at which little but places and numbers can be told.

A thing covers a hundred latents and more, so that its blot shows through noise ten times as strong.
"""

PROMPTS = (
    "a red house under a blue sky",
    "a house under a starry night sky",
    "a blue car in the desert at sunset",
    "a green tree on the left and a cow on the right",
    "a black cat in a meadow",
    "a boat on the sea",
    "a snowman in the snow",
    "a purple hot air balloon over a green meadow",
    "a castle in the fog",
    "a brown horse by the lake in the rain",
    "a yellow bird and a cloud",
    "a sunflower and a rabbit, storybook illustration",
    "a lighthouse on the beach",
    "an elephant in the forest",
    "a red umbrella",
    "two dogs in a meadow",
    "a dragon in front of a castle",
    "a rocket above a tractor",
)


class Denoiser:
    """Denoiser and text encoder in training, with their exponential moving averages."""

    def __init__(self, unet: UNet2DConditionModel, text_encoder: CLIPTextModel) -> None:
        self.live = nn.ModuleList([unet, text_encoder])
        self.average = copy.deepcopy(self.live).requires_grad_(False)
        self.head = LayoutHead(unet.config.block_out_channels[-1])
        self._inside: list[torch.Tensor] = []
        unet.up_blocks[0].register_forward_hook(lambda _m, _in, out: self._inside.append(out))

    def to(self, device: torch.device) -> None:
        """Move everything to a device."""
        for part in (self.live, self.average, self.head):
            part.to(device)

    def parameters(self) -> list[nn.Parameter]:
        """Return all that is trained."""
        return [parameter for _, parameter in self.named_parameters()]

    def named_parameters(self) -> list[tuple[str, nn.Parameter]]:
        """Return all that is trained, by name."""
        parts = {"live": self.live, "head": self.head}
        return [
            (f"{part}.{name}", parameter)
            for part, module in parts.items()
            for name, parameter in module.named_parameters()
        ]

    def inside(self) -> torch.Tensor:
        """Return the (B, width, h/2, w/2) features of the last forward pass, once."""
        features, self._inside = self._inside[-1], []
        return features

    def state(self) -> dict[str, Any]:
        """Return what a checkpoint holds."""
        parts = {"live": self.live, "average": self.average, "head": self.head}
        return {name: part.state_dict() for name, part in parts.items()}

    def restore(self, state: dict[str, Any]) -> None:
        """Go on from a checkpoint."""
        for name, part in (("live", self.live), ("average", self.average), ("head", self.head)):
            part.load_state_dict(state[name])

    @torch.no_grad()
    def follow(self, step: int) -> None:
        """Move the average towards the trained weights."""
        decay = min(0.9985, (1 + step) / (10 + step))
        for average, live in zip(self.average.parameters(), self.live.parameters(), strict=True):
            average.lerp_(live, 1 - decay)


def noise_levels(count: int, device: torch.device) -> torch.Tensor:
    """Return (B,) timesteps 0 to 999, stratified: every batch sees all levels.

    Most lie about the middle, where what a thing is has been decided and its looks have not:
    Esser et al., "Scaling Rectified Flow Transformers" (2024), draw them alike.
    """
    even, strong = max(1, round(EVEN * count)), round(STRONG * count)
    places = _spread(count - even - strong)
    middle = torch.sigmoid(torch.special.ndtri(places.clamp(1e-4, 1 - 1e-4)) + 0.1)
    levels = torch.cat([_spread(even), 1 - STRONGEST * _spread(strong), middle])
    return (levels * 1000).long().clamp(max=999).to(device)


def _spread(count: int) -> torch.Tensor:
    """Return (count,) numbers in 0..1, one in each of as many equal parts."""
    return (torch.arange(count) + torch.rand(1)) / max(1, count)


def losses_of(
    model: Denoiser, batch: Batch, alphas: torch.Tensor
) -> tuple[torch.Tensor, torch.Tensor]:
    """Return the weighted v-prediction loss of a batch, and what it got wrong of the layout."""
    unet, text_encoder = model.live
    latents = batch.latents
    noise = torch.randn_like(latents)
    timesteps = noise_levels(len(latents), latents.device)
    signal = alphas[timesteps].sqrt()[:, None, None, None]
    scale = (1 - alphas[timesteps]).sqrt()[:, None, None, None]
    with torch.autocast(latents.device.type, torch.bfloat16):
        states = text_encoder(batch.ids).last_hidden_state
        noisy = torch.cat([signal * latents + scale * noise, batch.seen], 1)
        predicted = unet(noisy, timesteps, states).sample
        features = model.inside()
    target = signal * noise - scale * latents
    squared = (predicted.float() - target) ** 2
    painted = (squared * batch.weights).sum() / (batch.weights.sum() * latents.shape[1])
    placed = model.head.loss(features.float(), batch.labels, 1 - timesteps / 1000)
    return painted, placed


@dataclass(frozen=True)
class Phase:
    """A part of the training: `count` scenes of `size` pixels in batches, for some minutes."""

    size: int
    count: int
    batch: int
    minutes: float


def train(
    phases: Sequence[Phase],
    resume: bool,
    peak: float,
    workers: int = 0,
    start: Path | None = None,
) -> None:
    """Train through `phases`, from the pipeline in `start` if given, and save the pipeline.

    `workers` processes compose scenes.
    """
    device = best_device()
    tokenizer = obtain_tokenizer(RUNS / "tokenizer")
    run = Run("denoiser", sum(phase.minutes for phase in phases))
    model = Denoiser(*(_shipped(start) if start else _untrained(tokenizer)))
    state = run.load() if resume else None
    if state:
        model.restore(state)
    model.to(device)
    optimizer = MatrixOptimizer(model.named_parameters(), peak)
    _train_plainly(model, device)
    if state:
        optimizer.load_state_dict(state["optimizer"])
    alphas = new_scheduler().alphas_cumprod.to(device)
    peers = Peers()
    torch.manual_seed(peers.rank)
    rng = np.random.default_rng((run.step, peers.rank))
    spent, end = run.spent(), 0.0
    with composers(workers) as composing:
        for phase in phases:
            end += 60 * phase.minutes
            if spent >= end:
                continue
            pool = ScenePool(phase.count, phase.size, composing)
            while spent < end:
                set_rate(optimizer, run.learning_rate(peak))
                batch = batch_of(pool, phase.batch, rng, tokenizer)
                values = _step(model, optimizer, batch, alphas)
                run.step += 1
                if peers.due(run.step):
                    peers.agree(model.parameters())
                    spent = peers.leaders(run.spent())
                model.follow(run.step)
                if not peers.leads:
                    continue
                if run.step % 50 == 0:
                    run.log({"size": phase.size, **values})
                    log.info("step %d, %d pixels, %s", run.step, phase.size, values)
                if run.due(900):
                    with run.paused():
                        _checkpoint(run, model, optimizer, tokenizer, phase.size)
    if peers.leads:
        _checkpoint(run, model, optimizer, tokenizer, SIZE)


def _shipped(folder: Path) -> tuple[UNet2DConditionModel, CLIPTextModel]:
    """Return denoiser, with the channels for holes, and text encoder of a pipeline folder."""
    unet = UNet2DConditionModel.from_pretrained(folder / "unet", local_files_only=True)
    return (
        with_holes(unet, load_channels(folder / "unet")),
        CLIPTextModel.from_pretrained(folder / "text_encoder", local_files_only=True),
    )


def _untrained(tokenizer: CLIPTokenizer) -> tuple[UNet2DConditionModel, CLIPTextModel]:
    return with_holes(new_unet()), taught_text_encoder(tokenizer)


def with_holes(
    unet: UNet2DConditionModel, channels: torch.Tensor | None = None
) -> UNet2DConditionModel:
    """Return the denoiser with channels for holes, which say nothing as long as they are new."""
    if channels is None:
        channels = torch.zeros(unet.config.block_out_channels[0], EXTRA, 3, 3)
    return widened(unet, channels).train()


def _train_plainly(model: Denoiser, device: torch.device) -> None:
    """Use plain attention on a CPU: its fused kernel goes backward at a fifth of the speed."""
    if device.type == "cpu":
        unet, text_encoder = cast("tuple[Any, Any]", tuple(model.live))
        unet.set_attn_processor(AttnProcessor())
        text_encoder.set_attn_implementation("eager")


def _step(
    model: Denoiser, optimizer: torch.optim.Optimizer, batch: Batch, alphas: torch.Tensor
) -> dict[str, float]:
    on_device = (part.to(alphas.device) for part in vars(batch).values())
    painted, placed = losses_of(model, Batch(*on_device), alphas)
    descend(optimizer, painted + LAYOUT_WEIGHT * placed, model.parameters())
    return {"painted": round(painted.item(), 4), "placed": round(placed.item(), 3)}


def _checkpoint(
    run: Run,
    model: Denoiser,
    optimizer: torch.optim.Optimizer,
    tokenizer: CLIPTokenizer,
    size: int,
) -> None:
    run.save({**model.state(), "optimizer": optimizer.state_dict()})
    vae_folder = RUNS / "autoencoder" / "vae"
    vae = AutoencoderKL.from_pretrained(vae_folder if vae_folder.exists() else WEIGHTS / "vae")
    unet, text_encoder = model.average
    pipe = assemble(vae, narrowed(unet), text_encoder, tokenizer)
    save_pipeline(pipe, run.folder / "pipeline")
    save_channels(channels_of(unet), run.folder / "pipeline" / "unet")
    latents = torch.cat(
        [
            pipe(
                prompt,
                num_inference_steps=20,
                guidance_scale=4.0,
                height=size,
                width=size,
                generator=torch.Generator().manual_seed(k),
                output_type="latent",
            ).images
            for k, prompt in enumerate(PROMPTS)
        ]
    )
    small = functional.interpolate(colours_of(latents), scale_factor=8)
    with torch.no_grad():
        decoded = vae.decode(latents).sample
    save_sheet(run.folder / f"sheet-{run.step:06d}.png", [*small, *decoded], columns=9)
