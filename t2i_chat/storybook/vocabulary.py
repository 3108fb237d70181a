"""The vocabulary of the embedded model (vocabulary.json): nouns, colours, skies, grounds."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

PATH = Path(__file__).with_name("vocabulary.json")

Place = Literal["ground", "sky", "water"]


@dataclass(frozen=True)
class Noun:
    """A thing the model can paint: its names, zone and size.

    `side` is its usual longer side in pixels of a 256-pixel scene; `weight` how often it is in
    training scenes. `colours` is empty if the drawing is not recoloured, and `default_colour` is
    its own; `natural_colours` are words that may precede it all the same ("white rabbit").
    """

    noun: str
    plural: str
    synonyms: tuple[str, ...]
    places: tuple[Place, ...]
    side: int
    weight: int
    drawing: str
    colours: tuple[str, ...]
    default_colour: str | None
    natural_colours: tuple[str, ...]


@dataclass(frozen=True)
class Colour:
    """A colour name, its synonyms, and its main tone as OKLCh (lightness, chroma, degrees)."""

    name: str
    synonyms: tuple[str, ...]
    oklch: tuple[float, float, float]


@dataclass(frozen=True)
class Sky:
    """A kind of sky: its phrases in captions, and times of day or weather that mean it."""

    name: str
    phrases: tuple[str, ...]
    times: tuple[str, ...]


@dataclass(frozen=True)
class Ground:
    """A kind of ground: where-phrases ("on the beach") and plain names ("sandy beach")."""

    name: str
    phrases: tuple[str, ...]
    nouns: tuple[str, ...]


@dataclass(frozen=True)
class Vocabulary:
    """Every word with a meaning, and the decorating words that change nothing in a scene."""

    nouns: Mapping[str, Noun]
    colours: Mapping[str, Colour]
    skies: Mapping[str, Sky]
    grounds: Mapping[str, Ground]
    positions: Mapping[str, tuple[str, ...]]
    numbers: Mapping[str, tuple[str, ...]]
    sizes: Mapping[str, tuple[str, ...]]
    relations: Mapping[str, tuple[str, ...]]
    styles: tuple[str, ...]
    adjectives: tuple[str, ...]
    details: tuple[str, ...]

    @property
    def decorations(self) -> frozenset[str]:
        """Words of light, mood and manner, which change how a scene looks and nothing in it."""
        times = (time for sky in self.skies.values() for time in sky.times)
        return frozenset((*self.details, *self.styles, *times))

    def find_noun(self, word: str) -> Noun | None:
        """Return the noun that `word` names, by its name, plural or a synonym."""
        word = word.strip().lower()
        for noun in self.nouns.values():
            if word in (noun.noun, noun.plural, *noun.synonyms):
                return noun
        return None


@cache
def load_vocabulary() -> Vocabulary:
    """Read vocabulary.json once."""
    words = json.loads(PATH.read_text(encoding="utf-8"))
    return Vocabulary(
        nouns={entry["noun"]: _noun(entry) for entry in words["nouns"]},
        colours={
            name: Colour(name, tuple(c["synonyms"]), (c["oklch"][0], c["oklch"][1], c["oklch"][2]))
            for name, c in words["colours"].items()
        },
        skies={
            name: Sky(name, tuple(s["phrases"]), tuple(s["times"]))
            for name, s in words["skies"].items()
        },
        grounds={
            name: Ground(name, tuple(g["phrases"]), tuple(g["nouns"]))
            for name, g in words["grounds"].items()
        },
        positions={name: tuple(p) for name, p in words["positions"].items()},
        numbers={name: tuple(p) for name, p in words["numbers"].items()},
        sizes={name: tuple(p) for name, p in words["sizes"].items()},
        relations={name: tuple(p) for name, p in words["relations"].items()},
        styles=tuple(words["styles"]),
        adjectives=tuple(words["adjectives"]),
        details=tuple(words["details"]),
    )


def _noun(entry: Mapping[str, object]) -> Noun:
    fields = {key: tuple(v) if isinstance(v, list) else v for key, v in entry.items()}
    fields["places"] = fields.pop("place")
    return Noun(**fields)  # type: ignore[arg-type]  # the keys and types are those of the file
