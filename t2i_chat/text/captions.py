"""Captions: what a picture shows, in the person's words, updated by phrase rules at each edit.

Phrase rules keep every word the person did not ask to change; a small language model would not.
"""

from __future__ import annotations

import re

from t2i_chat.text.plurals import ends_like_a_plural

_ARTICLES = ("a", "an", "the", "one", "some", "his", "her", "its", "their", "my", "this", "that")
_JOINTS = (
    "and", "with", "under", "in", "on", "at", "of", "near", "by", "next", "to", "beside", "behind",
    "above", "below", "over", "between", "before", "front", "inside", "against", "along", "or",
)  # fmt: skip
_SPLIT = re.compile(
    r"\s*,\s*|\s+(?=(?:and|with|under|in front of|next to|in|on|at|near|by|beside|behind|above"
    r"|below|over|between|before|inside|against|along)\s)"
)
_LEADING_JOINT = re.compile(
    r"^(?:and|with|under|in front of|next to|in|on|at|near|by|beside|behind|above|below|over"
    r"|between|before|inside|against|along)\s+"
)
_WORD = re.compile(r"[\w'’-]+")
_NUMBERS = ("one", "two", "three", "four", "five", "six", "seven", "eight")
EMPTY = "an empty scene"
"""The caption of a picture from which everything was removed."""


SURROUNDINGS = frozenset(
    "sky ground grass meadow field snow sand desert beach sea ocean water lake river night day "
    "sunset dawn rain storm fog light style picture scene background".split()
)
"""Nouns for surroundings (sky, ground, …) rather than objects."""


UNSEEN = frozenset(
    "night day sunset dawn rain storm fog light style picture scene background painting drawing "
    "sketch illustration photo photograph mood atmosphere colours colors left right top bottom "
    "middle center centre front back corner side foreground".split()
)
"""Nouns for the picture's look or a place in it (style, background, …), not for something in it."""


BROUGHT = "your picture"
"""The caption of an uploaded picture; captions of its edits begin with it."""


def _stem(word: str) -> str:
    word = word.lower()
    if len(word) > 4 and word.endswith(("ches", "shes", "xes", "sses")):
        return word[:-2]
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word


def strip_article(phrase: str) -> str:
    """A noun phrase without its leading articles: "the old tree" → "old tree"."""
    words = phrase.strip().split()
    while len(words) > 1 and words[0].lower() in _ARTICLES:
        words = words[1:]
    return " ".join(words)


def head_noun(phrase: str) -> str:
    """The noun a phrase is about: the last word before any preposition, in lower case."""
    words = _WORD.findall(_LEADING_JOINT.sub("", phrase.strip()))
    inner = words
    for index, word in enumerate(words):
        if index and word.lower() in _JOINTS:
            inner = words[:index]
            break
    return inner[-1].lower() if inner else ""


def count_of(phrase: str) -> int | None:
    """The number in a phrase: 3 for "three black cats"; None if it has none."""
    words = [word for word in phrase.lower().split() if word not in ("only", "just", "the")]
    first = words[0] if words else ""
    if first.isdigit():
        return int(first) or None
    return _NUMBERS.index(first) + 1 if first in _NUMBERS else None


def with_article(phrase: str) -> str:
    """A phrase with "a" or "an" before it, unless it has an article, a number or is plural."""
    words = phrase.strip().split()
    if not words:
        return phrase
    first = words[0].lower()
    counted = first in (*_ARTICLES, "two", "three", "four", "many", "no") or first.isdigit()
    plural = head_noun(phrase).endswith("s") and not head_noun(phrase).endswith("ss")
    if counted or plural:
        return phrase.strip()
    return f"{'an' if first[0] in 'aeiou' else 'a'} {phrase.strip()}"


def _parts(caption: str) -> list[str]:
    return [part for part in _SPLIT.split(caption.strip()) if part]


def phrases(caption: str) -> tuple[str, ...]:
    """The noun phrases of a caption: "a house and a dog" → ("a house", "a dog")."""
    return tuple(_LEADING_JOINT.sub("", part) for part in _parts(caption))


def things(caption: str) -> tuple[str, ...]:
    """The head nouns a caption names, in order: "a red house and a dog" → ("house", "dog")."""
    heads = (head_noun(part) for part in _parts(caption))
    return tuple(dict.fromkeys(head for head in heads if head))


def in_setting(thing: str, caption: str, but: str | None = None) -> str:
    """`thing` (or nothing) in the surroundings of a caption, without those about `but`.

    ("a dog", "a red house under a blue sky") → "a dog under a blue sky"
    """
    parts = [part for part in _parts(caption) if head_noun(part) in SURROUNDINGS]
    named = [part for part in parts if part != BROUGHT]
    kept = [part for part in named if but is None or not names(part, but)]
    return _join([thing, *kept] if thing else kept) or EMPTY


def mentions(caption: str, target: str) -> bool:
    """Whether a caption names the thing of `target`, in singular or plural, with any article."""
    stem = _stem(head_noun(target))
    return any(_stem(word) == stem for word in _WORD.findall(caption))


def names(part: str, target: str) -> bool:
    """Whether two phrases have the same head noun, in singular or plural."""
    return _stem(head_noun(part)) == _stem(head_noun(target))


_PLURALS = frozenset("people men women children sheep geese mice fish deer".split())
_SEVERAL = re.compile(r"\b(?:all|both|every|each|two|three|four|some|many|several|\d+)\b")


def is_plural(phrase: str) -> bool:
    """Whether a phrase means all things of a name: "the trees", "both cats", "two dogs"."""
    noun = head_noun(phrase)
    several = _SEVERAL.search(phrase.lower()) or noun in _PLURALS
    return bool(several) or ends_like_a_plural(noun)


_COUNTS = ("", "a", "two", "three", "four")


def _others(part: str, target: str) -> str:
    """What remains of a counted thing without one: ("two trees", "the left tree") → "a tree"."""
    words = _LEADING_JOINT.sub("", part).split()
    count = _COUNTS.index(words[0].lower()) if words and words[0].lower() in _COUNTS else 0
    one = _stem(head_noun(target)) == head_noun(target) and "all" not in target.split()
    if count < 2 or not one:
        return ""
    things = " ".join(words[1:])
    return with_article(_stem(things)) if count == 2 else f"{_COUNTS[count - 1]} {things}"


def _join(parts: list[str]) -> str:
    if not parts:
        return ""
    sentence = _LEADING_JOINT.sub("", parts[0])
    for part in parts[1:]:
        sentence += f" {part}" if _LEADING_JOINT.match(part) else f", {part}"
    return sentence


def describe_result(target: str, result: str) -> str:
    """What replaces `target`: a bare adjective gets its noun ("darker" → "a darker sky")."""
    bare = len(result.split()) <= 2 and result.split(maxsplit=1)[0].lower() not in _ARTICLES
    if bare and not mentions(result, target):
        return with_article(f"{result.strip()} {head_noun(target)}")
    return with_article(result)


def replace_thing(caption: str, target: str, result: str) -> str:
    """The caption with the phrase about `target` replaced by `result`, or `result` appended."""
    parts = _parts(caption)
    phrase = with_article(result)
    for index, part in enumerate(parts):
        if names(part, target):
            joint = _LEADING_JOINT.match(part)
            others = _others(part, target)
            phrase += f" and {others}" if others else ""
            parts[index] = (joint.group() if joint else "") + phrase
            return _join(parts)
    return add_thing(caption, phrase)


def remove_thing(caption: str, target: str) -> str:
    """The caption without the phrase about `target`, or with the count reduced by one."""
    kept = (_without_one(part, target) for part in _parts(caption))
    return _join([part for part in kept if part]) or EMPTY


def _without_one(part: str, target: str) -> str:
    if not names(part, target):
        return part
    joint, others = _LEADING_JOINT.match(part), _others(part, target)
    return f"{joint.group() if joint else ''}{others}" if others else ""


def add_thing(caption: str, result: str, place: str | None = None) -> str:
    """The caption with one more thing, and its place if the person gave one."""
    phrase = with_article(result)
    if not caption.strip():
        return phrase
    joint = "and" if re.search(r"\bwith\b[^,]*$", caption) else "with"
    where = f" {place}" if place and _LEADING_JOINT.match(place) else ""
    return f"{caption.rstrip(' .')} {joint} {phrase}{where}"


def restyle(caption: str, result: str) -> str:
    """The caption with a style appended."""
    return f"{caption.rstrip(' .')}, {result.strip()}"
