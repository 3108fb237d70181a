"""Validates a plan against message and picture; asks back in case of doubt; safety refusals.

The language model may slip, and the program must not paint by surprise: whatever a plan names must
have been said, be in the picture, or exist as a version.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Final

from pydantic import ValidationError

from t2i_chat.core.actions import (
    LIMITS,
    Action,
    Add,
    Answer,
    Clarify,
    Combine,
    Generate,
    Goto,
    Inpaint,
    Label,
    Outpaint,
    Plan,
    Redo,
    Refuse,
    Remove,
    Replace,
    SetParam,
    Undo,
    Variation,
)
from t2i_chat.core.errors import BadParameter, UnknownVersion
from t2i_chat.core.protocols import PlanContext
from t2i_chat.planning.entities import candidates, named, unclear
from t2i_chat.planning.line_grammar import QUESTIONS, REASONS
from t2i_chat.planning.normalize import (
    SHAPES,
    describes,
    heard,
    is_english,
    number_of,
    own_words,
    pictures,
    pixel_size,
    ratio,
    split,
    without_asides,
)
from t2i_chat.planning.plausibility import sensible
from t2i_chat.text import moderation
from t2i_chat.text.captions import head_noun, mentions

_ALWAYS_THERE = frozenset(
    """sky ground background foreground picture image scene water grass floor wall text writing
    light lights shadow everything everyone face hair eyes clothes clouds sun moon person people man
    woman him her them it he she corner space side left right top bottom middle center centre
    distance air edge frame border watermark logo""".split()
)
_VAGUE = frozenset("thing things stuff something object that this one".split())


def unsafe(text: str) -> Refuse | None:
    """A refusal for clearly forbidden words; anything subtler is left to the language model."""
    kind = moderation.forbidden(text)
    return Refuse(reason=REASONS[kind]) if kind else None


def check(plan: Plan, text: str, context: PlanContext, read: str = "") -> Plan:
    """The plan if it is consistent, a question (Clarify) in case of doubt.

    `read` is the text as the model got it, if it was simplified. Numbers are corrected from the
    text. Raises UnknownVersion for missing versions and steps, BadParameter for numbers out of
    range.
    """
    plan = sensible(plan, read or text, context)
    actions = [_mend(_borne_out(action, text, context), text, context) for action in plan.actions]
    for kind in (Refuse, Clarify):
        for action in actions:
            if isinstance(action, kind):
                return Plan(actions=(action,))
    if context.current is None and describes(text) and not isinstance(actions[0], Generate):
        return Plan(actions=(_own_words(Generate(prompt=own_words(text)), text, context),))
    _require_history(actions, context)
    # With a brushed region it is clear which thing is meant.
    question = None if context.marked else _words(actions, text, context, read)
    return Plan(actions=(question,)) if question else Plan(actions=tuple(actions))


NOTHING_YET = "There is no picture yet. What shall I paint?"


def ask(key: str) -> Clarify:
    """A fixed question, by its key."""
    question, options = QUESTIONS[key]
    return Clarify(question=question, options=options)


# What there is: pictures, versions, steps.


def _require_history(actions: Iterable[Action], context: PlanContext) -> None:
    here = context.current is not None
    for action in actions:
        number = action.version if isinstance(action, Goto | Label) else getattr(action, "of", None)
        if isinstance(action, Combine) and action.source not in context.captions:
            number = action.source
        if isinstance(action, Generate | SetParam | Answer):
            here = here or isinstance(action, Generate)
        elif isinstance(action, Undo) and action.steps > context.can_undo:
            raise _too_far("undo", context.can_undo)
        elif isinstance(action, Redo) and action.steps > context.can_redo:
            raise _too_far("redo", context.can_redo)
        elif number is not None and number not in context.captions:
            raise _no_version(number, context)
        elif not here:
            raise UnknownVersion(NOTHING_YET, _instead(action))


def _too_far(what: str, steps: int) -> UnknownVersion:
    if steps == 0:
        return UnknownVersion(f"There is nothing to {what}.")
    many = "one step" if steps == 1 else f"{steps} steps"
    return UnknownVersion(f"I can {what} {many} at most. Shall I?", (f"{what} {steps}",))


def _no_version(number: int, context: PlanContext) -> UnknownVersion:
    if not context.captions:
        return UnknownVersion(NOTHING_YET)
    newest = tuple(f"v{known}" for known in sorted(context.captions)[-4:])
    return UnknownVersion(f"There is no version {number}. Which one do you mean?", newest)


def _instead(action: Action) -> tuple[str, ...]:
    return (f"paint {action.result}",) if isinstance(action, Add) else ()


# What was said: things, words, numbers.


def _words(actions: Iterable[Action], text: str, context: PlanContext, read: str) -> Clarify | None:
    if not is_english(text):
        return None
    said = {*split(text), *split(read)}
    seen = said | _ALWAYS_THERE | {w for c in context.captions.values() for w in split(c)}
    for action in actions:
        if isinstance(action, Inpaint | Remove | Replace) and (
            head_noun(action.target) in _VAGUE or not _known(action.target, seen)
        ):
            return ask("what")
        if isinstance(action, Add | Replace) and not _known(action.result, seen):
            return ask("more")
        if isinstance(action, Inpaint | Remove | Replace):
            fitting = candidates(action.target, text, context)
            if fitting:
                return _which(head_noun(action.target), fitting, text)
            if meant := unclear(action.target, text, context):
                return _which("it", meant, text)
    return None


def _which(word: str, fitting: tuple[str, ...], text: str) -> Clarify:
    """Asks which of several things is meant; each option is the message with its name in it."""
    article = "" if word == "it" else r"(?:(?:the|that|this|a|an)\s+)?"
    said = re.compile(rf"\b{article}{re.escape(word)}(?P<s>s)?\b", re.IGNORECASE)
    options = tuple(said.sub(_instead_of(name), text.strip(), count=1) for name in fitting[:4])
    options = options if len(set(options)) == len(options) else tuple(fitting[:4])
    question = "Which thing do you mean?" if word == "it" else f"Which {word} do you mean?"
    return Clarify(question=question, options=options)


def _instead_of(name: str) -> Callable[[re.Match[str]], str]:
    """Puts a name where a word was; "its" becomes the thing's."""
    return lambda found: f"{name}'s" if found["s"] and found.group().lower() == "its" else name


def _known(phrase: str, words: set[str]) -> bool:
    """Whether a phrase consists of words that were said, ignoring endings and misspellings."""
    return any(heard(word, words) for word in (head_noun(phrase), *split(phrase)[-1:]) if word)


def _mend(action: Action, text: str, context: PlanContext) -> Action:
    if isinstance(action, SetParam):
        return _numbers(action, text)
    if isinstance(action, Generate):
        return _own_words(action, text, context)
    if isinstance(action, Outpaint):
        return action.model_copy(update=_shape(action, text))
    if isinstance(action, Goto | Variation):
        return _version(action, text)
    if isinstance(action, Inpaint | Remove | Replace | Add) and action.target:
        return action.model_copy(update={"target": named(action.target, context)})
    return action


_SETTINGS: Final = re.compile(
    r"\d|\b(?:seeds?|steps?|guidance|cfg|iterations?|sizes?|ratio|aspect|shape|format|square|wide\w*"
    r"|narrow\w*|tall\w*|landscape|portrait|vertical\w*|horizontal\w*|panorama\w*|pixels?|px"
    r"|resolution|quality|negative|without|no|never|avoid|leave out|exclude|settings?|default"
    r"|random|automatic\w*|auto|reset|fast\w*|quick\w*|slow\w*|strict\w*|loose\w*|creativ\w*"
    r"|same|lock|keep|one|two|three|four|five|six|seven|eight|nine|ten|twenty|thirty|fifty)\b"
)
"""A message that changes settings contains one of these words."""
_NEW_THING: Final = re.compile(
    r"an? (?!.*\b(?:back|again|version|picture|image|one|step|before|earlier|previous)\b)"
)
"""Begins a thing that is not there yet; one that is there has "the"."""


def _borne_out(action: Action, text: str, context: PlanContext) -> Action:
    """The action if the message supports it; else what the message means."""
    minor = isinstance(action, Refuse) and action.reason == REASONS["minor"]
    if minor and not moderation.speaks_of_children(text):
        return Refuse(reason=REASONS["sexual"])
    if isinstance(action, SetParam) and is_english(text) and not _of_settings(text):
        return ask("more")
    if isinstance(action, Goto) and _NEW_THING.match(text.lower()):
        there = context.captions.get(action.version, "")
        return Generate(prompt=own_words(text)) if mentions(there, head_noun(text)) else action
    return action


def _of_settings(text: str) -> bool:
    """Whether any word is about a setting."""
    return bool(_SETTINGS.search(text.lower())) or not SHAPES.keys().isdisjoint(split(text))


def _own_words(action: Generate, text: str, context: PlanContext) -> Generate:
    """The prompt in the person's words if the model changed any; always with their numbers."""
    said = {*split(text), *split(context.captions.get(context.current or 0, ""))}
    prompt = action.prompt
    if is_english(text) and not all(heard(word, said) for word in split(prompt)):
        prompt = own_words(text)
    updates = {
        "prompt": without_asides(prompt),
        "count": max(action.count, pictures(text)),
        "seed": number_of(r"seed", text),
        "aspect_ratio": ratio(text) or action.aspect_ratio,
    }
    return action.model_copy(update=updates)


def _shape(action: SetParam | Outpaint, text: str) -> dict[str, object]:
    """The aspect ratio that was named, if the plan has one."""
    named = next((SHAPES[word] for word in split(text) if word in SHAPES), None)
    if action.aspect_ratio is None:
        return {"aspect_ratio": named} if named and isinstance(action, Outpaint) else {}
    return {"aspect_ratio": ratio(text) or named or action.aspect_ratio}


def _numbers(action: SetParam, text: str) -> SetParam:
    updates = _shape(action, text)
    if (size := pixel_size(text)) is not None:
        updates |= {"size": size, "aspect_ratio": None}
    if isinstance(action.seed, int) and (seed := number_of(r"seed", text)) is not None:
        updates["seed"] = seed
    if action.steps and (steps := number_of(r"steps?|iterations", text)) is not None:
        updates["steps"] = steps
    found = re.search(r"(?:cfg|guidance)\D{0,14}(\d+(?:\.\d+)?)", text.lower())
    if action.guidance is not None and found:
        updates["guidance"] = float(found.group(1))
    return settable(**(action.model_dump(exclude_none=True) | updates))


def settable(**values: object) -> SetParam:
    """A SetParam with these values. Raises BadParameter, with the limits, for one out of range."""
    try:
        return SetParam.model_validate(values)
    except ValidationError as error:
        raise BadParameter(LIMITS[str(error.errors()[0]["loc"][0])]) from None


def _version(action: Goto | Variation, text: str) -> Action:
    named = {int(n) for n in re.findall(r"\bv(?:ersion)?\s?#?(\d{1,4})\b", text.lower())}
    if len(named) != 1:
        return action
    (number,) = named
    if isinstance(action, Goto):
        return Goto(version=number) if number >= 1 else action
    return action.model_copy(update={"of": number}) if action.of is not None else action
