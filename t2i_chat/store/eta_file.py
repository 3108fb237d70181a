"""The file that keeps measured step times for the ETA; a damaged file counts as empty."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from t2i_chat.core import eta
from t2i_chat.core.eta import Pace
from t2i_chat.store.atomic_files import publish, staged

FILE_NAME = "pace.json"
"""File name in the data folder."""


class PaceFile:
    """The file in `data_dir`. Disk errors are ignored: they must not stop rendering."""

    def __init__(self, data_dir: Path) -> None:
        self._path = data_dir / FILE_NAME

    def read(self) -> Pace:
        """The stored times; empty if there is no readable file."""
        try:
            return eta.read(self._path.read_bytes())
        except OSError:
            return Pace()

    def keep(self, learnt: Pace) -> None:
        """Replaces the stored times."""
        content = learnt.as_json().encode()
        with suppress(OSError), staged(content, self._path.parent / "partial") as partial:
            publish(partial, self._path)
