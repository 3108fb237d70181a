"""Train the denoiser and its text encoder on encoded scenes; it does not know the autoencoder.

v-prediction (Salimans and Ho, 2022) with zero terminal signal; latents that show a thing weigh
more, because backgrounds are learnt long before outlines are.
"""

from __future__ import annotations

import copy
import logging
from collections.abc import Sequence
from typing import Any, cast

import numpy as np
import torch
from diffusers import AutoencoderKL, UNet2DConditionModel
from diffusers.models.attention_processor import AttnProcessor
from torch import nn
from torch.nn import functional
from transformers import CLIPTextModel, CLIPTokenizer

from t2i_chat.storybook.captions import caption
from t2i_chat.storybook.codec import colours_of, latents_of
from t2i_chat.storybook.compose import Painting, compose
from t2i_chat.storybook.models import (
    new_autoencoder,
    new_scheduler,
    new_text_encoder,
    new_unet,
)
from t2i_chat.storybook.package import assemble, save_pipeline
from t2i_chat.storybook.run import RUNS, Run, best_device, descend, set_rate
from t2i_chat.storybook.scenes import SIZE, sample_scene
from t2i_chat.storybook.sheet import pixels_to_tensor, save_sheet
from t2i_chat.storybook.textual import pretrain, token_ids
from t2i_chat.storybook.tokenizer import obtain_tokenizer

log = logging.getLogger(__name__)

DROPPED_CAPTIONS = 0.1
THING_WEIGHT = 2.0

PROMPTS = (
    "a red house under a blue sky",
    "a house under a starry night sky",
    "a blue car in the desert at sunset",
    "a green tree on the left and a cow on the right",
    "a black cat in a meadow",
    "an orange boat on the sea",
    "a snowman in the snow",
    "a purple hot air balloon over a green meadow",
    "a castle in the fog",
    "a brown horse by the lake in the rain",
    "a yellow bird and a cloud",
    "a sunflower and a rabbit, storybook illustration",
)


Batch = tuple[torch.Tensor, torch.Tensor, torch.Tensor]


class Denoiser:
    """Denoiser and text encoder in training, with their exponential moving averages."""

    def __init__(self, unet: UNet2DConditionModel, text_encoder: CLIPTextModel) -> None:
        self.live = nn.ModuleList([unet, text_encoder])
        self.average = copy.deepcopy(self.live).requires_grad_(False)

    @torch.no_grad()
    def follow(self, step: int) -> None:
        """Move the average towards the trained weights."""
        decay = min(0.998, (1 + step) / (10 + step))
        for average, live in zip(self.average.parameters(), self.live.parameters(), strict=True):
            average.lerp_(live, 1 - decay)


def loss_of(
    model: nn.ModuleList,
    ids: torch.Tensor,
    latents: torch.Tensor,
    things: torch.Tensor,
    alphas: torch.Tensor,
) -> torch.Tensor:
    """Return the weighted v-prediction loss of a batch at random timesteps."""
    unet, text_encoder = model
    noise = torch.randn_like(latents)
    # Stratified: every batch sees all noise levels, which steadies the gradient.
    steps = torch.arange(len(latents), device=latents.device)
    places = (steps + torch.rand(1).item()) / len(latents)
    timesteps = (places * 1000).long().clamp(max=999)
    signal = alphas[timesteps].sqrt()[:, None, None, None]
    scale = (1 - alphas[timesteps]).sqrt()[:, None, None, None]
    with torch.autocast(latents.device.type, torch.bfloat16):
        states = text_encoder(ids).last_hidden_state
        predicted = unet(signal * latents + scale * noise, timesteps, states).sample
    target = signal * noise - scale * latents
    weights = 1 + THING_WEIGHT * things
    squared = (predicted.float() - target) ** 2
    loss: torch.Tensor = (squared * weights).sum() / (weights.sum() * latents.shape[1])
    return loss


class EncodedScenes:
    """Scenes 0 … count-1 of one size, each composed and encoded when first asked for."""

    def __init__(self, count: int, size: int) -> None:
        self.count, self.size = count, size
        self._kept: dict[int, tuple[torch.Tensor, torch.Tensor]] = {}

    def __getitem__(self, index: int) -> tuple[torch.Tensor, torch.Tensor]:
        """Return (4, h, w) latents and the (1, h, w) share of every latent that things cover."""
        if index not in self._kept:
            painting = compose(sample_scene(index, self.size))
            latents = latents_of(pixels_to_tensor(painting.pixels[None]))[0]
            self._kept[index] = latents.half(), thing_share(painting).half()
        return self._kept[index]

    def batch(self, count: int, rng: np.random.Generator, tokenizer: CLIPTokenizer) -> Batch:
        """Return token ids, latents and shares of `count` random scenes, captioned afresh."""
        chosen = [int(k) for k in rng.integers(0, self.count, count)]
        captions = [
            "" if rng.random() < DROPPED_CAPTIONS else caption(sample_scene(k, self.size), rng)
            for k in chosen
        ]
        latents, things = zip(*(self[k] for k in chosen), strict=True)
        ids = token_ids(tokenizer, captions)
        return ids, torch.stack(latents).float(), torch.stack(things).float()


def thing_share(painting: Painting) -> torch.Tensor:
    """Return (1, h/8, w/8): the share of every latent that a thing covers."""
    covered = np.any([np.zeros_like(painting.sky), *painting.things], axis=0)
    return functional.avg_pool2d(torch.from_numpy(covered.astype(np.float32))[None], 8)


def train(phases: Sequence[tuple[int, int, int, float]], resume: bool, peak: float) -> None:
    """Train through `phases`, each (pixels, scenes, batch, minutes), and save the pipeline."""
    device = best_device()
    tokenizer = obtain_tokenizer(RUNS / "tokenizer")
    run = Run("denoiser", sum(phase[3] for phase in phases))
    model = Denoiser(new_unet(), new_text_encoder(len(tokenizer), tokenizer.eos_token_id))
    state = run.load() if resume else None
    if state:
        model.live.load_state_dict(state["live"])
        model.average.load_state_dict(state["average"])
    else:
        pretrain(model.live[1], tokenizer)
        model.average.load_state_dict(model.live.state_dict())
        run = Run("denoiser", run.minutes)
    model.live.to(device)
    model.average.to(device)
    optimizer = torch.optim.AdamW(
        model.live.parameters(), lr=peak, weight_decay=0.01, betas=(0.9, 0.98), fused=True
    )
    _train_plainly(model, device)
    if state:
        optimizer.load_state_dict(state["optimizer"])
    alphas = new_scheduler().alphas_cumprod.to(device)
    rng = np.random.default_rng(run.step)
    end = 0.0
    for size, count, batch, minutes in phases:
        end += 60 * minutes
        encoded = EncodedScenes(count, size)
        while run.spent() < end:
            set_rate(optimizer, run.learning_rate(peak))
            items = [part.to(device) for part in encoded.batch(batch, rng, tokenizer)]
            loss = _step(model, optimizer, items, alphas)
            model.follow(run.step)
            run.step += 1
            if run.step % 50 == 0:
                run.log({"size": size, "loss": loss})
                log.info("step %d, %d pixels, loss %.4f", run.step, size, loss)
            if run.due():
                with run.paused():
                    _checkpoint(run, model, optimizer, tokenizer, size)
    _checkpoint(run, model, optimizer, tokenizer, SIZE)


def _train_plainly(model: Denoiser, device: torch.device) -> None:
    """Use plain attention on a CPU: its fused kernel goes backward at a fifth of the speed."""
    if device.type == "cpu":
        unet, text_encoder = cast("tuple[Any, Any]", tuple(model.live))
        unet.set_attn_processor(AttnProcessor())
        text_encoder.set_attn_implementation("eager")


def _step(
    model: Denoiser,
    optimizer: torch.optim.Optimizer,
    batch: Sequence[torch.Tensor],
    alphas: torch.Tensor,
) -> float:
    ids, latents, things = batch
    loss = loss_of(model.live, ids, latents, things, alphas)
    return descend(optimizer, loss, model.live.parameters())


def _checkpoint(
    run: Run,
    model: Denoiser,
    optimizer: torch.optim.Optimizer,
    tokenizer: CLIPTokenizer,
    size: int,
) -> None:
    run.save(
        {
            "live": model.live.state_dict(),
            "average": model.average.state_dict(),
            "optimizer": optimizer.state_dict(),
        }
    )
    vae_folder = RUNS / "autoencoder" / "vae"
    vae = AutoencoderKL.from_pretrained(vae_folder) if vae_folder.exists() else new_autoencoder()
    unet, text_encoder = model.average
    pipe = assemble(vae, unet, text_encoder, tokenizer)
    save_pipeline(pipe, run.folder / "pipeline")
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
    pictures = [*small, *decoded] if vae_folder.exists() else list(small)
    save_sheet(run.folder / f"sheet-{run.step:06d}.png", pictures, columns=6)
