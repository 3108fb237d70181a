"""Builds render requests from actions, pictures and settings; pure: nothing is painted or stored.

Everything that decides how an edit is done (seed, strength, how far a mask grows, which words are
painted) is decided here, so that it can be read and tested without a model.
"""

from t2i_chat.editing.requests.edits import (
    edit,
    edited_caption,
    intent,
    region_prompt,
    require_known,
    restyle,
)
from t2i_chat.editing.requests.generation import (
    generate,
    like,
    require_paintable,
    require_watchable,
    rerun,
    reworded,
    variations,
)
from t2i_chat.editing.requests.rework import combine, letter, outpaint, upscale
from t2i_chat.editing.requests.sweeps import Knob, own_value, strip
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
