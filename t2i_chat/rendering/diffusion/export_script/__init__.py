"""Exports a picture as a stand-alone diffusers script that reproduces it without this program.

The script comes in a folder with its input pictures and gives the same pixels on the same machine
and library versions.

- single_pass.py: scripts of one pipeline call
- multi_pass.py: scripts of layouts (several calls)
- source.py: shared pieces of source text
"""

from __future__ import annotations

import io

from PIL import Image

from t2i_chat.core.errors import CannotDo
from t2i_chat.core.recipe import Recipe
from t2i_chat.imaging.png_metadata import parameters
from t2i_chat.rendering.diffusion.export_script import multi_pass, single_pass
from t2i_chat.rendering.diffusion.export_script.source import SCRIPT, STRENGTHS, is_picture, ring_of
from t2i_chat.rendering.diffusion.loading import LoadedModel
from t2i_chat.rendering.diffusion.pipeline_job import PipelineJob
from t2i_chat.rendering.diffusion.prompt_weighting import is_weighted

__all__ = ["PARAMETERS", "SCRIPT", "script_files"]

PARAMETERS = "parameters.txt"
"""Name of the text file with A1111 parameters."""
_TOLD = frozenset(
    """model revision kind prompt layout negative_prompt seed num_inference_steps guidance_scale
    strength scheduler size image_sha256 mask_sha256 mask_grow mask_feather mask_ramp prefill ring
    image_guidance_scale versions""".split()
)
"""Recipe fields a script can express; any other needs more than diffusers."""


def script_files(job: PipelineJob, recipe: Recipe, model: LoadedModel) -> dict[str, bytes]:
    """The script, its input pictures and the A1111 parameters, by file name.

    Raises CannotDo for a recipe that diffusers alone cannot render.
    """
    if model.paints_from_draft(recipe):
        raise CannotDo(
            "This picture was painted from drawings of a bank, which a plain script does not have. "
            "`t2i-chat replay` paints it again."
        )
    _require_plain(recipe, job)
    write = single_pass.script if job.layout is None else multi_pass.script
    texts = {SCRIPT: write(job, recipe, model), PARAMETERS: parameters(recipe) + "\n"}
    files = {name: _png(picture) for name, picture in _pictures(job).items()}
    return files | {name: text.encode() for name, text in texts.items()}


def _pictures(job: PipelineJob) -> dict[str, Image.Image]:
    """The pictures a script opens, by file name."""
    begins = job.layout is None or job.layout.backdrop is None
    arguments = job.arguments if begins else {}
    pictures = {f"{name}.png": value for name, value in arguments.items() if is_picture(value)}
    if job.original is not None and job.compositing is not None:
        pictures |= {"original.png": job.original, "compositing.png": job.compositing}
    if job.strengths is not None:
        pictures[STRENGTHS] = job.strengths.picture
    ring = ring_of(job)
    return pictures if ring is None else pictures | {"ring.png": ring}


def _require_plain(recipe: Recipe, job: PipelineJob) -> None:
    plain = Recipe(model=recipe.model, kind=recipe.kind, size=recipe.size)
    more = [
        name
        for name in type(recipe).model_fields
        if name not in _TOLD and getattr(recipe, name) != getattr(plain, name)
    ]
    if any(map(is_weighted, _words(recipe, job))):
        more.append("words of different weight")
    if more:
        raise CannotDo(f"This picture needs more than diffusers alone: {', '.join(more)}.")


def _words(recipe: Recipe, job: PipelineJob) -> tuple[str, ...]:
    """All prompts of a job."""
    if job.layout is None:
        return recipe.prompt, recipe.negative_prompt
    regions = (region.prompt for region in job.layout.regions)
    return recipe.negative_prompt, job.layout.backdrop or "", *regions


def _png(picture: Image.Image) -> bytes:
    file = io.BytesIO()
    picture.save(file, "PNG")
    return file.getvalue()
