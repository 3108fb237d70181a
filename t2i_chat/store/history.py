"""Undo/redo: the list of visited versions and a cursor in it.

A visit is inserted behind the cursor and clears the redo entries, as in any editor. Versions
themselves are never removed by it.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from t2i_chat.core.errors import UnknownVersion
from t2i_chat.store.schema import ConversationRow, VisitRow


def visited(session: Session, conversation: ConversationRow) -> list[int]:
    """The numbers of the versions visited, in order."""
    query = select(VisitRow.number).where(VisitRow.conversation == conversation.id)
    return list(session.scalars(query.order_by(VisitRow.position)))


def here(session: Session, conversation: ConversationRow) -> int | None:
    """The current version's number; None when there is none."""
    visit = session.get(VisitRow, (conversation.id, conversation.cursor))
    return None if visit is None else visit.number


def visit(
    session: Session, conversation: ConversationRow, number: int, beside: int | None = None
) -> None:
    """Makes `number` the current version; nothing happens if it is already.

    If the current version is `beside`, made for the same message, both become one undo step.
    """
    current = session.get(VisitRow, (conversation.id, conversation.cursor))
    if current is not None and current.number == number:
        return
    beyond = (VisitRow.conversation == conversation.id) & (VisitRow.position > conversation.cursor)
    session.execute(delete(VisitRow).where(beyond))
    if current is not None and current.number == beside:
        current.number = number
        return
    conversation.cursor += 1
    session.add(VisitRow(conversation=conversation.id, position=conversation.cursor, number=number))


def retrace(session: Session, conversation: str, numbers: Sequence[int]) -> None:
    """Stores the visits of an imported conversation."""
    for position, number in enumerate(numbers):
        session.add(VisitRow(conversation=conversation, position=position, number=number))


def steps(session: Session, conversation: ConversationRow) -> tuple[int, int]:
    """How many steps can be undone and redone."""
    count = select(func.count()).where(VisitRow.conversation == conversation.id)
    total = session.scalar(count) or 0
    return max(0, conversation.cursor), total - 1 - conversation.cursor


def move(session: Session, conversation: ConversationRow, by: int) -> None:
    """Moves the cursor by `by` steps, back if negative.

    Raises UnknownVersion when there are not so many.
    """
    undoable, redoable = steps(session, conversation)
    if by < -undoable:
        raise UnknownVersion(_too_far("back", undoable))
    if by > redoable:
        raise UnknownVersion(_too_far("forward", redoable))
    conversation.cursor += by


def _too_far(way: str, possible: int) -> str:
    if possible == 0:
        return f"There is nothing to go {way} to."
    return f"I can go {way} only {possible} step{'s' if possible > 1 else ''}."
