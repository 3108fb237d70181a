"""The fixed linear VAE encoder: four channels for each block of 8 × 8 pixels.

Lightness, two opponent colours and one diagonal gradient of lightness, each near unit variance.
Drawings stand on the 8-pixel grid in two sizes, so the decoder can recall every outline from these.
The encoder's weights are set here, exactly, in an ordinary AutoencoderKL, and `latents_of` computes
the same in one line.
"""

from __future__ import annotations

from typing import Any, TypeAlias

import torch
from diffusers import AutoencoderKL
from torch import nn
from torch.nn import functional

MIX = torch.tensor([[1 / 3, 1 / 3, 1 / 3, 0], [1, 0, -1, 0], [-0.5, 1, -0.5, 0], [0, 0, 0, 1]])
OFFSET = torch.tensor([0.10, -0.06, 0.07, 0.0])
SCALE = torch.tensor([0.45, 0.55, 0.30, 0.20])
Layer: TypeAlias = Any
"""A torch module: its attributes are modules and tensors that no type tells apart."""

CARRIER = 8.0
"""A constant much larger than any pixel: it fixes the statistics of a group norm."""


def latents_of(pixels: torch.Tensor) -> torch.Tensor:
    """Return the (B, 4, h, w) latents of (B, 3, 8h, 8w) pixels in -1..1."""
    quarters = functional.avg_pool2d(pixels, 4)
    means = functional.avg_pool2d(quarters, 2)
    light = quarters.mean(1, keepdim=True)
    slope = light[:, :, 0::2, 0::2] - light[:, :, 1::2, 1::2]
    mixed = torch.einsum("kc,bchw->bkhw", MIX.to(pixels), torch.cat([means, slope], 1))
    shape = (1, 4, 1, 1)
    return (mixed - OFFSET.to(pixels).view(shape)) / SCALE.to(pixels).view(shape)


def colours_of(latents: torch.Tensor) -> torch.Tensor:
    """Return the (B, 3, h, w) mean colours, -1..1, of (B, 4, h, w) latents: a free preview."""
    shape = (1, 4, 1, 1)
    mixed = latents * SCALE.to(latents).view(shape) + OFFSET.to(latents).view(shape)
    return torch.einsum("ck,bkhw->bchw", torch.linalg.inv(MIX).to(latents), mixed)[:, :3]


@torch.no_grad()
def write_encoder(vae: AutoencoderKL) -> None:
    """Give the encoder of `vae` the weights that compute `latents_of` to about 1e-3.

    Residual branches are silenced, strided convolutions average, and the last norm is kept from
    normalising by large constant channels. silu(z) - silu(-z) = z makes the end linear.
    """
    encoder = vae.encoder
    for module in encoder.modules():
        if isinstance(module, nn.Conv2d):
            module.weight.zero_()
            if module.bias is not None:
                module.bias.zero_()
    for channel in range(3):
        encoder.conv_in.weight[channel, channel, 1, 1] = 1
    for level, block in enumerate(encoder.down_blocks):
        for resnet in block.resnets:
            if resnet.conv_shortcut is not None:
                _pass(resnet.conv_shortcut, 4)
        if block.downsamplers:
            _average(block.downsamplers[0].conv, last=level == 2)
    _linear_end(encoder)
    vae.quant_conv.weight.zero_()
    vae.quant_conv.bias.zero_()
    for channel in range(4):
        vae.quant_conv.weight[channel, channel] = 1
    vae.quant_conv.bias[4:] = -30.0


def _pass(conv: Layer, channels: int) -> None:
    for channel in range(channels):
        conv.weight[channel, channel, conv.weight.shape[2] // 2, conv.weight.shape[3] // 2] = 1


def _average(conv: Layer, last: bool) -> None:
    for channel in range(3):
        conv.weight[channel, channel, :2, :2] = 0.25
        if last:  # the slope: the mean of the upper left quarter minus the lower right one
            conv.weight[3, channel, 0, 0] = 1 / 3
            conv.weight[3, channel, 1, 1] = -1 / 3


def _linear_end(encoder: Layer) -> None:
    """Spread the four values over four groups as +x and -x, among constants."""
    norm, out = encoder.conv_norm_out, encoder.conv_out
    shortcut = _last_shortcut(encoder)
    width = norm.num_channels // norm.num_groups
    constants = width - 2
    mixing = MIX / SCALE[:, None]
    for value in range(4):
        plus, minus, rest = value * width, value * width + 1, value * width + 2
        shortcut.bias[rest : rest + constants : 2] = CARRIER
        shortcut.bias[rest + 1 : rest + constants : 2] = -CARRIER
        gain = CARRIER * (constants / width) ** 0.5
        norm.weight[plus : plus + width] = gain
        norm.bias[plus : plus + width] = 0
        shortcut.weight[plus], shortcut.weight[minus] = 0, 0
        shortcut.weight[plus, value, 0, 0], shortcut.weight[minus, value, 0, 0] = 1, -1
        out.weight[:4, plus, 1, 1] = mixing[:, value]
        out.weight[:4, minus, 1, 1] = -mixing[:, value]
    out.bias[:4] = -OFFSET / SCALE


def _last_shortcut(encoder: Layer) -> Layer:
    for block in reversed(encoder.down_blocks):
        for resnet in reversed(block.resnets):
            if resnet.conv_shortcut is not None:
                return resnet.conv_shortcut
    raise ValueError("the encoder has no shortcut convolution")


@torch.no_grad()
def start_decoder(vae: AutoencoderKL) -> None:
    """Let the untrained decoder of `vae` begin as a smooth enlargement of `colours_of`."""
    decoder = vae.decoder
    unmix = torch.linalg.inv(MIX)[:3]
    carry = unmix * SCALE[None, :]
    vae.post_quant_conv.weight.zero_()
    vae.post_quant_conv.bias.zero_()
    for channel in range(4):
        vae.post_quant_conv.weight[channel, channel] = 1
    decoder.conv_in.weight[:3] = 0
    decoder.conv_in.weight[:3, :, 1, 1] = carry
    decoder.conv_in.bias[:3] = unmix @ OFFSET
    resnets = [r for part in (decoder.mid_block, *decoder.up_blocks) for r in part.resnets]
    for resnet in resnets:
        resnet.conv2.weight.mul_(0.1)
        resnet.conv2.weight[:3] = 0
        resnet.conv2.bias[:3] = 0
        if resnet.conv_shortcut is not None:
            resnet.conv_shortcut.weight[:3] = 0
            resnet.conv_shortcut.bias[:3] = 0
            _pass(resnet.conv_shortcut, 3)
    smooth = torch.tensor([[1.0, 2, 1], [2, 4, 2], [1, 2, 1]]) / 16
    for block in decoder.up_blocks:
        if block.upsamplers:
            conv = block.upsamplers[0].conv
            conv.weight[:3] = 0
            conv.bias[:3] = 0
            for channel in range(3):
                conv.weight[channel, channel] = smooth
    _start_end(decoder)


def _start_end(decoder: Layer) -> None:
    norm, out = decoder.conv_norm_out, decoder.conv_out
    first = decoder.up_blocks[-1].resnets[0]
    shortcut = first.conv_shortcut
    width = norm.num_channels // norm.num_groups
    shortcut.weight[:3] = 0
    out.weight.mul_(0.1)
    for resnet in decoder.up_blocks[-1].resnets:
        for channel in range(3):
            resnet.conv2.weight[channel * width : channel * width + 4] = 0
            resnet.conv2.bias[channel * width : channel * width + 4] = 0
    for channel in range(3):
        plus = channel * width
        shortcut.weight[plus : plus + 4] = 0
        shortcut.weight[plus, channel, 0, 0], shortcut.weight[plus + 1, channel, 0, 0] = 1, -1
        shortcut.bias[plus : plus + 4] = torch.tensor([0, 0, CARRIER / 2, -CARRIER / 2])
        norm.weight[plus : plus + width] = CARRIER / 2 * (2 / width) ** 0.5
        out.weight[:, plus : plus + 2] = 0
        out.weight[channel, plus, 1, 1], out.weight[channel, plus + 1, 1, 1] = 1, -1
        out.weight[:, plus + 2 : plus + 4] = 0
    out.bias.zero_()
