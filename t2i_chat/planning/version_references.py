"""Resolves references to versions: "the second one", "the one with the cat", "before the boat".

Uses captions, names and stars. If several versions fit, all are returned so that it can be asked;
if none fits, the language model decides.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Final, TypeAlias

from t2i_chat.core.actions import MAX_NAME, Action, Clarify, Goto, Label
from t2i_chat.core.protocols import PlanContext
from t2i_chat.text.captions import head_noun, mentions, strip_article

Numbers: TypeAlias = tuple[int, ...]
"""Versions a reference may mean: none, one, or all that fit."""
_Finder: TypeAlias = Callable[["re.Match[str]", PlanContext], Numbers]

_ORDINALS: Final = (
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth"
).split()
_ONE: Final = r"(?:one|version|picture|image)"
_NO_LOOKS: Final = frozenset(
    """other another last latest newest new next previous earlier older old current same whole
    entire best better final recent most right wrong left this that first second third""".split()
)
"""Adjectives before "version" that do not describe the picture."""


def meant(words: str, context: PlanContext) -> Numbers:
    """The versions a reference may mean, oldest first; () if it is not a reference."""
    bare = words.lower().strip(" .!?,\"'“”")
    named = _named(bare, context)
    if named:
        return named
    for pattern, find in _REFERENCES:
        if (found := pattern.fullmatch(bare)) is not None:
            return find(found, context)
    return ()


def _named(bare: str, context: PlanContext) -> Numbers:
    called = strip_article(re.sub(rf" {_ONE}$", "", bare))
    given = {n: strip_article(name.lower()) for n, name in context.names.items()}
    return tuple(n for n, name in sorted(given.items()) if name in (called, strip_article(bare)))


def _numbered(found: re.Match[str], _: PlanContext) -> Numbers:
    return (max(int(found["n"]), 1),)


def _counted(found: re.Match[str], _: PlanContext) -> Numbers:
    word = found["nth"]
    return (_ORDINALS.index(word) + 1 if word in _ORDINALS else max(int(word[:-2]), 1),)


def _starred(_: re.Match[str], context: PlanContext) -> Numbers:
    return tuple(sorted(context.starred))


def _with(found: re.Match[str], context: PlanContext) -> Numbers:
    return _elsewhere(_showing(found["what"], context), context)


def _without(found: re.Match[str], context: PlanContext) -> Numbers:
    shown = _showing(found["what"], context)
    return _elsewhere((n for n in sorted(context.captions) if n not in shown), context)


def _looking(found: re.Match[str], context: PlanContext) -> Numbers:
    """Of "the blue version": the only one that was made blue, else all that show blue."""
    what = found["what"]
    if set(what.split()) & _NO_LOOKS:
        return ()
    shown = _elsewhere(_showing(what, context), context)
    made = [n for n in shown if context.parents.get(n) and _became(what, n, context)]
    return (made[0],) if len(made) == 1 else shown


def _before(found: re.Match[str], context: PlanContext) -> Numbers:
    """The parents of the versions that first show a thing in their branch."""
    what = found["what"]
    came = [n for n in _showing(what, context) if _became(what, n, context)]
    origins = [context.parents.get(n) or n - 1 for n in came]
    here = [n for n in origins if n in _line(context.current, context)]
    fitting = here if len(here) == 1 else origins
    return tuple(dict.fromkeys(n for n in fitting if n in context.captions))


def _showing(what: str, context: PlanContext) -> Numbers:
    """The versions whose captions have every word of `what`, in singular or plural."""
    words = strip_article(what).split()
    return tuple(
        number
        for number, caption in sorted(context.captions.items())
        if words and all(mentions(caption, word) for word in words)
    )


def _became(what: str, number: int, context: PlanContext) -> bool:
    """Whether a version says more often than its parent what a phrase is about.

    Where no parents are told, each version is taken to be made from the one before it.
    """
    parent = context.parents.get(number) if context.parents else number - 1
    noun = head_noun(what).rstrip("s")
    before = context.captions.get(parent or 0, "").lower().count(noun)
    return context.captions[number].lower().count(noun) > before


def _elsewhere(numbers: Iterable[int], context: PlanContext) -> Numbers:
    """Without the current version, unless it is the only one."""
    found = tuple(numbers)
    return tuple(n for n in found if n != context.current) or found


def _line(number: int | None, context: PlanContext) -> tuple[int, ...]:
    line: list[int] = []
    while number is not None and number not in line:
        line.append(number)
        number = context.parents.get(number)
    return tuple(line)


_THING: Final = r"(?:an? |the |some |that |two |three )?(?P<what>[\w'-]+(?: [\w'-]+){0,3}?)"
_REFERENCES: Final[tuple[tuple[re.Pattern[str], _Finder], ...]] = tuple(
    (re.compile(pattern), find)
    for pattern, find in (
        (
            r"(?:the )?(?:v\.? ?|version |number |no\.? ?|#|picture |image )(?P<n>\d{1,4})",
            _numbered,
        ),
        (rf"(?:the |my )?(?P<nth>{'|'.join(_ORDINALS)}|\d+(?:st|nd|rd|th))(?: {_ONE})", _counted),
        (rf"(?:the |my )?original(?: {_ONE})?", lambda _, __: (1,)),
        (rf"(?:the |my )?(?:starred|favou?rite)(?: {_ONE})?", _starred),
        (
            (
                rf"(?:(?:(?:the|that) {_ONE}|how it was|what it was|as it was|the way it was) )?"
                r"(?:from )?(?:right |just )?before (?:there (?:was|were) |(?:you|we|i) (?:added"
                rf"|put in|painted|asked for) )?{_THING}(?: was there| was added| came| appeared)?"
            ),
            _before,
        ),
        (
            (
                rf"(?:the|that) {_ONE} (?:with|that (?:has|shows|had)|showing|of|having"
                rf"|where (?:there is|there are|there was|there's)) {_THING}"
            ),
            _with,
        ),
        (rf"(?:the|that) {_ONE} (?:without|that has no|with no) {_THING}", _without),
        (rf"the (?P<what>[\w'-]+(?: [\w'-]+)?) {_ONE}", _looking),
    )
)
"""Patterns of references, and how their versions are found."""

_GO: Final = (
    r"(?:(?:can|could|may) (?:you|we|i) )?(?:please )?"
    r"(?:(?:(?:go|get|take me|bring me|jump|switch|return)(?: back)? to|back to|show(?: me)?|open"
    r"|continue (?:from|with)|bring back|i (?:want|liked?|prefer)|i'd like))"
)
_WENT = re.compile(rf"{_GO} (?P<ref>.+?)(?: (?:back|again|please|better|more))*")
_BARE = re.compile(r"(?:the )?(?:[\w'-]+ ){0,3}version(?: .+)?|(?:right |just )?before .+")
_OFTEN = r"(?:this|that|it)(?: (?:one|version|picture|image))?"
_CALLED = re.compile(
    rf"(?:please )?(?:call|name|label) (?P<ref>{_OFTEN}|version \d+|v\d+|the \w+ {_ONE}) "
    rf"(?:as )?(?P<name>[^,;:]{{1,{MAX_NAME}}})",
    re.IGNORECASE,
)
_STAR = re.compile(
    rf"(?:please )?(?P<un>un)?(?:-)?(?:star|favou?rite|bookmark) "
    rf"(?P<ref>{_OFTEN}|version \d+|v\d+|the \w+ {_ONE})",
    re.IGNORECASE,
)
_IDIOMS: Final = frozenset(("a day", "a night", "quits", "off"))
"""Continuations of "call it" that name nothing."""


def read(message: str, context: PlanContext) -> Action | None:
    """The action of a message that only names, stars or goes to a version; None for others."""
    if not context.captions:
        return None
    return _labelled(message.strip(" .!"), context) or _gone_to(message, context)


def _gone_to(message: str, context: PlanContext) -> Action | None:
    bare = message.lower().strip(" .!?")
    went = _WENT.fullmatch(bare)
    called = tuple(bare == name.lower() for name in context.names.values())
    if went is None and not _BARE.fullmatch(bare) and not any(called):
        return None
    numbers = meant(went["ref"] if went else bare, context)
    return _one_of(numbers, lambda number: Goto(version=number))


def _labelled(message: str, context: PlanContext) -> Action | None:
    starred, called = _STAR.fullmatch(message), _CALLED.fullmatch(message)
    found = starred or called
    if found is None:
        return None
    here = re.fullmatch(_OFTEN, found["ref"].lower()) is not None
    numbers = (context.current or 0,) if here else meant(found["ref"], context)
    if starred:
        shines = starred["un"] is None
        return _one_of(numbers, lambda number: Label(version=number, starred=shines))
    name = found["name"].strip(" \"'“”‘’")
    if name.lower() in _IDIOMS or not name:
        return None
    return _one_of(numbers, lambda number: Label(version=number, name=name))


def _one_of(numbers: Numbers, act: Callable[[int], Action]) -> Action | None:
    """The act on the one version that is meant; a question when there are several."""
    if not numbers or numbers == (0,):
        return None
    if len(numbers) == 1:
        return act(numbers[0])
    options = tuple(f"v{number}" for number in numbers[-4:])
    return Clarify(question="Which of these do you mean?", options=options)


_FIRST = re.compile(
    rf"(?:{_GO}|in|from|on|use|take|like) (?P<ref>.+?)"
    r"(?:\s*[,;:]\s*(?:but |and |then )*|\s+(?:but|and then|and|then)\s+"
    r"|\s+(?=(?:make|add|remove|replace|change|paint|turn|put|with)\b))\S.*"
)


def begins_from(message: str, context: PlanContext) -> int | None:
    """The version that a longer message starts from; None if it names none.

    "go back to the blue version but with a cat" begins from the blue version.
    """
    found = _FIRST.fullmatch(message.lower().strip(" .!?"))
    numbers = meant(found["ref"], context) if found else ()
    return numbers[0] if len(numbers) == 1 and numbers[0] in context.captions else None
