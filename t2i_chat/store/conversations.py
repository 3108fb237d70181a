"""Conversations in the store: titles, messages, generation settings, deletion and restore."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import select

from t2i_chat.core.events import Turn
from t2i_chat.store import rows
from t2i_chat.store.data_folder import Disk
from t2i_chat.store.orphaned_files import forget_blobs, forget_pictures
from t2i_chat.store.schema import ConversationRow, TurnRow


class Conversations(Disk):
    """The mixin of operations on whole conversations."""

    def new_conversation(self) -> str:
        """Starts an empty conversation and returns its unguessable id, safe as a folder name."""
        conversation = secrets.token_hex(16)
        with self._writing() as session:
            session.add(
                ConversationRow(id=conversation, created_at=rows.now(), cursor=-1, params="{}")
            )
        return conversation

    def has_conversation(self, conversation: str) -> bool:
        """Whether a conversation of that id was ever started, and not deleted since."""
        with self._reading() as session:
            row = session.get(ConversationRow, conversation)
            return row is not None and row.deleted_at is None

    def title(self, conversation: str) -> str:
        """The title a person gave a conversation; "" if none."""
        with self._reading() as session:
            return rows.conversation_row(session, conversation).title or ""

    def entitle(self, conversation: str, title: str) -> None:
        """Sets the title of a conversation; "" removes it."""
        with self._writing() as session:
            rows.conversation_row(session, conversation).title = title or None

    def put_away(self, conversation: str) -> None:
        """Deletes a conversation; for a day `bring_back` can undo it, then it is erased."""
        with self._writing() as session:
            rows.conversation_row(session, conversation).deleted_at = rows.now()

    def bring_back(self, conversation: str) -> None:
        """Undoes `put_away`. Raises UnknownVersion when the conversation is already erased."""
        with self._writing() as session:
            rows.conversation_row(session, conversation).deleted_at = None

    def conversations(self) -> Sequence[str]:
        """The ids of all conversations, oldest first; for the operator, never shown to a person."""
        with self._reading() as session:
            return list(session.scalars(select(ConversationRow.id).order_by("created_at", "id")))

    def delete_conversation(self, conversation: str) -> None:
        """Erases a conversation: messages, versions, pictures, and blobs no other one uses.

        An edit of the same picture that another process is storing at this moment can fail.
        """
        with self._writing() as session:
            row = rows.conversation_row(session, conversation)
            inputs = {
                sha256
                for version in session.scalars(rows.versions_of(conversation))
                for sha256 in (version.image_sha256, version.mask_sha256, version.source_sha256)
                if sha256 is not None
            }
            session.delete(row)
        with self._writing() as session:  # again, under the write lock
            forget_pictures(self._data_dir, conversation)
            forget_blobs(self._data_dir, session, inputs)

    def add_turn(self, conversation: str, turn: Turn) -> None:
        """Appends a line to the conversation."""
        with self._writing() as session:
            rows.conversation_row(session, conversation)
            session.add(TurnRow.of(conversation, turn))

    def turns(self, conversation: str) -> Sequence[Turn]:
        """All lines, oldest first."""
        with self._reading() as session:
            rows.conversation_row(session, conversation)
            return [row.value() for row in session.scalars(rows.turns_of(conversation))]

    def set_params(self, conversation: str, params: Mapping[str, object]) -> None:
        """Replaces the generation settings (JSON values)."""
        with self._writing() as session:
            rows.conversation_row(session, conversation).params = json.dumps(dict(params))

    def params(self, conversation: str) -> Mapping[str, object]:
        """The generation settings; empty at first."""
        with self._reading() as session:
            kept: dict[str, object] = json.loads(
                rows.conversation_row(session, conversation).params
            )
            return kept

    def _put_away_before(self, moment: datetime) -> Sequence[str]:
        with self._reading() as session:
            late = ConversationRow.deleted_at < moment.isoformat()
            return list(session.scalars(select(ConversationRow.id).where(late)))
