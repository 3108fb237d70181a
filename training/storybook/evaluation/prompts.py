"""Held-out prompts: templates that were written before anybody saw what the painter makes of them.

A seed gives a prompt; seeds of the two halves do not meet.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

import numpy as np

from t2i_chat.storybook import english
from training.storybook.evaluation import pools
from training.storybook.evaluation.wanted import BONDS, Asked, Bond, Kind, Side, Wanted

Rng = np.random.Generator
HALVES: Mapping[str, int] = {"development": 3_000_000, "held": 7_000_000}
"""First seeds: causes of failures are only ever looked for in the first half."""
COLOURS = (
    "red", "orange", "yellow", "green", "blue", "purple", "pink", "brown", "white", "black", "grey",
)  # fmt: skip
NUMBERS = ("a", "two", "three", "four", "five", "six", "seven")
LIVELY = ("animal", "person")
SOLID = ("animal", "person", "vehicle", "food", "plant", "object", "toy", "instrument", "furniture")

PLACES: Sequence[tuple[str, str]] = (
    ("on a beach", "beach"), ("at the beach", "beach"), ("in a forest", "forest"),
    ("in the woods", "forest"), ("in the desert", "desert"), ("on a snowy hill", "snowy hill"),
    ("in a kitchen", "kitchen"), ("in a cosy living room", "living room"),
    ("in a bedroom", "bedroom"), ("on a city street", "city street"), ("in the city", "city"),
    ("in the mountains", "mountains"), ("in a garden", "garden"), ("in a small village", "village"),
    ("on a farm", "farm"), ("in a meadow full of flowers", "meadow"), ("in outer space", "space"),
    ("under water", "underwater"), ("deep in a dark cave", "cave"), ("by a lake", "lake"),
    ("on a frozen lake", "icy lake"), ("next to a river", "river"), ("on a country road", "road"),
    ("on a stage", "stage"), ("in a park in autumn", "autumn park"), ("out at sea", "sea"),
    ("in green hills", "hills"), ("inside a castle", "castle hall"),
)  # fmt: skip
HOURS: Sequence[tuple[str, str, frozenset[str]]] = (
    ("at night", "time", frozenset({"night"})), ("at midnight", "time", frozenset({"night"})),
    ("in the moonlight", "time", frozenset({"night"})),
    ("under a starry sky", "time", frozenset({"night"})),
    ("at sunset", "time", frozenset({"sunset"})), ("at dusk", "time", frozenset({"sunset"})),
    ("in the evening sun", "time", frozenset({"sunset"})),
    ("at dawn", "time", frozenset({"dawn"})), ("at sunrise", "time", frozenset({"dawn"})),
    ("on a sunny day", "time", frozenset({"day"})), ("in the rain", "weather", frozenset({"rain"})),
    ("on a rainy day", "weather", frozenset({"rain"})),
    ("while it is snowing", "weather", frozenset({"snow"})),
    ("in falling snow", "weather", frozenset({"snow"})),
    ("in thick fog", "weather", frozenset({"fog"})),
    ("on a foggy morning", "weather", frozenset({"fog"})),
    ("during a thunderstorm", "weather", frozenset({"storm"})),
    ("in a storm", "weather", frozenset({"storm"})),
)  # fmt: skip
OUTDOORS = tuple(place for place in PLACES if place[1] not in {
    "kitchen", "living room", "bedroom", "space", "underwater", "cave", "stage", "castle hall",
    "icy lake", "snowy hill", "sea",
})  # fmt: skip


def asked(half: str, kind: Kind, count: int) -> Iterator[Asked]:
    """The first `count` prompts of a kind: the same ones every time."""
    for k in range(count):
        rng = np.random.default_rng((HALVES[half], sorted(_MAKERS).index(kind), k))
        yield _MAKERS[kind](rng, k)


def _pick(rng: Rng, of: Sequence[str]) -> str:
    return of[int(rng.integers(len(of)))]


def _two(rng: Rng, of: Sequence[str]) -> tuple[str, str]:
    """Two nouns that have no word in common."""
    one, other = _pick(rng, of), _pick(rng, of)
    while set(one.split()) & set(other.split()):
        other = _pick(rng, of)
    return one, other


def a(words: str) -> str:
    """Words with their article, where they take one."""
    several = words.endswith("s") and not words.endswith(("ss", "us", "is", "lens"))
    return (
        words
        if several or words.rpartition(" ")[2] in pools.UNCOUNTED
        else f"{english.article(words)} {words}"
    )


def _one(rng: Rng, _: int) -> Asked:
    noun = _pick(rng, pools.nouns(*pools.THINGS))
    words = _pick(
        rng, ["{}", "{}", "paint {}", "a picture of {}", "draw me {}, please", "{0} in a storybook"]
    )
    return Asked("one", words.format(a(noun)), (Wanted(noun),))


def _pair(rng: Rng, _: int) -> Asked:
    one, other = _two(rng, pools.nouns(*SOLID))
    words = _pick(rng, [
        "{} and {}", "{} and {}", "{} with {}", "a picture of {} and {}", "{} together with {}",
        "I see {} and {}", "{} meets {}",
    ])  # fmt: skip
    return Asked("two", words.format(a(one), a(other)), (Wanted(one), Wanted(other)))


def _colours(rng: Rng, _: int) -> Asked:
    one, other = _two(rng, pools.recolourable(*SOLID, "clothing"))
    first, second = _two(rng, COLOURS)
    words = _pick(rng, [
        "{} and {}", "{} and {}", "{} next to {}", "paint {} and {}", "{} with {} behind it",
    ])  # fmt: skip
    prompt = words.format(a(f"{first} {one}"), a(f"{second} {other}"))
    return Asked("colours", prompt, (Wanted(one, first), Wanted(other, second)))


def _position(rng: Rng, _: int) -> Asked:
    one, other = _two(
        rng, pools.countable(pools.nouns("animal", "vehicle", "plant", "furniture", "toy"))
    )
    sides: list[Side] = ["left", "right"]
    first, second = sides if rng.random() < 0.5 else sides[::-1]
    if rng.random() < 0.25:
        words = _pick(rng, ["{} in the middle", "{} in the centre of the picture"])
        return Asked("position", words.format(a(one)), (Wanted(one, side="middle"),))
    words = _pick(rng, [
        "{0} on the left and {1} on the right", "on the {2} {0}, on the {3} {1}",
        "{0} on the {2} side, {1} on the {3} side", "{0} to the {2} of {1}",
        "{0} on the {2} and {1} on the {3}",
    ])  # fmt: skip
    if words.startswith("{0} on the left"):
        first, second = "left", "right"
    loose = "of {1}" in words
    things = Wanted(one, side=first), Wanted(other, side=None if loose else second)
    return Asked("position", words.format(a(one), a(other), first, second), things)


def _count(rng: Rng, k: int) -> Asked:
    noun, count = (
        _pick(
            rng, pools.countable(pools.nouns("animal", "food", "plant", "toy", "vehicle", "object"))
        ),
        1 + k % 7,
    )
    said = a(noun) if count == 1 else f"{NUMBERS[count - 1]} {pools.plural(noun)}"
    if count > 1 and rng.random() < 0.2:
        said = f"{count} {pools.plural(noun)}"
    words = _pick(rng, ["{}", "{}", "{} in a meadow", "a picture of {}", "{} on the beach"])
    return Asked("count", words.format(said), (Wanted(noun, count=count),))


_SAID: Mapping[Bond, tuple[str, ...]] = {
    "on": ("{} on {}", "{} sitting on {}", "{} on top of {}", "{} is standing on {}"),
    "under": ("{} under {}", "{} underneath {}", "{} hiding under {}", "{} sits beneath {}"),
    "in front of": ("{} in front of {}", "{} standing in front of {}", "{} is in front of {}"),
    "behind": ("{} behind {}", "{} hiding behind {}", "{} standing behind {}"),
    "next to": ("{} next to {}", "{} beside {}", "{} by the side of {}", "{} right next to {}"),
    "wearing": ("{} wearing {}", "{} in {}", "{} with {} on", "{} that wears {}"),
    "holding": ("{} holding {}", "{} carrying {}", "{} with {} in its hand", "{} who holds {}"),
    "riding": ("{} riding {}", "{} riding on {}", "{} on the back of {}", "{} rides {}"),
}


def _ends(rng: Rng, bond: Bond) -> tuple[str, str]:
    """Two things that stand so to one another in picture books."""
    small = pools.countable(pools.nouns("animal", "toy", "object"))
    of: Mapping[Bond, tuple[Sequence[str], Sequence[str]]] = {
        "on": (small, pools.TABLES),
        "under": (small, pools.SHELTERS),
        "in front of": (pools.nouns("animal", "person", "vehicle"), pools.LANDMARKS),
        "behind": (pools.nouns("animal", "person"), pools.SCREENS),
        "next to": (pools.nouns(*SOLID), pools.nouns(*SOLID)),
        "wearing": (pools.WEARERS, pools.WORN),
        "holding": (pools.HOLDERS, pools.HELD),
        "riding": (pools.RIDERS, pools.MOUNTS),
    }
    first, second = of[bond]
    one, other = _pick(rng, first), _pick(rng, second)
    return (one, other) if one != other else _ends(rng, bond)


def _relation(rng: Rng, k: int) -> Asked:
    bond = BONDS[k % len(BONDS)]
    one, other = _ends(rng, bond)
    words = _pick(rng, _SAID[bond]).format(a(one), a(other))
    return Asked("relation", words, (Wanted(one), Wanted(other)), bond)


def _setting(rng: Rng, k: int) -> Asked:
    noun = _pick(rng, pools.countable(pools.nouns("animal", "person")))
    if k % 2:
        where, ground = OUTDOORS[int(rng.integers(len(OUTDOORS)))]
        when, name, values = HOURS[int(rng.integers(len(HOURS)))]
        words = _pick(rng, ["{0} {1} {2}", "{0} {1}, {2}", "{2}, {0} {1}"])
        meant = {"ground": frozenset({ground}), name: values}
        return Asked("setting", words.format(a(noun), where, when), (Wanted(noun),), None, meant)
    where, ground = PLACES[k // 2 % len(PLACES)]
    words = _pick(rng, ["{0} {1}", "{0} {1}", "{1} there is {0}", "paint {0} {1}"])
    return Asked(
        "setting",
        words.format(a(noun), where),
        (Wanted(noun),),
        None,
        {"ground": frozenset({ground})},
    )


_MAKERS: Mapping[Kind, Callable[[Rng, int], Asked]] = {
    "one": _one, "two": _pair, "colours": _colours, "position": _position, "count": _count,
    "relation": _relation, "setting": _setting,
}  # fmt: skip
