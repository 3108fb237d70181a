"""How a picture was painted, told to the curious: from its words to the numbers; pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape

from t2i_chat.core.recipe import Layout, Recipe, Version
from t2i_chat.editing.requests import Knob
from t2i_chat.ui.translations import Translated, marked, phrase

_MADE = {
    "upscale": phrase("hsharpened"),
    "letter": phrase("hletters"),
}


def how(version: Version, tokens: Sequence[str] = ()) -> str:
    """A drawer that opens under a picture; nothing for a picture a person brought.

    `tokens` are the pieces in which the model read the prompt.
    """
    if version.recipe.kind == "upload":
        return ""
    rows = "".join(f"<dt>{name}</dt><dd>{told}</dd>" for name, told in _rows(version, tokens))
    return (
        f'<details class="how"><summary>{marked("how")}</summary>{_watch(version)}<dl>{rows}</dl>'
        "</details>"
    )


def _watch(version: Version) -> str:
    """A button to see it being painted once more, where it was painted out of noise."""
    if not version.recipe.is_of_noise:
        return ""
    return (
        f'<button type="button" data-deed="watch" data-version="{version.number}">'
        f"{marked('watch')}</button>"
    )


def _turn(version: Version, knob: Knob) -> str:
    """A button to see the picture at three values of a number."""
    return (
        f'<button type="button" data-deed="strip" data-knob="{knob}" '
        f'data-version="{version.number}">{marked("difference")}</button>'
    )


def _rows(version: Version, tokens: Sequence[str]) -> Iterator[tuple[str, str]]:
    recipe = version.recipe
    yield marked("hshows"), escape(version.caption)
    if made := _MADE.get(recipe.kind):
        yield marked("hmade"), made.html
        return
    yield from _words(recipe, tokens)
    yield from _numbers(version)
    size = recipe.size
    by = phrase("hpixels", model=recipe.model, width=size.width, height=size.height)
    yield marked("hpainter"), by.html


def _words(recipe: Recipe, tokens: Sequence[str]) -> Iterator[tuple[str, str]]:
    yield marked("hfrom"), f"“{escape(recipe.prompt)}”"
    if recipe.layout:
        yield marked("hparts"), _parts(recipe.layout).html
    if recipe.negative_prompt:
        yield marked("hwithout"), escape(recipe.negative_prompt)
    if tokens:
        pieces = " ".join(f"<kbd>{escape(piece.strip())}</kbd>" for piece in tokens)
        yield marked("hread"), f"{pieces} {marked('hpieces', n=len(tokens))}"


def _parts(layout: Layout) -> Translated:
    things = ", ".join(f"“{one.prompt}”" for one in layout.regions)
    if layout.backdrop is None:
        return phrase("hinto", things=things)
    if not things:
        return phrase("halone", backdrop=layout.backdrop)
    return phrase("hfirst", backdrop=layout.backdrop, things=things)


def _numbers(version: Version) -> Iterator[tuple[str, str]]:
    recipe = version.recipe
    closely = _turn(version, "guidance") if recipe.guidance_scale else ""
    yield marked("hseed", n=recipe.seed), marked("hseedis")
    yield (
        marked("hsteps", n=recipe.num_inference_steps),
        marked("hstepsare") + _turn(version, "steps"),
    )
    yield (
        marked("hguidance", n=f"{recipe.guidance_scale:g}"),
        marked("hguidanceis") + closely,
    )
    if recipe.strength is not None and recipe.strength < 1:
        yield marked("hstrength", n=f"{recipe.strength:g}"), marked("hstrengthis")
