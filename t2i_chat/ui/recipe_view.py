"""HTML of a picture's recipe: prompt, tokens, seed, steps, guidance, model."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from t2i_chat.core.recipe import Layout, Version
from t2i_chat.ui.html import NOTHING, render
from t2i_chat.ui.translations import Translated, phrase

_MADE = {
    "upscale": phrase("hsharpened"),
    "letter": phrase("hletters"),
}


def how(version: Version, tokens: Sequence[str] = ()) -> Markup:
    """A drawer that opens under a picture; nothing for a picture a person brought.

    `tokens` are the pieces in which the model read the prompt.
    """
    recipe = version.recipe
    if recipe.kind == "upload":
        return NOTHING
    made, parts = _MADE.get(recipe.kind), _parts(recipe.layout) if recipe.layout else None
    return render("recipe_view.html", "how", version=version, made=made, parts=parts, tokens=tokens)


def _parts(layout: Layout) -> Translated:
    things = ", ".join(f"“{one.prompt}”" for one in layout.regions)
    if layout.backdrop is None:
        return phrase("hinto", things=things)
    if not things:
        return phrase("halone", backdrop=layout.backdrop)
    return phrase("hfirst", backdrop=layout.backdrop, things=things)
