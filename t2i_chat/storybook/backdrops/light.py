"""The light a backdrop is painted in, for lighting what stands before it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Light:
    """How cut-outs are lit.

    `tint` multiplies linear RGB; `direction` runs from -1 (light from the left) to 1 (from the
    right); `shadow` is the darkness of contact shadows and `glow` the strength of warm rim light,
    both 0 to 1.
    """

    tint: tuple[float, float, float]
    direction: float
    shadow: float
    glow: float
