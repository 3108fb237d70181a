"""Model registry: hub id, native size, default steps, token limit and strengths of each profile.

Everything that is known about a model without loading it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, Literal

from t2i_chat.core.errors import ModelMissing
from t2i_chat.core.families import FAMILIES, Family, family_of
from t2i_chat.core.geometry import Size

Intent = Literal[
    "restyle",
    "light",
    "recolour",
    "inpaint",
    "add",
    "remove",
    "replace",
    "outpaint",
]
"""The kind of edit, which selects the img2img or inpainting strength."""

UPSCALER = "realesr-animevideov3"
"""`Recipe.model` of "upscale": the super-resolution network."""

LETTERING = "nunito-extrabold"
"""`Recipe.model` of "letter": the typeface."""

COMPOSITE = "feathered-composite"
"""`Recipe.model` of "combine": the method that copies a region from another version."""

INDEX: Final = "model_index.json"
"""The file that names the parts of a diffusers pipeline."""

DRAFT_UNET: Final = "drafting"
"""The folder of the UNet that paints from drafts, inside a model's folder."""

STORYBOOK_WEIGHTS = Path(__file__).parents[1] / "storybook" / "weights"
"""Folder of the embedded model's weights inside the package."""


# "remove" can stay below 1.0: the region is prefilled, so the thing itself is already gone.
_STRENGTHS: Mapping[Intent, float] = MappingProxyType(
    {
        "restyle": 0.55,
        "light": 0.6,
        "recolour": 0.75,
        "inpaint": 1.0,
        "add": 1.0,
        "remove": 0.85,
        "replace": 1.0,
        "outpaint": 1.0,
    }
)


@dataclass(frozen=True, slots=True)
class ModelFacts:
    """What is known of a model before it is loaded.

    `source` is a hub id or a folder, `revision` a hub commit or None; picture sides are multiples
    of `multiple` pixels; `scheduler` None means the one saved with the model; `mask_grow` and
    `mask_feather` are pixels; `strengths` are per kind of edit. `literal`: it paints only things
    its prompt names. `windows`: sides, in pixels, of the square crops in which it inpaints small
    regions better than in the whole picture. `differential`: it can do differential diffusion (a
    strength per pixel).
    """

    name: str
    family: str
    source: str
    native: Size
    num_inference_steps: int
    guidance_scale: float
    scheduler: str | None
    token_limit: int
    revision: str | None = None
    multiple: int = 8
    mask_grow: int = 8
    mask_feather: int = 6
    strengths: Mapping[Intent, float] = field(default_factory=lambda: _STRENGTHS)
    literal: bool = False
    differential: bool = False
    windows: tuple[int, ...] = ()

    @property
    def pipelines(self) -> Family:
        """The diffusers pipeline classes of this model."""
        return FAMILIES[self.family]

    @property
    def is_local(self) -> bool:
        """Whether the source is a local folder rather than a hub id."""
        return Path(self.source).is_dir()


def _facts(name: str, family: Family, source: str, scheduler: str | None = None) -> ModelFacts:
    return ModelFacts(
        name=name,
        family=family.name,
        source=source,
        native=family.native,
        num_inference_steps=family.num_inference_steps,
        guidance_scale=family.guidance_scale,
        scheduler=scheduler,
        token_limit=family.token_limit,
        differential=family.differential,
    )


_SD, _SDXL = FAMILIES["stable-diffusion"], FAMILIES["stable-diffusion-xl"]
_PIX2PIX, _KONTEXT = FAMILIES["instruct-pix2pix"], FAMILIES["flux-kontext"]
_FLUX2, _KLEIN = FAMILIES["flux-2"], FAMILIES["flux-2-klein"]
_QWEN, _QWEN_EDIT = FAMILIES["qwen-image"], FAMILIES["qwen-image-edit"]
_QWEN_EDIT_PLUS = FAMILIES["qwen-image-edit-plus"]
_DPM = "DPMSolverMultistepScheduler"

PROFILES: Mapping[str, ModelFacts] = MappingProxyType(
    {
        facts.name: facts
        for facts in (
            replace(
                _facts("storybook", _SD, str(STORYBOOK_WEIGHTS)),
                native=Size(width=512, height=512),
                num_inference_steps=4,
                guidance_scale=1.0,
                mask_grow=6,
                mask_feather=4,
                literal=True,
                differential=False,
                windows=(128, 192),
                # It learnt few, distinct skies: partial strengths give none of them. In outpainting
                # it invents things at 1.0; at 0.5 the extended edge pixels guide it.
                strengths=MappingProxyType(
                    {**_STRENGTHS, "light": 1.0, "recolour": 1.0, "remove": 1.0, "outpaint": 0.5}
                ),
            ),
            _facts("sd15", _SD, "stable-diffusion-v1-5/stable-diffusion-v1-5", _DPM),
            _facts("sdxl", _SDXL, "stabilityai/stable-diffusion-xl-base-1.0", _DPM),
            replace(
                _facts("sdxl-turbo", _SDXL, "stabilityai/sdxl-turbo"),
                native=Size(width=512, height=512),
                num_inference_steps=4,
                guidance_scale=0.0,
            ),
            _facts("instruct-pix2pix", _PIX2PIX, "timbrooks/instruct-pix2pix"),
            _facts("flux-kontext", _KONTEXT, "black-forest-labs/FLUX.1-Kontext-dev"),
            _facts("flux-2", _FLUX2, "black-forest-labs/FLUX.2-dev"),
            replace(
                _facts("flux-2-klein", _KLEIN, "black-forest-labs/FLUX.2-klein-4B"),
                num_inference_steps=4,
                guidance_scale=1.0,
            ),
            _facts("qwen-image", _QWEN, "Qwen/Qwen-Image"),
            _facts("qwen-image-edit", _QWEN_EDIT, "Qwen/Qwen-Image-Edit"),
            _facts("qwen-image-edit-plus", _QWEN_EDIT_PLUS, "Qwen/Qwen-Image-Edit-2509"),
        )
    }
)
"""Models known by a short name; `storybook` is the embedded one."""


def facts_for(model: str) -> ModelFacts:
    """The facts of a model given by profile name, hub id of a profile, or local folder.

    The folder's own config files override native size and token limit. Raises ModelMissing when
    there is no such profile or folder, or its family is unknown.
    """
    for facts in PROFILES.values():
        if model in {facts.name, facts.source}:
            return facts_in_folder(facts, Path(facts.source))
    folder = Path(model).expanduser()
    if not folder.is_dir():
        raise ModelMissing(
            f"There is no model “{model}” here: it is neither a folder nor one of "
            f"{', '.join(PROFILES)}."
        )
    return facts_from_index(model, folder)


def facts_from_index(model: str, folder: Path, source: str | None = None) -> ModelFacts:
    """The facts of a model from its folder, which holds at least model_index.json.

    `source` is where it will be loaded from, if that is not the folder. Raises ModelMissing for an
    unreadable model_index.json or an unknown family.
    """
    index = _read_json(folder / INDEX)
    if not index:
        raise ModelMissing(f"The folder “{folder}” holds no readable model_index.json.")
    return facts_in_folder(_facts(model, family_of(index, model), source or str(folder)), folder)


def facts_in_folder(facts: ModelFacts, folder: Path, unet_folder: str = DRAFT_UNET) -> ModelFacts:
    """`facts` with sizes and limits replaced by what the config files in `folder` say.

    The native size is that of the UNet in `unet_folder`, or else in "unet".
    """
    unet = _read_json(folder / unet_folder / "config.json")
    unet = unet or _read_json(folder / "unet" / "config.json")
    vae = _read_json(folder / "vae" / "config.json")
    # If there are two tokenizers, the second one's limit is the larger, or equal.
    told = (_read_json(folder / name / "tokenizer_config.json") for name in _TOKENIZERS)
    tokenizer = next(filter(None, told), {})
    levels = vae.get("block_out_channels") or vae.get("dim_mult") or "1234"
    multiple = facts.pipelines.patch * 2 ** (len(levels) - 1)
    tokens = tokenizer.get("model_max_length")
    return replace(
        facts,
        multiple=multiple,
        native=_native_size(unet.get("sample_size"), multiple) or facts.native,
        token_limit=tokens if isinstance(tokens, int) and tokens < 10_000 else facts.token_limit,
        # Inpainting UNets (9 channels) get the mask as input: no per-step blending with them.
        differential=facts.differential and unet.get("in_channels", 4) == 4,
    )


_TOKENIZERS = ("tokenizer_2", "tokenizer")


def _native_size(latents: object, multiple: int) -> Size | None:
    """The picture size for a UNet's `sample_size`: an int, or [height, width] in latents."""
    match latents:
        case [int(high), int(wide)] | (int(high) as wide):
            return Size(width=wide * multiple, height=high * multiple)
        case _:
            return None


def _read_json(path: Path) -> Mapping[str, Any]:
    """The object in a JSON file; empty when the file is missing or damaged."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}
