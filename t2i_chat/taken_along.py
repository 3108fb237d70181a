"""What is taken along from a picture that says how it was painted elsewhere; paints nothing.

Its words and numbers stay in the upload's recipe, so that "more like this" can paint from them.
"""

from __future__ import annotations

from t2i_chat import safety
from t2i_chat.geometry import Size, exact_size
from t2i_chat.parameters import Parameters
from t2i_chat.recipe import Recipe
from t2i_chat.uploads import Upload

MORE = "more like this"
"""What a person says to have more pictures painted from those words and numbers."""
_ANY_AREA = 1 << 24


def taken_along(upload: Upload) -> tuple[Recipe, str | None]:
    """The recipe that is kept with an upload, and a sentence on what it says, if it says anything.

    Words that are never painted are not kept.
    """
    own = Size(width=upload.image.width, height=upload.image.height)
    brought = Recipe(model="upload", kind="upload", size=own)
    found = upload.parameters
    if found is None:
        return brought, None
    if safety.forbidden(found.prompt):
        return brought, "It says how it was painted, in words that I don't paint from."
    size = exact_size(found.size, _ANY_AREA) if found.size else own
    said = {
        "seed": found.seed,
        "num_inference_steps": found.steps,
        "guidance_scale": found.guidance,
        "size": size if size.width * own.height == size.height * own.width else own,
    }
    known = {name: value for name, value in said.items() if value is not None}
    words = {"prompt": found.prompt, "negative_prompt": found.negative or ""}
    return brought.model_copy(update=words | known), _sentence(found)


def _sentence(found: Parameters) -> str:
    seed = "" if found.seed is None else f", with seed {found.seed}"
    lost = f" I could not take along: {', '.join(found.unread)}." if found.unread else ""
    return f"It says it was painted from “{found.prompt}”{seed}.{lost}"
