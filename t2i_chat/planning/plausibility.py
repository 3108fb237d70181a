"""Corrects typical slips of the small language model, one rule per slip, against the message.

For instance it outpaints when told to add, edits a person when a place was named, goes to a version
nobody mentioned. Each rule changes only plans that contradict the message.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, TypeAlias

from t2i_chat.core.actions import (
    Action,
    Add,
    Answer,
    Combine,
    Generate,
    Goto,
    Inpaint,
    Outpaint,
    Plan,
    Remove,
    Replace,
    Restyle,
    Undo,
    Variation,
)
from t2i_chat.core.protocols import PlanContext
from t2i_chat.planning.normalize import heard, split
from t2i_chat.planning.version_references import begins_from
from t2i_chat.text.captions import SURROUNDINGS, head_noun, strip_article, things

_Actions: TypeAlias = tuple[Action, ...]
_ALIKE: Final = 3
"""How many first letters a word and its miscopy have in common at least."""


@dataclass(frozen=True, slots=True)
class _Said:
    """The message in lower case, and the picture it is about."""

    text: str
    context: PlanContext

    @property
    def caption(self) -> str:
        """What the current picture shows."""
        return self.context.captions.get(self.context.current or 0, "").lower()


def sensible(plan: Plan, text: str, context: PlanContext) -> Plan:
    """The plan, corrected where it contradicts the (English) message."""
    said = _Said(text.lower().strip(" .!?"), context)
    actions = tuple(plan.actions)
    for rule in _RULES:
        actions = rule(actions, said)
    return Plan(actions=actions)


def _single(rule: Callable[[Action, _Said], Action]) -> Callable[[_Actions, _Said], _Actions]:
    """A rule that applies to plans of one action."""

    def applied(actions: _Actions, said: _Said) -> _Actions:
        return (rule(actions[0], said),) if len(actions) == 1 else actions

    return applied


def _words_are_the_persons(actions: _Actions, said: _Said) -> _Actions:
    """A word nobody said becomes the similar one that was said: "sunscreen" → "sunglasses"."""
    known = {*split(said.text), *split(said.caption)}
    return tuple(
        action.model_copy(update={"result": _copied(action.result, known, said.text)})
        if isinstance(action, Add | Replace)
        else action
        for action in actions
    )


def _copied(words: str, known: set[str], text: str) -> str:
    for word in split(words):
        if len(word) <= _ALIKE or heard(word, known):
            continue
        meant = {other for other in split(text) if other[:_ALIKE] == word[:_ALIKE]}
        if len(meant) == 1 and len(other := meant.pop()) > _ALIKE + 1:
            words = re.sub(rf"\b{re.escape(word)}\b", other, words, flags=re.IGNORECASE)
    return words


_UNDO_FIRST = re.compile(
    r"(?:undo|undo that|undo this|undo it|take (?:that|it) back|revert that|go back one)"
    r"(?:\s*[,;.&:]\s*|\s+)(?:and\s+|then\s+|but\s+|instead\s+)*(?!steps?\b|\d)\w"
)


def _undo_is_said_first(actions: _Actions, said: _Said) -> _Actions:
    """Begins with an undo after "undo that, and …"."""
    if not _UNDO_FIRST.match(said.text) or said.context.can_undo < 1:
        return actions
    begins = isinstance(actions[0], Undo | Goto | Answer) or actions[0].action in (
        "clarify",
        "refuse",
    )
    return actions if begins else (Undo(), *actions)


_VERSION_FIRST = re.compile(
    r"(?:(?:go )?back to |take |use |like |in |from )?(?:v|version )(\d{1,4})\b"
    r"(?=.*\b(?:but|with|without|in|and|at|as|only|then)\b)"
)


def _version_is_said_first(actions: _Actions, said: _Said) -> _Actions:
    """A version named at the beginning is the base of the edits that follow."""
    found = _VERSION_FIRST.match(said.text)
    goes = any(isinstance(action, Goto | Variation) for action in actions)
    older = any(getattr(action, "of", None) for action in actions)
    quiet = actions[0].action in ("answer", "clarify", "refuse")
    if found is None or goes or older or quiet or int(found.group(1)) not in said.context.captions:
        return actions
    return (Goto(version=int(found.group(1))), *actions)


def _described_version_is_said_first(actions: _Actions, said: _Said) -> _Actions:
    """Begins at the described version after "back to the blue version, but …"."""
    number = begins_from(said.text, said.context)
    older = any(getattr(action, "of", None) for action in actions)
    if number is None or older or actions[0].action in ("answer", "clarify", "refuse", "generate"):
        return actions
    rest = actions[1:] if isinstance(actions[0], Goto | Undo) else actions
    return (Goto(version=number), *rest)


_VERSION_WORDS = re.compile(
    r"\d|\b(?:version|picture|image|one|first|second|third|fourth|fifth|sixth|last|latest|newest"
    r"|previous|earlier|original|before|beginning|start|v)\b"
)


def _versions_are_spoken_of(actions: _Actions, said: _Said) -> _Actions:
    """An edit has an older version as its base only if the message mentions one.

    Combine requests name it by its content: "keep only" means the version before.
    """
    if _VERSION_WORDS.search(said.text):
        return actions
    return tuple(
        action
        if isinstance(action, Combine) or not getattr(action, "of", None)
        else action.model_copy(update={"of": None})
        for action in actions
    )


_BACK = re.compile(r"\b(?:back|again|before|undo|revert|restore)\b")


def _going_nowhere_is_going_back(action: Action, said: _Said) -> Action:
    """A goto to the current version means undo, if the words say back."""
    here = isinstance(action, Goto) and action.version == said.context.current
    if (
        here
        and said.context.can_undo
        and _BACK.search(said.text)
        and not re.search(r"\d", said.text)
    ):
        return Undo()
    return action


_DESCRIBED = re.compile(
    r"\b(?:the|that) (?:one|version|picture|image) (?:with|where|that|which|showing|of|having)"
    r"(?: has| there is| shows)? (?:an? |the |some )?([\w' -]+?)"
    r"(?= (?:is|was|looks?|please|again|best|but|and)\b|[,.;!?]|$)"
)


def _the_one_with(action: Action, said: _Said) -> Action:
    """Resolves "the one with the glasses" to the only version whose caption has them."""
    found = _DESCRIBED.search(said.text)
    if not isinstance(action, Goto) or found is None:
        return action
    noun = head_noun(found.group(1)).rstrip("s")
    fits = [n for n, caption in said.context.captions.items() if noun and noun in caption.lower()]
    others = [number for number in fits if number != said.context.current]
    only = fits if len(fits) == 1 else others
    return Goto(version=only[0]) if len(only) == 1 else action


_CUT_OFF = re.compile(r"\b(?:cut off|cropped|chopped off|out of (?:the )?frame|cut at the)\b")
_EDGES: Final = (
    ("up", re.compile(r"\b(?:top|upper|head|hair|hat|roof|tip|ears|horns|above)\b")),
    ("down", re.compile(r"\b(?:bottom|lower|feet|foot|legs|shoes|wheels|paws|below)\b")),
    ("left", re.compile(r"\bleft\b")),
    ("right", re.compile(r"\bright\b")),
)


def _what_is_cut_off_is_shown(action: Action, said: _Said) -> Action:
    """A thing that is cut off calls for outpainting on that side."""
    if not isinstance(action, Inpaint | Remove | Restyle | Add) or not _CUT_OFF.search(said.text):
        return action
    if re.match(r"(?:please )?(?:cut|crop|chop)\b", said.text):
        return action
    side = next((side for side, words in _EDGES if words.search(said.text)), "all")
    return Outpaint.model_validate({"direction": side})


_PUT_IN = re.compile(
    r"^(?:please |pls |can you |could you |now |and |just )*"
    r"(?:put|place|move|take|bring|send|set|drop|transport|teleport) (?:him|her|them|us|me|it) "
    r"(?:in|into|on|onto|at|to|inside) (.+?)(?: background| please)?$"
)
_HERE = re.compile(r"^(?:the |that |this )?(?:left|right|top|bottom|middle|cent(?:er|re)|corner)")


def _somewhere_else_is_a_background(action: Action, said: _Said) -> Action:
    """Replaces the background for "put him on a beach", unless the beach is in the picture."""
    found = _PUT_IN.match(said.text)
    if found is None or not isinstance(action, Inpaint | Add | Replace):
        return action
    place = found.group(1)
    inside = head_noun(place) in things(said.caption) or place.startswith(
        ("his ", "her ", "their ")
    )
    known = place.startswith("the ") and head_noun(place) not in SURROUNDINGS | _SETTINGS
    if inside or known or _HERE.match(place):
        return action
    return Inpaint(target="the background", result=place)


_SETTINGS: Final = frozenset(
    """city street park forest woods jungle mountains countryside garden kitchen moon mars space
    rain woods arctic past future middle-ages harbour zoo circus stadium office classroom""".split()
)
_ADD_AT = re.compile(
    r"\b(?:add|put|draw|place|plant|paint) (.+?) "
    r"((?:at|on|to|in|along) the "
    r"(?:(?:far )?(?:left|right)|top|bottom|foreground|background|corner)"
    r"(?: (?:side|edge|corner|half))?)\b"
)
_GROUNDS: Final = SURROUNDINGS - {"snow", "grass"}
"""Surroundings of which more means outpainting: more sky at the top."""
_ROOM = re.compile(r"\b(?:space|room|headroom|picture|image|scene|canvas|margin|pixels)\b")


def _adding_is_not_extending(action: Action, said: _Said) -> Action:
    """Adds for "more palms on the left"; only more room is outpainting."""
    found = _ADD_AT.search(said.text)
    if not isinstance(action, Outpaint | Restyle) or found is None or _ROOM.search(found.group(1)):
        return action
    if isinstance(action, Outpaint) and head_noun(found.group(1)) in _GROUNDS:
        return action
    return Add(result=re.sub(r"^(?:some|a few) ", "", found.group(1)), target=found.group(2))


_BODY = re.compile(
    r"^(?:please |can (?:he|she|they) |could (?:he|she|they) )*"
    r"(raise|lift|lower|close|open|bend|tilt|turn|stretch|wave|shut|move) "
    r"((?:his |her |their |its |the )?(?:left |right )?"
    r"(?:eyebrow|eye|hand|arm|leg|head|paw|tail|ear|wing|mouth|chin|foot|knee|shoulder)s?)\b"
)


def _limbs_move(action: Action, said: _Said) -> Action:
    """A raised eyebrow is an edit, not outpainting."""
    found = _BODY.match(said.text)
    part_of = isinstance(action, Inpaint) and bool(_BODY.fullmatch(action.result.lower()))
    if found is None or not (part_of or isinstance(action, Outpaint | Restyle)):
        return action
    verb, part = found.groups()
    return Inpaint(
        target=part, result=f"{strip_article(part)}, {verb}{'d' if verb[-1] == 'e' else 'ed'}"
    )


_PLACE_ALONE = re.compile(r"(?:at|in|on|inside|under) (?P<place>an? [\w'-]+(?: [\w'-]+){0,3})")
_MANNER = re.compile(
    r"\b(?:style|format|manner|look|size|resolution|colou?rs?|mood|palette|way|frame|second|minute"
    r"|row|moment|angle|distance)\b"
)


def _a_place_alone_is_a_background(action: Action, said: _Said) -> Action:
    """A place alone means a new background: "at a masked ball"."""
    found = _PLACE_ALONE.fullmatch(re.sub(r"\s*\b(?:please|pls|instead|now)$", "", said.text))
    here = said.context.current is not None and isinstance(action, Generate)
    if found is None or not here or _MANNER.search(found["place"]):
        return action
    return Inpaint(target="the background", result=found["place"])


_ORDER = re.compile(r"\b(?:draw|paint|create|generate|new|another|picture|image|start|imagine)\b")
_ANEW = re.compile(r"(?:an? )?(?:[\w'-]+ ){1,4}[\w'-]+(?: (?:made )?of [\w' -]+)?")


def _a_thing_said_anew_is_changed(action: Action, said: _Said) -> Action:
    """Recolours for "a red barn" if there is a barn, instead of a new picture."""
    here = said.context.current is not None and isinstance(action, Generate)
    if not here or _ORDER.search(said.text) or not _ANEW.fullmatch(said.text):
        return action
    noun = re.split(r" (?:made )?of ", said.text)[0].split()[-1]
    if noun not in {*things(said.caption), "sky"}:
        return action
    return Inpaint(target=f"the {noun}", result=said.text)


_I_ASKED = re.compile(
    r"\bi (?:already |clearly )?(?:asked|said|told you|wanted)\b(?: for| to add)? "
    r"((?:an?|some|two|three) [\w' -]+)$"
)


def _what_was_asked_for_is_added(action: Action, said: _Said) -> Action:
    """Adds for "where is the moon, I asked for a moon"; it is no question."""
    found = _I_ASKED.search(said.text)
    if not isinstance(action, Answer) or found is None or said.context.current is None:
        return action
    return Add(result=found.group(1))


_OF_A_THING: Final = (
    "orientation|position|pose|posture|size|height|width|length|shape|colour|color|direction"
    "|angle|location|appearance|material|texture"
)
_ABSTRACT = re.compile(
    rf"^(.*?)['’]s (?:{_OF_A_THING})$|^the (?:{_OF_A_THING}) of (.+)$", re.IGNORECASE
)
_WHOLE = re.compile(
    r"(?:the |all )?(?:(?:overall |whole )?(?:focus|contrast|saturation|sharpness|exposure"
    r"|brightness|lighting|mood|atmosphere|tones?|shadows|highlights|midtones|quality|colou?rs"
    r"|colou?r palette|white balance)"
    r"(?: of the (?:image|picture|photo|scene|painting))?|image|picture|photo|scene|whole thing)"
)
"""Targets that mean the whole picture."""
_GLUED = re.compile(r"^(him|her|them|it) (\w+er)$")
_ARTIST = re.compile(r"\b(?:artist|painter|style|art style|medium|genre|look)\b")


def _targets_are_things(actions: _Actions, said: _Said) -> _Actions:
    """Makes "the size of the tree" as a target the tree."""
    return tuple(
        _on_a_thing(action, said) if isinstance(action, Inpaint | Replace) else action
        for action in actions
    )


def _on_a_thing(action: Inpaint | Replace, said: _Said) -> Action:
    target = action.target
    if _ARTIST.fullmatch(strip_article(target).lower()) and head_noun(target) not in said.caption:
        return Restyle(result=action.result)
    if _WHOLE.fullmatch(target.lower()):
        return Restyle(result=action.result)
    if (found := _ABSTRACT.match(target)) is not None:
        return action.model_copy(update={"target": found.group(1) or found.group(2)})
    if (glued := _GLUED.match(target)) is not None and said.text.endswith(glued.group(2)):
        return action.model_copy(update={"target": glued.group(1)})
    return action


_RULES: Final[tuple[Callable[[_Actions, _Said], _Actions], ...]] = (
    _words_are_the_persons,
    _undo_is_said_first,
    _version_is_said_first,
    _described_version_is_said_first,
    _versions_are_spoken_of,
    _targets_are_things,
    _single(_the_one_with),
    _single(_going_nowhere_is_going_back),
    _single(_what_is_cut_off_is_shown),
    _single(_somewhere_else_is_a_background),
    _single(_adding_is_not_extending),
    _single(_limbs_move),
    _single(_a_place_alone_is_a_background),
    _single(_a_thing_said_anew_is_changed),
    _single(_what_was_asked_for_is_added),
)
"""The rules, in the order in which they are applied."""
