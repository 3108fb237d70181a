"""Database queries for conversations, versions and messages."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from t2i_chat.core.errors import UnknownVersion
from t2i_chat.core.recipe import Version
from t2i_chat.store import history
from t2i_chat.store.schema import ConversationRow, TurnRow, VersionRow

NO_CONVERSATION = "This conversation is not kept here. Please start a new one."


def now() -> str:
    """The current time, as it is stored."""
    return datetime.now(UTC).isoformat()


def conversation_row(session: Session, conversation: str) -> ConversationRow:
    """The row of a conversation. Raises UnknownVersion when there is none."""
    row = session.get(ConversationRow, conversation)
    if row is None:
        raise UnknownVersion(NO_CONVERSATION)
    return row


def versions_of(conversation: str) -> Select[VersionRow]:
    """All versions of a conversation, oldest first."""
    query = select(VersionRow).where(VersionRow.conversation == conversation)
    return query.order_by(VersionRow.number)


def turns_of(conversation: str) -> Select[TurnRow]:
    """All lines of a conversation, oldest first."""
    return select(TurnRow).where(TurnRow.conversation == conversation).order_by(TurnRow.id)


def version_of(session: Session, conversation: str, number: int) -> Version:
    """A version by its number. Raises UnknownVersion when there is none."""
    return version_row(session, conversation, number).value()


def version_row(session: Session, conversation: str, number: int) -> VersionRow:
    """The row of a version. Raises UnknownVersion when there is none."""
    row = session.get(VersionRow, (conversation, number))
    if row is None:
        last = newest(session, conversation)
        known = f"the newest is version {last}" if last else "nothing is painted yet"
        raise UnknownVersion(f"There is no version {number}; {known}.")
    return row


def current_of(session: Session, conversation: ConversationRow) -> Version | None:
    """The current version; None when there is none."""
    number = history.here(session, conversation)
    return None if number is None else version_of(session, conversation.id, number)


def shown_now(session: Session, conversation: ConversationRow) -> Version | None:
    """The current version, which is restored if it was deleted."""
    number = history.here(session, conversation)
    if number is None:
        return None
    row = version_row(session, conversation.id, number)
    row.hidden = False
    return row.value()


def nearest(hidden: VersionRow, left: Sequence[int]) -> int:
    """Which version becomes current when one is deleted: its parent, or the one before it."""
    if hidden.parent is not None and hidden.parent in left:
        return hidden.parent
    return max((one for one in left if one < hidden.number), default=left[0])


def newest(session: Session, conversation: str) -> int:
    """The number of the newest version; 0 when there is none."""
    query = select(func.max(VersionRow.number)).where(VersionRow.conversation == conversation)
    return session.scalar(query) or 0
