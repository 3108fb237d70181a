"""Labels of versions: the star and the name that a person gives a version.

What a name or a star means in a message is parsed by `planning/version_references.py`.
"""

from __future__ import annotations

from t2i_chat.core.recipe import Version
from t2i_chat.store import rows
from t2i_chat.store.data_folder import Disk


class Labels(Disk):
    """The mixin of labels."""

    def label(
        self,
        conversation: str,
        number: int,
        *,
        name: str | None = None,
        starred: bool | None = None,
    ) -> Version:
        """Sets a version's name ("" removes it) and star; None leaves them. Returns the version."""
        with self._writing() as session:
            rows.conversation_row(session, conversation)
            row = rows.version_row(session, conversation, number)
            row.name = row.name if name is None else name or None
            row.starred = row.starred if starred is None else starred
            return row.value()
