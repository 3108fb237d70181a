"""PNG metadata: writes a picture's recipe and A1111 `parameters` into the file, reads it back.

Two text entries are written: the recipe as JSON, from which the picture can be reproduced, and the
`parameters` text of AUTOMATIC1111's web UI, which ComfyUI tools and Civitai read as well.
"""

from __future__ import annotations

import json
import re
import warnings
from pathlib import Path
from typing import IO

from PIL import Image
from PIL.PngImagePlugin import PngInfo

from t2i_chat.core.recipe import Recipe

RECIPE_KEY = "t2i-chat"
"""Keyword of the PNG text entry that holds the recipe as JSON."""
PARAMETERS_KEY = "parameters"
"""Keyword of the PNG text entry that other programs read."""

_SAMPLERS = {
    "DDIMScheduler": "DDIM",
    "DPMSolverMultistepScheduler": "DPM++ 2M",
    "DPMSolverSDEScheduler": "DPM++ SDE",
    "EulerAncestralDiscreteScheduler": "Euler a",
    "EulerDiscreteScheduler": "Euler",
    "FlowMatchEulerDiscreteScheduler": "Euler",
    "HeunDiscreteScheduler": "Heun",
    "KDPM2DiscreteScheduler": "DPM2",
    "LCMScheduler": "LCM",
    "LMSDiscreteScheduler": "LMS",
    "PNDMScheduler": "PLMS",
    "UniPCMultistepScheduler": "UniPC",
}


def png_info(recipe: Recipe) -> PngInfo:
    """The text entries of a picture painted from `recipe`, for `Image.save(..., pnginfo=)`."""
    info = PngInfo()
    info.add_itxt(RECIPE_KEY, recipe.model_dump_json())
    info.add_text(PARAMETERS_KEY, parameters(recipe))
    return info


def parameters(recipe: Recipe) -> str:
    """The recipe as A1111 text: the prompt, then one line of `Name: value` pairs."""
    lines = [recipe.prompt]
    if recipe.negative_prompt:
        lines.append(f"Negative prompt: {recipe.negative_prompt}")
    lines.append(", ".join(f"{name}: {_quoted(value)}" for name, value in _pairs(recipe)))
    return "\n".join(lines)


def read_recipe(file: str | Path | IO[bytes]) -> Recipe | None:
    """The recipe in a PNG's metadata; None when there is none, or the file is not a picture.

    Raises FileNotFoundError when there is no such file.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(file, formats=("PNG",)) as picture:
                text = picture.info.get(RECIPE_KEY)
        return None if text is None else Recipe.model_validate_json(text)
    except FileNotFoundError:
        raise
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError):
        return None


def _pairs(recipe: Recipe) -> list[tuple[str, str]]:
    scheduler = recipe.scheduler or "Unknown"
    pairs = [
        ("Steps", str(recipe.num_inference_steps)),
        ("Sampler", _SAMPLERS.get(scheduler, scheduler)),
        ("CFG scale", f"{recipe.guidance_scale:g}"),
        ("Seed", str(recipe.seed)),
        ("Size", f"{recipe.size.width}x{recipe.size.height}"),
    ]
    if recipe.revision and re.fullmatch(r"[0-9a-f]{10,}", recipe.revision):
        pairs.append(("Model hash", recipe.revision[:10]))
    pairs.append(("Model", recipe.model))
    if recipe.strength is not None:
        pairs.append(("Denoising strength", f"{recipe.strength:g}"))
    return pairs


def _quoted(value: str) -> str:
    """A value as A1111 quotes it: in JSON quotes if it contains separators."""
    return json.dumps(value, ensure_ascii=False) if any(c in value for c in ",:\n") else value
