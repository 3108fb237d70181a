"""Writes a job as a script that paints it with diffusers alone; it runs nothing itself.

The script stands in a folder with the pictures it begins from, and paints the same pixels on the
same machine and versions, without this program.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from string import Template

import diffusers
import torch
from PIL import Image

from t2i_chat import inpaint_channels, masks, ring_colour
from t2i_chat.diffusion.calling import spoken
from t2i_chat.diffusion.loading import LoadedModel
from t2i_chat.diffusion.painting import Job
from t2i_chat.diffusion.readers import is_reader
from t2i_chat.diffusion.weighting import is_weighted
from t2i_chat.errors import CannotDo
from t2i_chat.png import parameters
from t2i_chat.recipe import Recipe

SCRIPT = "paint.py"
"""The script's name in its folder."""
PARAMETERS = "parameters.txt"
"""The name of the text that other programs read."""
_TOLD = frozenset(
    """model revision kind prompt negative_prompt seed num_inference_steps guidance_scale strength
    scheduler size image_sha256 mask_sha256 mask_grow mask_feather prefill ring image_guidance_scale
    versions""".split()
)
"""What of a recipe a script says; anything else needs more than a plain pipeline."""

_PAINT = Template('''\
"""Paints one picture with diffusers alone: python $script

It needs torch, ${more}diffusers, transformers, accelerate and pillow. The recipe asked for:
$told
"""

from pathlib import Path

import torch
from diffusers import $imports
from PIL import Image

HERE = Path(__file__).parent
MODEL = $model
$setup
pipeline = $pipeline.from_pretrained(MODEL$revision, dtype=torch.$dtype, use_safetensors=True)
pipeline.scheduler = $scheduler.from_config(pipeline.scheduler.config)
${channels}pipeline.to("$device")

painted = pipeline(
$arguments
    generator=torch.Generator("cpu").manual_seed($seed),
).images[0].convert("RGB").resize(($padded_wide, $padded_high), Image.Resampling.LANCZOS)

picture = painted.crop((0, 0, $wide, $high)).resize(($width, $height), Image.Resampling.LANCZOS)
${back}picture.save(HERE / "picture.png")
''')
_CHANNELS = Template("""\

# The same denoiser with more input channels, so that it sees around the hole it paints in.
more = load_file(Path(MODEL) / "unet" / "$file")["conv_in.weight"]
weights = pipeline.unet.state_dict()
weights["conv_in.weight"] = torch.cat([weights["conv_in.weight"], more.to(pipeline.dtype)], 1)
wide = UNet2DConditionModel.from_config(
    pipeline.unet.config, in_channels=weights["conv_in.weight"].shape[1]
)
wide.to(pipeline.dtype).load_state_dict(weights)
pipeline.register_modules(unet=wide.eval())

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


def script_files(job: Job, recipe: Recipe, model: LoadedModel) -> dict[str, bytes]:
    """The script with its pictures, and the recipe as text for other programs, by file name.

    Raises CannotDo for a recipe that a plain pipeline cannot paint.
    """
    _require_plain(recipe)
    pictures = {f"{name}.png": value for name, value in job.arguments.items() if _is_picture(value)}
    if job.original is not None and job.compositing is not None:
        pictures |= {"original.png": job.original, "compositing.png": job.compositing}
    if (ring := _ring(job)) is not None:
        pictures["ring.png"] = ring
    files = {name: _png(picture) for name, picture in pictures.items()}
    texts = {SCRIPT: _script(job, recipe, model), PARAMETERS: parameters(recipe) + "\n"}
    return files | {name: text.encode() for name, text in texts.items()}


def _require_plain(recipe: Recipe) -> None:
    plain = Recipe(model=recipe.model, kind=recipe.kind, size=recipe.size)
    more = [
        name
        for name in type(recipe).model_fields
        if name not in _TOLD and getattr(recipe, name) != getattr(plain, name)
    ]
    if is_weighted(recipe.prompt) or is_weighted(recipe.negative_prompt):
        more.append("words of different weight")
    if more:
        raise CannotDo(f"This picture needs more than diffusers alone: {', '.join(more)}.")


def _script(job: Job, recipe: Recipe, model: LoadedModel) -> str:
    frame, scheduler = job.frame, type(model.scheduler(recipe.scheduler)).__name__
    wide = model.inpainting is not None and job.class_name == model.facts.pipelines.inpaint
    classes = {job.class_name, scheduler} | ({"UNet2DConditionModel"} if wide else set())
    channels = _CHANNELS.substitute(file=inpaint_channels.FILE) if wide else ""
    where = {"x": frame.crop.x0, "y": frame.crop.y0, "matched": ""}
    if _ring(job):
        where["matched"] = _MATCHED.substitute(most=ring_colour.MOST)
    hub = "" if model.facts.is_local else f", revision={model.revision!r}"
    text = _PAINT.substitute(
        script=SCRIPT,
        more="torchvision, " if any(map(is_reader, model.pipeline.components.values())) else "",
        told="\n".join(_safe(line) for line in parameters(recipe).splitlines()),
        imports=", ".join(sorted(classes)),
        model=repr(model.facts.source),
        setup=_setup(model.device),
        pipeline=job.class_name,
        revision=hub,
        dtype=str(model.dtype).removeprefix("torch."),
        scheduler=scheduler,
        channels=channels,
        device=model.device,
        arguments="\n".join(
            f"    {name}={value}," for name, value in _said(job, recipe, model).items()
        ),
        seed=recipe.seed,
        wide=frame.painted.width,
        high=frame.painted.height,
        padded_wide=frame.padded.width,
        padded_high=frame.padded.height,
        width=frame.crop.width,
        height=frame.crop.height,
        back="" if job.compositing is None else _BACK.substitute(where),
    )
    if _ring(job):
        text = text.replace("import torch\n", "import numpy as np\nimport torch\n", 1)
    load = "from PIL import Image\nfrom safetensors.torch import load_file\n"
    return text.replace("from PIL import Image\n", load, 1) if wide else text


def _ring(job: Job) -> Image.Image | None:
    """The ring in which colours are compared; None where there is nothing to compare."""
    return None if job.ring is None or masks.is_empty(job.ring) else job.ring


def _setup(device: str) -> str:
    """What pins the last bits on a device."""
    if device == "cpu":
        return f"torch.set_num_threads({torch.get_num_threads()})"
    return "torch.backends.cudnn.deterministic, torch.backends.cudnn.benchmark = True, False"


def _said(job: Job, recipe: Recipe, model: LoadedModel) -> Mapping[str, str]:
    """The pipeline's arguments as Python source."""
    words = spoken(getattr(diffusers, job.class_name), recipe, model.pipeline)
    return {name: _source(name, value) for name, value in (words | job.arguments).items()}


def _source(name: str, value: object) -> str:
    if _is_picture(value):
        return f'Image.open(HERE / "{name}.png")'
    if isinstance(value, str | int | float | None):
        return repr(value)
    raise CannotDo(f"This picture needs more than diffusers alone: {name}.")


def _safe(line: str) -> str:
    """A line that cannot end the docstring it stands in."""
    return line.replace("\\", "/").replace('"', "'")


def _is_picture(value: object) -> bool:
    return isinstance(value, Image.Image)


def _png(picture: Image.Image) -> bytes:
    file = io.BytesIO()
    picture.save(file, "PNG")
    return file.getvalue()
