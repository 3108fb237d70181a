"""Plans a batch of labelled messages, for evaluating planners.

A row is `{"id", "context": [{"role", "text"}, …], "current": N, "utterance"}`, where the answers in
the context read "v2 = what it shows", or "v1, v2 = two pictures: v1 a fox, v2 an owl"; or it is
`{"id", "text"}`, said of an uploaded picture.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from t2i_chat.core.actions import Clarify, Plan
from t2i_chat.core.errors import BadFile, UserError
from t2i_chat.core.protocols import PlanContext, Planner

_VERSION_LINE = re.compile(r"(v\d+(?:,\s*v\d+)*) = (.*?)(?:\s*\([^()]*\))?$")
_ONE_OF_MANY = re.compile(r"\bv(\d+)\s+(.*?)(?=[,;]\s*v\d+\s|$)")


def plan_batch(
    planner: Planner, rows: Iterable[Mapping[str, object]]
) -> Iterable[dict[str, object]]:
    """`{"id", "actions"}` for each row; what cannot be done becomes a question, as in the chat.

    Raises BadFile for a row with an invalid context.
    """
    for row in rows:
        text = str(row.get("utterance") or row.get("text") or "")
        plan = planned_or_asked(planner, text, context_of(row))
        yield {"id": row.get("id"), "actions": dumped(plan)}


def planned_or_asked(planner: Planner, text: str, context: PlanContext) -> Plan:
    """The plan of a message; what cannot be done becomes a question."""
    try:
        return planner.plan(text, context)
    except UserError as error:
        return Plan(actions=(Clarify(question=str(error), options=error.options),))


def dumped(plan: Plan) -> list[dict[str, Any]]:
    """The plan's actions as JSON values, without unset fields."""
    return [action.model_dump(mode="json", exclude_none=True) for action in plan.actions]


def context_of(row: Mapping[str, object]) -> PlanContext:
    """The planning context of a row. Raises BadFile when it is invalid."""
    turns = row.get("context")
    if turns is None:
        return PlanContext(captions={1: "a picture"}, current=1)
    captions: dict[int, str] = {}
    previous = None
    for role, text in _turns(turns):
        found = [_VERSION_LINE.match(line) for line in text.splitlines()]
        for match in filter(None, found):
            captions |= _shown(*match.groups())
        previous = text if role == "user" else previous
    number = row.get("current")
    current = number if isinstance(number, int) and number in captions else None
    newest = max(captions, default=0)
    return PlanContext(
        captions=captions,
        current=current,
        previous=previous,
        can_undo=len(captions) - 1 if current else 0,
        can_redo=newest - current if current else 0,
    )


def _shown(versions: str, words: str) -> dict[int, str]:
    """What each version shows; several on one line are told apart in it, or are alike."""
    numbers = [int(number) for number in re.findall(r"\d+", versions)]
    each = {int(number): told for number, told in _ONE_OF_MANY.findall(words)}
    return {number: each.get(number, words) for number in numbers}


def _turns(turns: object) -> list[tuple[str, str]]:
    if not isinstance(turns, list) or not all(
        isinstance(turn, dict) and {"role", "text"} <= turn.keys() for turn in turns
    ):
        raise BadFile('A "context" is a list of {"role": …, "text": …}.')
    return [(str(turn["role"]), str(turn["text"])) for turn in turns]
