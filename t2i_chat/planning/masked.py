"""Confines a plan to a brushed region (mask): whatever is painted is painted there.

The mask says where, the words say what: a new picture becomes a thing in the region, a restyle
stays inside it, and an unnamed target is what was brushed.
"""

from __future__ import annotations

import re

from t2i_chat.core.actions import (
    MARKED,
    Action,
    Add,
    Clarify,
    Generate,
    Inpaint,
    Plan,
    Remove,
    Replace,
    Restyle,
)
from t2i_chat.planning.line_grammar import QUESTIONS
from t2i_chat.planning.normalize import heard, own_words, split
from t2i_chat.text.captions import head_noun, strip_article

_POINTING = frozenset("this that it these those them here there thing area part place spot".split())
"""Words that only point at the brushed region."""
_ANSWERED = {QUESTIONS[key][0] for key in ("more", "what")}
"""Fixed questions a brushed region answers."""
_COMPARED = re.compile(r"\b(?:just )?like (?:an?|the|that of) .*", re.IGNORECASE)
"""What the region is to look like, which is not what it is."""
_ERASE = re.compile(r"(?:please )?(?:remove|erase|delete|clear|clean|take|get rid of)\b.*")


def within(plan: Plan, words: str) -> Plan:
    """The plan with all its painting confined to the brushed region."""
    return Plan(actions=tuple(_within(action, words) for action in plan.actions))


def _within(action: Action, words: str) -> Action:
    match action:
        case Generate(prompt=prompt):
            return Add(result=prompt)
        case Add():
            return action.model_copy(update={"target": None})
        case Restyle(result=result, of=of):
            return Inpaint(target=MARKED, result=result, of=of)
        case Inpaint() | Remove() | Replace() if not _named(action.target, words):
            return _of_the_mark(action)
        case Clarify(question=question) if question in _ANSWERED:
            return _pointed(words) or action
    return action


def _named(target: str, words: str) -> bool:
    noun = head_noun(target)
    own = _COMPARED.sub("", words)
    return noun not in _POINTING and heard(noun, set(split(own)))


def _of_the_mark(action: Inpaint | Remove | Replace) -> Action:
    """The action with the brushed region as its target."""
    if not isinstance(action, Inpaint):
        return action.model_copy(update={"target": MARKED})
    noun = head_noun(action.target)
    if head_noun(action.result) != noun and action.result != strip_article(action.result):
        return Replace(target=MARKED, result=action.result, of=action.of)
    quality = [word for word in strip_article(action.result).split() if word.lower() != noun]
    result = " ".join(quality) or action.result
    return Inpaint(target=MARKED, result=result, of=action.of)


def _pointed(words: str) -> Action | None:
    """The edit that was unclear only because nothing was named; None if the question stands."""
    bare = words.lower().strip(" .!")
    pointing = not _POINTING.isdisjoint(split(bare))
    if _ERASE.fullmatch(bare) and (pointing or len(bare.split()) == 1):
        return Remove(target=MARKED)
    return None if pointing else Inpaint(target=MARKED, result=own_words(words))
