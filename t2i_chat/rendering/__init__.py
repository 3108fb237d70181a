"""From a `RenderRequest` to pixels.

- queue.py: the render queue (one picture at a time, with ETA)
- dispatch.py: picks the renderer for a recipe; pool.py: models in memory
- diffusion/: text-to-image, img2img, inpainting and instruction edits with diffusers
- unet_inpaint_channels.py: 9-channel inpainting UNet from a 4-channel one
- upscale.py: super-resolution; typeset.py: lettering; combine.py: copies a region
- tokens.py: shows how a prompt is tokenised
"""
