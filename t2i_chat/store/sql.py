"""Keeps conversations in SQLite and their pictures as PNG files; knows no model and no page.

A version's picture is whole on the disk before its row is committed, and the row decides: whatever
a kill leaves without a row is written over or swept up, and never seen.
"""

from __future__ import annotations

import json
import os
import re
import secrets
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import Self

from PIL import Image
from sqlalchemy import Engine, Select, func, select
from sqlalchemy.orm import Session

from t2i_chat.errors import NoPictures, StoreError, UnknownVersion
from t2i_chat.messages import Turn
from t2i_chat.png import png_info
from t2i_chat.recipe import Receipt, Recipe, Version, pixels_sha256
from t2i_chat.store import history
from t2i_chat.store.archive import pack, unpacked
from t2i_chat.store.database import FILE_NAME, for_writing, open_database
from t2i_chat.store.export import (
    ConversationFile,
    ExportedConversation,
    ExportedVersion,
    write_export,
)
from t2i_chat.store.faults import in_sentences
from t2i_chat.store.files import blob_name, make_folder, png_bytes, publish, read_picture, staged
from t2i_chat.store.schema import ConversationRow, TurnRow, VersionRow
from t2i_chat.store.shares import Shares
from t2i_chat.store.sweep import forget_blobs, forget_pictures, sweep

GRACE = timedelta(days=1)
"""How long a deleted conversation can be brought back."""
_CONVERSATION = re.compile(r"[0-9a-f]{32}")


class SqlStore(Shares):
    """Implements `ports.VersionStore` in the folder `data_dir`; to be shared by threads.

    Processes may share it as well. All methods raise UnknownVersion for what was never kept
    and StoreError, with a sentence for the host, when the disk or the database fails.
    """

    def __init__(self, data_dir: Path) -> None:
        """Opens the store, makes it if missing, and sweeps up what killed paintings left.

        Raises StoreTooNew when a newer version of the program wrote it.
        """
        self._data_dir = data_dir
        with in_sentences(data_dir):
            make_folder(data_dir)
            self._engine: Engine = open_database(data_dir / FILE_NAME)
        self._write_engine = for_writing(self._engine)
        with self._writing() as session:
            sweep(data_dir, session)
        for conversation in self._put_away_before(datetime.now(UTC) - GRACE):
            self.delete_conversation(conversation)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Closes the database; the store is not to be used afterwards."""
        self._engine.dispose()

    # Conversations

    def new_conversation(self) -> str:
        """Starts an empty conversation and returns its unguessable id, safe as a folder name."""
        conversation = secrets.token_hex(16)
        with self._writing() as session:
            session.add(ConversationRow(id=conversation, created_at=_now(), cursor=-1, params="{}"))
        return conversation

    def has_conversation(self, conversation: str) -> bool:
        """Whether a conversation of that id was ever started, and not deleted since."""
        with self._reading() as session:
            row = session.get(ConversationRow, conversation)
            return row is not None and row.deleted_at is None

    def title(self, conversation: str) -> str:
        """What a person called a conversation; empty while they have not."""
        with self._reading() as session:
            return _conversation(session, conversation).title or ""

    def entitle(self, conversation: str, title: str) -> None:
        """Gives a conversation a title; "" takes it away."""
        with self._writing() as session:
            _conversation(session, conversation).title = title or None

    def put_away(self, conversation: str) -> None:
        """Hides a conversation as if it had never been; it is forgotten a day later."""
        with self._writing() as session:
            _conversation(session, conversation).deleted_at = _now()

    def bring_back(self, conversation: str) -> None:
        """Undoes `put_away`. Raises UnknownVersion when it has been forgotten."""
        with self._writing() as session:
            _conversation(session, conversation).deleted_at = None

    def conversations(self) -> Sequence[str]:
        """The ids of all conversations, oldest first; for the host, never for a person."""
        with self._reading() as session:
            return list(session.scalars(select(ConversationRow.id).order_by("created_at", "id")))

    def delete_conversation(self, conversation: str) -> None:
        """Forgets a conversation: its lines, versions, pictures, and blobs no other one needs.

        An edit of the very same picture that is being kept elsewhere at this moment can fail.
        """
        with self._writing() as session:
            row = _conversation(session, conversation)
            inputs = {
                sha256
                for version in session.scalars(_versions(conversation))
                for sha256 in (version.image_sha256, version.mask_sha256, version.source_sha256)
                if sha256 is not None
            }
            session.delete(row)
        with self._writing() as session:  # again with the write lock: no row may come to need them
            forget_pictures(self._data_dir, conversation)
            forget_blobs(self._data_dir, session, inputs)

    def export(self, conversation: str, folder: Path, *, pictures: bool = True) -> None:
        """Writes a conversation to `folder`, or what is new of it, for `ExportedConversation`.

        Without `pictures` what was painted is left out; replay paints it again.
        Raises StoreError when the folder holds another conversation or other pictures.
        """
        with self._reading() as session:
            row = _conversation(session, conversation)
            kept = ConversationFile(
                conversation=row.id,
                created_at=datetime.fromisoformat(row.created_at),
                history=tuple(history.visited(session, row)),
                cursor=row.cursor,
                params=json.loads(row.params),
                turns=tuple(turn.value() for turn in session.scalars(_turns(conversation))),
                versions=tuple(
                    ExportedVersion.of(v.value()) for v in session.scalars(_versions(conversation))
                ),
                pictures=pictures,
            )
        with in_sentences(folder, "name another folder"):
            write_export(kept, folder, picture=self._picture, blob=self._blob)

    def take_in(self, exported: ExportedConversation) -> str:
        """Keeps an exported conversation here, and returns its id: its own, unless that is taken.

        Raises StoreError when one of its pictures is missing, damaged or another one.
        """
        kept = exported.kept
        if not kept.pictures:
            raise NoPictures(
                "This conversation was saved without its pictures, which “t2i-chat import” paints "
                "again."
            )
        own = _CONVERSATION.fullmatch(kept.conversation) and not self.has_conversation(
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
        """Writes all of a conversation into one file, a ZIP of what `export` writes."""
        with TemporaryDirectory(prefix="t2i-chat-") as home, in_sentences(file.parent):
            self.export(conversation, Path(home) / "export")
            pack(Path(home) / "export", file)

    def open_saved(self, file: Path) -> str:
        """Keeps here what `save` wrote and returns its id. Raises StoreError for other files."""
        with unpacked(file) as folder:
            return self.take_in(ExportedConversation(folder))

    # Versions

    def add_version(
        self,
        conversation: str,
        *,
        image: Image.Image,
        recipe: Recipe,
        parent: int | None,
        caption: str,
        summary: str,
        receipt: Receipt | None = None,
        beside: int | None = None,
    ) -> Version:
        """Keeps a finished RGB picture, makes it the current version, forgets what could be redone.

        With `beside`, the version made right before it for the same wish, it is one step to undo.
        The pictures its recipe names must have been kept with `put_blob`; StoreError otherwise.
        """
        if image.mode != "RGB":
            raise ValueError(f"a version is an RGB picture, not {image.mode}")
        content = png_bytes(image, png_info(recipe))
        with (
            in_sentences(self._data_dir),
            staged(content, self._data_dir / "partial") as partial,
            self._writing() as session,
        ):
            row = _conversation(session, conversation)
            self._require_inputs(recipe)
            if parent is not None:
                _version(session, conversation, parent)
            version = Version(
                conversation=conversation,
                number=_newest(session, conversation) + 1,
                parent=parent,
                caption=caption,
                summary=summary,
                recipe=recipe,
                sha256=pixels_sha256(image),
                receipt=receipt,
                created_at=datetime.now(UTC),
            )
            publish(partial, self._picture(version))
            session.add(VersionRow.of(version))
            session.flush()  # before the visit that refers to it
            history.visit(session, row, version.number, beside)
        return version

    def version(self, conversation: str, number: int) -> Version:
        """The version of that number."""
        with self._reading() as session:
            _conversation(session, conversation)
            return _version(session, conversation, number)

    def versions(self, conversation: str) -> Sequence[Version]:
        """All versions, oldest first."""
        with self._reading() as session:
            _conversation(session, conversation)
            return [row.value() for row in session.scalars(_versions(conversation))]

    def label(
        self,
        conversation: str,
        number: int,
        *,
        name: str | None = None,
        starred: bool | None = None,
    ) -> Version:
        """Gives a version a name ("" takes it away) and a star, each unless None; returns it."""
        with self._writing() as session:
            _conversation(session, conversation)
            row = _row(session, conversation, number)
            row.name = row.name if name is None else name or None
            row.starred = row.starred if starred is None else starred
            return row.value()

    def hide(self, conversation: str, number: int) -> Version:
        """Deletes a version, to be had again; returns what is current now.

        Raises UnknownVersion for the only picture there is.
        """
        with self._writing() as session:
            row = _conversation(session, conversation)
            hidden = _row(session, conversation, number)
            seen = [v.number for v in session.scalars(_versions(conversation)) if not v.hidden]
            left = [one for one in seen if one != number]
            if not left:
                raise UnknownVersion("This is the only picture; begin a new conversation instead.")
            hidden.hidden = True
            if history.here(session, row) == number:
                history.visit(session, row, _nearest(hidden, left))
            session.flush()
            return _version(session, conversation, history.here(session, row) or left[-1])

    def image(self, version: Version) -> Image.Image:
        """The lossless RGB picture of a version, checked against its hash."""
        with in_sentences(self._data_dir):
            return read_picture(self._picture(version), version.sha256)

    def image_path(self, version: Version) -> str:
        """The path of the version's PNG file, which carries its recipe."""
        return str(self._picture(version))

    # History

    def current(self, conversation: str) -> Version | None:
        """The version the next edit starts from; None when nothing is painted."""
        with self._reading() as session:
            return _current(session, _conversation(session, conversation))

    def goto(self, conversation: str, number: int) -> Version:
        """Makes a version the current one; undo leads back to where one was."""
        with self._writing() as session:
            row = _conversation(session, conversation)
            _version(session, conversation, number)
            history.visit(session, row, number)
            return _shown(session, row) or _version(session, conversation, number)

    def undo(self, conversation: str, steps: int = 1) -> Version:
        """Steps back through the places visited. Raises UnknownVersion when there are too few."""
        return self._move(conversation, -steps)

    def redo(self, conversation: str, steps: int = 1) -> Version:
        """Steps forward again. Raises UnknownVersion when there are too few."""
        return self._move(conversation, steps)

    def steps(self, conversation: str) -> tuple[int, int]:
        """How many steps can be undone and redone."""
        with self._reading() as session:
            return history.steps(session, _conversation(session, conversation))

    # Blobs, turns and params

    def put_blob(self, image: Image.Image) -> str:
        """Keeps an 8-bit mask or an RGB input picture and returns its pixel hash."""
        sha256 = pixels_sha256(image)
        with in_sentences(self._data_dir):
            try:
                os.utime(self._blob(sha256))  # so that no sweep takes it for left over
            except FileNotFoundError:
                with staged(png_bytes(image), self._data_dir / "partial") as partial:
                    publish(partial, self._blob(sha256))
        return sha256

    def blob(self, sha256: str) -> Image.Image:
        """The mask or input picture of that hash, checked against it."""
        with in_sentences(self._data_dir):
            if not self._blob(sha256).exists():
                raise UnknownVersion("That mask or picture was never kept.")
            return read_picture(self._blob(sha256), sha256)

    def add_turn(self, conversation: str, turn: Turn) -> None:
        """Appends a line to the conversation."""
        with self._writing() as session:
            _conversation(session, conversation)
            session.add(TurnRow.of(conversation, turn))

    def turns(self, conversation: str) -> Sequence[Turn]:
        """All lines, oldest first."""
        with self._reading() as session:
            _conversation(session, conversation)
            return [row.value() for row in session.scalars(_turns(conversation))]

    def set_params(self, conversation: str, params: Mapping[str, object]) -> None:
        """Keeps these params (JSON values) in place of all that were set before."""
        with self._writing() as session:
            _conversation(session, conversation).params = json.dumps(dict(params))

    def params(self, conversation: str) -> Mapping[str, object]:
        """What was set last; empty at first."""
        with self._reading() as session:
            kept: dict[str, object] = json.loads(_conversation(session, conversation).params)
            return kept

    # Inside

    @contextmanager
    def _reading(self) -> Iterator[Session]:
        with in_sentences(self._data_dir), Session(self._engine) as session:
            yield session

    @contextmanager
    def _writing(self) -> Iterator[Session]:
        with in_sentences(self._data_dir), Session(self._write_engine) as session, session.begin():
            yield session

    def _picture(self, version: Version) -> Path:
        if not _CONVERSATION.fullmatch(version.conversation):
            raise UnknownVersion(_NO_CONVERSATION)
        return self._data_dir / "pictures" / version.conversation / f"{version.number}.png"

    def _blob(self, sha256: str) -> Path:
        return self._data_dir / "blobs" / sha256[:2] / blob_name(sha256)

    def _require_inputs(self, recipe: Recipe) -> None:
        for sha256 in recipe.inputs:
            if not self._blob(sha256).exists():
                raise StoreError("The picture or mask this version was painted from is missing.")

    def _put_away_before(self, moment: datetime) -> Sequence[str]:
        with self._reading() as session:
            late = ConversationRow.deleted_at < moment.isoformat()
            return list(session.scalars(select(ConversationRow.id).where(late)))

    def _move(self, conversation: str, by: int) -> Version:
        with self._writing() as session:
            row = _conversation(session, conversation)
            history.move(session, row, by)
            version = _shown(session, row)
        if version is None:
            raise UnknownVersion("Nothing is painted yet.")
        return version


_NO_CONVERSATION = "This conversation is not kept here. Please start a new one."


def _now() -> str:
    return datetime.now(UTC).isoformat()


def _conversation(session: Session, conversation: str) -> ConversationRow:
    row = session.get(ConversationRow, conversation)
    if row is None:
        raise UnknownVersion(_NO_CONVERSATION)
    return row


def _versions(conversation: str) -> Select[VersionRow]:
    query = select(VersionRow).where(VersionRow.conversation == conversation)
    return query.order_by(VersionRow.number)


def _turns(conversation: str) -> Select[TurnRow]:
    return select(TurnRow).where(TurnRow.conversation == conversation).order_by(TurnRow.id)


def _version(session: Session, conversation: str, number: int) -> Version:
    return _row(session, conversation, number).value()


def _row(session: Session, conversation: str, number: int) -> VersionRow:
    row = session.get(VersionRow, (conversation, number))
    if row is None:
        newest = _newest(session, conversation)
        known = f"the newest is version {newest}" if newest else "nothing is painted yet"
        raise UnknownVersion(f"There is no version {number}; {known}.")
    return row


def _current(session: Session, conversation: ConversationRow) -> Version | None:
    number = history.here(session, conversation)
    return None if number is None else _version(session, conversation.id, number)


def _shown(session: Session, conversation: ConversationRow) -> Version | None:
    """The current version; whoever goes to a deleted one has it again."""
    number = history.here(session, conversation)
    if number is None:
        return None
    row = _row(session, conversation.id, number)
    row.hidden = False
    return row.value()


def _nearest(hidden: VersionRow, left: Sequence[int]) -> int:
    """Where one stands once a version is deleted: its parent, or what was painted before it."""
    if hidden.parent is not None and hidden.parent in left:
        return hidden.parent
    return max((one for one in left if one < hidden.number), default=left[0])


def _newest(session: Session, conversation: str) -> int:
    query = select(func.max(VersionRow.number)).where(VersionRow.conversation == conversation)
    return session.scalar(query) or 0
