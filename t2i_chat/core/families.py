"""The families of diffusion models: which of diffusers' pipelines paints what, and how it is used.

Names diffusers' classes as words; it does not know diffusers and loads no weights.
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
    """The diffusers classes of one kind of model, and what such a model is used with by default.

    `native` is the size it was trained on, in pixels; `token_limit` how much prompt it reads.
    `instruct` is the class that edits by an instruction, `image_guidance_scale` how closely it
    keeps to the picture; where there is one, `inpaint` takes instructions too. "" is a class that
    there is not. `patch` is how many latents, each way, make one token. `differential` tells that
    `inpaint` can be given another mask at every step.
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
        """Whether its denoiser is one of places and words alone, and not of tokens of both."""
        return self.patch == 1

    @property
    def loaded_as(self) -> str:
        """The class its files are read with: the one that needs them all."""
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
"""Families by name; a new one is one more row. Of two that share a class the first is meant."""


def family_of(index: Mapping[str, Any], model: str) -> Family:
    """The family that a model_index.json, read into `index`, belongs to.

    Raises ModelMissing for a pipeline class that no family has.
    """
    class_name = index.get("_class_name")
    for family in FAMILIES.values():
        if class_name in family.classes:
            return family
    raise ModelMissing(
        f"“{model}” holds a {class_name or 'model of an unnamed kind'}, which this program cannot "
        f"paint with. It knows: {', '.join(FAMILIES)}."
    )
