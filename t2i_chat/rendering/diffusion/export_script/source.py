"""Source text shared by exported scripts: imports, model loading, compositing and saving."""

from __future__ import annotations

from collections.abc import Iterable
from string import Template
from typing import TypeGuard

import torch
from PIL import Image

from t2i_chat.core.recipe import Recipe
from t2i_chat.imaging import color_match, masks
from t2i_chat.imaging.png_metadata import parameters
from t2i_chat.rendering import unet_inpaint_channels
from t2i_chat.rendering.diffusion.loading import LoadedModel
from t2i_chat.rendering.diffusion.pipeline_job import PipelineJob
from t2i_chat.rendering.diffusion.processors import is_reader

SCRIPT = "paint.py"
"""The script's file name."""
STRENGTHS = "strengths.png"
"""File name of the strength map, one pixel per latent pixel."""

_BEGINNING = Template('''\
"""Paints one picture $how with diffusers alone: python $script

It needs torch, ${more}diffusers, transformers, accelerate and pillow. The recipe asked for:
$told
"""

from pathlib import Path

$imports

HERE = Path(__file__).parent
MODEL = $model
$setup
''')
_LOADING = Template("""\
pipeline = $pipeline.from_pretrained(MODEL$revision, dtype=torch.$dtype, use_safetensors=True)
""")
_WIDE = Template("""\

# The same denoiser with more input channels, so that it sees around the hole it paints in.
more = load_file(Path(MODEL) / "unet" / "$file")["conv_in.weight"]
weights = pipeline.unet.state_dict()
weights["conv_in.weight"] = torch.cat([weights["conv_in.weight"], more.to(pipeline.dtype)], 1)
wide = UNet2DConditionModel.from_config(
    pipeline.unet.config, in_channels=weights["conv_in.weight"].shape[1]
)
wide.to(pipeline.dtype).load_state_dict(weights)
wide.eval().to("$device")
""")
_ENDING = Template("""\

picture = painted.crop((0, 0, $wide, $high)).resize(($width, $height), Image.Resampling.LANCZOS)
${back}picture.save(HERE / "picture.png")
""")
_BACK = Template("""\

# Everything outside the compositing mask stays as it was.
original = Image.open(HERE / "original.png")
whole = original.copy()
whole.paste(picture, ($x, $y))
${matched}picture = Image.composite(whole, original, Image.open(HERE / "compositing.png"))
""")
_MATCHED = Template("""\

# Painting moved the colours a little; in the ring around the region it is seen how far.
ring = np.asarray(Image.open(HERE / "ring.png")) > 0
now, then = np.asarray(whole, dtype=np.float64), np.asarray(original, dtype=np.float64)
apart = np.clip(then[ring].mean(axis=0) - now[ring].mean(axis=0), -$most, $most)
whole = Image.fromarray((now + apart).round().clip(0, 255).astype(np.uint8))
""")

NUMPY, FUNCTIONAL = "import numpy as np", "from torch.nn import functional"
"""Optional import lines."""
_LOAD_FILE = "from safetensors.torch import load_file"


def beginning(
    how: str, recipe: Recipe, model: LoadedModel, classes: Iterable[str], *more: str
) -> str:
    """The first lines: a docstring with `how`, imports of the diffusers `classes` and `more`."""
    named = set(classes)
    lines = {"import torch", f"from diffusers import {', '.join(sorted(named))}", *more}
    lines |= {"from PIL import Image"} | (
        {_LOAD_FILE} if "UNet2DConditionModel" in named else set()
    )
    return _BEGINNING.substitute(
        how=how,
        more="torchvision, " if any(map(is_reader, model.pipeline.components.values())) else "",
        script=SCRIPT,
        told="\n".join(_safe(line) for line in parameters(recipe).splitlines()),
        imports="\n".join(sorted(lines, key=lambda line: (line.startswith("from"), line.lower()))),
        model=repr(model.facts.source),
        setup=_setup(model.device),
    )


def loading(class_name: str, model: LoadedModel) -> str:
    """The line that loads the model as a pipeline of that class."""
    return _LOADING.substitute(
        pipeline=class_name,
        revision="" if model.facts.is_local else f", revision={model.revision!r}",
        dtype=dtype(model),
    )


def wide_denoiser(model: LoadedModel) -> str:
    """The lines that make `wide`, the 9-channel inpainting UNet."""
    return _WIDE.substitute(file=unet_inpaint_channels.FILE, device=model.device)


def ending(job: PipelineJob) -> str:
    """The lines that composite `painted` into the whole picture and save it."""
    frame = job.frame
    return _ENDING.substitute(
        wide=frame.painted.width,
        high=frame.painted.height,
        width=frame.crop.width,
        height=frame.crop.height,
        back="" if job.compositing is None else _back(job),
    )


def _back(job: PipelineJob) -> str:
    matched = "" if ring_of(job) is None else _MATCHED.substitute(most=color_match.MOST)
    return _BACK.substitute(x=job.frame.crop.x0, y=job.frame.crop.y0, matched=matched)


def ring_of(job: PipelineJob) -> Image.Image | None:
    """The colour-matching ring; None if there is none."""
    return None if job.ring is None or masks.is_empty(job.ring) else job.ring


def dtype(model: LoadedModel) -> str:
    """The model's dtype as source text."""
    return str(model.dtype).removeprefix("torch.")


def scheduler(recipe: Recipe, model: LoadedModel) -> str:
    """The class name of the recipe's scheduler."""
    return type(model.scheduler(recipe.scheduler)).__name__


def is_picture(value: object) -> TypeGuard[Image.Image]:
    """Whether an argument of a pipeline is a picture."""
    return isinstance(value, Image.Image)


def _setup(device: str) -> str:
    """Lines that make a device deterministic."""
    if device == "cpu":
        return f"torch.set_num_threads({torch.get_num_threads()})"
    return "torch.backends.cudnn.deterministic, torch.backends.cudnn.benchmark = True, False"


def _safe(line: str) -> str:
    """A line made safe to stand in a docstring."""
    return line.replace("\\", "/").replace('"', "'")
