"""Trains the VAE decoder to restore outlines from 8-pixel averages.

The encoder is fixed, not trained (see codec.py), so latents exist before this stage begins and the
UNet may train in parallel.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from diffusers import AutoencoderKL
from torch.nn import functional

from t2i_chat.storybook.compose import compose
from t2i_chat.storybook.networks import new_autoencoder
from t2i_chat.storybook.scenes import GRID, HELD_OUT, SIZE, sample_scene
from t2i_chat.storybook.sheet import pixels_to_tensor, save_sheet
from training.storybook.codec import latents_of, start_decoder, write_encoder
from training.storybook.run import Run, best_device, descend

CROP, BATCH, PER_SCENE = 96, 12, 3


def crops(seed: int) -> torch.Tensor:
    """Return a (12, 3, 96, 96) batch in -1..1, on the latent grid; most crops show a thing."""
    rng = np.random.default_rng(seed)
    found = []
    for k in range(BATCH // PER_SCENE):
        painting = compose(sample_scene(3_000_000 + seed * 8 + k))
        boxes = [thing.box for thing in painting.scene.things]
        for _ in range(PER_SCENE):
            if boxes and rng.random() < 0.85:
                box = boxes[rng.integers(len(boxes))]
                x = int(rng.integers(box[0], box[2])) - CROP // 2
                y = int(rng.integers(box[1], box[3])) - CROP // 2
            else:
                x, y = (int(v) for v in rng.integers(0, SIZE - CROP, 2))
            x, y = (int(np.clip(v, 0, SIZE - CROP)) // GRID * GRID for v in (x, y))
            found.append(painting.pixels[y : y + CROP, x : x + CROP])
    return pixels_to_tensor(np.stack(found))


def untrained() -> AutoencoderKL:
    """Return an autoencoder whose encoder is written down and whose decoder enlarges smoothly."""
    vae = new_autoencoder()
    write_encoder(vae)
    start_decoder(vae)
    return vae


def train(
    minutes: float, resume: bool, start: Path | None = None, peak: float = 1.5e-3
) -> AutoencoderKL:
    """Train for `minutes`, from the autoencoder in `start` if given, and return it."""
    device, run = best_device(), Run("autoencoder", minutes)
    vae = (AutoencoderKL.from_pretrained(start) if start else untrained()).to(device)
    trained = [*vae.decoder.parameters(), *vae.post_quant_conv.parameters()]
    optimizer = torch.optim.AdamW(trained, lr=peak, weight_decay=0.0, betas=(0.9, 0.98))
    if resume:
        run.take_up(vae, optimizer)
    run.train(
        optimizer,
        lambda: _step(vae, optimizer, crops(run.step).to(device)),
        lambda: _checkpoint(run, vae, optimizer),
        peak=peak,
        seconds=180,
    )
    return vae


def _step(
    vae: AutoencoderKL, optimizer: torch.optim.Optimizer, pixels: torch.Tensor
) -> dict[str, float]:
    latents = latents_of(pixels)
    # The denoiser's latents are never exact: the decoder learns to forgive a little noise.
    strength = 0.12 * torch.rand(len(latents), 1, 1, 1, device=latents.device)
    with torch.autocast(pixels.device.type, torch.bfloat16):
        decoded = vae.decode(latents + strength * torch.randn_like(latents)).sample.float()
    absolute = functional.l1_loss(decoded, pixels)
    squared = functional.mse_loss(decoded, pixels)
    edges = sum(
        functional.l1_loss(decoded.diff(dim=axis), pixels.diff(dim=axis)) for axis in (2, 3)
    )
    loss = absolute + 2 * squared + 0.5 * edges
    descend(optimizer, loss, vae.decoder.parameters())
    return {"l1": absolute.item(), "psnr": psnr(squared.item())}


def psnr(squared: float) -> float:
    """Return the peak signal-to-noise ratio in dB of a mean squared error on -1..1."""
    return 10 * float(np.log10(4 / max(1e-9, squared)))


def _checkpoint(run: Run, vae: AutoencoderKL, optimizer: torch.optim.Optimizer) -> None:
    run.keep(vae, optimizer)
    vae.save_pretrained(run.folder / "vae")
    originals = np.stack([compose(sample_scene(HELD_OUT + k)).pixels for k in range(12)])
    with torch.no_grad():
        latents = vae.encode(pixels_to_tensor(originals).to(vae.device)).latent_dist.mode()
        decoded = vae.decode(latents).sample
    pictures = [p for row in (0, 6) for half in (originals, decoded) for p in half[row : row + 6]]
    save_sheet(run.folder / "sheet.png", pictures, columns=6)
