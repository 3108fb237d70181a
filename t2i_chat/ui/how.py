"""How a picture was painted, told to the curious: from its words to the numbers; pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape

from t2i_chat.prepare import Knob
from t2i_chat.recipe import Layout, Recipe, Version
from t2i_chat.ui.languages import marked

_MADE = {
    "upscale": "A network trained to sharpen made it larger; no words were needed.",
    "letter": "The letters are real type, set into the picture; nothing was painted for them.",
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
    yield "Shows", escape(version.caption)
    if made := _MADE.get(recipe.kind):
        yield "Made", made
        return
    yield from _words(recipe, tokens)
    yield from _numbers(version)
    yield "Painter", f"{escape(recipe.model)}, {recipe.size.width} × {recipe.size.height} pixels"


def _words(recipe: Recipe, tokens: Sequence[str]) -> Iterator[tuple[str, str]]:
    yield "Painted from", f"“{escape(recipe.prompt)}”"
    if recipe.layout:
        yield "In parts", _parts(recipe.layout)
    if recipe.negative_prompt:
        yield "Left out", escape(recipe.negative_prompt)
    if tokens:
        pieces = " ".join(f"<kbd>{escape(piece.strip())}</kbd>" for piece in tokens)
        yield "Read as", f"{pieces} The model reads {len(tokens)} pieces of words, not sentences."


def _parts(layout: Layout) -> str:
    things = ", then ".join(f"“{escape(one.prompt)}”" for one in layout.regions)
    if layout.backdrop is None:
        return f"Into the picture as it was {things}."
    backdrop = f"First the backdrop “{escape(layout.backdrop)}”"
    return f"{backdrop}, then {things}." if things else f"{backdrop} alone."


def _numbers(version: Version) -> Iterator[tuple[str, str]]:
    recipe = version.recipe
    yield (
        f"Seed {recipe.seed}",
        "The number all noise is drawn from. The same seed and words give the same picture.",
    )
    yield (
        f"{recipe.num_inference_steps} steps",
        "The picture came out of noise in so many steps. More are slower and finer."
        + _turn(version, "steps"),
    )
    yield (
        f"Guidance {recipe.guidance_scale:g}",
        "How closely it kept to the words. Low wanders off, high gets harsh."
        + (_turn(version, "guidance") if recipe.guidance_scale else ""),
    )
    if recipe.strength is not None and recipe.strength < 1:
        yield (
            f"Strength {recipe.strength:g}",
            "How much of the old picture was given up: 0 keeps all of it, 1 nothing.",
        )
