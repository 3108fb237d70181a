"""Synthetic conversation contexts of training requests: versions, captions, what "it" means."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from dataclasses import dataclass, field

from training.planner.word_lists import CountedNoun, article, lists, noun, pick

THINGS = ("animals", "people", "objects", "vehicles", "buildings", "plants", "food")


@dataclass(frozen=True, slots=True)
class ContextThing:
    """A thing in a picture and how it is named there; `kind` is its word list."""

    noun: CountedNoun
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


@dataclass(frozen=True, slots=True)
class Last:
    """The last request, taken apart: its kind, the thing it was about, and the word it brought.

    Kinds: "colour", "quality", "style", "add", "swap", "remove". `noun` is None for a style.
    """

    kind: str
    noun: CountedNoun | None
    word: str


@dataclass(slots=True)
class Situation:
    """A conversation so far. `focus` is what "it" or "him" refers to, None when that is unclear.

    `marks` tells for each version the one word by which it can be told from the others; `last` is
    the last request when the current version came of it; `twins` are two things of one name.
    """

    captions: dict[int, str] = field(default_factory=dict)
    current: int | None = None
    previous: str | None = None
    things: list[ContextThing] = field(default_factory=list)
    focus: ContextThing | None = None
    marks: dict[int, str] = field(default_factory=dict)
    last: Last | None = None
    twins: tuple[str, str] | None = None


def thing(rng: random.Random, kinds: tuple[str, ...] = THINGS, plain: float = 0.5) -> ContextThing:
    """Any thing, with an adjective or a colour now and then."""
    kind = rng.choice(kinds)
    adjective = ""
    if rng.random() > plain:
        adjective = pick(rng, "colours" if rng.random() < 0.5 else "adjectives")
    return ContextThing(noun(pick(rng, kind)), kind, adjective)


def scene(rng: random.Random, things: list[ContextThing] | None = None, long: bool = False) -> str:
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
    """A conversation that fits a template's need.

    Needs: "none" (no picture), "any", "edit" (a picture), "multi" (several), "crowd" (many things
    and none of them meant), "twins" and "twins:KIND" (two things of one name, the wrong one just
    changed), "batch" (several pictures of one request), "after:KIND" (right after such a change).
    """
    if need == "none" or (need == "any" and rng.random() < 0.4):
        return Situation()
    if need == "crowd":
        return _crowd(rng)
    if need.startswith("twins"):
        return _twins(rng, need.partition(":")[2])
    if need == "batch" or (need == "multi" and rng.random() < 0.15):
        return _batch(rng)
    after = need.partition(":")[2]
    if need not in ("multi", "any") and not after and rng.random() < 0.3:
        return Situation({1: "a picture"}, 1)
    here = _opening(rng)
    for _ in range(rng.choice((1, 2, 2, 3, 4, 5)) if need == "multi" else rng.choice((0, 0, 1, 2))):
        change(rng, here, rng.choice(CHANGES))
    if after:
        change(rng, here, rng.choice(after.split(",")))
    elif len(here.captions) > 1 and rng.random() < 0.25:
        here.current = rng.choice(list(here.captions))
        here.previous = rng.choice((f"go back to v{here.current}", "undo", None))
        here.last = None
    return here


CHANGES = (
    "add", "add", "style", "style", "colour", "quality", "remove", "new", "swap",
)  # fmt: skip
"""What happens in a conversation, the frequent things twice."""


def _opening(rng: random.Random) -> Situation:
    """A first picture; "it" is clear only where it shows one thing."""
    first = [thing(rng) for _ in range(rng.choice((1, 1, 2, 2, 3)))]
    here = Situation({1: scene(rng, first)}, 1, None, first, first[0] if len(first) == 1 else None)
    here.marks[1] = first[0].noun.word
    here.previous = _asked(rng, here.captions[1]) if rng.random() < 0.7 else None
    here.captions[1] = _noted(rng, here.captions[1])
    return here


def _noted(rng: random.Random, caption: str) -> str:
    """A picture in note form now and then: no articles, things in a row."""
    if rng.random() < 0.7:
        return caption
    bare = re.sub(r"\b(?:an?|the) (?=\w)", "", caption)
    return re.sub(r" (?:and|with) ", ", ", bare) if rng.random() < 0.6 else bare


def _asked(rng: random.Random, caption: str) -> str:
    """What somebody said to get that picture."""
    return rng.choice(("", "", "", "paint ", "draw me ", "a picture of ")) + caption


def _crowd(rng: random.Random) -> Situation:
    things = [thing(rng) for _ in range(rng.choice((2, 3, 3)))]
    here = Situation({1: scene(rng, things)}, 1, None, things)
    here.previous = _asked(rng, here.captions[1]) if rng.random() < 0.8 else None
    here.captions[1] = _noted(rng, here.captions[1])
    return here


def _batch(rng: random.Random) -> Situation:
    """Pictures of one request that differ in a thing or a look."""
    main = thing(rng, plain=1.0)
    here = Situation(things=[main], focus=main)
    ask = scene(rng, [main])
    for number in range(1, rng.choice((3, 4, 4, 5))):
        extra = thing(rng, plain=0.8)
        how = rng.randrange(3)
        colour = pick(rng, "colours" if how == 0 else "adjectives")
        plain = main.noun.indefinite(colour if how < 2 else "")
        caption = plain if how < 2 else f"{plain} with {extra.indefinite}"
        if rng.random() < 0.4:
            caption = caption.removeprefix("a ").removeprefix("an ")
        here.captions[number] = caption
        mark = colour if how < 2 else extra.noun.word
        if not any(mark in old or old in mark for old in here.marks.values()):
            here.marks[number] = mark
    here.current = rng.choice((len(here.captions), len(here.captions), 1))
    count = len(here.captions)
    here.previous = rng.choice((ask, f"{ask}, {count} options", f"{count} pictures of {ask}"))
    return here


def _twins(rng: random.Random, kind: str) -> Situation:
    """Two things of one name; where a kind is given the first of them was just changed."""
    main = noun(pick(rng, rng.choice(THINGS)))
    while main.plural or main.uncounted or " " in main.word:
        main = noun(pick(rng, rng.choice(THINGS)))
    one, two = rng.choice(_PAIRS)
    if rng.random() < 0.4:
        one, two = rng.sample([pick(rng, "colours"), pick(rng, "colours")], k=2)
    if one == two:
        two = f"light {two}"
    first, second = f"{one} {main.word}", f"{two} {main.word}"
    caption = f"{article(first)} and {article(second)} {rng.choice(_SET)} {pick(rng, 'places')}"
    here = Situation({1: caption}, 1, caption if rng.random() < 0.5 else None)
    here.twins = (f"the {first}", f"the {second}")
    if kind:
        word = pick(rng, "colours")
        ask, said = {
            "remove": (f"remove the {main.word}", f"{first} removed"),
            "colour": (f"make the {main.word} {word}", f"{first} is {word} now"),
        }[kind]
        here.captions[2], here.current, here.previous = said, 2, ask
        here.last = Last(kind, main, word)
    return here


_PAIRS = (
    ("left", "right"), ("big", "small"), ("old", "new"), ("tall", "short"), ("open", "closed"),
    ("left", "small"), ("front", "back"), ("little", "large"), ("striped", "plain"),
)  # fmt: skip
_SET = ("in", "at", "near", "on")


def change(rng: random.Random, here: Situation, kind: str) -> None:
    """One more version: what was asked and how the picture is described afterwards."""
    number = len(here.captions) + 1
    main = here.things[0]
    ask, said, mark = _CHANGES[kind](rng, here, main)
    before = here.captions[number - 1]
    short = rng.choice(("same", f"same {main.noun.word}", f"the {main.noun.word}", before, ""))
    caption = said if kind == "new" else f"{short}, {said}".strip(", ")
    here.captions[number] = _noted(rng, caption)[:140]
    here.current = number
    here.previous = ask
    if mark and not any(mark in old or old in mark for old in here.marks.values()):
        here.marks[number] = mark


_Change = Callable[[random.Random, Situation, ContextThing], tuple[str, str, str]]
"""Makes what was asked, what is now seen, and the word that marks the version."""


def _one_more(rng: random.Random, here: Situation, _: ContextThing) -> tuple[str, str, str]:
    new = thing(rng)
    here.things.append(new)
    here.focus = new
    here.last = Last("add", new.noun, new.indefinite)
    ask = rng.choice(("add {}", "now with {}", "put {} in", "there should be {}", "i want {} too"))
    said = rng.choice(("with {}", "and {}", "plus {}", "{} added"))
    return ask.format(new.indefinite), said.format(new.indefinite), new.noun.word


def _another(rng: random.Random, here: Situation, main: ContextThing) -> tuple[str, str, str]:
    new = thing(rng)
    here.things[0] = here.focus = new
    here.last = Last("swap", new.noun, new.indefinite)
    old = main.noun.word
    ask = rng.choice(("replace the {0} with {1}", "make the {0} {1}", "turn the {0} into {1}"))
    said = rng.choice(("{1} instead of the {0}", "{1} now", "now {1}"))
    return ask.format(old, new.indefinite), said.format(old, new.indefinite), new.noun.word


def _afresh(rng: random.Random, here: Situation, _: ContextThing) -> tuple[str, str, str]:
    here.things = [thing(rng) for _ in range(rng.choice((1, 2)))]
    here.focus = here.things[0] if len(here.things) == 1 else None
    here.last = None
    caption = scene(rng, here.things)
    return _asked(rng, caption), caption, here.things[0].noun.word


def _less(rng: random.Random, here: Situation, _: ContextThing) -> tuple[str, str, str]:
    gone = here.things.pop() if len(here.things) > 1 else thing(rng, plain=1.0)
    here.focus = None
    here.last = Last("remove", gone.noun, "")
    ask = rng.choice(("remove the {}", "delete the {}", "no {}", "the {} has to go"))
    said = rng.choice(("without the {}", "no {}", "{} removed"))
    return ask.format(gone.noun.word), said.format(gone.noun.word), ""


def _recolour(rng: random.Random, here: Situation, main: ContextThing) -> tuple[str, str, str]:
    colour = pick(rng, "colours")
    what = main if rng.random() < 0.6 else thing(rng, (*THINGS, "regions", "wearables"), plain=1.0)
    here.focus = what
    here.last = Last("colour", what.noun, colour)
    word = what.noun.word
    ask = rng.choice(("make the {0} {1}", "paint the {0} {1}", "the {0} should be {1}", "{1} {0}"))
    return ask.format(word, colour), f"{colour} {word}", f"{colour} {word}"


def _quality(rng: random.Random, here: Situation, main: ContextThing) -> tuple[str, str, str]:
    word = pick(rng, "comparatives")
    what = main if rng.random() < 0.7 else thing(rng, (*THINGS, "regions", "body"), plain=1.0)
    here.focus = what
    here.last = Last("quality", what.noun, word)
    noun_word = what.noun.word
    ask = rng.choice(("make the {0} {1}", "{1} {0}", "the {0} should be {1}", "can the {0} be {1}"))
    return ask.format(noun_word, word), f"{word} {noun_word}", ""


def _look(rng: random.Random, here: Situation, _: ContextThing) -> tuple[str, str, str]:
    word = pick(rng, rng.choice(("times", "weathers", "styles", "tones", "tones", "seasons")))
    here.focus = None
    here.last = Last("style", None, word)
    ask = rng.choice((f"make it {word}", word, f"now {word}", f"make everything {word}"))
    return ask, word, word if len(word.split()) < 4 else ""


_CHANGES: dict[str, _Change] = {
    "add": _one_more,
    "swap": _another,
    "new": _afresh,
    "remove": _less,
    "colour": _recolour,
    "quality": _quality,
    "style": _look,
}


def target(
    rng: random.Random, here: Situation, alive: bool | None = None
) -> tuple[str, CountedNoun, ContextThing]:
    """How a person names a thing of the picture, the noun in it, and the thing itself."""
    known = [t for t in here.things if alive is None or t.alive == alive]
    if known and rng.random() < 0.55:
        what = rng.choice(known)
    else:
        kinds = ("animals", "people", "people") if alive else (*THINGS, "regions", "thing_parts")
        what = thing(rng, kinds, plain=0.85)
    return _naming(rng, what), what.noun, what


def _naming(rng: random.Random, what: ContextThing) -> str:
    word = what.noun.word
    roll = rng.random()
    for upto, kind, name in _NAMINGS:
        if roll < upto and kind(what):
            return name(rng, what)
    return f"the {word}"


def _always(_: ContextThing) -> bool:
    return True


def _described(what: ContextThing) -> bool:
    return bool(what.adjective)


def _owned(what: ContextThing) -> bool:
    return what.kind in ("objects", "buildings", "thing_parts")


def _alive(what: ContextThing) -> bool:
    return what.alive


def _pointing(rng: random.Random, what: ContextThing) -> str:
    return (
        f"{rng.choice(('that', 'this', 'those' if what.noun.plural else 'that'))} {what.noun.word}"
    )


def _beside(rng: random.Random, what: ContextThing) -> str:
    other = noun(pick(rng, rng.choice(THINGS)))
    return f"the {what.noun.word} {pick(rng, 'relations')} the {other.word}"


def _of_somebody(rng: random.Random, what: ContextThing) -> str:
    owner = noun(pick(rng, rng.choice(("people", "animals", "buildings"))))
    return f"the {owner.word}'s {what.noun.word}"


def _dressed(rng: random.Random, what: ContextThing) -> str:
    return f"the {what.noun.word} in the {pick(rng, 'colours')} {noun(pick(rng, 'wearables')).word}"


def _qualified(rng: random.Random, what: ContextThing) -> str:
    return f"the {pick(rng, 'adjectives' if rng.random() < 0.5 else 'colours')} {what.noun.word}"


_NAMINGS: tuple[
    tuple[float, Callable[[ContextThing], bool], Callable[[random.Random, ContextThing], str]], ...
]
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


def a_thing(rng: random.Random) -> ContextThing:
    """A new thing to add, told plainly or in detail."""
    return thing(rng, plain=0.45)


def words_of(name: str) -> tuple[str, ...]:
    """A word list."""
    return lists()[name]


def wearable(rng: random.Random) -> str:
    """Said so: "a red hat", "sunglasses"."""
    garment = noun(pick(rng, "wearables"))
    return garment.indefinite(pick(rng, "colours") if rng.random() < 0.4 else "")


__all__ = [
    "ContextThing",
    "Situation",
    "a_thing",
    "article",
    "scene",
    "situation",
    "target",
    "wearable",
]
