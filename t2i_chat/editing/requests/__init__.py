"""Builds render requests from actions, pictures and settings; pure functions.

Everything that decides how an edit is done (seed, strength, mask grow and feather, prompt) is
decided here, so it can be read and tested without a model.

- generation.py: text-to-image, variations, rerun with other settings
- inpaint_img2img.py: inpainting (recolour, add, remove, replace) and img2img restyle
- rework.py: outpainting, upscaling, lettering, combining versions
- parameter_sweep.py: parameter sweeps; values.py: shared types (Source, Job) and defaults
"""

from t2i_chat.editing.requests.generation import (
    generate,
    like,
    require_paintable,
    require_watchable,
    rerun,
    reworded,
    variations,
)
from t2i_chat.editing.requests.inpaint_img2img import (
    edit,
    edited_caption,
    intent,
    region_prompt,
    require_known,
    restyle,
)
from t2i_chat.editing.requests.parameter_sweep import Knob, own_value, strip
from t2i_chat.editing.requests.rework import combine, letter, outpaint, upscale
from t2i_chat.editing.requests.values import MOST_AREA, Job, Origin, Source

__all__ = [
    "MOST_AREA",
    "Job",
    "Knob",
    "Origin",
    "Source",
    "combine",
    "edit",
    "edited_caption",
    "generate",
    "intent",
    "letter",
    "like",
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
