"""Keeps what was learnt of this machine's pace in a small file; a damaged one is forgotten."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from t2i_chat.core import eta
from t2i_chat.core.eta import Pace
from t2i_chat.store.files import publish, staged

FILE_NAME = "pace.json"
"""Its name inside the folder of the data."""


class PaceFile:
    """The file in the folder `data_dir`. A disk that fails is no reason to stop painting."""

    def __init__(self, data_dir: Path) -> None:
        self._path = data_dir / FILE_NAME

    def read(self) -> Pace:
        """What was kept; nothing learnt where there is no such file, or none that can be read."""
        try:
            return eta.read(self._path.read_bytes())
        except OSError:
            return Pace()

    def keep(self, learnt: Pace) -> None:
        """Replaces what was kept."""
        content = learnt.as_json().encode()
        with suppress(OSError), staged(content, self._path.parent / "partial") as partial:
            publish(partial, self._path)
