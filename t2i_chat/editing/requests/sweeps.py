"""The same picture at three values of one number, side by side; pure.

The version's own picture is one of the three and need not be painted again.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Literal

from t2i_chat.core.recipe import Recipe, RenderRequest
from t2i_chat.core.settings import MAX_GUIDANCE, MAX_STEPS

Knob = Literal["steps", "guidance"]
"""The number that is turned."""

_FIELDS = {"steps": "num_inference_steps", "guidance": "guidance_scale"}
_FURTHER = 3
"""How many times as much guidance shows clearly."""
_LEAST = 1.0
"""Guidance from which on a model is guided at all."""


def own_value(recipe: Recipe, knob: Knob) -> float:
    """What the picture was painted with."""
    return recipe.num_inference_steps if knob == "steps" else recipe.guidance_scale


def strip_values(recipe: Recipe, knob: Knob) -> tuple[float, ...]:
    """Three values, smallest first: a picture's own with one less and one more.

    At either end of what is allowed, both of the others lie on the same side.
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
    """The request that painted a picture at three values; None at the picture's own.

    A layout stays, and so does the seed, so that nothing else differs.
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
