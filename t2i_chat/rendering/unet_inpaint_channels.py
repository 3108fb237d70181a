"""Inpainting UNet with 9 input channels (mask and masked image) from a 4-channel UNet.

An inpainting UNet gets, beside the noisy latents, the mask and the latents of the masked picture
(Rombach et al., "High-Resolution Image Synthesis with Latent Diffusion Models", 2022, as Stable
Diffusion's inpainting checkpoints do). If a UNet was trained for both tasks, with zeros in those
channels for text-to-image, only the extra input channels of conv_in differ: they are kept in one
small file beside its weights, all other weights are shared.
"""

from __future__ import annotations

from pathlib import Path

import torch
from diffusers import UNet2DConditionModel
from safetensors.torch import load_file, save_file

FILE = "inpaint_channels.safetensors"
"""Name of that file in the UNet's folder."""
EXTRA = 5
"""One channel for the mask, four for the latents of the masked picture."""
_FIRST = "conv_in.weight"


def widened(unet: UNet2DConditionModel, channels: torch.Tensor) -> UNet2DConditionModel:
    """The UNet of (B, 9, h, w) inputs that shares all weights with `unet` but conv_in's.

    `channels` are the (width, 5, 3, 3) weights of the added input channels.
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
    """The UNet of (B, 4, h, w) inputs in `wide`; equal to it when the other channels are zero."""
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
    """Writes the channels into the UNet's folder."""
    save_file({_FIRST: channels.contiguous()}, unet_folder / FILE)


def load_channels(unet_folder: Path) -> torch.Tensor | None:
    """The channels in a UNet's folder; None if there are none."""
    path = unet_folder / FILE
    return load_file(path)[_FIRST] if path.is_file() else None
