"""Holds a plan against the message and the picture, and asks wherever they do not agree.

Plain code around a small model that may slip: it never paints by surprise. It does not know how
the plan was made, only whether what it names was said, is in the picture, or exists at all.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable

from t2i_chat.captions import head_noun, things
from t2i_chat.plan import (
    Action,
    Add,
    Answer,
    Clarify,
    Generate,
    Goto,
    Inpaint,
    Plan,
    Redo,
    Refuse,
    Remove,
    Replace,
    SetParam,
    Undo,
    Variation,
)
from t2i_chat.plan_lines import QUESTIONS, REASONS
from t2i_chat.ports import PlanContext
from t2i_chat.settings import MAX_STEPS

SPELLING = 0.72
"""How alike two words must be for one to be the other, mistyped."""
_WORD = re.compile(r"[^\W\d_]+(?:[’'-][^\W\d_]+)*|\d+")
_ENGLISH = frozenset(
    """a an the of in on at to it is be and with without make turn add put remove delete change
    replace paint draw give me my please more less all no not back go version one show this that
    for from by but same like into as i you want can could swap erase get""".split()
)
_ALWAYS_THERE = frozenset(
    """sky ground background foreground picture image scene water grass floor wall text writing
    light lights shadow everything everyone face hair eyes clothes clouds sun moon person people man
    woman him her them it he she corner space side left right top bottom middle center centre
    distance air edge frame border watermark logo""".split()
)
_PRONOUNS = {
    "him": "the man",
    "he": "the man",
    "her": "the woman",
    "she": "the woman",
    "them": "the people",
    "they": "the people",
    "it": "the middle",
}
_CHILD = re.compile(
    r"\b(child|children|kid|kids|toddler|baby|boy|girl|schoolgirl|schoolboy|teen|teenager|minor"
    r"|underage|preteen|\d{1,2}[- ]year[- ]old|loli|shota)\b"
)
_SEXUAL = re.compile(
    r"\b(porn\w*|hentai|nsfw|nude|nudes|naked|topless|sexual\w*|sex|erotic\w*|genitals|penis|vagina"
    r"|masturbat\w+|orgasm|blowjob|bdsm|lewd|lingerie|undress\w*|striptease|tits|boobs)\b"
)
_EXPLICIT = re.compile(
    r"\b(porn\w*|hentai|nsfw|penis|vagina|masturbat\w+|orgasm|blowjob|having sex|sex scene"
    r"|boobs|sex act|genitals)\b"
)


def unsafe(text: str) -> Refuse | None:
    """A refusal for words that leave no doubt; everything subtler is the planner's to judge."""
    text = text.lower()
    if _CHILD.search(text) and _SEXUAL.search(text) and not _innocent(text):
        return Refuse(reason=REASONS["minor"])
    return Refuse(reason=REASONS["sexual"]) if _EXPLICIT.search(text) else None


def check(plan: Plan, text: str, context: PlanContext) -> Plan:
    """The plan if it can be carried out as it was said, otherwise a question.

    Numbers are corrected from the text; doubtful things are asked about rather than guessed.
    """
    actions = [_mend(action, text, context) for action in plan.actions]
    for kind in (Refuse, Clarify):
        for action in actions:
            if isinstance(action, kind):
                return Plan(actions=(action,))
    question = _history(actions, context) or _words(actions, text, context)
    return Plan(actions=(question,)) if question else Plan(actions=tuple(actions))


def ask(key: str) -> Clarify:
    """One of the standing questions."""
    question, options = QUESTIONS[key]
    return Clarify(question=question, options=options)


# What there is: pictures, versions, steps.


def _history(actions: Iterable[Action], context: PlanContext) -> Clarify | None:
    here = context.current is not None
    for action in actions:
        number = action.version if isinstance(action, Goto) else getattr(action, "of", None)
        if isinstance(action, Generate | SetParam | Answer):
            here = here or isinstance(action, Generate)
        elif isinstance(action, Undo) and action.steps > context.can_undo:
            return _too_far("undo", context.can_undo)
        elif isinstance(action, Redo) and action.steps > context.can_redo:
            return _too_far("redo", context.can_redo)
        elif number is not None and number not in context.captions:
            return _no_version(number, context)
        elif not here:
            return Clarify(
                question="There is no picture yet. What shall I paint?",
                options=_instead(action),
            )
    return None


def _too_far(what: str, steps: int) -> Clarify:
    if steps == 0:
        return Clarify(question=f"There is nothing to {what}.")
    many = "one step" if steps == 1 else f"{steps} steps"
    return Clarify(question=f"I can {what} {many} at most. Shall I?", options=(f"{what} {steps}",))


def _no_version(number: int, context: PlanContext) -> Clarify:
    if not context.captions:
        return Clarify(question="There is no picture yet. What shall I paint?")
    newest = sorted(context.captions)[-4:]
    return Clarify(
        question=f"There is no version {number}. Which one do you mean?",
        options=tuple(f"v{known}" for known in newest),
    )


def _instead(action: Action) -> tuple[str, ...]:
    return (f"paint {action.result}",) if isinstance(action, Add) else ()


# What was said: things, words, numbers.


def _words(actions: Iterable[Action], text: str, context: PlanContext) -> Clarify | None:
    if not is_english(text):
        return None
    said = set(_split(text))
    seen = said | _ALWAYS_THERE | {w for c in context.captions.values() for w in _split(c)}
    for action in actions:
        if isinstance(action, Inpaint | Remove | Replace) and not _known(action.target, seen):
            return ask("what")
        if isinstance(action, Add | Replace) and not _known(action.result, seen):
            return ask("more")
    return None


def _known(phrase: str, words: set[str]) -> bool:
    """Whether a phrase is made of words that were said, whatever their ending or spelling."""
    return any(_heard(word, words) for word in (head_noun(phrase), *_split(phrase)[-1:]) if word)


def _heard(word: str, words: set[str]) -> bool:
    word = word.lower()
    if word in words or word.rstrip("s") in words or f"{word}s" in words or word.isdigit():
        return True
    if any(len(word) == len(other) and sorted(word) == sorted(other) for other in words):
        return True  # letters swapped, which the measure below judges harshly in short words
    return bool(difflib.get_close_matches(word, words, n=1, cutoff=SPELLING))


def _split(text: str) -> list[str]:
    return [re.sub(r"['’]s$", "", word.lower()) for word in _WORD.findall(text)]


def is_english(text: str) -> bool:
    """Whether a text has a common English word, so that a plan's words can be looked for in it."""
    return not _ENGLISH.isdisjoint(_split(text))


def _mend(action: Action, text: str, context: PlanContext) -> Action:
    if isinstance(action, SetParam):
        return _numbers(action, text)
    if isinstance(action, Generate):
        return _own_words(action, text, context)
    if isinstance(action, Goto | Variation):
        return _version(action, text)
    if isinstance(action, Inpaint | Remove | Replace):
        return action.model_copy(update={"target": _name(action.target, context)})
    return action


def _name(target: str, context: PlanContext) -> str:
    """A pronoun's thing: what the current caption begins with, or a person."""
    if target.lower() not in _PRONOUNS:
        return re.sub(r"^(this|that|these|those)\s+", "the ", target)
    shown = things(context.captions.get(context.current or 0, ""))
    known = shown and shown[0] not in ("picture", "image")
    return f"the {shown[0]}" if known else _PRONOUNS[target.lower()]


def _own_words(action: Generate, text: str, context: PlanContext) -> Generate:
    """The person's words wherever the planner's copy of them holds a word nobody said."""
    said = {*_split(text), *_split(context.captions.get(context.current or 0, ""))}
    if is_english(text) and not all(_heard(word, said) for word in _split(action.prompt)):
        action = action.model_copy(update={"prompt": own_words(text)})
    seed = _number(r"seed", text)
    if action.seed is not None and action.seed != seed:
        action = action.model_copy(update={"seed": seed})
    return action


def _numbers(action: SetParam, text: str) -> SetParam:
    updates: dict[str, object] = {}
    if isinstance(action.seed, int) and (seed := _number(r"seed", text)) is not None:
        updates["seed"] = seed
    if action.steps and (steps := _number(r"steps?|iterations", text)) is not None:
        updates["steps"] = min(max(steps, 1), MAX_STEPS)
    found = re.search(r"(?:cfg|guidance)\D{0,14}(\d+(?:\.\d+)?)", text.lower())
    if action.guidance is not None and found:
        updates["guidance"] = min(float(found.group(1)), 30.0)
    return action.model_copy(update=updates)


def _number(name: str, text: str) -> int | None:
    text = text.lower()
    found = re.search(rf"(?:{name})\b[^\d,;]{{0,12}}?(\d+)", text) or re.search(
        rf"(\d+)\s*(?:inference |sampling )?(?:{name})\b", text
    )
    return int(found.group(1)) if found and len(found.group(1)) < 11 else None


def _version(action: Goto | Variation, text: str) -> Action:
    named = {int(n) for n in re.findall(r"\bv(?:ersion)?\s?#?(\d{1,4})\b", text.lower())}
    if len(named) != 1:
        return action
    (number,) = named
    if isinstance(action, Goto):
        return Goto(version=number) if number >= 1 else action
    return action.model_copy(update={"of": number}) if action.of is not None else action


_ORDER = re.compile(
    r"^(?:(?:hi|hello|hey|ok|okay|now|so|well|please|pls|and|then|next|great|nice)\b[\s,!.]*)*"
    r"(?:(?:can|could|would|will) (?:you|u) (?:please )?|i(?:'d| would) (?:like|love) |i want |"
    r"please |let'?s )?"
    r"(?:(?:to )?(?:draw|paint|create|generate|make|show|render|imagine|design|sketch|see)\b\s*)?"
    r"(?:me |us )?(?:(?:a|an|the) (?:picture|image|painting|drawing|photo) of )?",
    re.IGNORECASE,
)
_THANKS = re.compile(r"[\s,]*\b(?:please|pls|plz|thanks|thank you|thx)[\s!.]*$", re.IGNORECASE)


def own_words(text: str) -> str:
    """What a person asks to be painted, without the asking: "please draw me a cat" → "a cat"."""
    bare = _THANKS.sub("", _ORDER.sub("", text, count=1)).strip(" ,.!?:")
    return bare or text


def _innocent(text: str) -> bool:
    return bool(re.search(r"\bsame[- ]sex\b|\bsex education\b|nude[- ]colou?r", text))
