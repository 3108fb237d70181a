"""Parameter sweep: one picture at three values of steps or guidance, all else equal.

The version's own picture is one of the three and is not rendered again.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Literal

from t2i_chat.core.recipe import Recipe, RenderRequest
from t2i_chat.core.settings import MAX_GUIDANCE, MAX_STEPS

Knob = Literal["steps", "guidance"]
"""The parameter that is swept."""

_FIELDS = {"steps": "num_inference_steps", "guidance": "guidance_scale"}
_FURTHER = 3
"""Factor between guidance values, large enough to see."""
_LEAST = 1.0
"""Smallest guidance scale that is swept to; 1.0 means no guidance."""


def own_value(recipe: Recipe, knob: Knob) -> float:
    """The value the picture was rendered with."""
    return recipe.num_inference_steps if knob == "steps" else recipe.guidance_scale


def strip_values(recipe: Recipe, knob: Knob) -> tuple[float, ...]:
    """Three values in ascending order: the picture's own, one below and one above.

    At the end of the allowed range, both others lie on the same side.
    """
    own = own_value(recipe, knob)
    less, more = _steps(int(own)) if knob == "steps" else _guidance(own)
    below = list(dict.fromkeys(value for value in less if value < own))
    above = list(dict.fromkeys(value for value in more if value > own))
    if below and above:
        return below[0], own, above[0]
    return tuple(sorted([own, *(below or above)[:2]]))


def _steps(own: int) -> tuple[Iterable[float], Iterable[float]]:
    less = (max(1, own // 4), max(1, own // 2))
    return less, (min(MAX_STEPS, 2 * own), min(MAX_STEPS, 4 * own))


def _guidance(own: float) -> tuple[Iterable[float], Iterable[float]]:
    less = (max(_LEAST, _halves(own / share)) for share in (_FURTHER, 2))
    guided = max(own, _LEAST)
    return less, (min(MAX_GUIDANCE, _halves(guided * _FURTHER**n)) for n in (1, 2))


def _halves(value: float) -> float:
    return round(2 * value) / 2


def strip(request: RenderRequest, knob: Knob) -> tuple[tuple[float, RenderRequest | None], ...]:
    """The request of a picture at three values, as (value, request); None at its own value.

    Layout and seed are kept, so nothing else differs.
    """
    recipe = request.recipe
    own = own_value(recipe, knob)
    return tuple(
        (value, None if value == own else replace(request, recipe=_turned(recipe, knob, value)))
        for value in strip_values(recipe, knob)
    )


def _turned(recipe: Recipe, knob: Knob, value: float) -> Recipe:
    exact = int(value) if knob == "steps" else value
    return recipe.model_copy(update={_FIELDS[knob]: exact})
