"""“Not what I meant”: whether the last plan can be stopped or undone, and its words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from t2i_chat.core.events import Turn
from t2i_chat.ui.action_row import Here


@dataclass(frozen=True, slots=True)
class Amendment:
    """A plan that a person may have meant otherwise, and the `words` they had said.

    `undoes` is the version that came of it, None where there is nothing to undo.
    """

    plan: Turn
    words: str
    undoes: int | None = None


def amendment(turns: Sequence[Turn], here: Here) -> Amendment | None:
    """The last plan, while it is carried out or its one picture is the current one; else None."""
    at = next((i for i in reversed(range(len(turns))) if _tells(turns[i])), None)
    words = _words(turns[: at or 0])
    if at is None or not words:
        return None
    came = [turn.version for turn in turns[at + 1 :] if turn.role == "assistant"]
    if not came:
        return Amendment(turns[at], words)
    if turns[-1].role == "user" or came[0] is None or came[0] != here.current:
        return None
    return Amendment(turns[at], words, undoes=came[0] if here.can_undo else None)


def _tells(turn: Turn) -> bool:
    """Whether a line tells a plan rather than the words it is painted from."""
    return turn.role == "plan" and turn.detail is None


def _words(turns: Sequence[Turn]) -> str:
    return next((turn.text for turn in reversed(turns) if turn.role == "user"), "")
