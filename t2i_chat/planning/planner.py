"""LlmPlanner: message → plan by rules, then by the language model, then validated.

Exact commands first, then the language model under a grammar, with one repair round, then plain
code that asks wherever the plan does not fit (`validate`).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final

import structlog
from pydantic import ValidationError

from t2i_chat.core.actions import (
    Action,
    Answer,
    Clarify,
    Generate,
    Goto,
    Plan,
    Redo,
    Refuse,
    SetParam,
    Undo,
    Variation,
)
from t2i_chat.core.errors import BadMessage, CannotDo
from t2i_chat.core.protocols import EnrichedPrompt, LanguageModel, PlanContext
from t2i_chat.core.settings import MAX_WORDS
from t2i_chat.planning import (
    combine_phrases,
    commands,
    follow_ups,
    languages,
    prompts,
    quoted_text,
    validate,
    version_references,
)
from t2i_chat.planning.enrich import enrich, with_model
from t2i_chat.planning.explain import explain
from t2i_chat.planning.glossary import gloss
from t2i_chat.planning.line_grammar import ANEW, GRAMMAR, BadLine, clean, parse, situation
from t2i_chat.planning.normalize import (
    is_english,
    own_words,
    plainly,
    shape_alone,
    spelled,
    without_separators,
)
from t2i_chat.planning.style_presets import PLAIN, Additions
from t2i_chat.planning.validate import settable
from t2i_chat.text import moderation

log = structlog.get_logger(__name__)


class LlmPlanner:
    """Plans with a language model and rules.

    `additions` are the enrichment phrases for the text-to-image model.
    """

    def __init__(self, model: LanguageModel, additions: Additions = PLAIN) -> None:
        self._model = model
        self._additions = additions

    def with_additions(self, additions: Additions) -> LlmPlanner:
        """The same planner with enrichment phrases for another text-to-image model."""
        return LlmPlanner(self._model, additions)

    def plan(self, text: str, context: PlanContext) -> Plan:
        """The actions a message asks for. Raises BadMessage when there is nothing to read."""
        message = readable(text)
        refusal = validate.unsafe(message)
        if refusal is not None:
            return Plan(actions=(refusal,))
        message = clean(moderation.without_orders(text))
        if not message:
            return Plan(actions=(Answer(),))
        return self._in_their_words(message, context)

    def _in_their_words(self, message: str, context: PlanContext) -> Plan:
        """The plan of a message in any language; questions are in that language."""
        if not self._model.speaks_lines or is_english(message):
            return self._checked(message, context)
        language = languages.language_of(message)
        english = gloss(message)
        if english is None and language in languages.UNREAD:
            return Plan(actions=(languages.sorry(language, context.current is not None),))
        plan = languages.consistent(self._checked(english or message, context), message, language)
        if english is None:
            plan = languages.faithful(plan, message, language, context.current is not None)
        return languages.translated(plan, language)

    def _checked(self, message: str, context: PlanContext) -> Plan:
        message = follow_ups.repaired(message)
        if context.previous and not is_english(context.previous):
            context = replace(context, previous=gloss(context.previous) or context.previous)
        again = follow_ups.second_thought(message, context)
        if again is None:
            question = follow_ups.unsettled(message, context)
            if question is not None:
                return Plan(actions=(Clarify(question=question),))
            return self._once(message, context)
        plan = self._once(again.message, again.context)
        paints = plan.actions[0].action not in ("answer", "clarify", "refuse")
        return Plan(actions=(Undo(), *plan.actions)) if again.undo and paints else plan

    def _once(self, message: str, context: PlanContext) -> Plan:
        plan = exact(message, context) or self._phrase(message, context)
        plan = plan or self._ask(message, context)
        return validate.check(plan, message, context, _read(message, context))

    def explain(self, plan: Plan) -> str:
        """The plan as one friendly sentence."""
        return explain(plan)

    def enrich(self, prompt: str, style: str | None = None) -> EnrichedPrompt:
        """The prompt after enrichment, which contradicts nothing the person said.

        `style` is a preset's name (`style_presets.presets`); it adds nothing if the prompt names a
        style or the model has only one. Raises KeyError for an unknown name.
        """
        additions = self._additions
        if style is not None and additions.styles:
            additions = additions.in_style(style)
        return enrich(clean(prompt), additions, with_model(self._model))

    def _phrase(self, message: str, context: PlanContext) -> Plan | None:
        """The plan of a message that rules understand; None for other messages."""
        if (letters := quoted_text.read(message)) is not None:
            return Plan(actions=(letters,))
        if taken := combine_phrases.read(message, context):
            return Plan(actions=taken)
        if not self._model.speaks_lines:
            return None
        actions = commands.read(_read(message, context), context)
        return Plan(actions=actions) if actions else None

    def _ask(self, message: str, context: PlanContext) -> Plan:
        asking = self._lines if self._model.speaks_lines else self._json
        try:
            return asking(message, context)
        except BadLine as error:
            log.info("plan_not_understood", problem=str(error)[:200])
            return Plan(actions=(validate.ask("more"),))

    def _lines(self, message: str, context: PlanContext) -> Plan:
        """Asks the fine-tuned model for lines; retries without the history if they do not parse."""
        read = _read(message, context)
        full = situation(context.captions, context.current, context.previous, read)
        try:
            return self._read_lines(full, message)
        except BadLine:
            current = context.current
            alone = {} if current is None else {current: context.captions.get(current, "")}
            return self._read_lines(situation(alone, current, None, read), message)

    def _read_lines(self, request: str, message: str) -> Plan:
        """One answer, parsed. Raises BadLine if it does not parse or refuses harmless words."""
        plan = parse(self._model.complete(request, grammar=GRAMMAR), own_words(message))
        refused = any(isinstance(action, Refuse) for action in plan.actions)
        if refused and is_english(message) and not moderation.alarming(message):
            raise BadLine("refused, though no word of it alarms")
        return plan

    def _json(self, message: str, context: PlanContext) -> Plan:
        """Asks any other model for JSON; retries with the error if it does not validate."""
        system = prompts.read("planner_large")
        versions = "; ".join(f"v{n} = {caption}" for n, caption in context.captions.items())
        request = prompts.fill(
            "planner_request",
            versions=versions or "none",
            current=f"v{context.current}" if context.current else "none",
            previous=clean(context.previous or "none"),
            message=message,
        )
        try:
            return _plan_of(self._model.answer_json(system, request, schema=SCHEMA))
        except BadLine as error:
            again = prompts.fill("planner_repair", request=request, problem=str(error)[:400])
            return _plan_of(self._model.answer_json(system, again, schema=SCHEMA))


def _read(message: str, context: PlanContext) -> str:
    """The message as the small model gets it: simplified, harmless alarming words paraphrased.

    Names of things in the picture are spelt as in its caption.
    """
    shown = context.captions.get(context.current or 0, "")
    return plainly(spelled(moderation.harmless(message), shown))


def readable(text: str) -> str:
    """The message on one line. Raises BadMessage when it is empty or too long."""
    message = clean(text)
    if not message:
        raise BadMessage("Tell me what to paint, or what to change.")
    if len(message) > MAX_WORDS:
        raise BadMessage(f"That is too long for me; {MAX_WORDS} characters are the most.")
    return message


def description(text: str) -> str:
    """The prompt of a new picture, where the text cannot mean anything else.

    Raises BadMessage when it is empty, CannotDo when moderation forbids it.
    """
    message = readable(text)
    refusal = validate.unsafe(message)
    if refusal is not None:
        raise CannotDo(refusal.reason)
    if any(character.isalnum() for character in message):
        return message
    named = _signs(message, PlanContext())
    if not isinstance(named, Generate):
        raise BadMessage("I see only signs there. Tell me in words what to paint.")
    return named.prompt


def _schema() -> dict[str, object]:
    """The plan's JSON schema with "action" required, which pydantic leaves optional.

    Length limits are removed: llama.cpp cannot compile a grammar that counts so far, and an invalid
    grammar aborts the process. Validation checks them afterwards.
    """
    schema = Plan.model_json_schema()
    for action in schema["$defs"].values():
        action["required"] = list(dict.fromkeys(["action", *action.get("required", [])]))
    shortened = _without(schema, {"minLength", "maxLength", "pattern", "title", "default"})
    assert isinstance(shortened, dict)  # noqa: S101  for the type checker: an object stays one
    return shortened


def _without(schema: object, keys: set[str]) -> object:
    if isinstance(schema, dict):
        return {k: _without(v, keys) for k, v in schema.items() if k not in keys}
    return [_without(item, keys) for item in schema] if isinstance(schema, list) else schema


SCHEMA: Final[Mapping[str, object]] = _schema()


def _plan_of(answer: str) -> Plan:
    try:
        return Plan.model_validate_json(answer)
    except ValidationError as error:
        raise BadLine(str(error)) from error


# Exact commands: unambiguous, and too frequent to wait for a model.


def _int(found: re.Match[str], least: int = 1) -> int:
    return max(int(found.group(1)), least)


_FREE = frozenset("random free automatic auto anything new another fresh different".split())
"""Words that reset the seed to random."""


def _word(found: re.Match[str]) -> str:
    return "random" if found.group(1) in _FREE else found.group(1)


def _sized(found: re.Match[str]) -> SetParam:
    verb, width, height, again = found.groups()
    rerun = bool(again) or (verb or "").startswith(("make", "paint", "repaint"))
    return settable(size=f"{width}x{height}", rerun=rerun)


_Command = Callable[["re.Match[str]"], Action]
_COMMANDS: Final[tuple[tuple[re.Pattern[str], _Command], ...]] = (
    (re.compile(r"undo|undo that|ctrl\s?\+?\s?z"), lambda _: Undo()),
    (re.compile(r"undo (\d{1,3})(?: steps| times| changes)?"), lambda m: Undo(steps=_int(m))),
    (re.compile(r"redo|redo that|ctrl\s?\+?\s?y"), lambda _: Redo()),
    (re.compile(r"redo (\d{1,3})(?: steps| times| changes)?"), lambda m: Redo(steps=_int(m))),
    (
        re.compile(r"(?:go (?:back )?to |back to |show )?v(?:ersion)?\s?(\d{1,4})"),
        lambda m: Goto(version=_int(m)),
    ),
    (
        re.compile(r"(?:paint |show me )?(?:some |one )?more like (?:this|that|it)(?: one)?"),
        lambda _: Variation(),
    ),
    (
        re.compile(r"start (?:over|again|afresh|from scratch)(?: with |, | and paint |: )(.+)"),
        lambda m: Generate(prompt=own_words(m.group(1))),
    ),
    (
        re.compile(r"(?:use |set )?seed\s*[:=]?\s*(-?\d{1,40})"),
        lambda m: settable(seed=_int(m, -1)),
    ),
    (
        re.compile(
            r"(?:use|set|change)(?: the| a)? seed(?: to| of)?\s*[:=]?\s+([a-z]+)(?: and .*)?"
        ),
        lambda m: settable(seed=_word(m)),
    ),
    (re.compile(r"(?:use |set )?(\d{1,9}) steps"), lambda m: settable(steps=_int(m, 0))),
    (
        re.compile(r"(?:use |set )?(?:the )?steps(?: to)?\s*[:=]?\s*(\d{1,9})"),
        lambda m: settable(steps=_int(m, 0)),
    ),
    (
        re.compile(
            r"(make it |paint it |repaint it |(?:set |change )?(?:the )?(?:size|resolution)"
            r"(?: to)?\s*[:=]?\s*)?(\d{1,9})\s?[x×]\s?(\d{1,9})(?: pixels| px)?"
            r"(?: please)?( and paint it again)?"
        ),
        _sized,
    ),
)


def exact(message: str, context: PlanContext) -> Plan | None:
    """The plan of an exact command; None for other messages."""
    bare = without_separators(message.lower().strip(" .!"))
    for pattern, command in _COMMANDS:
        found = pattern.fullmatch(bare)
        if found:
            return Plan(actions=(command(found),))
    if (version := version_references.read(message, context)) is not None:
        return Plan(actions=(version,))
    if (shape := shape_alone(bare)) is not None:
        here = context.current is not None
        return Plan(actions=(SetParam(aspect_ratio=shape, rerun=here),))
    if bare.startswith(ANEW) and (caption := context.captions.get(context.current or 0)):
        return Plan(actions=(Generate(prompt=f"{caption}, {bare.removeprefix(ANEW)}"),))
    if not any(character.isalnum() for character in message):
        return Plan(actions=(_signs(message, context),))
    return None


_UNSPOKEN = ("selector", "joiner", "fitzpatrick")
"""Unicode names of characters that only modify the emoji before them."""


def _signs(message: str, context: PlanContext) -> Action:
    """Emoji alone: a prompt if there is no picture, a question if there is one."""
    names = [unicodedata.name(sign, "").lower() for sign in message if ord(sign) > 0x2190]
    names = [name for name in names if name and not any(part in name for part in _UNSPOKEN)]
    words = ", ".join(re.sub(r" (face|building|with .*|symbol)$", "", name) for name in names[:8])
    if not words:
        return validate.ask("more")
    if context.current is None:
        return Generate(prompt=words)
    question = f"Shall I paint a new picture of “{words}”?"
    return Clarify(question=question, options=(f"paint {words}",))
