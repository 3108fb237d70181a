"""Invents the conversation a training request stands in: versions, captions, what "it" means."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field

from t2i_chat.planner_training.vocabulary import Noun, article, lists, noun, pick

THINGS = ("animals", "people", "objects", "vehicles", "buildings", "plants", "food")


@dataclass(frozen=True, slots=True)
class Thing:
    """A thing in a picture and how it is named there; `kind` is its word list."""

    noun: Noun
    kind: str
    adjective: str = ""

    @property
    def indefinite(self) -> str:
        """Said so: "a red house"."""
        return self.noun.indefinite(self.adjective)

    @property
    def definite(self) -> str:
        """Said so: "the red house"."""
        return f"the {f'{self.adjective} {self.noun.word}'.strip()}"

    @property
    def alive(self) -> bool:
        """Whether it can smile, sit, or wear a hat."""
        return self.kind in ("animals", "people")


@dataclass(slots=True)
class Situation:
    """A conversation so far. `focus` is what "it" or "him" refers to, None when that is unclear.

    `marks` tells for each version the one word by which it can be told from the others.
    """

    captions: dict[int, str] = field(default_factory=dict)
    current: int | None = None
    previous: str | None = None
    things: list[Thing] = field(default_factory=list)
    focus: Thing | None = None
    marks: dict[int, str] = field(default_factory=dict)


def thing(rng: random.Random, kinds: tuple[str, ...] = THINGS, plain: float = 0.5) -> Thing:
    """Any thing, with an adjective or a colour now and then."""
    kind = rng.choice(kinds)
    adjective = ""
    if rng.random() > plain:
        adjective = pick(rng, "colours" if rng.random() < 0.5 else "adjectives")
    return Thing(noun(pick(rng, kind)), kind, adjective)


def scene(rng: random.Random, things: list[Thing] | None = None, long: bool = False) -> str:
    """Words for a whole picture around some things."""
    things = things or [thing(rng) for _ in range(rng.choice((1, 1, 2)))]
    words = things[0].indefinite
    if things[0].alive and rng.random() < 0.35:
        words += f" {pick(rng, 'poses')}"
    for other in things[1:]:
        link = rng.choice((pick(rng, "relations"), "and", "with", "and"))
        words += f" {link} {other.indefinite}"
    if rng.random() < 0.55:
        words += f" {rng.choice(('in', 'at', 'near', 'on', 'by'))} {pick(rng, 'places')}"
    if rng.random() < 0.3:
        words += rng.choice((" at ", ", ")) + pick(rng, "times")
    if rng.random() < (0.8 if long else 0.12):
        words += f", {pick(rng, 'styles')}"
    if long:
        words += rng.choice((", highly detailed", ", soft light", ", dramatic lighting", ", 35mm"))
        words += f", {pick(rng, 'tones')}, {pick(rng, 'weathers')}, {pick(rng, 'camera')}"
    return words


def situation(rng: random.Random, need: str) -> Situation:
    """A conversation that fits a template's need: "none" (no picture), "any", "edit" or "multi"."""
    if need == "none" or (need == "any" and rng.random() < 0.4):
        return Situation()
    if need != "multi" and rng.random() < 0.3:
        return Situation({1: "a picture"}, 1)
    first = [thing(rng) for _ in range(rng.choice((1, 2, 2, 3)))]
    here = Situation({1: scene(rng, first)}, 1, None, first, first[0])
    here.marks[1] = first[0].noun.word
    here.previous = here.captions[1] if rng.random() < 0.7 else None
    for _ in range(rng.choice((1, 2, 2, 3, 4, 5)) if need == "multi" else rng.choice((0, 0, 1, 2))):
        _change(rng, here)
    if len(here.captions) > 1 and rng.random() < 0.25:
        here.current = rng.choice(list(here.captions))
        here.previous = rng.choice((f"go back to v{here.current}", "undo", None))
    return here


def _change(rng: random.Random, here: Situation) -> None:
    number = len(here.captions) + 1
    before = here.captions[number - 1]
    how = rng.choice(
        ("add", "add", "style", "time", "weather", "recolour", "remove", "new", "swap")
    )
    main = here.things[0]
    short = rng.choice(("same", f"same {main.noun.word}", f"the {main.noun.word}", before))
    if how in ("add", "swap"):
        new = thing(rng)
        here.things.append(new)
        here.focus = new
        caption = f"{short} {rng.choice(('with', 'and', 'plus'))} {new.indefinite}"
        ask = rng.choice((f"add {new.indefinite}", f"now with {new.indefinite}"))
        mark = new.noun.word
    elif how == "new":
        here.things = [thing(rng) for _ in range(rng.choice((1, 2)))]
        here.focus = here.things[0]
        caption = ask = scene(rng, here.things)
        mark = here.things[0].noun.word
    elif how == "remove" and len(here.things) > 1:
        gone = here.things.pop()
        here.focus = None
        caption = f"{short} without the {gone.noun.word}"
        ask, mark = f"remove the {gone.noun.word}", ""
    elif how == "recolour":
        colour = pick(rng, "colours")
        caption = (
            f"same, {colour} {main.noun.word}"
            if rng.random() < 0.5
            else (f"{main.noun.indefinite(colour)}, {pick(rng, 'places')}")
        )
        ask, mark = f"make the {main.noun.word} {colour}", f"{colour} {main.noun.word}"
        here.focus = main
    else:
        kind = {"time": "times", "weather": "weathers"}.get(how, "styles")
        word = pick(rng, kind)
        here.focus = None
        caption = f"{short}, {word}" if rng.random() < 0.6 else f"{before}, {word}"
        ask, mark = rng.choice((f"make it {word}", word, f"now {word}")), word
    here.captions[number] = caption[:140]
    here.current = number
    here.previous = ask
    if mark and not any(mark in old or old in mark for old in here.marks.values()):
        here.marks[number] = mark


def target(
    rng: random.Random, here: Situation, alive: bool | None = None
) -> tuple[str, Noun, Thing]:
    """How a person names a thing of the picture, the noun in it, and the thing itself."""
    known = [t for t in here.things if alive is None or t.alive == alive]
    if known and rng.random() < 0.55:
        what = rng.choice(known)
    else:
        kinds = ("animals", "people", "people") if alive else (*THINGS, "regions", "thing_parts")
        what = thing(rng, kinds, plain=0.85)
    return _naming(rng, what), what.noun, what


def _naming(rng: random.Random, what: Thing) -> str:
    word = what.noun.word
    roll = rng.random()
    for upto, kind, name in _NAMINGS:
        if roll < upto and kind(what):
            return name(rng, what)
    return f"the {word}"


def _always(_: Thing) -> bool:
    return True


def _described(what: Thing) -> bool:
    return bool(what.adjective)


def _owned(what: Thing) -> bool:
    return what.kind in ("objects", "buildings", "thing_parts")


def _alive(what: Thing) -> bool:
    return what.alive


def _pointing(rng: random.Random, what: Thing) -> str:
    return (
        f"{rng.choice(('that', 'this', 'those' if what.noun.plural else 'that'))} {what.noun.word}"
    )


def _beside(rng: random.Random, what: Thing) -> str:
    other = noun(pick(rng, rng.choice(THINGS)))
    return f"the {what.noun.word} {pick(rng, 'relations')} the {other.word}"


def _of_somebody(rng: random.Random, what: Thing) -> str:
    owner = noun(pick(rng, rng.choice(("people", "animals", "buildings"))))
    return f"the {owner.word}'s {what.noun.word}"


def _dressed(rng: random.Random, what: Thing) -> str:
    return f"the {what.noun.word} in the {pick(rng, 'colours')} {noun(pick(rng, 'wearables')).word}"


def _qualified(rng: random.Random, what: Thing) -> str:
    return f"the {pick(rng, 'adjectives' if rng.random() < 0.5 else 'colours')} {what.noun.word}"


_NAMINGS: tuple[tuple[float, Callable[[Thing], bool], Callable[[random.Random, Thing], str]], ...]
_NAMINGS = (
    (0.50, _always, lambda _, what: f"the {what.noun.word}"),
    (0.62, _described, lambda _, what: what.definite),
    (0.69, _always, lambda rng, what: f"the {pick(rng, 'side_adjectives')} {what.noun.word}"),
    (0.75, _always, lambda rng, what: f"the {what.noun.word} {pick(rng, 'spots')}"),
    (0.81, _always, _pointing),
    (0.87, _always, _qualified),
    (0.91, _always, _beside),
    (0.95, _owned, _of_somebody),
    (0.98, _alive, _dressed),
)
"""Ways to name a thing: up to which roll of the dice, for which things, and how."""


def a_thing(rng: random.Random) -> Thing:
    """A new thing to add, told plainly or in detail."""
    return thing(rng, plain=0.45)


def words_of(name: str) -> tuple[str, ...]:
    """A word list."""
    return lists()[name]


def wearable(rng: random.Random) -> str:
    """Said so: "a red hat", "sunglasses"."""
    garment = noun(pick(rng, "wearables"))
    return garment.indefinite(pick(rng, "colours") if rng.random() < 0.4 else "")


__all__ = ["Situation", "Thing", "a_thing", "article", "scene", "situation", "target", "wearable"]
