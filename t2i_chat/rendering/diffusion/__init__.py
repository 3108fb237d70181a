"""Renders requests with diffusers: text-to-image, img2img, inpainting, instruction edits.

On a shared machine set OMP_WAIT_POLICY=passive before anything imports torch: by default idle
OpenMP threads spin, and two programs on two cores slow each other down many times over.

- renderer.py: the Renderer (events out, Stop in; one worker thread)
- pipeline_job.py: a request as one pipeline call; pipeline_call.py: the call itself
- loading.py: finds, loads and shares pipelines and weights
- framing.py: crop and size of what is denoised
- regional.py, matting.py: layouts (regional prompting) in latents
- differential.py: differential diffusion
- prompt_weighting.py: "(stars:1.3)"
- attention_maps.py: cross-attention maps per word
- previews.py: latents to RGB previews
- processors.py: replacements for processors that need torchvision
- export_script/: exports a picture as a stand-alone diffusers script
"""

from t2i_chat.rendering.diffusion.renderer import DiffusionRenderer

__all__ = ["DiffusionRenderer"]
