"""Architecture of the embedded model: AutoencoderKL, CLIPTextModel, UNet2DConditionModel, DDIM.

All are standard diffusers and transformers classes, so the saved folder is an ordinary Stable
Diffusion pipeline (VAE f=8, 4 channels).
"""

from __future__ import annotations

from diffusers import AutoencoderKL, DDIMScheduler, UNet2DConditionModel
from transformers import CLIPConfig, CLIPModel, CLIPTextConfig, CLIPTextModel, CLIPVisionConfig

MAX_TOKENS = 40
TEXT_WIDTH = 192
CLIP_SIDE = 128
"""Input side of the CLIP's image encoder in pixels."""


def new_autoencoder() -> AutoencoderKL:
    """Returns an untrained VAE: (B, 3, 8h, 8w) pixels to (B, 4, h, w) latents."""
    return AutoencoderKL(
        block_out_channels=(24, 32, 64, 128),
        down_block_types=("DownEncoderBlock2D",) * 4,
        up_block_types=("UpDecoderBlock2D",) * 4,
        layers_per_block=1,
        latent_channels=4,
        norm_num_groups=4,
        sample_size=256,
        mid_block_add_attention=False,
        force_upcast=False,
        scaling_factor=1.0,  # latents have about unit variance already (codec.py)
    )


def text_config(vocabulary_size: int, end_token: int) -> CLIPTextConfig:
    """Returns the configuration of the text encoder."""
    return CLIPTextConfig(
        vocab_size=vocabulary_size,
        hidden_size=TEXT_WIDTH,
        intermediate_size=4 * TEXT_WIDTH,
        projection_dim=TEXT_WIDTH,
        num_hidden_layers=4,
        num_attention_heads=4,
        max_position_embeddings=MAX_TOKENS,
        bos_token_id=end_token - 1,
        eos_token_id=end_token,
        pad_token_id=end_token,
    )


def new_text_encoder(vocabulary_size: int, end_token: int) -> CLIPTextModel:
    """Return an untrained text encoder: (B, 40) token ids to (B, 40, 192) states."""
    return CLIPTextModel(text_config(vocabulary_size, end_token))


def new_clip(vocabulary_size: int, end_token: int) -> CLIPModel:
    """Return an untrained CLIP of (B, 40) token ids and (B, 3, 128, 128) pixels in -1..1."""
    vision = CLIPVisionConfig(
        hidden_size=TEXT_WIDTH,
        intermediate_size=3 * TEXT_WIDTH,
        num_hidden_layers=4,
        num_attention_heads=4,
        image_size=CLIP_SIDE,
        patch_size=16,
        projection_dim=TEXT_WIDTH,
    )
    text = text_config(vocabulary_size, end_token)
    return CLIPModel(
        CLIPConfig(
            text_config=text.to_dict(), vision_config=vision.to_dict(), projection_dim=TEXT_WIDTH
        )
    )


def new_unet() -> UNet2DConditionModel:
    """Returns an untrained UNet for (B, 4, h, w) latents, narrow at full latent resolution.

    Cross-attention only at half and quarter resolution, where it is cheap.
    """
    return UNet2DConditionModel(
        sample_size=32,
        in_channels=4,
        out_channels=4,
        block_out_channels=(64, 160, 256),
        down_block_types=("DownBlock2D", "CrossAttnDownBlock2D", "CrossAttnDownBlock2D"),
        up_block_types=("CrossAttnUpBlock2D", "CrossAttnUpBlock2D", "UpBlock2D"),
        layers_per_block=1,
        cross_attention_dim=TEXT_WIDTH,
        attention_head_dim=(2, 4, 8),
        norm_num_groups=16,
        # The pooled text embedding is also added to the time embedding, like a class label: that
        # path is learnt long before cross-attention is.
        addition_embed_type="text",
        addition_embed_type_num_heads=8,
    )


def new_scheduler() -> DDIMScheduler:
    """Return the noise schedule: v-prediction with zero terminal signal, so nights are dark.

    Lin et al., "Common Diffusion Noise Schedules and Sample Steps are Flawed" (2023).
    """
    return DDIMScheduler(
        num_train_timesteps=1000,
        beta_start=0.00085,
        beta_end=0.012,
        beta_schedule="scaled_linear",
        prediction_type="v_prediction",
        rescale_betas_zero_snr=True,
        timestep_spacing="trailing",
        clip_sample=False,
        set_alpha_to_one=True,
        steps_offset=1,
    )
