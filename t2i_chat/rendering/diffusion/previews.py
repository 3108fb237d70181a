"""Previews of latents in about a millisecond (latent2rgb), without the VAE decoder.

Each RGB pixel is an affine function of the latent pixel. The function is fitted once per model by
least squares: a test picture of smooth random colours is encoded, and its latents are matched with
its own colours. The same idea, with constants, is in many user interfaces ("latent2rgb", first
shared for Stable Diffusion 1 by the user keturn, 2022).
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import torch
from diffusers import (
    AutoencoderKL,
    AutoencoderKLFlux2,
    AutoencoderKLQwenImage,
    FlowMatchEulerDiscreteScheduler,
    SchedulerMixin,
)
from PIL import Image
from torch.nn import functional

from t2i_chat.core.geometry import Size

Autoencoder: TypeAlias = AutoencoderKL | AutoencoderKLFlux2 | AutoencoderKLQwenImage
FITTING_SIDE = 256
"""Side of the test picture in pixels."""


@dataclass(frozen=True, slots=True)
class Previewer:
    """Converts latents to small pictures; `weights` is a (channels + 1, 3) float tensor."""

    weights: torch.Tensor

    @classmethod
    def fitted(cls, vae: Autoencoder) -> Previewer:
        """The least-squares affine map from the scaled latents of `vae` to RGB."""
        picture = fitting_picture()
        latents = _encoded(vae, picture)
        high, wide = latents.shape[-2:]
        small = picture.resize((wide, high), Image.Resampling.BOX)
        colours = np.asarray(small, dtype=np.float64).reshape(-1, 3)
        # By SVD, since the latent channels of some autoencoders are linearly dependent.
        weights, *_ = np.linalg.lstsq(_rows(latents).double().numpy(), colours, rcond=1e-6)
        return cls(torch.from_numpy(weights).float())

    def picture(self, latents: torch.Tensor) -> Image.Image:
        """The RGB picture, w × h pixels, of (1, C, h, w) latents."""
        colours = _rows(latents.detach().float().cpu()) @ self.weights
        high, wide = latents.shape[-2:]
        pixels = colours.clamp(0, 255).round().to(torch.uint8).reshape(high, wide, 3)
        return Image.fromarray(pixels.numpy())


def unpacked(latents: torch.Tensor, size: Size) -> torch.Tensor:
    """(1, C, h, w) latents of a picture of `size` pixels, unpacked from 2 × 2 patches if need be.

    A pipeline may have chosen another size of about this aspect ratio.
    """
    if latents.ndim == 4:
        return latents
    tokens, channels = latents.shape[1], latents.shape[2] // 4
    wanted = math.sqrt(tokens * size.width / size.height)
    sides = (side for side in range(1, tokens + 1) if tokens % side == 0)
    wide = min(sides, key=lambda side: abs(math.log(side / wanted)))
    high = tokens // wide
    squares = latents.reshape(1, high, wide, channels, 2, 2)
    return squares.permute(0, 3, 1, 4, 2, 5).reshape(1, channels, 2 * high, 2 * wide)


def _rows(latents: torch.Tensor) -> torch.Tensor:
    """(1, C, h, w) latents as (h·w, C + 1) rows, the last column being 1."""
    rows = latents[0].flatten(1).T
    return torch.cat([rows, torch.ones(len(rows), 1)], dim=1)


def fitting_picture() -> Image.Image:
    """The test picture: smooth random colours, always the same."""
    coarse = np.random.default_rng(0).integers(0, 256, (12, 12, 3), dtype=np.uint8)
    return Image.fromarray(coarse).resize((FITTING_SIDE, FITTING_SIDE), Image.Resampling.BICUBIC)


@torch.inference_mode()
def _encoded(vae: Autoencoder, picture: Image.Image) -> torch.Tensor:
    """The picture's (1, C, h, w) latents, scaled as in the denoising loop, on the CPU."""
    before = vae.dtype
    pixels = torch.from_numpy(np.asarray(picture, dtype=np.float32) / 127.5 - 1)
    if before is torch.float16:
        vae.to(torch.float32)  # some autoencoders overflow in half precision
    pixels = pixels.permute(2, 0, 1)[None].to(vae.device, vae.dtype)
    video = hasattr(vae.config, "z_dim")  # video VAEs take a picture as one frame
    latents: torch.Tensor = vae.encode(pixels[:, :, None] if video else pixels).latent_dist.mode()
    if before is torch.float16:
        vae.to(before)
    return _scaled(vae, (latents[:, :, 0] if video else latents).float().cpu())


def _scaled(vae: Autoencoder, latents: torch.Tensor) -> torch.Tensor:
    """(1, C, h, w) latents scaled and shifted as in the denoising loop of each family."""
    if hasattr(vae, "bn"):
        mean, variance = (
            v.float().cpu()[:, None, None] for v in (vae.bn.running_mean, vae.bn.running_var)
        )
        tokens = functional.pixel_unshuffle(latents, 2)
        apart = torch.sqrt(variance + vae.config.batch_norm_eps)
        return functional.pixel_shuffle((tokens - mean) / apart, 2)
    if hasattr(vae.config, "z_dim"):
        mean, apart = (
            torch.tensor(v)[:, None, None]
            for v in (vae.config.latents_mean, vae.config.latents_std)
        )
        return (latents - mean) / apart
    shift: float = getattr(vae.config, "shift_factor", None) or 0.0
    scale: float = vae.config.scaling_factor
    return (latents - shift) * scale


class Expected:
    """Wraps a scheduler's `step` to keep the predicted clean latents (x0) of every step.

    The loop's own latents stay noisy nearly to the end; x0 shows the picture from the first steps
    on. The scheduler must belong to one job.
    """

    def __init__(self, scheduler: SchedulerMixin) -> None:
        self.latents = torch.empty(0)
        self._scheduler = scheduler
        self._step: Callable[..., tuple[torch.Tensor, ...]] = scheduler.step

        @functools.wraps(self._step)  # pipelines inspect the signature of step()
        def step(*args: object, **kwargs: object) -> tuple[torch.Tensor, ...]:
            output = self._step(*args, **kwargs)
            self.latents = self._expected(output, args)
            return output

        scheduler.step = step

    def _expected(
        self, output: tuple[torch.Tensor, ...], given: tuple[object, ...]
    ) -> torch.Tensor:
        """The predicted x0: by flow matching, or the step's second value, or the recorded one."""
        scheduler = self._scheduler
        if isinstance(scheduler, FlowMatchEulerDiscreteScheduler):
            noise_left: torch.Tensor = scheduler.sigmas[scheduler.step_index] * given[0]
            return output[0] - noise_left
        if len(output) > 1:
            return output[1]
        record = getattr(scheduler, "model_outputs", None) or [None]
        return output[0] if record[-1] is None else record[-1]
