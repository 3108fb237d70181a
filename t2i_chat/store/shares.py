"""Share links: read-only snapshots of a conversation, valid until they are revoked; remix."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import select

from t2i_chat.core.errors import UnknownVersion
from t2i_chat.core.protocols import Shared
from t2i_chat.core.recipe import Version
from t2i_chat.store.conversation_folder import ExportedConversation
from t2i_chat.store.save_import import Saving
from t2i_chat.store.schema import ConversationRow, ShareRow
from t2i_chat.store.versions import Versions

CLOSED = "This page is not shared, or not any more."


class Shares(Saving, Versions):
    """The mixin of share links."""

    def share(self, conversation: str) -> str:
        """Shares a snapshot of a conversation; returns the unguessable id of the link."""
        if not self.has_conversation(conversation):
            raise UnknownVersion("There is nothing to share yet.")
        with self._writing() as session:
            row = session.scalar(select(ShareRow).where(ShareRow.conversation == conversation))
            row = row or ShareRow(id=secrets.token_urlsafe(16), conversation=conversation)
            row.shared_at = datetime.now(UTC).isoformat()
            session.add(row)
            return row.id

    def unshare(self, conversation: str) -> None:
        """Revokes a share link; its id is never valid again."""
        with self._writing() as session:
            row = session.scalar(select(ShareRow).where(ShareRow.conversation == conversation))
            if row is not None:
                session.delete(row)

    def shared(self, share: str) -> Shared:
        """What a share link shows. Raises UnknownVersion for an unknown or revoked id."""
        conversation, moment, title = self._opened(share)
        return Shared(
            title=title,
            turns=tuple(t for t in self.turns(conversation) if t.created_at <= moment),
            versions=tuple(v for v in self._seen(conversation, moment)),
        )

    def _seen(self, conversation: str, moment: datetime) -> Iterator[Version]:
        for version in self.versions(conversation):
            if version.created_at <= moment and not version.hidden:
                yield version

    def remix(self, share: str) -> str:
        """A new conversation that starts as a copy of a shared one; returns its id.

        Raises UnknownVersion for an unknown or revoked share.
        """
        conversation, moment, _ = self._opened(share)
        with TemporaryDirectory(prefix="t2i-chat-") as home:
            folder = Path(home) / "conversation"
            self.export(conversation, folder)
            exported = ExportedConversation(folder)
            exported.kept = exported.kept.until(moment)
            return self.take_in(exported)

    def _opened(self, share: str) -> tuple[str, datetime, str]:
        with self._reading() as session:
            row = session.get(ShareRow, share)
            owner = None if row is None else session.get(ConversationRow, row.conversation)
            if row is None or owner is None or owner.deleted_at is not None:
                raise UnknownVersion(CLOSED)
            return row.conversation, datetime.fromisoformat(row.shared_at), owner.title or ""
