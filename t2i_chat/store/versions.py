"""Versions in the store: the version tree, deletion, undo/redo."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from PIL import Image

from t2i_chat.core.errors import UnknownVersion
from t2i_chat.core.recipe import Receipt, Recipe, Version, pixels_sha256
from t2i_chat.imaging.png_metadata import png_info
from t2i_chat.store import history, rows
from t2i_chat.store.atomic_files import png_bytes, publish, read_picture, staged
from t2i_chat.store.faults import in_sentences
from t2i_chat.store.labels_star_name import Labels
from t2i_chat.store.schema import VersionRow


class Versions(Labels):
    """The mixin of operations on versions."""

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
        """Stores a finished RGB picture as the current version and clears the redo steps.

        `beside` is the version made just before for the same message; both become one undo step.
        The masks and pictures its recipe names must have been stored with `put_blob`; StoreError
        otherwise.
        """
        if image.mode != "RGB":
            raise ValueError(f"a version is an RGB picture, not {image.mode}")
        content = png_bytes(image, png_info(recipe))
        with (
            in_sentences(self._data_dir),
            staged(content, self._data_dir / "partial") as partial,
            self._writing() as session,
        ):
            row = rows.conversation_row(session, conversation)
            self._require_inputs(recipe)
            if parent is not None:
                rows.version_of(session, conversation, parent)
            version = Version(
                conversation=conversation,
                number=rows.newest(session, conversation) + 1,
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
            rows.conversation_row(session, conversation)
            return rows.version_of(session, conversation, number)

    def versions(self, conversation: str) -> Sequence[Version]:
        """All versions, oldest first."""
        with self._reading() as session:
            rows.conversation_row(session, conversation)
            return [row.value() for row in session.scalars(rows.versions_of(conversation))]

    def hide(self, conversation: str, number: int) -> Version:
        """Deletes a version (`goto` restores it); returns the version that is current now.

        Raises UnknownVersion for the only picture there is.
        """
        with self._writing() as session:
            row = rows.conversation_row(session, conversation)
            hidden = rows.version_row(session, conversation, number)
            seen = [
                v.number for v in session.scalars(rows.versions_of(conversation)) if not v.hidden
            ]
            left = [one for one in seen if one != number]
            if not left:
                raise UnknownVersion("This is the only picture; begin a new conversation instead.")
            hidden.hidden = True
            if history.here(session, row) == number:
                history.visit(session, row, rows.nearest(hidden, left))
            session.flush()
            return rows.version_of(session, conversation, history.here(session, row) or left[-1])

    def image(self, version: Version) -> Image.Image:
        """The lossless RGB picture of a version, verified against its hash."""
        with in_sentences(self._data_dir):
            return read_picture(self._picture(version), version.sha256)

    def image_path(self, version: Version) -> str:
        """The path of the version's PNG file, whose metadata holds its recipe."""
        return str(self._picture(version))

    # History

    def current(self, conversation: str) -> Version | None:
        """The version the next edit starts from; None when there is none."""
        with self._reading() as session:
            return rows.current_of(session, rows.conversation_row(session, conversation))

    def goto(self, conversation: str, number: int) -> Version:
        """Makes a version the current one; undo leads back to the version before."""
        with self._writing() as session:
            row = rows.conversation_row(session, conversation)
            rows.version_of(session, conversation, number)
            history.visit(session, row, number)
            return rows.shown_now(session, row) or rows.version_of(session, conversation, number)

    def undo(self, conversation: str, steps: int = 1) -> Version:
        """Steps back in the history. Raises UnknownVersion when there are fewer than `steps`."""
        return self._move(conversation, -steps)

    def redo(self, conversation: str, steps: int = 1) -> Version:
        """Steps forward in the history. Raises UnknownVersion when there are fewer than `steps`."""
        return self._move(conversation, steps)

    def steps(self, conversation: str) -> tuple[int, int]:
        """How many steps can be undone and redone."""
        with self._reading() as session:
            return history.steps(session, rows.conversation_row(session, conversation))

    def _move(self, conversation: str, by: int) -> Version:
        with self._writing() as session:
            row = rows.conversation_row(session, conversation)
            history.move(session, row, by)
            version = rows.shown_now(session, row)
        if version is None:
            raise UnknownVersion("Nothing is painted yet.")
        return version
