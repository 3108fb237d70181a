"""SqlStore: the version store in SQLite and PNG files.

A version's picture is on the disk before its row is committed, and only the row counts: a file
without a row, left by a kill, is overwritten or swept and never shown.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from t2i_chat.store.orphaned_files import sweep
from t2i_chat.store.shares import Shares

GRACE = timedelta(days=1)
"""How long a deleted conversation can be restored."""


class SqlStore(Shares):
    """Implements `core.protocols.VersionStore` in the folder `data_dir`; thread-safe.

    Processes may share the folder as well. All methods raise UnknownVersion for an unknown id or
    number and StoreError, with a sentence for the operator, when the disk or the database fails.
    """

    def __init__(self, data_dir: Path) -> None:
        """Opens or creates the store, and removes files left by killed processes.

        Raises StoreTooNew when a newer version of the program wrote it.
        """
        super().__init__(data_dir)
        with self._writing() as session:
            sweep(data_dir, session)
        for conversation in self._put_away_before(datetime.now(UTC) - GRACE):
            self.delete_conversation(conversation)
