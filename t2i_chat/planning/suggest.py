"""Suggests next edits for a picture as buttons, by rules on its caption.

Each is a sentence the planner understands as one edit. What the picture already shows is not
suggested.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice

from t2i_chat.text.captions import BROUGHT, SURROUNDINGS, head_noun, mentions, phrases

MOST = 3
"""Maximum number of suggestions."""
_DARK = ("night", "moon", "star", "dark", "darker", "stormy", "midnight")
_INDOORS = ("room", "kitchen", "bedroom", "office", "table", "portrait", "face", "shelf")
_COLOURS = ("blue", "red", "yellow", "green", "purple", "white", "orange", "pink")
_FITTING = (
    (("sea", "ocean", "lake", "river", "water", "beach", "waves"), ("boat", "whale", "gull")),
    (("snow", "snowy", "ice", "winter"), ("snowman", "penguin")),
    (("night", "moonlight", "stars"), ("moon", "owl")),
    (("desert", "sand"), ("cactus", "camel")),
    (("city", "street", "road", "town"), ("car", "bicycle")),
    (("meadow", "grass", "field", "hill", "garden", "park"), ("sheep", "tree")),
    (("forest", "woods"), ("deer", "owl")),
)
"""Surroundings, and things that fit into them."""
_ANYWHERE = ("tree", "bird")
_PLACES = frozenset(_INDOORS).union(*(places for places, _ in _FITTING))


def next_edits(caption: str) -> tuple[str, ...]:
    """Up to MOST sentences that edit the picture of a caption."""
    if BROUGHT in phrases(caption):
        return ("make it a watercolour painting", "zoom out")
    return tuple(islice(_fitting(caption), MOST))


def _fitting(caption: str) -> Iterator[str]:
    outdoors = not _any_of(_INDOORS, caption)
    if outdoors:
        yield "make the sky blue" if _any_of(_DARK, caption) else "make the sky darker"
        yield f"add {_companion(caption)}"
    yield from _recoloured(caption)
    yield from _removed(caption)
    yield "zoom out"
    yield "make it a watercolour painting"


def _companion(caption: str) -> str:
    here = (things for places, things in _FITTING if _any_of(places, caption))
    candidates = [*(thing for things in here for thing in things), *_ANYWHERE]
    thing = next((one for one in candidates if not mentions(caption, one)), "rainbow")
    return f"{'an' if thing[0] in 'aeiou' else 'a'} {thing}"


def _recoloured(caption: str) -> Iterator[str]:
    """Another colour for the first thing that was given one."""
    for phrase in phrases(caption):
        noun = head_noun(phrase)
        colour = next((word for word in phrase.lower().split() if word in _COLOURS), None)
        if colour and noun not in SURROUNDINGS and noun != colour:
            other = _COLOURS[(_COLOURS.index(colour) + 1) % len(_COLOURS)]
            yield f"make the {noun} {other}"
            return


def _removed(caption: str) -> Iterator[str]:
    """Removes the last of several things."""
    nouns = [head_noun(phrase) for phrase in phrases(caption)]
    things = [noun for noun in nouns if noun not in SURROUNDINGS | _PLACES]
    if len(things) > 1 and not things[-1].endswith("ing"):
        yield f"remove the {things[-1]}"


def _any_of(words: Iterable[str], caption: str) -> bool:
    return any(mentions(caption, word) for word in words)
