"""What a prompt asks a picture to show, in plain values."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Setting:
    """Where and when a scene takes place; None where the prompt does not say."""

    ground: str | None = None
    sky: str | None = None
    time: str | None = None
    weather: str | None = None
    season: str | None = None
    mood: str | None = None
    style: str | None = None
