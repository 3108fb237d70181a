"""Follow-up messages: repeats or corrects the last request ("the other one too", "I meant …").

"I meant the short one" is the last request for another thing, after an undo; "or purple?" and "a
few more" repeat the last request with a change. The result is a message, which is then planned.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Final

from t2i_chat.core.protocols import PlanContext
from t2i_chat.text.captions import head_noun, phrases, strip_article, things
from t2i_chat.text.colors import A_COLOUR


@dataclass(frozen=True, slots=True)
class Again:
    """A reworded request, the context it is planned in, and whether an undo comes first."""

    message: str
    context: PlanContext
    undo: bool


_REPAIRED: Final = re.compile(
    r"(?P<head>.*\b)(?P<kind>an?|the) [\w'-]+(?: [\w'-]+)?,? "
    r"(?:no|wait|sorry|actually|scratch that)\b[\s,]*(?:wait,? |no,? )?"
    r"(?:make (?:that|it) |i mean(?:t)? |rather )?"
    r"(?P<new>(?P<other>an?|the) [\w' -]+)",
    re.IGNORECASE,
)


def repaired(message: str) -> str:
    """The message without self-corrections: "a horse, no, make that a donkey" → "a donkey"."""
    found = _REPAIRED.fullmatch(message.strip(" .!"))
    if found is None or (found["kind"].lower() == "the") != (found["other"].lower() == "the"):
        return message
    return found["head"] + found["new"]


_THING = r"(?P<thing>the [\w' -]+?)"
_WHOLE = r"(?:everything|all of it|the (?:whole )?(?:picture|image|photo|scene|thing))"
_FORMS: Final = tuple(
    (re.compile(pattern), undo)
    for pattern, undo in (
        (
            (
                r"(?:i (?:only |actually )?(?:meant|mean|was talking about)"
                r"|wrong (?:thing|one|place)[\s,!.;:-]*(?:i meant )?"
                r"|not (?:that|this)(?: one)?[\s,!.;:-]+(?:i meant )?)"
                rf" ?{_THING}(?:,? (?:and )?not (?P<old>the [\w' -]+))?"
            ),
            True,
        ),
        (r"(?P<thing>the other(?: \w+)?),? (?:is what )?i (?:meant|mean)", True),
        (r"(?:that's |that was )?(?:the )?wrong (?:one|thing)", True),
        (rf"(?:only|just) {_THING},? (?:and )?not (?P<old>{_WHOLE})", True),
        (r"(?:and |now |do )?(?P<thing>the other(?: \w+)?) (?:as well|too|also)", False),
    )
)
_OPENING: Final = re.compile(
    r"^(?:(?:no(?:pe)?|oops|sorry|hmm|hey|oh|wait|argh|ugh|please|pls|but|and)\b[\s,!.]*)+"
)


_POLITE: Final = re.compile(r"[\s,]*\b(?:please|pls|thanks|instead|then)$")
_PAINTED: Final = re.compile(
    r"(?P<make>(?:make|paint|turn|colou?r) (?:the|his|her|its) [\w' -]+) (?P<how>[\w-]+)"
)
_ADDED: Final = re.compile(
    r"(?P<add>add|put|draw|place)(?: in)? an? (?P<thing>[\w' -]+?)"
    r"(?P<where> (?:in|on|at|next|behind|under|to|by|beside|near|above|around)\b.*)?"
)
_LESS: Final = re.compile(
    r"too (?:much|strong)(?:[\s,.!]+(?:a (?:bit|little) )?less)?|(?:a (?:bit|little) )?less"
)
_OR: Final = re.compile(rf"(?:or|or maybe|maybe|rather|what about|how about) (?P<how>{A_COLOUR})")
_MORE: Final = re.compile(r"(?P<many>(?:a few|some|two|three|four) more)(?: of (?:them|those))?")

_ONLY: Final = re.compile(r"the [\w'-]+(?: [\w'-]+)?")
_DENIAL: Final = re.compile(
    r"(?:oh |sorry,? |hm+,? )?(?:no(?:pe)?|not that(?: one)?)\b(?! (?:more|longer))"
)
"""A message that begins so and then names a thing says which one was meant."""
_SIZED: Final = re.compile(
    r"(?:make|(?:i|i'd|i would) (?:want|wanted|like|meant)) (?:it|that|him|her|them)(?: to be)? "
    r"(?P<how>(?:much |a (?:bit|little|lot) )?(?:bigger|larger|smaller|taller|wider|tiny))"
)
_WHICH: Final = re.compile(r"the other(?: (?P<noun>[\w'-]+))?")
_MOVED: Final = re.compile(
    r"(?P<do>(?:move|shift|push|slide|rotate|flip|put|place|bring)) it (?P<how>.+)"
)
"""What is done to a thing and never to a whole picture."""


def second_thought(message: str, context: PlanContext) -> Again | None:
    """The last request as a follow-up changes it; None if the message is a request of its own."""
    said = _OPENING.sub("", message.lower()).strip(" .!?")
    said = _POLITE.sub("", said).strip(" ,.!?")
    if (otherwise := _otherwise(said, (context.previous or "").lower().strip(" .!?"))) is not None:
        return Again(otherwise, context, undo=False)
    if _ONLY.fullmatch(said) and _DENIAL.match(message.lower().strip()):
        said = f"i meant {said}"
    for pattern, undo in _FORMS:
        found = pattern.fullmatch(said)
        before = _before(context) if found else None
        if found is not None and before is not None:
            parts = found.groupdict()
            thing, old = parts.get("thing") or "the other one", parts.get("old")
            anew = _about(thing, old, before, context)
            return Again(anew, before if undo else context, undo) if anew else None
    return None


def unsettled(message: str, context: PlanContext) -> str | None:
    """The question after "no, the other one" if it is unclear which; else None."""
    said = _OPENING.sub("", message.lower()).strip(" .!?")
    found = _WHICH.fullmatch(said)
    if found is None or not context.previous or not _DENIAL.match(message.lower().strip()):
        return None
    noun = found["noun"] or "one"
    return f"Which {noun} do you mean? Touch it in the picture, and say what it should become."


def _otherwise(said: str, previous: str) -> str | None:
    """The last request with more or less of what it asked for, or what is to become of that."""
    painted, added = _PAINTED.fullmatch(previous), _ADDED.fullmatch(previous)
    if painted and (other := _OR.fullmatch(said)):
        return f"{painted['make']} {other['how']}"
    if painted and _LESS.fullmatch(said) and not painted["how"].endswith("er"):
        return f"{painted['make']} less {painted['how']}"
    if added and (sized := _SIZED.fullmatch(said)):
        return f"make the {added['thing']} {sized['how']}"
    if added and (moved := _MOVED.fullmatch(said)):
        return f"{moved['do']} the {added['thing']} {moved['how']}"
    if added and (more := _MORE.fullmatch(said)):
        return f"{added['add']} {more['many']} {added['thing']}s{added['where'] or ''}"
    return None


def _before(context: PlanContext) -> PlanContext | None:
    """What the last request was said to: the picture before the current one."""
    older = [number for number in context.captions if number < (context.current or 0)]
    if not context.previous or not older or not context.can_undo:
        return None
    return replace(context, current=max(older), previous=None)


def _about(thing: str, old: str | None, before: PlanContext, now: PlanContext) -> str | None:
    """The last request about another thing; None when either thing is not to be found."""
    previous = (now.previous or "").strip(" .!?")
    shown = _shown(before)
    whole = old is not None and re.fullmatch(_WHOLE, old)
    spot = _WHOLE_SPOT.search(previous) if whole else _spot(previous, old, shown)
    if spot is None:
        return None
    noun = head_noun(spot.group())
    other: str | None = thing
    if re.fullmatch(rf"the other(?: one| {re.escape(noun)})?", thing):
        other = _other(noun, shown, _shown(now))
    elif thing.endswith(" one"):
        other = _kind(noun, thing.removesuffix(" one"), shown)
    return previous[: spot.start()] + other + previous[spot.end() :] if other else None


def _shown(context: PlanContext) -> str:
    return context.captions.get(context.current or 0, "").lower()


_WHOLE_SPOT: Final = re.compile(rf"\b(?:it|this|{_WHOLE})\b", re.IGNORECASE)


def _spot(previous: str, old: str | None, shown: str) -> re.Match[str] | None:
    """Where the last request names its thing, if it names one only."""
    nouns = [head_noun(old)] if old else things(shown)
    spots = [
        found
        for noun in nouns
        for found in re.finditer(
            rf"\b(?:the|that|this|his|her|its)(?: (?!the\b)[\w'-]+){{0,2}}? {re.escape(noun)}\b",
            previous,
            re.IGNORECASE,
        )
    ]
    return spots[0] if len(spots) == 1 else None


def _of_noun(noun: str, shown: str) -> list[str]:
    """The things of one kind that a caption tells apart: "tall vase", "short vase"."""
    found = [strip_article(part) for part in phrases(shown) if head_noun(part) == noun]
    return [name for name in dict.fromkeys(found) if " " in name]


def _kind(noun: str, mark: str, shown: str) -> str | None:
    """The thing of one kind that bears a mark."""
    wanted = set(strip_article(mark).lower().split())
    fits = [name for name in _of_noun(noun, shown) if wanted <= set(name.lower().split())]
    return f"the {fits[0]}" if len(fits) == 1 else None


_IS_SAID = r"\b{}\b.*\b(?:is|are|now|removed|gone|turned|became)\b"
"""A caption that tells what became of a thing, instead of what the picture shows."""


def _other(noun: str, before: str, now: str) -> str | None:
    """Of two things of a kind the one that the last request did not change."""
    names = _of_noun(noun, before)
    same = {strip_article(part) for part in phrases(now)}
    changed = [name for name in names if re.search(_IS_SAID.format(re.escape(name)), now)]
    changed = changed or [name for name in names if name not in same]
    others = [name for name in names if name not in changed]
    return f"the {others[0]}" if len(names) == 2 and len(others) == 1 else None
