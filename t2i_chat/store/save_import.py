"""Saves and imports conversations: folder or ZIP file, with or without pictures."""

from __future__ import annotations

import json
import secrets
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from t2i_chat.core.errors import NoPictures
from t2i_chat.imaging.png_metadata import png_info
from t2i_chat.store import history, rows
from t2i_chat.store.archive import pack, unpacked
from t2i_chat.store.atomic_files import png_bytes, publish, staged
from t2i_chat.store.conversation_folder import (
    ConversationFile,
    ExportedConversation,
    ExportedVersion,
    write_export,
)
from t2i_chat.store.conversations import Conversations
from t2i_chat.store.data_folder import CONVERSATION
from t2i_chat.store.faults import in_sentences
from t2i_chat.store.schema import ConversationRow, TurnRow, VersionRow


class Saving(Conversations):
    """The mixin of export and import."""

    def export(self, conversation: str, folder: Path, *, pictures: bool = True) -> None:
        """Writes a conversation, or what is new in it, to `folder`, for `ExportedConversation`.

        Without `pictures`, rendered pictures are left out; replay renders them again. Raises
        StoreError when the folder holds another conversation or other pictures.
        """
        with self._reading() as session:
            row = rows.conversation_row(session, conversation)
            kept = ConversationFile(
                conversation=row.id,
                created_at=datetime.fromisoformat(row.created_at),
                history=tuple(history.visited(session, row)),
                cursor=row.cursor,
                params=json.loads(row.params),
                turns=tuple(turn.value() for turn in session.scalars(rows.turns_of(conversation))),
                versions=tuple(
                    ExportedVersion.of(v.value())
                    for v in session.scalars(rows.versions_of(conversation))
                ),
                pictures=pictures,
            )
        with in_sentences(folder, "name another folder"):
            write_export(kept, folder, picture=self._picture, blob=self._blob)

    def take_in(self, exported: ExportedConversation) -> str:
        """Imports an exported conversation; returns its id, which is new if its own is taken.

        Raises StoreError when one of its pictures is missing, damaged or different.
        """
        kept = exported.kept
        if not kept.pictures:
            raise NoPictures(
                "This conversation was saved without its pictures, which “t2i-chat import” paints "
                "again."
            )
        own = CONVERSATION.fullmatch(kept.conversation) and not self.has_conversation(
            kept.conversation
        )
        conversation = kept.conversation if own else secrets.token_hex(16)
        for sha256 in kept.blobs:
            self.put_blob(exported.blob(sha256))
        versions = [
            version.plain().model_copy(update={"conversation": conversation})
            for version in kept.versions
        ]
        with in_sentences(self._data_dir), self._writing() as session:
            session.add(
                ConversationRow(
                    id=conversation,
                    created_at=kept.created_at.isoformat(),
                    cursor=kept.cursor,
                    params=json.dumps(kept.params),
                )
            )
            session.flush()  # before what refers to it
            for version in versions:
                content = png_bytes(exported.image(version), png_info(version.recipe))
                with staged(content, self._data_dir / "partial") as partial:
                    publish(partial, self._picture(version))
                session.add(VersionRow.of(version))
                session.flush()
            history.retrace(session, conversation, kept.history)
            session.add_all(TurnRow.of(conversation, turn) for turn in kept.turns)
        return conversation

    def save(self, conversation: str, file: Path) -> None:
        """Exports a whole conversation into one ZIP file."""
        with TemporaryDirectory(prefix="t2i-chat-") as home, in_sentences(file.parent):
            self.export(conversation, Path(home) / "export")
            pack(Path(home) / "export", file)

    def open_saved(self, file: Path) -> str:
        """Imports a file that `save` wrote; returns its id. Raises StoreError for others."""
        with unpacked(file) as folder:
            return self.take_in(ExportedConversation(folder))
