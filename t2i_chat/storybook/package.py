"""Assembles the trained parts into a diffusers folder (Stable Diffusion pipeline)."""

from __future__ import annotations

import copy
from pathlib import Path

import torch
from diffusers import AutoencoderKL, StableDiffusionPipeline, UNet2DConditionModel
from transformers import CLIPTextModel, CLIPTokenizer

from t2i_chat.storybook.networks import new_scheduler

WEIGHTS = Path(__file__).with_name("weights")


def assemble(
    vae: AutoencoderKL,
    unet: UNet2DConditionModel,
    text_encoder: CLIPTextModel,
    tokenizer: CLIPTokenizer,
) -> StableDiffusionPipeline:
    """Return a Stable-Diffusion pipeline of the given parts, quiet and without a safety checker."""
    pipe = StableDiffusionPipeline(
        vae=vae,
        text_encoder=text_encoder,
        tokenizer=tokenizer,
        unet=unet,
        scheduler=new_scheduler(),
        safety_checker=None,
        feature_extractor=None,
        requires_safety_checker=False,
    )
    pipe.set_progress_bar_config(disable=True)
    return pipe


def save_pipeline(pipe: StableDiffusionPipeline, folder: Path = WEIGHTS) -> None:
    """Save `pipe` in half precision, readable by everybody.

    The text encoder stays in single precision: transformers loads a model in the precision it
    was saved in, diffusers in fp32, and the two must agree when nobody names a dtype.
    """
    saved = copy.deepcopy(pipe)
    saved.unet.to(torch.float16)
    saved.vae.to(torch.float16)
    for part in (saved.unet, saved.vae):
        part.register_to_config(_name_or_path="storybook")  # not a folder of this machine
    saved.save_pretrained(folder, safe_serialization=True)
    make_readable(folder)


def make_readable(folder: Path) -> None:
    """Give every file in `folder` mode 0644: save_pretrained writes weights with 0600."""
    for path in folder.rglob("*"):
        path.chmod(0o755 if path.is_dir() else 0o644)
