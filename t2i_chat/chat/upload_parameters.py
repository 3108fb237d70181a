"""Generation parameters of an uploaded picture (A1111 metadata or own recipe), kept in its recipe.

"more like this" generates new pictures from them.
"""

from __future__ import annotations

from dataclasses import dataclass

from t2i_chat.core.geometry import Size, exact_size
from t2i_chat.core.recipe import Recipe
from t2i_chat.imaging.a1111_metadata import PAINTED_OVER, Parameters
from t2i_chat.imaging.decode import Upload
from t2i_chat.text import moderation
from t2i_chat.text.captions import BROUGHT

MORE = "more like this"
"""The message that generates more pictures from an upload's parameters."""
_ANY_AREA = 1 << 24


@dataclass(frozen=True, slots=True)
class TakenAlong:
    """The recipe and caption for an upload, and a sentence about its parameters, if any."""

    recipe: Recipe
    caption: str = BROUGHT
    words: str | None = None


def taken_along(upload: Upload) -> TakenAlong:
    """What is stored of an upload's parameters; a prompt that moderation forbids is not.

    The prompt of an inpainted region does not describe the whole picture, so it is no caption.
    """
    own = Size(width=upload.image.width, height=upload.image.height)
    brought = Recipe(model="upload", kind="upload", size=own)
    found = upload.parameters
    if found is None:
        return TakenAlong(brought)
    if moderation.forbidden(found.prompt):
        said = "It says how it was painted, in words that I don't paint from."
        return TakenAlong(brought, words=said)
    size = exact_size(found.size, _ANY_AREA) if found.size else own
    numbers = {
        "seed": found.seed,
        "num_inference_steps": found.steps,
        "guidance_scale": found.guidance,
        "size": size if size.width * own.height == size.height * own.width else own,
    }
    known = {name: value for name, value in numbers.items() if value is not None}
    words = {"prompt": found.prompt, "negative_prompt": found.negative or ""}
    caption = BROUGHT if PAINTED_OVER in found.unread else found.prompt
    return TakenAlong(brought.model_copy(update=words | known), caption, _sentence(found))


def _sentence(found: Parameters) -> str:
    seed = "" if found.seed is None else f", with seed {found.seed}"
    lost = f" I could not take along: {', '.join(found.unread)}." if found.unread else ""
    return f"It says it was painted from “{found.prompt}”{seed}.{lost}"
