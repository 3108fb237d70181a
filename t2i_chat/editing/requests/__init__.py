"""Builds render requests from actions, pictures and settings; pure functions.

Everything that decides how an edit is done (seed, strength, mask grow and feather, prompt) is
decided here, so it can be read and tested without a model.

- generation.py: text-to-image; variations_reruns.py: the same with other seeds or settings
- seeds.py: which seed a picture, an edit and a variation gets
- inpaint_img2img.py: inpainting (recolour, add, remove, replace) and img2img restyle
- outpainting.py: more picture around the old one
- without_diffusion.py: upscaling, lettering, combining versions
- parameter_sweep.py: parameter sweeps; values.py: shared types (Source, Job) and defaults
"""

from t2i_chat.editing.requests.generation import (
    generate,
    require_paintable,
    require_watchable,
    reworded,
)
from t2i_chat.editing.requests.inpaint_img2img import (
    edit,
    edited_caption,
    intent,
    region_prompt,
    require_known,
    restyle,
)
from t2i_chat.editing.requests.outpainting import outpaint
from t2i_chat.editing.requests.parameter_sweep import Knob, own_value, strip
from t2i_chat.editing.requests.seeds import draw_seed, next_seed
from t2i_chat.editing.requests.values import MOST_AREA, Job, Origin, Source
from t2i_chat.editing.requests.variations_reruns import like, rerun, variations
from t2i_chat.editing.requests.without_diffusion import combine, letter, upscale

__all__ = [
    "MOST_AREA",
    "Job",
    "Knob",
    "Origin",
    "Source",
    "combine",
    "draw_seed",
    "edit",
    "edited_caption",
    "generate",
    "intent",
    "letter",
    "like",
    "next_seed",
    "outpaint",
    "own_value",
    "region_prompt",
    "require_known",
    "require_paintable",
    "require_watchable",
    "rerun",
    "restyle",
    "reworded",
    "strip",
    "upscale",
    "variations",
]
