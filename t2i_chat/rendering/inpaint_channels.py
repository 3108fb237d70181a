"""Five more input channels for a denoiser, so that it sees around the hole it paints in.

A denoiser for inpainting is given, beside its noisy latents, where the hole is and what the
picture shows around it (Rombach et al., "High-Resolution Image Synthesis with Latent Diffusion
Models", 2022, as Stable Diffusion's inpainting checkpoints do). One that was taught both, with
zeros there whenever a whole picture was asked for, needs nothing of its own but these channels of
its first layer: they lie beside the denoiser's weights in one small file.
It does not know what is painted.
"""

from __future__ import annotations

from pathlib import Path

import torch
from diffusers import UNet2DConditionModel
from safetensors.torch import load_file, save_file

FILE = "inpaint_channels.safetensors"
"""The name of the file in the denoiser's folder."""
EXTRA = 5
"""One channel for the mask, four for the latents of the masked picture."""
_FIRST = "conv_in.weight"


def widened(unet: UNet2DConditionModel, channels: torch.Tensor) -> UNet2DConditionModel:
    """The denoiser of (B, 9, h, w) inputs that shares every weight with `unet` but the first layer.

    `channels` are the (width, 5, 3, 3) weights for the channels that are added.
    """
    shared = unet.state_dict()
    first = shared[_FIRST]
    with torch.device("meta"):
        wide = UNet2DConditionModel.from_config(
            unet.config, in_channels=first.shape[1] + channels.shape[1]
        )
    shared[_FIRST] = torch.cat([first, channels.to(first)], 1)
    wide.load_state_dict(shared, assign=True)
    return wide.eval()


def narrowed(wide: UNet2DConditionModel) -> UNet2DConditionModel:
    """The denoiser of (B, 4, h, w) inputs in `wide`: what it is while the others are zero."""
    kept = wide.state_dict()
    kept[_FIRST] = kept[_FIRST][:, : wide.config.out_channels].clone()
    narrow = UNet2DConditionModel.from_config(wide.config, in_channels=wide.config.out_channels)
    narrow.load_state_dict(kept)
    return narrow.eval()


def channels_of(wide: UNet2DConditionModel) -> torch.Tensor:
    """The (width, 5, 3, 3) weights that `narrowed` leaves out."""
    weights: torch.Tensor = wide.state_dict()[_FIRST][:, wide.config.out_channels :]
    return weights.clone()


def save_channels(channels: torch.Tensor, unet_folder: Path) -> None:
    """Write the channels beside the denoiser."""
    save_file({_FIRST: channels.contiguous()}, unet_folder / FILE)


def load_channels(unet_folder: Path) -> torch.Tensor | None:
    """The channels that lie beside a denoiser, or None where there are none."""
    path = unet_folder / FILE
    return load_file(path)[_FIRST] if path.is_file() else None
