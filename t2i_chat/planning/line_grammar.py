"""The line grammar (GBNF) of the planner's answers, parsed into a Plan and written from one.

One line per action, fields separated by bars: `edit|the sky|a darker sky`, `remove|the tree`,
`set|seed=5|steps=30`, `goto|2`, bare `new` for "use the person's own words as the prompt".
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from pydantic import ValidationError

from t2i_chat.core.actions import Plan
from t2i_chat.core.settings import MAX_COUNT, MAX_GUIDANCE, MAX_STEPS

SHOWN_VERSIONS: Final = 6
"""How many of the newest versions are in the prompt."""
CAPTION_WORDS: Final = 16
"""Captions are cut to this many words in the prompt."""
MESSAGE_WORDS: Final = 70
"""Messages are cut to this many words in the prompt; longer ones are descriptions."""
FEW: Final = 3
"""The number that "a few" means."""
SYMBOLIC_STEPS: Final = {"lower": 12, "higher": 40, "max": 80}
SYMBOLIC_GUIDANCE: Final = {"lower": 3.0, "higher": 8.0}

GRAMMAR: Final = r"""
root ::= line ("\n" line){0,5}
line ::= new | paint | move | set | say | ask | no
paint ::= vary | style | edit | add | remove | swap | extend | big
move ::= undo | redo | goto
new ::= "new" ("|" text)? ("|" (ar | count | seed | neg)){0,4}
vary ::= "vary|" ("few" | digits) of?
style ::= "style|" text of?
edit ::= "edit|" text "|" text of?
add ::= "add|" text ("|" text)? of?
remove ::= "remove|" text of?
swap ::= "swap|" text "|" text of?
extend ::= "extend|" ("left" | "right" | "up" | "down" | "all") ("|" ar)? of?
big ::= "big|" ("2" | "4") of?
undo ::= "undo|" digits
redo ::= "redo|" digits
goto ::= "goto|" digits
set ::= "set" ("|" (seed | steps | guidance | ar | neg | "rerun")){1,5}
say ::= "say|" ("seed" | "prompt" | "changes" | "settings" | "versions" | "help" | "other")
ask ::= "ask|" ("more" | "what" | "version" | "crop" | "seed" | "camera|" text)
no ::= "no|" ("sexual" | "minor" | "gore" | "hate" | "harm")
ar ::= "ar=" digits ":" digits
count ::= "n=" digits
seed ::= "seed=" (digits | "random")
steps ::= "steps=" (digits | "lower" | "higher" | "max")
guidance ::= "guidance=" (digits ("." digits)? | "lower" | "higher")
neg ::= "neg=" text
of ::= "|of=" digits
digits ::= [0-9]{1,10}
text ::= [^|=\n]{1,240}
"""
"""The GBNF grammar that constrains the language model's answer."""

QUESTIONS: Final[Mapping[str, tuple[str, tuple[str, ...]]]] = {
    "more": ("What would you like to be different?", ("darker", "more colourful", "another one")),
    "what": ("Which thing do you mean? Please name it.", ()),
    "version": ("Which version do you mean? Its number is enough.", ()),
    "crop": (
        "I can't cut a picture down, but I can paint it again in another shape. Shall I?",
        ("repaint it square", "repaint it 3:2", "leave it"),
    ),
    "seed": ("Which number shall the seed be? Every picture keeps its own anyway.", ()),
}
"""The fixed questions the planner may ask, with their answers."""
CAMERA_QUESTION: Final = (
    "I can't move the camera in a finished picture. Shall I paint the scene anew, {view}?"
)
ANEW: Final = "paint it anew, "
"""Prefix of the affirmative answer to that question."""
REASONS: Final[Mapping[str, str]] = {
    "sexual": "I don't paint nudity or sex. I'm glad to paint something else.",
    "minor": "I never paint children in a sexual way.",
    "gore": "I don't paint torture or bloodshed. A milder scene is fine.",
    "hate": "I don't paint hatred of people. I'm glad to paint something else.",
    "harm": "I won't paint that, because it could hurt or deceive somebody.",
}
"""The reasons for a refusal, in words for the person."""


class BadLine(ValueError):
    """A line that does not conform to the grammar; its text says which."""


def clean(text: str) -> str:
    """The text without control characters and chat-template markers, on one line."""
    text = re.sub(r"<\|[^|>]{0,40}\|?>|\[/?INST\]|</?s>", " ", text)
    text = "".join(c if c.isprintable() else " " for c in text)
    return re.sub(r"\s+", " ", text).strip()


def situation(
    captions: Mapping[int, str], current: int | None, previous: str | None, text: str
) -> str:
    """The prompt of a planning request: newest versions, current one, last request, message."""
    if current is None:
        return f"no picture yet\n> {_words(text, MESSAGE_WORDS)}"
    shown = sorted(captions)[-SHOWN_VERSIONS:]
    lines = [f"v{number} = {_words(captions[number], CAPTION_WORDS)}" for number in shown]
    last = f", last: {_words(previous, 24)}" if previous else ""
    return "\n".join([*lines, f"now v{current}{last}", f"> {_words(text, MESSAGE_WORDS)}"])


def parse(answer: str, own_words: str) -> Plan:
    """The plan of an answer; `own_words` is the prompt for a bare `new`.

    Raises BadLine for anything that does not conform.
    """
    rows = [line for line in (raw.strip() for raw in answer.splitlines()) if line]
    try:
        return Plan.model_validate({"actions": [_action(row, own_words) for row in _unique(rows)]})
    except (ValidationError, KeyError, IndexError, ValueError) as error:
        raise BadLine(f"not a plan: {answer!r}") from error


def _words(text: str, most: int) -> str:
    return " ".join(clean(text).split()[:most])


def _unique(rows: Sequence[str]) -> list[str]:
    return list(dict.fromkeys(rows))


@dataclass(frozen=True, slots=True)
class _Row:
    """One parsed line: plain fields, `key=value` fields, and the prompt for a bare `new`."""

    plain: tuple[str, ...]
    keys: Mapping[str, str]
    own_words: str


_Fields = dict[str, object]
_KEY = re.compile(r"(of|ar|n|seed|neg|steps|guidance)=.")
_WITH_OF = {
    "variation",
    "restyle",
    "inpaint",
    "add",
    "remove",
    "replace",
    "outpaint",
    "upscale",
    "letter",
}


def _action(line: str, own_words: str) -> _Fields:
    verb, *rest = (part.strip() for part in line.split("|"))
    plain = tuple(part for part in rest if not _KEY.match(part) and part != "rerun")
    keys = dict(part.split("=", 1) for part in rest if _KEY.match(part))
    action = _READERS[verb](_Row(plain, keys, own_words))
    if "of" in keys and action["action"] in _WITH_OF:
        action["of"] = int(keys["of"])
    if verb == "set":
        action["rerun"] = "rerun" in rest
    return action


def _new(row: _Row) -> _Fields:
    prompt = row.plain[0] if row.plain else row.own_words
    action: _Fields = {"action": "generate", "prompt": prompt}
    if "n" in row.keys:
        action["count"] = min(max(int(row.keys["n"]), 1), MAX_COUNT)
    if row.keys.get("seed", "random") != "random":
        action["seed"] = int(row.keys["seed"])
    return action | _shape(row)


def _set(row: _Row) -> _Fields:
    if not row.keys:
        raise BadLine("nothing to set")
    action: _Fields = {"action": "set_param"}
    if (seed := row.keys.get("seed")) is not None:
        action["seed"] = seed if seed == "random" else int(seed)
    if (steps := row.keys.get("steps")) is not None:
        action["steps"] = SYMBOLIC_STEPS.get(steps) or min(max(int(steps), 1), MAX_STEPS)
    if (guidance := row.keys.get("guidance")) is not None:
        action["guidance"] = SYMBOLIC_GUIDANCE.get(guidance) or min(float(guidance), MAX_GUIDANCE)
    return action | _shape(row)


def _shape(row: _Row) -> _Fields:
    names = {"ar": "aspect_ratio", "neg": "negative"}
    shape: _Fields = {}
    for short in names.keys() & row.keys.keys():
        shape[names[short]] = row.keys[short]
    return shape


def _ask(row: _Row) -> _Fields:
    options: tuple[str, ...]
    if row.plain[0] == "camera":
        view = row.plain[1] if len(row.plain) > 1 else "from another side"
        options = (f"{ANEW}{view}", "leave it")
        return _clarify(CAMERA_QUESTION.format(view=view), options)
    question, options = QUESTIONS[row.plain[0]]
    return _clarify(question, options)


def _clarify(question: str, options: tuple[str, ...]) -> _Fields:
    return {"action": "clarify", "question": question, "options": options}


def _vary(row: _Row) -> _Fields:
    word = row.plain[0]
    count = FEW if word == "few" else min(max(int(word), 1), MAX_COUNT)
    return {"action": "variation", "count": count}


def _add(row: _Row) -> _Fields:
    target = row.plain[1] if len(row.plain) > 1 else None
    return {"action": "add", "result": row.plain[0], "target": target}


def _write(row: _Row) -> _Fields:
    target = row.plain[1] if len(row.plain) > 1 else None
    return {"action": "letter", "text": row.plain[0], "target": target}


def _extend(row: _Row) -> _Fields:
    return {"action": "outpaint", "direction": row.plain[0]} | _shape(row)


def _no(row: _Row) -> _Fields:
    return {"action": "refuse", "reason": REASONS[row.plain[0]]}


def _plain(action: str, *names: str) -> Callable[[_Row], _Fields]:
    """A parser of lines with only plain fields, one per name."""

    def read(row: _Row) -> _Fields:
        return {"action": action, **dict(zip(names, row.plain, strict=True))}

    return read


def _number(action: str, name: str) -> Callable[[_Row], _Fields]:
    """A parser of lines with one number."""

    def read(row: _Row) -> _Fields:
        return {"action": action, name: int(row.plain[0])}

    return read


_READERS: Final[Mapping[str, Callable[[_Row], _Fields]]] = {
    "new": _new,
    "vary": _vary,
    "style": _plain("restyle", "result"),
    "edit": _plain("inpaint", "target", "result"),
    "add": _add,
    "remove": _plain("remove", "target"),
    "swap": _plain("replace", "target", "result"),
    "extend": _extend,
    "big": _number("upscale", "factor"),
    "write": _write,
    "undo": _number("undo", "steps"),
    "redo": _number("redo", "steps"),
    "goto": _number("goto", "version"),
    "set": _set,
    "say": _plain("answer", "about"),
    "ask": _ask,
    "no": _no,
}
