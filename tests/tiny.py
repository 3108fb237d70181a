"""Real diffusers pipelines and a real CLIPSeg with tiny random weights."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from diffusers import (
    AutoencoderKL,
    AutoencoderKLFlux2,
    AutoencoderKLQwenImage,
    DDIMScheduler,
    DiffusionPipeline,
    FlowMatchEulerDiscreteScheduler,
    Flux2KleinPipeline,
    Flux2Pipeline,
    Flux2Transformer2DModel,
    FluxKontextPipeline,
    FluxTransformer2DModel,
    QwenImageEditPipeline,
    QwenImageEditPlusPipeline,
    QwenImagePipeline,
    QwenImageTransformer2DModel,
    StableDiffusionInstructPix2PixPipeline,
    StableDiffusionPipeline,
    StableDiffusionXLPipeline,
    UNet2DConditionModel,
)
from tokenizers import Tokenizer
from tokenizers.models import BPE
from tokenizers.pre_tokenizers import Split
from transformers import (
    BertConfig,
    BertTokenizer,
    CLIPConfig,
    CLIPModel,
    CLIPSegConfig,
    CLIPSegForImageSegmentation,
    CLIPTextConfig,
    CLIPTextModel,
    CLIPTextModelWithProjection,
    CLIPTokenizer,
    GroundingDinoConfig,
    GroundingDinoForObjectDetection,
    Mistral3Config,
    Mistral3ForConditionalGeneration,
    MistralConfig,
    PixtralVisionConfig,
    PreTrainedTokenizerFast,
    Qwen2_5_VLConfig,
    Qwen2_5_VLForConditionalGeneration,
    Qwen2Tokenizer,
    Qwen2VLImageProcessorPil,
    Qwen3Config,
    Qwen3ForCausalLM,
    Sam2Config,
    Sam2HieraDetConfig,
    Sam2MaskDecoderConfig,
    Sam2Model,
    Sam2PromptEncoderConfig,
    Sam2VisionConfig,
    Sam3Config,
    Sam3Model,
    Sam3VisionConfig,
    Sam3ViTConfig,
    SiglipConfig,
    SiglipModel,
    SwinConfig,
    T5Config,
    T5EncoderModel,
    T5Tokenizer,
)

from t2i_chat.rendering.diffusion.processors import PictureReader, WordReader

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


QWEN_MARKS = (
    "<|endoftext|> <|im_start|> <|im_end|> <|vision_start|> <|vision_end|> <|image_pad|> "
    "<|video_pad|>"
).split()


def qwen_tokenizer() -> Qwen2Tokenizer:
    """A tokenizer of Qwen's kind that spells."""
    letters = [*(chr(code) for code in range(33, 127)), "Ġ", "Ċ"]
    vocab = {word: number for number, word in enumerate([*QWEN_MARKS, *letters])}
    made = Qwen2Tokenizer(vocab=vocab, merges=[], model_max_length=100_000)
    made.add_special_tokens({"additional_special_tokens": QWEN_MARKS[1:]})
    made.chat_template = "{% for m in messages %}<|im_start|>{{ m.content }}<|im_end|>{% endfor %}"
    return made


def word_reader() -> WordReader:
    """Reads words as FLUX.2 does, letter by letter."""
    marks = ["<pad>", "<unk>", "[IMG]", "[IMG_BREAK]", "[IMG_END]"]
    vocab = {word: number for number, word in enumerate([*marks, *map(chr, range(32, 127))])}
    spelling = Tokenizer(BPE(vocab, [], unk_token="<unk>"))  # noqa: S106 # a token of text
    spelling.pre_tokenizer = Split("", "isolated")
    words = PreTrainedTokenizerFast(
        tokenizer_object=spelling, pad_token="<pad>", unk_token="<unk>",  # noqa: S106 # as above
        additional_special_tokens=marks[2:],
    )  # fmt: skip
    template = "{% for m in messages %}{{ m.content[0].text }} {% endfor %}"
    words.chat_template = template
    return WordReader(words, chat_template=template)


def flux_2_parts(text_width: int) -> dict[str, Any]:
    """What the pipelines of FLUX.2 have in common: autoencoder, denoiser, scheduler."""
    vae = AutoencoderKLFlux2(
        block_out_channels=(4, 4, 4, 4), layers_per_block=1, norm_num_groups=2, latent_channels=4
    )
    vae.bn.running_mean.uniform_(-0.1, 0.1)
    vae.bn.running_var.uniform_(0.5, 2.0)
    transformer = Flux2Transformer2DModel(
        in_channels=16, num_layers=1, num_single_layers=1, attention_head_dim=16,
        num_attention_heads=2, joint_attention_dim=3 * text_width, timestep_guidance_channels=16,
        axes_dims_rope=(4, 4, 4, 4),
    )  # fmt: skip
    return {
        "vae": vae.eval(),
        "transformer": transformer.eval(),
        "scheduler": FlowMatchEulerDiscreteScheduler(use_dynamic_shifting=True),
    }


def flux_2() -> Flux2Pipeline:
    """A whole FLUX.2 pipeline; of its text encoder layers 10, 20 and 30 are read."""
    torch.manual_seed(0)
    words = word_reader()
    text = MistralConfig(
        vocab_size=len(words.tokenizer), hidden_size=WIDTH, intermediate_size=WIDTH,
        num_hidden_layers=30, num_attention_heads=2, num_key_value_heads=1, head_dim=8,
    )  # fmt: skip
    vision = PixtralVisionConfig(
        hidden_size=WIDTH, intermediate_size=WIDTH, num_hidden_layers=1, num_attention_heads=2,
        image_size=32, patch_size=8,
    )  # fmt: skip
    config = Mistral3Config(text_config=text, vision_config=vision, image_token_index=2)
    return Flux2Pipeline(
        text_encoder=Mistral3ForConditionalGeneration(config).eval(),
        tokenizer=words,
        **flux_2_parts(WIDTH),
    )


def flux_2_klein() -> Flux2KleinPipeline:
    """A whole FLUX.2 klein pipeline; of its text encoder layers 9, 18 and 27 are read."""
    torch.manual_seed(0)
    words = qwen_tokenizer()
    text = Qwen3Config(
        vocab_size=len(words), hidden_size=WIDTH, intermediate_size=WIDTH, num_hidden_layers=27,
        num_attention_heads=2, num_key_value_heads=1, head_dim=8,
    )  # fmt: skip
    return Flux2KleinPipeline(
        text_encoder=Qwen3ForCausalLM(text).eval(), tokenizer=words, **flux_2_parts(WIDTH)
    )


def qwen_parts() -> dict[str, Any]:
    """What the pipelines of Qwen-Image have in common."""
    torch.manual_seed(0)
    words = qwen_tokenizer()
    config = Qwen2_5_VLConfig(
        text_config={
            "vocab_size": len(words), "hidden_size": WIDTH, "intermediate_size": WIDTH,
            "num_hidden_layers": 1, "num_attention_heads": 2, "num_key_value_heads": 1,
            "rope_scaling": {"type": "mrope", "mrope_section": [1, 1, 2]},
            "bos_token_id": None, "eos_token_id": None,
        },
        vision_config={
            "depth": 1, "hidden_size": WIDTH, "intermediate_size": WIDTH, "num_heads": 2,
            "out_hidden_size": WIDTH,
        },
        image_token_id=QWEN_MARKS.index("<|image_pad|>"),
        video_token_id=QWEN_MARKS.index("<|video_pad|>"),
        vision_start_token_id=QWEN_MARKS.index("<|vision_start|>"),
        vision_end_token_id=QWEN_MARKS.index("<|vision_end|>"),
    )  # fmt: skip
    vae = AutoencoderKLQwenImage(
        base_dim=4, z_dim=4, num_res_blocks=1, dim_mult=[1, 1, 1, 1],
        temperal_downsample=[False, True, True], latents_mean=[0.1, -0.1, 0.2, 0.0],
        latents_std=[1.0, 2.0, 0.5, 1.0],
    )  # fmt: skip
    transformer = QwenImageTransformer2DModel(
        in_channels=16, out_channels=4, num_layers=1, attention_head_dim=16,
        num_attention_heads=2, joint_attention_dim=WIDTH, axes_dims_rope=(4, 6, 6),
    )  # fmt: skip
    return {
        "text_encoder": Qwen2_5_VLForConditionalGeneration(config).eval(),
        "tokenizer": words,
        "vae": vae.eval(),
        "transformer": transformer.eval(),
        "scheduler": FlowMatchEulerDiscreteScheduler(use_dynamic_shifting=True),
    }


def qwen_image() -> QwenImagePipeline:
    """A whole Qwen-Image pipeline."""
    return QwenImagePipeline(**qwen_parts())


def qwen_image_edit() -> QwenImageEditPipeline:
    """A whole Qwen-Image-Edit pipeline."""
    return QwenImageEditPipeline(**qwen_parts(), processor=picture_reader())


def qwen_image_edit_plus() -> QwenImageEditPlusPipeline:
    """A whole pipeline of the later Qwen-Image-Edit models."""
    return QwenImageEditPlusPipeline(**qwen_parts(), processor=picture_reader())


def picture_reader() -> PictureReader:
    """Reads pictures as Qwen does, but never more than a few pixels of one."""
    few = {"shortest_edge": 56 * 56, "longest_edge": 84 * 84}
    return PictureReader(Qwen2VLImageProcessorPil(size=few), qwen_tokenizer())


def save(pipeline: DiffusionPipeline, folder: Path) -> Path:
    """Writes a pipeline the way models are distributed and returns its folder."""
    pipeline.save_pretrained(folder)
    index = folder / "model_index.json"
    text = index.read_text().replace(WordReader.__module__, "transformers")
    for ours, theirs in ((WordReader, "PixtralProcessor"), (PictureReader, "Qwen2VLProcessor")):
        text = text.replace(ours.__name__, theirs)
    index.write_text(text)
    return folder


MAKERS: dict[str, Callable[[], DiffusionPipeline]] = {
    "stable-diffusion": stable_diffusion,
    "stable-diffusion-xl": stable_diffusion_xl,
    "instruct-pix2pix": instruct_pix2pix,
    "flux-kontext": flux_kontext,
    "flux-2": flux_2,
    "flux-2-klein": flux_2_klein,
    "qwen-image": qwen_image,
    "qwen-image-edit": qwen_image_edit,
    "qwen-image-edit-plus": qwen_image_edit_plus,
}
"""What makes a pipeline of each family of the registry."""


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


_TEXT = {
    "hidden_size": WIDTH, "intermediate_size": WIDTH, "num_hidden_layers": 1,
    "num_attention_heads": 2, "max_position_embeddings": TOKENS,
    "bos_token_id": 0, "eos_token_id": 1, "pad_token_id": 1,
}  # fmt: skip
_SIGHT = {
    "hidden_size": WIDTH, "intermediate_size": WIDTH, "num_hidden_layers": 1,
    "num_attention_heads": 2, "image_size": 32, "patch_size": 8,
}  # fmt: skip


def clip() -> CLIPModel:
    """A CLIP of one layer each for 32-pixel pictures."""
    torch.manual_seed(0)
    text = {"vocab_size": len(tokenizer()), **_TEXT}
    config = CLIPConfig(text_config=text, vision_config=_SIGHT, projection_dim=WIDTH)
    return CLIPModel(config).eval()


def siglip() -> SiglipModel:
    """A SigLIP of one layer each for 32-pixel pictures."""
    torch.manual_seed(0)
    text = {"vocab_size": len(tokenizer()), "projection_size": WIDTH, **_TEXT}
    return SiglipModel(SiglipConfig(text_config=text, vision_config=_SIGHT)).eval()


def save_with_words(model: CLIPModel | SiglipModel, folder: Path) -> Path:
    """Writes a model that compares pictures with words, and its tokenizer."""
    model.save_pretrained(folder)
    tokenizer().save_pretrained(folder)
    return folder


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


def sam3() -> Sam3Model:
    """A SAM 3 for 56-pixel pictures that looks for five things."""
    torch.manual_seed(0)
    width = 2 * WIDTH
    vit = Sam3ViTConfig(
        hidden_size=width, intermediate_size=WIDTH, num_hidden_layers=1, num_attention_heads=2,
        image_size=56, patch_size=14, window_size=2, global_attn_indexes=[0],
        pretrain_image_size=28,
    )  # fmt: skip
    vision = Sam3VisionConfig(
        backbone_config=vit,
        fpn_hidden_size=width,
        backbone_feature_sizes=[[16, 16], [8, 8], [4, 4]],
    )
    text = {
        "model_type": "clip_text_model", "vocab_size": len(tokenizer()), "hidden_size": WIDTH,
        "intermediate_size": WIDTH, "projection_dim": WIDTH, "num_hidden_layers": 1,
        "num_attention_heads": 2, "max_position_embeddings": 32, "bos_token_id": 0,
        "eos_token_id": 1, "pad_token_id": 1,
    }  # fmt: skip
    layer = {"hidden_size": width, "num_attention_heads": 2}
    layers = {"num_layers": 1, "intermediate_size": WIDTH, **layer}
    config = Sam3Config(
        vision_config=vision, text_config=text, geometry_encoder_config=layers,
        detr_encoder_config=layers, detr_decoder_config={"num_queries": 5, **layers},
        mask_decoder_config=layer,
    )  # fmt: skip
    return Sam3Model(config).eval()


def save_concepts(folder: Path) -> Path:
    """Writes a SAM 3 with its tokenizer and returns the folder."""
    sam3().save_pretrained(folder)
    tokenizer().save_pretrained(folder)
    return folder


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
