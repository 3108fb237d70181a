"""Packs an exported conversation into one ZIP file and unpacks it safely (size, paths)."""

from __future__ import annotations

import re
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from t2i_chat.core.errors import StoreError

MOST_BYTES = 2_000_000_000
"""Maximum unpacked size in bytes."""
_OURS = re.compile(r"conversation\.json|\d{3,6}(-mask)?\.png|inputs/[0-9a-f]{64}\.png")


def pack(folder: Path, file: Path) -> None:
    """Writes an export folder into one ZIP file. Raises OSError."""
    names = (path.relative_to(folder).as_posix() for path in sorted(folder.rglob("*")))
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
        for name in names:
            if _OURS.fullmatch(name):
                archive.write(folder / name, name)


@contextmanager
def unpacked(path: Path) -> Iterator[Path]:
    """A temporary folder with the archive's files, or `path` itself if it is a folder.

    Raises StoreError when it is neither, or contains anything an export does not.
    """
    if path.is_dir():
        yield path
        return
    with tempfile.TemporaryDirectory(prefix="t2i-chat-") as home:
        _unpack(path, Path(home))
        yield Path(home)


def _unpack(path: Path, home: Path) -> None:
    try:
        with zipfile.ZipFile(path) as archive:
            inside = archive.infolist()
            if not all(_OURS.fullmatch(one.filename) for one in inside):
                raise StoreError(f"{path} holds other files than a conversation does.")
            if sum(one.file_size for one in inside) > MOST_BYTES:
                raise StoreError(f"{path} holds more than this program takes in at once.")
            archive.extractall(home)
    except (zipfile.BadZipFile, OSError) as fault:
        raise StoreError(f"{path} is not a conversation this program exported.") from fault
