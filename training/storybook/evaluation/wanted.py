"""What a prompt asks for, as values that a picture is held against."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Kind = Literal["one", "two", "colours", "position", "count", "relation", "setting"]
KINDS: tuple[Kind, ...] = ("one", "two", "colours", "position", "count", "relation", "setting")
Bond = Literal[
    "on", "under", "in front of", "behind", "next to", "wearing", "holding", "riding"
]  # fmt: skip
BONDS: tuple[Bond, ...] = (
    "on", "under", "in front of", "behind", "next to", "wearing", "holding", "riding",
)  # fmt: skip
Side = Literal["left", "middle", "right"]


@dataclass(frozen=True, slots=True)
class Wanted:
    """A kind of thing that is asked for, by the bank's noun."""

    noun: str
    colour: str | None = None
    count: int = 1
    side: Side | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """A prompt and what it asks for.

    With a `bond` the first thing stands so to the second ("wearing": the first wears the second).
    `setting` maps fields of a setting to the values that answer the prompt.
    """

    kind: Kind
    prompt: str
    things: tuple[Wanted, ...]
    bond: Bond | None = None
    setting: Mapping[str, frozenset[str]] = field(default_factory=dict)
