"""Answers questions about the picture and the program (seed, settings, history) from the store."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from t2i_chat.core.params import Params
from t2i_chat.core.recipe import Version
from t2i_chat.core.registry import ModelFacts

About = Literal["seed", "prompt", "changes", "settings", "versions", "help", "thanks", "other"]

HELP = (
    "Tell me what to paint: “a red house under a starry sky”. Then change it in your own words: "
    "“make the sky darker”, “add a dog on the left”, “remove the tree”, “undo”, “go back to the "
    "second one but with a cat”, “four variations”. “Download” under a picture saves it. "
    "Nothing is ever lost."
)
_OTHER = "I know nothing but painting, and that I do gladly. "
_WELCOME = "You're welcome! Say what you would like to see next, or what should be different."
_NOTHING = "There is no picture yet. Tell me what to paint, for example “a house by a lake”."


def answer(
    about: About,
    *,
    versions: Sequence[Version],
    current: Version | None,
    params: Params,
    facts: ModelFacts,
) -> str:
    """The answer to a question `about` something."""
    if about == "settings":
        return _settings(params, facts)
    if about == "thanks":
        return _WELCOME
    if about in ("help", "other"):
        return HELP if about == "help" else _OTHER + HELP
    if current is None:
        return _NOTHING
    if about == "versions":
        return _list(current, versions)
    return {"seed": _seed, "prompt": _prompt, "changes": _changes}[about](current)


def _seed(version: Version) -> str:
    if version.recipe.kind == "upload":
        return f"Version {version.number} is your own picture, so it has no seed."
    return f"Version {version.number} was painted with seed {version.recipe.seed}."


def _prompt(version: Version) -> str:
    if version.recipe.kind == "upload":
        return f"Version {version.number} is your own picture, so it has no prompt."
    return f"Version {version.number} was painted from the words “{version.recipe.prompt}”."


def _changes(version: Version) -> str:
    if version.parent is None:
        return f"Version {version.number} is a first picture: {version.caption}."
    words = f"Version {version.number} came from version {version.parent}: {version.summary}"
    if version.recipe.kind == "upscale":
        return f"{words} It shows the same with more pixels."
    if version.receipt is None:
        return f"{words} The whole picture was repainted."
    share = f"{version.receipt.changed_fraction:.0%}"
    if version.receipt.max_outside is None:
        return f"{words} {share} of the picture looks different."
    if version.receipt.max_outside == 0:
        return f"{words} {share} of the picture changed; outside that region not one pixel did."
    return f"{words} {share} of the picture changed."


def _settings(params: Params, facts: ModelFacts) -> str:
    seed = "a new one each time" if params.seed is None else str(params.seed)
    native = f"{facts.native.width}x{facts.native.height}"
    return (
        f"Model {facts.name}; seed: {seed}; steps: {params.steps or facts.num_inference_steps}; "
        f"guidance: {facts.guidance_scale if params.guidance is None else params.guidance:g}; "
        f"size: {params.size or params.aspect_ratio or native}; "
        f"leave out: {params.negative or 'nothing'}."
    )


def labelled(version: Version, *, named: bool) -> str:
    """The reply when a version was named, starred, or lost its name or star."""
    if named:
        called = f"called “{version.name}” now" if version.name else "without a name now"
        return f"Version {version.number} is {called}."
    return f"Version {version.number} {'has a' if version.starred else 'has no'} star now."


def _marks(version: Version) -> str:
    return ("★ " if version.starred else "") + (f"“{version.name}”: " if version.name else "")


def _list(current: Version, versions: Sequence[Version]) -> str:
    lines = (f"{v.number}. {_marks(v)}{v.caption}" for v in versions)
    return f"We are at version {current.number}.\n" + "\n".join(lines)
