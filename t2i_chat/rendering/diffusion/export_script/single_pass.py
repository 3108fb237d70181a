"""Exported scripts of a single pipeline call (text-to-image, img2img, inpainting)."""

from __future__ import annotations

from collections.abc import Mapping
from string import Template

import diffusers

from t2i_chat.core.errors import CannotDo
from t2i_chat.core.recipe import Recipe
from t2i_chat.imaging import strength_map
from t2i_chat.rendering.diffusion.differential import NEARLY, STATE
from t2i_chat.rendering.diffusion.export_script import source
from t2i_chat.rendering.diffusion.loading import LoadedModel
from t2i_chat.rendering.diffusion.pipeline_call import spoken
from t2i_chat.rendering.diffusion.pipeline_job import PipelineJob

_PAINTING = Template("""\
pipeline.scheduler = $scheduler.from_config(pipeline.scheduler.config)
${denoiser}pipeline.to("$device")
$holding
painted = pipeline(
$arguments
    generator=torch.Generator("cpu").manual_seed($seed),
).images[0].convert("RGB").resize(($wide, $high), Image.Resampling.LANCZOS)
""")
_HOLDING = Template("""
# A pixel of strength s is held to the original until the last s of the steps
# (Levin & Fried, "Differential Diffusion: Giving Each Pixel Its Strength", 2023).
strengths = torch.from_numpy(np.array(Image.open(HERE / "$file"))) / $full


def held(pipeline, step, timestep, state):
    free = strengths >= 1 - (step + 1) / pipeline.num_timesteps - $nearly
    state["mask"] = free.to(state["mask"]).expand_as(state["mask"])
    return state


""")
_CALLED = {"callback_on_step_end": "held", "callback_on_step_end_tensor_inputs": repr([*STATE])}
_TAKING_WIDE = "pipeline.register_modules(unet=wide)\n\n"


def script(job: PipelineJob, recipe: Recipe, model: LoadedModel) -> str:
    """The script of a job. Raises CannotDo for arguments that cannot be written as source."""
    scheduler = source.scheduler(recipe, model)
    wide = model.inpainting is not None and job.class_name == model.facts.pipelines.inpaint
    classes = {job.class_name, scheduler} | ({"UNet2DConditionModel"} if wide else set())
    numpy = [source.NUMPY] if source.ring_of(job) or job.strengths else []
    painting = _PAINTING.substitute(
        scheduler=scheduler,
        denoiser=source.wide_denoiser(model) + _TAKING_WIDE if wide else "",
        device=model.device,
        holding=_holding(job),
        arguments="\n".join(
            f"    {name}={value}," for name, value in _said(job, recipe, model).items()
        ),
        seed=recipe.seed,
        wide=job.frame.padded.width,
        high=job.frame.padded.height,
    )
    beginning = source.beginning("in one go", recipe, model, classes, *numpy)
    return beginning + source.loading(job.class_name, model) + painting + source.ending(job)


def _said(job: PipelineJob, recipe: Recipe, model: LoadedModel) -> Mapping[str, str]:
    """The pipeline's arguments as Python source."""
    words = spoken(getattr(diffusers, job.class_name), recipe, model.pipeline)
    said = {name: _source(name, value) for name, value in (words | job.arguments).items()}
    return said | (_CALLED if job.strengths else {})


def _holding(job: PipelineJob) -> str:
    """The lines of the differential-diffusion callback."""
    if job.strengths is None:
        return ""
    return _HOLDING.substitute(file=source.STRENGTHS, full=strength_map.FULL, nearly=NEARLY)


def _source(name: str, value: object) -> str:
    if source.is_picture(value):
        return f'Image.open(HERE / "{name}.png")'
    if isinstance(value, str | int | float | None):
        return repr(value)
    raise CannotDo(f"This picture needs more than diffusers alone: {name}.")
