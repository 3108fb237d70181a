"""The nouns that prompts draw from: those of the bank that people would use in a sentence."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from t2i_chat.storybook.bank import load_bank
from t2i_chat.storybook.vocabulary import load_vocabulary

THINGS = (
    "animal", "plant", "food", "tool", "vehicle", "building", "furniture", "object", "instrument",
    "toy", "clothing", "person", "sky", "nature",
)  # fmt: skip
_LINKS = frozenset("a an and in of on with from behind no wearing getting raising".split())
_PEOPLE = frozenset("man woman men women person people".split())
_PARTS = frozenset(
    "hand hands finger fist foot leg ear eye eyes nose mouth tongue tooth brain lungs muscle bone "
    "head thumbs fingers".split()
)  # fmt: skip
_LANDS = frozenset(["pond", "hill", "mountain", "snowy mountain", "mount fuji", "hole"])
"""Whoever says these may as well mean the place."""
TABLES = "table desk bed sofa bench chair armchair rock log carpet box barrel car".split()
SHELTERS = ["tree", "table", "umbrella", "bridge", "bed", "desk", "palm tree", "beach umbrella"]
LANDMARKS = [
    "house", "castle", "tree", "church", "tent", "windmill", "lighthouse", "school", "mountain",
    "igloo", "fountain", "door",
]  # fmt: skip
SCREENS = ["tree", "rock", "sofa", "fence", "car", "bush", "house", "table", "barrel", "chair"]
WORN = [
    "top hat", "scarf", "sunglasses", "crown", "glasses", "necklace", "cap", "sun hat", "helmet",
    "t-shirt", "coat", "necktie",
]  # fmt: skip
WEARERS = [
    "cat", "dog", "bear", "rabbit", "penguin", "pig", "fox", "lion", "elephant", "frog", "girl",
    "boy", "man", "woman", "robot", "snowman", "owl", "monkey", "panda", "cow", "horse", "mouse",
]  # fmt: skip
HOLDERS = [
    "girl", "boy", "man", "woman", "robot", "monkey", "bear", "clown", "king", "witch", "cook",
    "astronaut", "rabbit", "wizard", "princess",
]  # fmt: skip
HELD = [
    "balloon", "flower", "umbrella", "book", "lantern", "candle", "sword", "cake", "mug", "flag",
    "key", "apple", "gift", "magic wand", "fishing rod", "guitar", "rose", "ice cream",
]  # fmt: skip
RIDERS = ["girl", "boy", "man", "woman", "monkey", "princess", "robot", "cat", "king", "frog"]
MOUNTS = [
    "horse", "bicycle", "elephant", "motorcycle", "dragon", "scooter", "skateboard", "unicorn",
    "camel", "turtle",
]  # fmt: skip


@cache
def nouns(*categories: str) -> tuple[str, ...]:
    """Nouns of these categories of one or two plain words; no parts of bodies."""
    bank = load_bank()
    found = (n for n in bank.nouns() if bank.drawings(n)[0].category in categories)
    return tuple(sorted(noun for noun in found if _is_said(noun)))


def recolourable(*categories: str) -> tuple[str, ...]:
    """Those of which every soft drawing can be recoloured, and whose name has no colour in it."""
    return tuple(noun for noun in nouns(*categories) if recolours(noun) and not _coloured(noun))


def recolours(noun: str) -> bool:
    """Whether a noun's drawings can be given another colour."""
    drawings = load_bank().drawings(noun, "soft") or load_bank().drawings(noun)
    return all(one.recolours for one in drawings)


def _is_said(noun: str) -> bool:
    words = noun.split()
    person = len(words) > 1 and bool(_PEOPLE & set(words))
    return (
        noun not in _LANDS and len(words) <= 2 and not person and not (_LINKS | _PARTS) & set(words)
    )


def _coloured(noun: str) -> bool:
    return bool(set(load_vocabulary().colours) & set(noun.split()))


_IRREGULAR = {
    "mouse": "mice", "goose": "geese", "child": "children", "man": "men", "woman": "women",
    "sheep": "sheep", "fish": "fish", "deer": "deer", "leaf": "leaves", "wolf": "wolves",
    "knife": "knives", "ox": "oxen", "loaf": "loaves", "scarf": "scarves", "elf": "elves",
    "shelf": "shelves", "bison": "bison", "shrimp": "shrimp", "squid": "squid", "moose": "moose",
}  # fmt: skip
UNCOUNTED = frozenset(
    "grass bamboo coral bacon beer bread broccoli butter champagne chocolate coffee corn garlic "
    "ginger honey lettuce meat milk popcorn rice sake salad salt soda spaghetti sushi tea whisky "
    "wine curry custard fire wheat money soap yarn thread toilet furniture stew mate".split()
)  # fmt: skip


def countable(of: Iterable[str]) -> tuple[str, ...]:
    """Those nouns of which one can say "three"."""
    return tuple(n for n in of if not n.endswith("s") and n.split()[-1] not in UNCOUNTED)


def plural(noun: str) -> str:
    """The plural of a noun, by the rules of school."""
    before, _, last = noun.rpartition(" ")
    if last in _IRREGULAR:
        ending = _IRREGULAR[last]
    elif last.endswith(("s", "x", "ch", "sh", "z")) or last in {"tomato", "potato", "mango"}:
        ending = f"{last}es"
    elif last.endswith("y") and last[-2] not in "aeiou":
        ending = f"{last[:-1]}ies"
    else:
        ending = f"{last}s"
    return f"{before} {ending}".strip()
