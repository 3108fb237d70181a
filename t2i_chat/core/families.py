"""Model families: which diffusers pipeline class does text-to-image, img2img, inpainting, editing.

Classes are named as strings, so that neither diffusers nor torch is imported here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from t2i_chat.core.errors import ModelMissing
from t2i_chat.core.geometry import Size


@dataclass(frozen=True, slots=True)
class Family:
    """The diffusers pipeline classes of one model family, and its default parameters.

    `native` is the training resolution in pixels; `token_limit` the prompt length in tokens.
    `instruct` is the pipeline that edits by instruction and `image_guidance_scale` its default; a
    family with `instruct` passes the instruction to its `inpaint` pipeline too. "" means the family
    has no such pipeline. `patch` is the patch size of its transformer in latents (1 for UNets).
    `differential` says whether `inpaint` can take another mask at every step.
    """

    name: str
    text_to_image: str
    image_to_image: str
    inpaint: str
    native: Size
    token_limit: int
    num_inference_steps: int
    guidance_scale: float
    instruct: str = ""
    image_guidance_scale: float | None = None
    patch: int = 1
    differential: bool = False

    @property
    def classes(self) -> frozenset[str]:
        """The names of all its pipeline classes."""
        named = (self.text_to_image, self.image_to_image, self.inpaint, self.instruct)
        return frozenset(filter(None, named))

    @property
    def tells_where_it_looks(self) -> bool:
        """True for cross-attention UNets, False for joint-attention (MM-DiT) transformers.

        Only cross-attention gives the attention maps of single words.
        """
        return self.patch == 1

    @property
    def loaded_as(self) -> str:
        """The pipeline class to load the files with: the one that uses all components."""
        return self.instruct or self.text_to_image


FAMILIES: Mapping[str, Family] = MappingProxyType(
    {
        family.name: family
        for family in (
            Family(
                name="stable-diffusion",
                text_to_image="StableDiffusionPipeline",
                image_to_image="StableDiffusionImg2ImgPipeline",
                inpaint="StableDiffusionInpaintPipeline",
                native=Size(width=512, height=512),
                token_limit=77,
                num_inference_steps=25,
                guidance_scale=7.0,
                differential=True,
            ),
            Family(
                name="stable-diffusion-xl",
                text_to_image="StableDiffusionXLPipeline",
                image_to_image="StableDiffusionXLImg2ImgPipeline",
                inpaint="StableDiffusionXLInpaintPipeline",
                native=Size(width=1024, height=1024),
                token_limit=77,
                num_inference_steps=25,
                guidance_scale=6.0,
                differential=True,
            ),
            Family(
                name="instruct-pix2pix",
                text_to_image="",
                image_to_image="",
                inpaint="",
                native=Size(width=512, height=512),
                token_limit=77,
                num_inference_steps=25,
                guidance_scale=7.5,
                instruct="StableDiffusionInstructPix2PixPipeline",
                image_guidance_scale=1.5,
            ),
            Family(
                name="flux-kontext",
                text_to_image="FluxKontextPipeline",
                image_to_image="FluxImg2ImgPipeline",
                inpaint="FluxKontextInpaintPipeline",
                native=Size(width=1024, height=1024),
                token_limit=512,
                num_inference_steps=28,
                guidance_scale=2.5,
                instruct="FluxKontextPipeline",
                patch=2,
            ),
            Family(
                name="flux-2",
                text_to_image="Flux2Pipeline",
                image_to_image="",
                inpaint="",
                native=Size(width=1024, height=1024),
                token_limit=512,
                num_inference_steps=50,
                guidance_scale=4.0,
                instruct="Flux2Pipeline",
                patch=2,
            ),
            Family(
                name="flux-2-klein",
                text_to_image="Flux2KleinPipeline",
                image_to_image="",
                inpaint="Flux2KleinInpaintPipeline",
                native=Size(width=1024, height=1024),
                token_limit=512,
                num_inference_steps=50,
                guidance_scale=4.0,
                instruct="Flux2KleinPipeline",
                patch=2,
            ),
            Family(
                name="qwen-image",
                text_to_image="QwenImagePipeline",
                image_to_image="QwenImageImg2ImgPipeline",
                inpaint="QwenImageInpaintPipeline",
                native=Size(width=1328, height=1328),
                token_limit=512,
                num_inference_steps=50,
                guidance_scale=4.0,
                patch=2,
            ),
            Family(
                name="qwen-image-edit",
                text_to_image="QwenImagePipeline",
                image_to_image="",
                inpaint="QwenImageEditInpaintPipeline",
                native=Size(width=1024, height=1024),
                token_limit=512,
                num_inference_steps=50,
                guidance_scale=4.0,
                instruct="QwenImageEditPipeline",
                patch=2,
            ),
            Family(
                name="qwen-image-edit-plus",
                text_to_image="QwenImagePipeline",
                image_to_image="",
                inpaint="",
                native=Size(width=1024, height=1024),
                token_limit=512,
                num_inference_steps=40,
                guidance_scale=4.0,
                instruct="QwenImageEditPlusPipeline",
                patch=2,
            ),
        )
    }
)
"""Families by name; add a row to support another. If two share a class, the first one is found."""


def family_of(index: Mapping[str, Any], model: str) -> Family:
    """The family that a parsed model_index.json belongs to.

    Raises ModelMissing for a pipeline class of no known family.
    """
    class_name = index.get("_class_name")
    for family in FAMILIES.values():
        if class_name in family.classes:
            return family
    raise ModelMissing(
        f"“{model}” holds a {class_name or 'model of an unnamed kind'}, which this program cannot "
        f"paint with. It knows: {', '.join(FAMILIES)}."
    )
