"""Keeps conversations in SQLite and their pictures as PNG files; knows no model and no page.

A version's picture is whole on the disk before its row is committed, and the row decides: whatever
a kill leaves without a row is written over or swept up, and never seen.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from t2i_chat.store.shares import Shares
from t2i_chat.store.sweep import sweep

GRACE = timedelta(days=1)
"""How long a deleted conversation can be brought back."""


class SqlStore(Shares):
    """Implements `ports.VersionStore` in the folder `data_dir`; to be shared by threads.

    Processes may share it as well. All methods raise UnknownVersion for what was never kept
    and StoreError, with a sentence for the host, when the disk or the database fails.
    """

    def __init__(self, data_dir: Path) -> None:
        """Opens the store, makes it if missing, and sweeps up what killed paintings left.

        Raises StoreTooNew when a newer version of the program wrote it.
        """
        super().__init__(data_dir)
        with self._writing() as session:
            sweep(data_dir, session)
        for conversation in self._put_away_before(datetime.now(UTC) - GRACE):
            self.delete_conversation(conversation)
