"""Exported scripts of layouts: backdrop, then regions (regional prompting).

Windows and seeds that `regional.py` computes become numbers in the script; the source text of
`matting.py` is copied into it.
"""

from __future__ import annotations

import inspect
from string import Template

from t2i_chat.core.recipe import Layout, Recipe, steps_of
from t2i_chat.rendering.diffusion import matting
from t2i_chat.rendering.diffusion.export_script import source
from t2i_chat.rendering.diffusion.loading import LoadedModel
from t2i_chat.rendering.diffusion.pipeline_call import noise_seed
from t2i_chat.rendering.diffusion.pipeline_job import PipelineJob
from t2i_chat.rendering.diffusion.regional import Window

_PAINTING = Template('''\
saved = pipeline.scheduler.config
pipeline.to("$device")
${wide}
holes = $inpaint.from_pipe(pipeline, ${unet}dtype=torch.$dtype)
vae = pipeline.vae

# Words and steps, the seed of the noise; in latents, the window of the picture that is painted
# in (top, bottom, left, right) and the hole in that window.
REGIONS = [
$regions]
UNLIKE = $unlike


$matting

def paint(pipeline, prompt, steps, seed, **more):
    """The latents of one part, from noise of its own."""
    pipeline.scheduler = $scheduler.from_config(saved)
    return pipeline(
        prompt=prompt,
        negative_prompt=$negative,
        num_inference_steps=steps,
        guidance_scale=$guidance,
        generator=torch.Generator("cpu").manual_seed(seed),
        output_type="latent",
        **more,
    ).images


# The latents of the grey that hides a hole from the denoiser.
with torch.no_grad():
    grey = vae.encode(torch.zeros(1, 3, 64, 64).to(vae.device, vae.dtype)).latent_dist.mode()
middle = grey.shape[-1] // 2
grey = grey[:, :, middle, middle, None, None] * vae.config.scaling_factor

${begin}shown = torch.zeros(1, 1, *latents.shape[2:])

for prompt, steps, seed, (top, bottom, left, right), (y0, y1, x0, x1) in REGIONS:
    window = (..., slice(top, bottom), slice(left, right))
    seen = latents[window]
    hole = torch.zeros(1, 1, bottom - top, right - left).to(seen)
    hole[..., y0:y1, x0:x1] = 1
    part = paint(
        holes,
        prompt,
        steps,
        seed,
        image=seen,
        mask_image=hole.repeat_interleave($scale, 2).repeat_interleave($scale, 3),
        masked_image_latents=torch.where(hole > 0, grey, seen),
        height=$scale * (bottom - top),
        width=$scale * (right - left),
        strength=1.0,
    )
    part, share = put_into(seen, part, hole)
    latents = latents.clone()
    latents[window] = part
    shown[window] = torch.maximum(shown[window], share.to(shown))

with torch.no_grad():
    pixels = vae.decode(latents / vae.config.scaling_factor, return_dict=False)[0]
painted = pipeline.image_processor.postprocess(pixels)[0].convert("RGB")
${over}''')
_BACKDROP = Template("""\
latents = paint(pipeline, $prompt, $steps, $seed, width=$width, height=$height)
""")
_PICTURE = """\
start = Image.open(HERE / "image.png")
with torch.no_grad():
    pixels = pipeline.image_processor.preprocess(start).to(vae.device, vae.dtype)
    latents = vae.encode(pixels).latent_dist.mode() * vae.config.scaling_factor
"""
_OVER = """\

# Of a picture that was there nothing changes but where a region shows.
share = Image.fromarray((shown[0, 0].numpy() * 255).astype(np.uint8))
painted = Image.composite(painted, start, share.resize(painted.size, Image.Resampling.BILINEAR))
"""
_REGION = Template("""\
    ($prompt, $steps, $seed, $window, $hole),
""")


def script(job: PipelineJob, recipe: Recipe, model: LoadedModel) -> str:
    """The script of a job that has a layout."""
    layout, kinds = job.layout or Layout(backdrop="", regions=()), model.facts.pipelines
    scheduler, wide = source.scheduler(recipe, model), model.inpainting is not None
    classes = {kinds.text_to_image, kinds.inpaint, scheduler}
    classes |= {"UNet2DConditionModel"} if wide else set()
    anew = layout.backdrop is not None
    numpy = [] if anew and source.ring_of(job) is None else [source.NUMPY]
    functions = (inspect.getsource(each) for each in (matting.put_into, matting.off_by))
    painting = _PAINTING.substitute(
        device=model.device,
        wide=source.wide_denoiser(model) if wide else "",
        inpaint=kinds.inpaint,
        unet="unet=wide, " if wide else "",
        dtype=source.dtype(model),
        regions=_regions(layout, job, recipe, model),
        unlike=matting.UNLIKE,
        matting="\n\n".join(functions),
        scheduler=scheduler,
        negative=repr(recipe.negative_prompt or None),
        guidance=recipe.guidance_scale,
        begin=_backdrop(layout, job, recipe) if anew else _PICTURE,
        scale=model.facts.multiple,
        over="" if anew else _OVER,
    )
    beginning = source.beginning("in parts", recipe, model, classes, source.FUNCTIONAL, *numpy)
    return beginning + source.loading(kinds.text_to_image, model) + painting + source.ending(job)


def _backdrop(layout: Layout, job: PipelineJob, recipe: Recipe) -> str:
    return _BACKDROP.substitute(
        prompt=repr(layout.backdrop),
        steps=steps_of(recipe, layout)[0],
        seed=recipe.seed if layout.seed is None else layout.seed,
        width=job.frame.padded.width,
        height=job.frame.padded.height,
    )


def _regions(layout: Layout, job: PipelineJob, recipe: Recipe, model: LoadedModel) -> str:
    lines = []
    for region, steps in zip(layout.regions, steps_of(recipe, layout)[1:], strict=True):
        window = Window.about(region.box, job.frame.padded, model.facts)
        lines.append(
            _REGION.substitute(
                prompt=repr(region.prompt),
                steps=steps,
                seed=noise_seed(recipe.seed if region.seed is None else region.seed, region.box),
                window=_bounds(window.rows, window.columns),
                hole=_bounds(*window.hole),
            )
        )
    return "".join(lines)


def _bounds(rows: slice, columns: slice) -> tuple[int, int, int, int]:
    return rows.start, rows.stop, columns.start, columns.stop
