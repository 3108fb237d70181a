"""From a `RenderRequest` to pixels: diffusion pipelines, upscaling, typesetting, compositing."""
