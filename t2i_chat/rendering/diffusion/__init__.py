"""Paints requests with diffusers; nothing outside this package imports diffusers.

On a shared machine set OMP_WAIT_POLICY=passive before anything imports torch: by default its
threads spin while they wait, and two programs on two cores slow each other down many times over.
"""

from t2i_chat.rendering.diffusion.renderer import DiffusionRenderer

__all__ = ["DiffusionRenderer"]
