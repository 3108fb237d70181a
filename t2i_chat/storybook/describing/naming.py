"""Says what a noun phrase names: a thing of the bank, a place, a part, or nothing to be painted."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal, cast

from t2i_chat.storybook import english
from t2i_chat.storybook.bank.drawings import Match
from t2i_chat.storybook.describing.lexicon import load_kinds
from t2i_chat.storybook.describing.nouns import Nouns
from t2i_chat.storybook.describing.phrases import ATTRIBUTES, Phrase
from t2i_chat.storybook.describing.tags import Tag
from t2i_chat.storybook.description import Size

Role = Literal["thing", "place", "part", "cover", "attribute", "nothing", "unknown"]
PLURAL = 3
"""The number that a plural without a number means."""
MOST = 12
_CLEAR = 0.85
"""Score from which a match of all words is taken before a match of fewer of them."""
_LONGEST = 5
"""Words of the longest compound looked up."""


@dataclass(frozen=True, slots=True)
class Named:
    """A phrase understood.

    `settings` are assignments as in lexicon.csv ("ground=beach"); `part` tells where a part of a
    body is ("hand"); `known` that it was spoken of before ("the dog"), `own` that it is somebody's
    ("its mouth").
    """

    role: Role
    words: str
    match: Match | None = None
    count: int = 1
    colours: tuple[str, ...] = ()
    size: Size = "usual"
    pose: str | None = None
    settings: tuple[str, ...] = ()
    part: str = ""
    opened: bool = False
    known: bool = False
    own: bool = False
    absent: bool = False
    kinds: frozenset[str] = frozenset()


def name(phrase: Phrase, nouns: Nouns) -> Named:
    """Understand a phrase by the kind of its last word that is no attribute."""
    body = _without_tail(phrase.content)
    understand = _BY_HEAD.get(body[-1].kind, _nothing) if body else _attributes
    return understand(phrase, body, nouns)


def _without_tail(content: list[Tag]) -> list[Tag]:
    """The content up to its head: "car green" → "car"."""
    end = len(content)
    while end and content[end - 1].kind in ATTRIBUTES:
        end -= 1
    return content[:end]


def _coloured(body: list[Tag]) -> bool:
    return any(tag.kind == "colour" for tag in body)


def _place(phrase: Phrase, body: list[Tag], nouns: Nouns) -> Named:
    """A place, unless its word ends the name of a thing: "hot spring"."""
    before = body[-2] if len(body) > 1 else None
    if (
        before
        and before.kind in ("word", "adjective")
        and nouns.is_compound(before.words, body[-1].words)
    ):
        return _thing(phrase, body, nouns)
    return _named("place", phrase, body)


def _mass(phrase: Phrase, body: list[Tag], nouns: Nouns) -> Named:
    """Clouds and stars: things if counted or coloured, otherwise the sky."""
    if phrase.openers.keys() & {"number", "amount", "article"} or _coloured(body):
        return _thing(phrase, [*body[:-1], Tag(body[-1].words, "word")], nouns)
    return _named("place", phrase, body)


def _part(phrase: Phrase, body: list[Tag], nouns: Nouns) -> Named:
    """A part of something, or what it is a part of: "a pirate's shoulder"."""
    owner = body[-2].words if len(body) > 1 else ""
    if owner.endswith("'s"):
        return _thing(phrase, [Tag(owner.removesuffix("'s"), "word")], nouns)
    words = " ".join(tag.words for tag in phrase.content)
    named = _thing(phrase, body, nouns)
    return replace(named, role="part", part=body[-1].value, words=words)


def _cover(phrase: Phrase, body: list[Tag], nouns: Nouns) -> Named:
    """What covers a body, whose colour is the body's: "white fur"."""
    return replace(_thing(phrase, body, nouns), role="cover")


def _depicted(phrase: Phrase, body: list[Tag], nouns: Nouns) -> Named:
    """What a picture word shows ("a tiger portrait"), if that is clear."""
    shown = _without_tail([tag for tag in body if tag.kind != "neutral"])
    if shown and shown[-1].kind == "word" and nouns.names(shown[-1].words):
        return _thing(phrase, shown, nouns)
    return _nothing(phrase, body, nouns)


def _nothing(phrase: Phrase, body: list[Tag], nouns: Nouns) -> Named:  # noqa: ARG001 -- as all
    """Words about the picture as such."""
    return _named("nothing", phrase, body)


def _attributes(phrase: Phrase, body: list[Tag], nouns: Nouns) -> Named:  # noqa: ARG001 -- as all
    """Attributes alone, unless the last is a noun as well: "an orange", "a baby"."""
    content = phrase.content
    if content and phrase.openers and nouns.names(content[-1].words):
        return _thing(phrase, [*content[:-1], Tag(content[-1].words, "word")], nouns)
    return _named("attribute" if content else "nothing", phrase, content)


def _thing(phrase: Phrase, body: list[Tag], nouns: Nouns) -> Named:
    if phrase.openers.keys() & {"number", "amount"}:
        body = [*body[:-1], replace(body[-1], words=_one(body[-1].words, nouns))]
    match, start = _match(body, nouns)
    if match is None and len(body) > 1 and phrase.openers.get("determiner") == "own":
        return _thing(phrase, body[:-1], nouns)  # "my dog Max"
    extra = [tag for tag in body[:start] if tag.kind in ("word", "part")]
    if match is not None and extra:
        match = replace(match, how="nearest")
    compound = " ".join(tag.words for tag in body[start:])
    one = nouns.singular(compound)
    words = " ".join([*(tag.words for tag in extra), one or compound])
    plural = (2 if "pair" in _kinds(words, match) else PLURAL) if one is not None else 1
    count = _count(phrase, words, plural)
    tail = phrase.content[len(body) :]
    return _named(
        "unknown" if match is None else "thing", phrase, [*body[:start], *tail], words, match, count
    )


def _one(word: str, nouns: Nouns) -> str:
    """The singular of a counted noun where that is drawn as well: a house, not a row of them."""
    match = nouns.find(word)
    for one in english.singulars(word):
        found = nouns.find(one)
        if match and found and found.noun == one and match.noun != one:
            return one
    return word


def _match(body: list[Tag], nouns: Nouns) -> tuple[Match | None, int]:
    """The bank's noun for the longest clear ending of `body`, and where its own words start."""
    first = max(0, len(body) - _LONGEST)
    for start in range(first, len(body)):
        match = nouns.find(_joined(body, start))
        described = body[start].kind in ATTRIBUTES and match is not None and match.how == "nearest"
        if match is not None and match.score >= _CLEAR and not described:
            return match, _own_start(body, start, match, nouns)
    start = next((k for k in range(first, len(body)) if body[k].kind == "word"), len(body) - 1)
    match = nouns.find(_joined(body, start))
    return match, start if match is None else _own_start(body, start, match, nouns)


def _own_start(body: list[Tag], start: int, match: Match, nouns: Nouns) -> int:
    """Where the words begin that it takes to find this noun."""
    while start + 1 < len(body):
        fewer = nouns.find(_joined(body, start + 1))
        if fewer is None or fewer.noun != match.noun:
            break
        start += 1
    return start


def _joined(body: list[Tag], start: int) -> str:
    return " ".join(tag.words for tag in body[start:])


def _count(phrase: Phrase, words: str, plural: int) -> int:
    openers = phrase.openers
    if "number" in openers:
        return min(MOST, int(openers["number"]))
    if "both" in openers:
        return 2
    if "amount" in openers and words not in english.UNCOUNTED:
        return int(openers["amount"])
    return plural


def _named(
    role: Role,
    phrase: Phrase,
    attributes: list[Tag],
    words: str = "",
    match: Match | None = None,
    count: int = 1,
) -> Named:
    """A phrase of this role with what its attributes say."""
    values = [tag.value for tag in attributes if tag.kind == "colour"]
    sizes = [tag.value for tag in attributes if tag.kind == "size"]
    poses = [tag.value for tag in attributes if tag.kind == "pose" and tag.value]
    return Named(
        role,
        words or " ".join(tag.words for tag in phrase.content),
        match,
        count,
        tuple(dict.fromkeys(values)),
        cast("Size", sizes[0]) if sizes else "usual",
        poses[0] if poses else None,
        _settings(attributes, role),
        opened=bool(phrase.openers),
        known=phrase.openers.get("determiner") == "known",
        own=phrase.openers.get("determiner") == "own",
        absent="absent" in phrase.openers,
        kinds=_kinds(words, match),
    )


def _settings(tags: list[Tag], role: Role) -> tuple[str, ...]:
    """What words of place, air and style say; before a thing, a place is just its name."""
    said = []
    for tag in tags:
        if tag.kind == "frost":
            said.append(f"frost={tag.value}")
        elif tag.kind in ("air", "style", "place", "mass"):
            values = tag.value.split(";")
            said += [v for v in values if role != "thing" or not v.startswith("ground=")]
    return tuple(said)


def _kinds(words: str, match: Match | None) -> frozenset[str]:
    kinds = load_kinds()
    names = [words, words.rpartition(" ")[2], match.noun if match else ""]
    return frozenset().union(*(kinds.get(one, frozenset()) for one in names))


_BY_HEAD = {
    "word": _thing,
    "place": _place,
    "mass": _mass,
    "part": _part,
    "cover": _cover,
    "neutral": _depicted,
}
