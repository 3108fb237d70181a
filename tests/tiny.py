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
    FlowMatchEulerDiscreteScheduler,
    FluxKontextPipeline,
    FluxTransformer2DModel,
    StableDiffusionInstructPix2PixPipeline,
    StableDiffusionPipeline,
    StableDiffusionXLPipeline,
    UNet2DConditionModel,
)
from transformers import (
    BertConfig,
    BertTokenizer,
    CLIPSegConfig,
    CLIPSegForImageSegmentation,
    CLIPTextConfig,
    CLIPTextModel,
    CLIPTextModelWithProjection,
    CLIPTokenizer,
    GroundingDinoConfig,
    GroundingDinoForObjectDetection,
    Sam2Config,
    Sam2HieraDetConfig,
    Sam2MaskDecoderConfig,
    Sam2Model,
    Sam2PromptEncoderConfig,
    Sam2VisionConfig,
    SwinConfig,
    T5Config,
    T5EncoderModel,
    T5Tokenizer,
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


def autoencoder(**kwargs: Any) -> AutoencoderKL:
    """Halves each side three times, like the large ones."""
    return AutoencoderKL(
        block_out_channels=(4, 4, 4, 4),
        down_block_types=("DownEncoderBlock2D",) * 4,
        up_block_types=("UpDecoderBlock2D",) * 4,
        layers_per_block=1,
        norm_num_groups=2,
        latent_channels=4,
        sample_size=32,
        **kwargs,
    ).eval()


def unet(**kwargs: Any) -> UNet2DConditionModel:
    """Two levels, one layer each, 4×4 latents."""
    return UNet2DConditionModel(
        sample_size=4,
        out_channels=4,
        block_out_channels=(8, 8),
        layers_per_block=1,
        norm_num_groups=2,
        down_block_types=("DownBlock2D", "CrossAttnDownBlock2D"),
        up_block_types=("CrossAttnUpBlock2D", "UpBlock2D"),
        attention_head_dim=2,
        **{"in_channels": 4, **kwargs},
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


def instruct_pix2pix() -> StableDiffusionInstructPix2PixPipeline:
    """A whole InstructPix2Pix pipeline, whose denoiser sees the picture beside the noise."""
    torch.manual_seed(0)
    words = tokenizer()
    return StableDiffusionInstructPix2PixPipeline(
        vae=autoencoder(),
        text_encoder=CLIPTextModel(text_config(len(words))).eval(),
        tokenizer=words,
        unet=unet(cross_attention_dim=WIDTH, in_channels=8),
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


def flux_kontext() -> FluxKontextPipeline:
    """A whole FLUX Kontext pipeline, with its two text encoders."""
    torch.manual_seed(0)
    words = tokenizer()
    letters = [(chr(code), -2.0) for code in range(97, 123)]
    pieces = [("<pad>", 0.0), ("</s>", 0.0), ("<unk>", 0.0), ("▁", -1.0), *letters]
    t5 = T5Config(vocab_size=64, d_model=WIDTH, d_kv=8, d_ff=WIDTH, num_layers=1, num_heads=2)
    vae = autoencoder(
        shift_factor=0.1, scaling_factor=0.5, use_quant_conv=False, use_post_quant_conv=False
    )
    transformer = FluxTransformer2DModel(
        patch_size=1, in_channels=16, num_layers=1, num_single_layers=1, attention_head_dim=16,
        num_attention_heads=2, joint_attention_dim=WIDTH, pooled_projection_dim=WIDTH,
        axes_dims_rope=(4, 4, 8), guidance_embeds=True,
    )  # fmt: skip
    return FluxKontextPipeline(
        scheduler=FlowMatchEulerDiscreteScheduler(),
        vae=vae,
        text_encoder=CLIPTextModel(text_config(len(words))).eval(),
        tokenizer=words,
        text_encoder_2=T5EncoderModel(t5).eval(),
        tokenizer_2=T5Tokenizer(vocab=pieces, extra_ids=0, model_max_length=32),
        transformer=transformer.eval(),
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


def grounding_dino() -> GroundingDinoForObjectDetection:
    """A GroundingDINO of one layer that looks for five boxes."""
    torch.manual_seed(0)
    swin = SwinConfig(
        image_size=64, patch_size=4, embed_dim=WIDTH, depths=[1] * 4, num_heads=[1] * 4,
        window_size=2, out_indices=[2, 3, 4],
    )  # fmt: skip
    bert = BertConfig(
        vocab_size=128, hidden_size=WIDTH, num_hidden_layers=1, num_attention_heads=2,
        intermediate_size=WIDTH, max_position_embeddings=64,
    )  # fmt: skip
    config = GroundingDinoConfig(
        backbone_config=swin, text_config=bert, d_model=2 * WIDTH, encoder_layers=1,
        decoder_layers=2, encoder_attention_heads=2, decoder_attention_heads=2,
        encoder_ffn_dim=WIDTH, decoder_ffn_dim=WIDTH, num_queries=5, max_text_len=32,
        num_feature_levels=3, encoder_n_points=2, decoder_n_points=2,
    )  # fmt: skip
    return GroundingDinoForObjectDetection(config).eval()


def sam2() -> Sam2Model:
    """A SAM 2 for 64-pixel pictures."""
    torch.manual_seed(0)
    hiera = Sam2HieraDetConfig(
        hidden_size=8, num_attention_heads=1, image_size=[64, 64], blocks_per_stage=[1] * 4,
        embed_dim_per_stage=[8, 16, 32, 64], num_attention_heads_per_stage=[1, 1, 2, 2],
        window_size_per_stage=[4] * 4, window_positional_embedding_background_size=[2, 2],
        global_attention_blocks=[0],
    )  # fmt: skip
    vision = Sam2VisionConfig(
        backbone_config=hiera, backbone_channel_list=[64, 32, 16, 8],
        backbone_feature_sizes=[[16, 16], [8, 8], [4, 4]], fpn_hidden_size=WIDTH,
    )  # fmt: skip
    prompts = Sam2PromptEncoderConfig(
        hidden_size=WIDTH, image_size=64, patch_size=16, mask_input_channels=4
    )
    decoder = Sam2MaskDecoderConfig(
        hidden_size=WIDTH, mlp_dim=WIDTH, num_hidden_layers=1, num_attention_heads=2,
        iou_head_hidden_dim=WIDTH, iou_head_depth=2,
    )  # fmt: skip
    config = Sam2Config(
        vision_config=vision, prompt_encoder_config=prompts, mask_decoder_config=decoder
    )
    return Sam2Model(config).eval()


def save_grounding(folder: Path) -> tuple[Path, Path]:
    """Writes a GroundingDINO with its tokenizer, and a SAM 2; returns their folders."""
    detector, outliner = folder / "dino", folder / "sam"
    grounding_dino().save_pretrained(detector)
    letters = [chr(code) for code in range(97, 123)]
    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", ".", *letters]
    words += [f"##{letter}" for letter in letters]
    vocab = {word: number for number, word in enumerate(words)}
    BertTokenizer(vocab=vocab).save_pretrained(detector)
    sam2().save_pretrained(outliner)
    return detector, outliner


def save_segmenter(folder: Path) -> Path:
    """Writes a CLIPSeg with its tokenizer and returns the folder."""
    segmenter().save_pretrained(folder)
    tokenizer().save_pretrained(folder)
    return folder
