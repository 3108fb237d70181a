"""Explains a plan in plain words, before anything is painted."""

from __future__ import annotations

from functools import singledispatch

from t2i_chat.core.actions import (
    Action,
    Add,
    Combine,
    Generate,
    Goto,
    Inpaint,
    Letter,
    Outpaint,
    Plan,
    Redo,
    Remove,
    Replace,
    Restyle,
    SetParam,
    Undo,
    Upscale,
    Variation,
)
from t2i_chat.text.captions import describe_result, head_noun, strip_article, with_article

_SIDES = {"left": "to the left", "right": "to the right", "up": "upwards", "down": "downwards"}
_PLACE_WORDS = frozenset(
    """in on at to next beside behind under below above over near around inside between by leaning
    across onto into along left right top bottom""".split()
)


def explain(plan: Plan) -> str:
    """The whole plan as one sentence, one clause per action."""
    clauses = [_clause(action) for action in plan.actions]
    clauses = [clause for clause in clauses if clause]
    if len(clauses) > 1:
        words = ", ".join(clauses[:-1]) + f", then {clauses[-1]}"
    else:
        words = "".join(clauses)
    if not words:
        return ""
    rest = " and leave the rest alone" if _is_local(plan) else ""
    return f"I'll {words}{rest}."


def _new_look(target: str, result: str) -> str:
    """A thing that only changes its looks keeps its name: "make the sky darker"."""
    *quality, noun = strip_article(describe_result(target, result)).split()
    if quality and noun.lower() == head_noun(target):
        return f"make {definite(target)} {' '.join(quality)}"
    return f"change {definite(target)} to {with_article(result)}"


def definite(target: str) -> str:
    """A thing of the picture as one speaks of it: "tree" → "the tree"."""
    first = target.split(" ", 1)[0].lower()
    known = {
        "the",
        "a",
        "an",
        "his",
        "her",
        "its",
        "their",
        "my",
        "this",
        "that",
        "these",
        "those",
        "all",
        "both",
        "one",
        "some",
        "every",
        "him",
        "them",
        "it",
        "everything",
    }
    return target if first in known or first in _PLACE_WORDS else f"the {target}"


def _is_local(plan: Plan) -> bool:
    paints = [a for a in plan.actions if not isinstance(a, Undo | Redo | Goto)]
    return bool(paints) and all(
        isinstance(a, Inpaint | Add | Remove | Replace | Letter | Combine) for a in paints
    )


@singledispatch
def _clause(_: Action) -> str:
    """What an action does, as the end of "I'll ..."; "" for those that only say something."""
    return ""


@_clause.register
def _generate(action: Generate) -> str:
    many = "" if action.count == 1 else f"{action.count} pictures of "
    words = f"paint {many}“{action.prompt}”"
    if action.aspect_ratio:
        words += f" in {action.aspect_ratio}"
    if action.negative:
        words += f", without {action.negative}"
    return words + (f", with seed {action.seed}" if action.seed is not None else "")


@_clause.register
def _outpaint(action: Outpaint) -> str:
    if action.aspect_ratio:
        return f"extend the picture to {action.aspect_ratio}"
    return f"extend the picture {_SIDES.get(action.direction, 'on all sides')}"


@_clause.register
def _variation(action: Variation) -> str:
    many = "another version" if action.count == 1 else f"{action.count} more versions"
    picture = f"version {action.of}" if action.of else "this picture"
    return f"paint {many} of {picture}"


@_clause.register
def _restyle(action: Restyle) -> str:
    return f"repaint the whole picture: {action.result}{_from(action.of)}"


@_clause.register
def _inpaint(action: Inpaint) -> str:
    return _new_look(action.target, action.result) + _from(action.of)


@_clause.register
def _add(action: Add) -> str:
    return f"add {with_article(action.result)}{_where(action.target)}{_from(action.of)}"


@_clause.register
def _remove(action: Remove) -> str:
    return f"remove {definite(action.target)}{_from(action.of)}"


@_clause.register
def _replace(action: Replace) -> str:
    words = f"replace {definite(action.target)} with {with_article(action.result)}"
    return words + _from(action.of)


@_clause.register
def _upscale(action: Upscale) -> str:
    return f"make the picture {action.factor} times as large in pixels{_from(action.of)}"


@_clause.register
def _letter(action: Letter) -> str:
    ink = f" in {action.ink}" if action.ink else ""
    return f"write “{action.text}”{ink}{_where(action.target)}{_from(action.of)}"


@_clause.register
def _combine(action: Combine) -> str:
    into = f"version {action.of}" if action.of else "this picture"
    return f"put {definite(action.target)} of version {action.source} into {into}"


@_clause.register
def _undo(action: Undo) -> str:
    return "undo the last change" if action.steps == 1 else f"undo the last {action.steps} changes"


@_clause.register
def _redo(action: Redo) -> str:
    return "redo the change" if action.steps == 1 else f"redo {action.steps} changes"


@_clause.register
def _goto(action: Goto) -> str:
    return f"go back to version {action.version}"


@_clause.register
def _settings(action: SetParam) -> str:
    values = action.model_dump(exclude_none=True, exclude={"action", "rerun"})
    names = {"aspect_ratio": "shape", "negative": "leave out"}
    said = ", ".join(f"{names.get(name, name)} {value}" for name, value in values.items())
    return f"set {said}" + (" and paint it again" if action.rerun else "")


def _where(target: str | None) -> str:
    if target is None:
        return ""
    first = target.split(" ", 1)[0].lower()
    return f" {target}" if first in _PLACE_WORDS else f" to {definite(target)}"


def _from(version: int | None) -> str:
    return f" in version {version}" if version else ""
