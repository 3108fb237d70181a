"""Resolves names and pronouns to things in the picture's caption: "it", "the bike".

A pronoun means what the caption is about, "the bike" its bicycle; if a name fits two things, both
are returned so that it can be asked.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from t2i_chat.core.protocols import PlanContext
from t2i_chat.text.captions import SURROUNDINGS, head_noun, phrases, strip_article, things

PRONOUNS: Final[Mapping[str, str]] = {
    "him": "the man",
    "he": "the man",
    "her": "the woman",
    "she": "the woman",
    "them": "the people",
    "they": "the people",
    "it": "the middle",
}
"""Pronouns, and what they mean in a picture without caption."""
_SAME: Final = (
    ("bicycle", "bike"),
    ("car", "automobile", "taxi", "cab", "auto"),
    ("sofa", "couch", "settee"),
    ("dog", "puppy", "pup", "doggo", "hound", "retriever"),
    ("cat", "kitty", "kitten"),
    ("man", "guy", "dude", "fellow", "gentleman", "fisherman"),
    ("woman", "lady", "gal"),
    ("child", "kid"),
    ("boat", "ship", "sailboat"),
    ("plane", "airplane", "aircraft", "jet"),
    ("street", "road"),
    ("rug", "carpet"),
    ("television", "tv", "telly"),
    ("cup", "mug"),
    ("sea", "ocean"),
    ("fridge", "refrigerator"),
    ("rabbit", "bunny"),
    ("horse", "pony"),
    ("forest", "woods", "wood"),
    ("motorcycle", "motorbike"),
    ("house", "cottage", "cabin", "hut"),
    ("glasses", "spectacles", "specs"),
    ("hat", "cap"),
    ("picture", "painting"),
)
"""Synonyms; if two of them are in one caption, they mean different things."""
_SIDES: Final = frozenset("left right middle top bottom front back".split())
_ALL: Final = frozenset("all both every each everything two three any these those".split())


def named(target: str, context: PlanContext) -> str:
    """The target in the caption's words."""
    caption = context.captions.get(context.current or 0, "")
    if target.lower() in PRONOUNS:
        return _meant(target.lower(), caption)
    target = re.sub(r"^(this|that|these|those)\s+", "the ", target)
    return _in_its_words(target, caption)


def _meant(pronoun: str, caption: str) -> str:
    shown = things(caption)
    known = shown and shown[0] not in ("picture", "image")
    return f"the {shown[0]}" if known else PRONOUNS[pronoun]


def _in_its_words(target: str, caption: str) -> str:
    head = head_noun(target)
    shown = things(caption)
    if not head or head in shown or re.search(rf"\b{re.escape(head)}\b", caption.lower()):
        return target
    others = {word for group in _SAME if head in group for word in group} & set(shown)
    if len(others) != 1:
        return target
    return re.sub(rf"\b{re.escape(head)}\b", others.pop(), target, flags=re.IGNORECASE)


def candidates(target: str, message: str, context: PlanContext) -> tuple[str, ...]:
    """The things in the caption that a bare name fits, if there are several; else ().

    ("the lamp", …, "a floor lamp and a table lamp") → ("the floor lamp", "the table lamp")
    """
    noun = strip_article(target).lower()
    said = set(re.findall(r"\w+", message.lower()))
    if " " in noun or said & _ALL or noun in PRONOUNS:
        return ()
    fitting = [found for part in phrases(_shown(context)) if (found := _of_kind(part, noun))]
    marks = [set(found.lower().split()) - {noun, "the", "on"} for found in fitting]
    heard = said | set(re.findall(r"\w+", (context.previous or "").lower()))
    told_apart = any(mark & heard for mark in marks) or not all(marks)
    return () if len(set(fitting)) < 2 or told_apart else tuple(dict.fromkeys(fitting))


def unclear(target: str, message: str, context: PlanContext) -> tuple[str, ...]:
    """The things a bare "it" may mean in a first picture of several; () if it is clear."""
    said = set(re.findall(r"\w+", message.lower()))
    shown = [thing for thing in things(_shown(context)) if thing not in SURROUNDINGS]
    named_there = said & {head_noun(target), *things(_shown(context)), "him", "her", "he", "she"}
    if len(context.captions) != 1 or not said & {"it", "its"} or named_there or len(shown) < 2:
        return ()
    return tuple(f"the {thing}" for thing in shown)


def _shown(context: PlanContext) -> str:
    return context.captions.get(context.current or 0, "")


def _of_kind(phrase: str, noun: str) -> str:
    """The phrase as a name, if it is about such a thing: "desk lamp left" → the left desk lamp."""
    words = strip_article(phrase).split()
    side = words.pop().lower() if len(words) > 1 and words[-1].lower() in _SIDES else ""
    if not words or words[-1].lower() != noun:
        return ""
    return " ".join(["the", side, *words] if side else ["the", *words])
