"""Copies the latest checkpoints of all stages into the package's weights folder."""

from __future__ import annotations

import shutil
from pathlib import Path

from diffusers import AutoencoderKL, StableDiffusionPipeline
from transformers import CLIPSegForImageSegmentation

from t2i_chat.core.registry import DRAFT_UNET
from t2i_chat.rendering.diffusion.draft_unet import DraftUNet
from t2i_chat.rendering.unet_inpaint_channels import load_channels, save_channels
from t2i_chat.storybook.package import WEIGHTS, assemble, make_readable, save_pipeline
from training.storybook.draft_samples import SIDE
from training.storybook.run import RUNS


def publish_drafting(runs: Path = RUNS, weights: Path = WEIGHTS) -> None:
    """Write the newest denoiser that paints from drafts to `weights`, in half precision."""
    unet = DraftUNet.from_pretrained(runs / "draft" / DRAFT_UNET, local_files_only=True).half()
    unet.register_to_config(sample_size=SIDE // 8, _name_or_path="storybook")
    unet.save_pretrained(weights / DRAFT_UNET)
    make_readable(weights / DRAFT_UNET)


def publish(runs: Path = RUNS, weights: Path = WEIGHTS) -> None:
    """Write the newest pipeline, segmenter and judge found under `runs` to `weights`."""
    pipe = StableDiffusionPipeline.from_pretrained(runs / "denoiser" / "pipeline")
    trained = runs / "autoencoder" / "vae"
    vae = AutoencoderKL.from_pretrained(trained if trained.exists() else weights / "vae")
    save_pipeline(assemble(vae, pipe.unet, pipe.text_encoder, pipe.tokenizer), weights)
    channels = load_channels(runs / "denoiser" / "pipeline" / "unet")
    if channels is not None:
        save_channels(channels, weights / "unet")
    trained = runs / "segmenter" / "model"
    if trained.exists():
        shutil.copytree(trained, weights / "segmenter", dirs_exist_ok=True)
        model = CLIPSegForImageSegmentation.from_pretrained(trained)
        model.half().save_pretrained(weights / "segmenter")
    judge = runs / "judge" / "model"
    if judge.exists():
        shutil.copytree(judge, weights / "judge", dirs_exist_ok=True)
    make_readable(weights)
