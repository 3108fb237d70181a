"""Style presets, and the phrases of light, mood, palette and style that enrichment may add."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from functools import cache
from types import MappingProxyType

from t2i_chat.planning import prompts


@dataclass(frozen=True, slots=True)
class Additions:
    """The phrases that can be added, by group; all are in the model's vocabulary.

    `token_limit` is the model's prompt length; what does not fit is not added.
    """

    times: tuple[str, ...]
    moods: tuple[str, ...]
    palettes: tuple[str, ...]
    styles: tuple[str, ...]
    token_limit: int = 77

    @property
    def groups(self) -> tuple[tuple[str, ...], ...]:
        """Times, moods, palettes and styles: of each at most one phrase is added."""
        return (self.times, self.moods, self.palettes, self.styles)

    def in_style(self, name: str) -> Additions:
        """These with a style preset. Raises KeyError for an unknown preset."""
        return replace(self, styles=(presets()[name],))


@cache
def presets() -> Mapping[str, str]:
    """The style presets of templates/styles.txt: name → added words."""
    rows = (line.split(":", 1) for line in prompts.read("styles").splitlines())
    return MappingProxyType({name.strip(): words.strip() for name, words in rows})


PLAIN = Additions(
    times=("soft morning light", "golden hour light", "bright daylight", "warm evening light"),
    moods=("calm mood", "cheerful mood", "dreamy atmosphere", "quiet atmosphere"),
    palettes=("rich colours", "soft muted colours", "warm palette", "vivid colours"),
    styles=("highly detailed", "balanced composition", "sharp focus"),
)
"""Phrases that any large text-to-image model knows."""


def storybook_additions(taught: Collection[str]) -> Additions:
    """Phrases for the embedded model, from the decorating words it was trained on."""
    wanted = Additions(
        times=("in the morning", "on a sunny day", "at sunset", "in the evening"),
        moods=("gentle mood", "peaceful mood", "cheerful mood", "calm atmosphere",
               "dreamy atmosphere"),
        palettes=("vivid colours", "bright colours", "pastel colours", "soft colours"),
        styles=(),  # it has one style; naming it only costs time
    )  # fmt: skip
    groups = (tuple(word for word in group if word in taught) for group in wanted.groups)
    times, moods, palettes, styles = groups
    return Additions(times, moods, palettes, styles)
