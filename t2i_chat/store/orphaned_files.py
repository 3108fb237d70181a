"""Removes orphaned files: pictures and blobs that no database row refers to.

Runs with the write lock held, so that no new row can refer to a file that is being removed.
"""

from __future__ import annotations

import math
import shutil
import time
from collections.abc import Iterable
from pathlib import Path

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from t2i_chat.store.atomic_files import blob_name
from t2i_chat.store.schema import ConversationRow, VersionRow

LEFT_OVER_SECONDS = 24 * 60 * 60
"""Age from which a file without a row is an orphan rather than a write in progress."""


def sweep(data_dir: Path, session: Session) -> None:
    """Removes what killed processes, cancelled renderings and interrupted deletions left behind."""
    for partial in _old(data_dir.glob("partial/*.partial")):
        partial.unlink(missing_ok=True)
    forget_blobs(data_dir, session, [blob.stem for blob in _old(data_dir.glob("blobs/*/*.png"))])
    kept = set(session.scalars(select(ConversationRow.id)))
    for folder in data_dir.glob("pictures/*"):
        if folder.name not in kept:  # at any age, as the row is written before the folder
            forget_pictures(data_dir, folder.name)


def forget_pictures(data_dir: Path, conversation: str) -> None:
    """Removes all pictures of an erased conversation."""
    folder = data_dir / "pictures" / conversation
    if folder.is_dir():
        shutil.rmtree(folder)


def forget_blobs(data_dir: Path, session: Session, hashes: Iterable[str]) -> None:
    """Removes those of the blobs that no version refers to."""
    for sha256 in hashes:
        if not _needed(session, sha256):
            (data_dir / "blobs" / sha256[:2] / blob_name(sha256)).unlink(missing_ok=True)


def _needed(session: Session, sha256: str) -> bool:
    columns = (VersionRow.image_sha256, VersionRow.mask_sha256, VersionRow.source_sha256)
    named = or_(*(column == sha256 for column in columns))
    return session.scalar(select(VersionRow.number).where(named).limit(1)) is not None


def _old(paths: Iterable[Path]) -> list[Path]:
    limit = time.time() - LEFT_OVER_SECONDS
    return [path for path in paths if _changed_at(path) < limit]


def _changed_at(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except FileNotFoundError:  # another process has just removed or renamed it
        return math.inf
