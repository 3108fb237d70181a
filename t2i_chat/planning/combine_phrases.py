"""Parses requests to combine versions: "the sky of 3 with the house of 5", "keep only the hat"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from t2i_chat.core.actions import MARKED, Action, Clarify, Combine
from t2i_chat.core.protocols import PlanContext
from t2i_chat.planning.version_references import Numbers, meant

_POLITE: Final = r"(?:(?:please|pls|now|and|then|but|can you|could you|would you)[ ,]+)*"
_TAKE: Final = (
    r"(?:(?:take|use|give me|bring(?: back| over)?|copy|put|paste|get|keep|restore|combine|merge"
    r"|mix|blend|join|i want|i'd like|i like|with)(?: back)? )?"
)
_WORD: Final = r"(?!(?:and|with|of|from|but|plus)\b)[\w'-]+"
_THING: Final = rf"(?:the |that |its |his |her |their )?{_WORD}(?: {_WORD}){{0,3}}?"
_THINGS: Final = rf"{_THING}(?:(?:,| and|, and) {_THING})*?"
_FROM: Final = r"(?:of|from|out of)"
_VERSION: Final = r"(?:[\w'#.-]+)(?: [\w'#.-]+){0,6}?"
_HERE: Final = r"(?:,? (?:here|in here|instead|too|as well|please|thanks|into this(?: one)?))*"
_LIKE: Final = r"(?:like|as|the way)(?: it (?:was|is|looked))?(?: in)?"

_TWO: Final = re.compile(
    rf"{_POLITE}{_TAKE}(?P<one>{_THING}) {_FROM} (?P<first>{_VERSION})"
    rf",? (?:and|with|plus|but|but with|together with|and with)? ?{_TAKE}"
    rf"(?P<two>{_THING}) {_FROM} (?P<second>{_VERSION}){_HERE}"
)
_ONE: Final = tuple(
    re.compile(form)
    for form in (
        rf"{_POLITE}{_TAKE}(?P<one>{_THINGS}) {_FROM} (?P<first>{_VERSION}){_HERE}",
        rf"{_POLITE}{_TAKE}(?P<first>{_VERSION})'s (?P<one>{_THING}){_HERE}",
        (
            rf"{_POLITE}(?:make |i want |give me )?(?P<one>the (?:same )?[\w -]+?)(?: back)?"
            rf"(?: (?:should|must) (?:be|look)| look)? {_LIKE} (?P<first>{_VERSION}){_HERE}"
        ),
    )
)

_KEPT: Final = re.compile(
    rf"{_POLITE}keep only (?P<one>(?:this|that|the marked) part|this|that|what i marked|{_THINGS})"
    rf"(?: (?:of|from|in) (?:this|it|this one|this version|this picture|the new one))?{_HERE}"
)
_POINTED: Final = frozenset(
    ("this part", "that part", "the marked part", "this", "that", "what i marked")
)


def read(message: str, context: PlanContext) -> tuple[Action, ...]:
    """The Combine actions a message asks for, thing by thing; () for other messages.

    If two things of two versions are named, the second one's version is the base.
    """
    bare = message.lower().strip(" .!?")
    if not context.captions or context.current is None:
        return ()
    if (kept := _KEPT.fullmatch(bare)) is not None:
        return _only(kept["one"], context)
    two = _TWO.fullmatch(bare)
    if two is not None and (both := _both(two, context)):
        return both
    for form in _ONE:
        found = form.fullmatch(bare)
        if found is not None and (numbers := _versions(found["first"], context)):
            if len(numbers) > 1:
                return (_asked(found, numbers),)
            return tuple(_taken(found["one"], numbers[0]))
    return ()


def _only(things: str, context: PlanContext) -> tuple[Action, ...]:
    """Parses "keep only …": one part of the last change, copied into the version before it."""
    here, before = context.current, context.parents.get(context.current or 0)
    if here is None or before is None:
        return ()
    if things in _POINTED and not context.marked:
        return (Clarify(question="Which part? Name it, or mark it with the brush first."),)
    named = [MARKED] if things in _POINTED else [_plain(thing) for thing in _each(things)]
    first, *more = (Combine(target=thing, source=here) for thing in named)
    return (first.model_copy(update={"of": before}), *more)


def _each(things: str) -> list[str]:
    return re.split(r",(?: and)? | and ", things)


def _both(found: re.Match[str], context: PlanContext) -> tuple[Action, ...]:
    first, second = (_versions(found[part], context) for part in ("first", "second"))
    if len(first) != 1 or len(second) != 1:
        return ()
    one, two = _plain(found["one"]), _plain(found["two"])
    if first == second:
        return (Combine(target=one, source=first[0]), Combine(target=two, source=first[0]))
    return (Combine(target=one, source=first[0], of=second[0]),)


def _taken(things: str, number: int) -> Iterator[Action]:
    for thing in _each(things):
        yield Combine(target=_plain(thing), source=number)


def _plain(thing: str) -> str:
    bare = re.sub(r"^(?:the same|the|that|its|his|her|their) ", "", thing)
    return f"the {bare}"


def _versions(words: str, context: PlanContext) -> Numbers:
    """The versions a reference means; a bare number or "the second" is one, too."""
    if (number := re.fullmatch(r"#?(\d{1,4})", words)) is not None:
        return (max(int(number[1]), 1),)
    return meant(words, context) or (meant(f"{words} one", context) if _NTH.match(words) else ())


_NTH: Final = re.compile(r"(?:the )?(?:first|second|third|\w+th|\d+(?:st|nd|rd|th))$")


def _asked(found: re.Match[str], numbers: Numbers) -> Action:
    thing = _plain(found["one"])
    options = tuple(f"take {thing} from v{number}" for number in numbers[-4:])
    return Clarify(question="Which of these do you mean?", options=options)
