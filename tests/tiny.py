"""Real diffusers pipelines and a real CLIPSeg, made tiny: every class runs, nothing is learnt.

Weights are random but seeded. A Stable Diffusion of this kind is built in a few hundredths of a
second and paints 32-pixel pictures in a few more.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch
from diffusers import (
    AutoencoderKL,
    DDIMScheduler,
    StableDiffusionPipeline,
    StableDiffusionXLPipeline,
    UNet2DConditionModel,
)
from transformers import (
    CLIPSegConfig,
    CLIPSegForImageSegmentation,
    CLIPTextConfig,
    CLIPTextModel,
    CLIPTextModelWithProjection,
    CLIPTokenizer,
)

WIDTH = 16
TOKENS = 16


def tokenizer() -> CLIPTokenizer:
    """A CLIP tokenizer that spells: every letter is a token, and so is every final letter."""
    letters = [chr(code) for code in range(33, 127)]
    words = ["<|startoftext|>", "<|endoftext|>", *letters, *(f"{x}</w>" for x in letters)]
    # The vocab and merges themselves: file names would silently give a tokenizer of two tokens.
    return CLIPTokenizer(
        vocab={word: number for number, word in enumerate(words)},
        merges=[],
        model_max_length=TOKENS,
        pad_token="<|endoftext|>",  # noqa: S106 # a token of text, not a secret
        unk_token="<|endoftext|>",  # noqa: S106 # a token of text, not a secret
    )


def text_config(vocab_size: int) -> CLIPTextConfig:
    """One layer of text encoder."""
    return CLIPTextConfig(
        vocab_size=vocab_size,
        hidden_size=WIDTH,
        intermediate_size=WIDTH,
        num_hidden_layers=1,
        num_attention_heads=2,
        max_position_embeddings=TOKENS,
        projection_dim=WIDTH,
        bos_token_id=0,
        eos_token_id=1,
        pad_token_id=1,
    )


def autoencoder() -> AutoencoderKL:
    """Halves each side three times, like the large ones."""
    return AutoencoderKL(
        block_out_channels=(4, 4, 4, 4),
        down_block_types=("DownEncoderBlock2D",) * 4,
        up_block_types=("UpDecoderBlock2D",) * 4,
        layers_per_block=1,
        norm_num_groups=2,
        latent_channels=4,
        sample_size=32,
    ).eval()


def unet(**kwargs: Any) -> UNet2DConditionModel:
    """Two levels, one layer each, 4×4 latents."""
    return UNet2DConditionModel(
        sample_size=4,
        in_channels=4,
        out_channels=4,
        block_out_channels=(8, 8),
        layers_per_block=1,
        norm_num_groups=2,
        down_block_types=("DownBlock2D", "CrossAttnDownBlock2D"),
        up_block_types=("CrossAttnUpBlock2D", "UpBlock2D"),
        attention_head_dim=2,
        **kwargs,
    ).eval()


def scheduler(prediction_type: str = "epsilon") -> DDIMScheduler:
    """Configured as pipelines demand, or they warn."""
    return DDIMScheduler(
        clip_sample=False, set_alpha_to_one=False, steps_offset=1, prediction_type=prediction_type
    )


def stable_diffusion() -> StableDiffusionPipeline:
    """A whole Stable Diffusion pipeline."""
    torch.manual_seed(0)
    words = tokenizer()
    return StableDiffusionPipeline(
        vae=autoencoder(),
        text_encoder=CLIPTextModel(text_config(len(words))).eval(),
        tokenizer=words,
        unet=unet(cross_attention_dim=WIDTH),
        scheduler=scheduler(),
        safety_checker=None,
        feature_extractor=None,
        requires_safety_checker=False,
    )


def stable_diffusion_xl() -> StableDiffusionXLPipeline:
    """A whole Stable Diffusion XL pipeline, with its two text encoders."""
    torch.manual_seed(0)
    words = tokenizer()
    config = text_config(len(words))
    return StableDiffusionXLPipeline(
        vae=autoencoder(),
        text_encoder=CLIPTextModel(config).eval(),
        text_encoder_2=CLIPTextModelWithProjection(config).eval(),
        tokenizer=words,
        tokenizer_2=tokenizer(),
        unet=unet(
            cross_attention_dim=2 * WIDTH,
            addition_embed_type="text_time",
            addition_time_embed_dim=4,
            projection_class_embeddings_input_dim=6 * 4 + WIDTH,
        ),
        scheduler=scheduler(),
        add_watermarker=False,
    )


def save(pipeline: Any, folder: Path) -> Path:
    """Writes a pipeline the way models are distributed and returns its folder."""
    pipeline.save_pretrained(folder)
    return folder


def segmenter() -> CLIPSegForImageSegmentation:
    """A CLIPSeg of three layers for 32-pixel pictures."""
    torch.manual_seed(0)
    config = CLIPSegConfig(
        text_config={
            "vocab_size": len(tokenizer()),
            "hidden_size": WIDTH,
            "intermediate_size": WIDTH,
            "num_hidden_layers": 1,
            "num_attention_heads": 2,
            "max_position_embeddings": TOKENS,
            "bos_token_id": 0,
            "eos_token_id": 1,
            "pad_token_id": 1,
        },
        vision_config={
            "hidden_size": WIDTH,
            "intermediate_size": WIDTH,
            "num_hidden_layers": 3,
            "num_attention_heads": 2,
            "image_size": 32,
            "patch_size": 8,
        },
        projection_dim=WIDTH,
        reduce_dim=8,
        decoder_num_attention_heads=2,
        decoder_intermediate_size=8,
        extract_layers=[0, 1, 2],
    )
    return CLIPSegForImageSegmentation(config).eval()


def save_segmenter(folder: Path) -> Path:
    """Writes a CLIPSeg with its tokenizer and returns the folder."""
    segmenter().save_pretrained(folder)
    tokenizer().save_pretrained(folder)
    return folder
