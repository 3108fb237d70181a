"""Translates disk and database errors into StoreError with a sentence for the operator."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

from t2i_chat.core.errors import StoreError

DATA_DIR = "set T2I_CHAT_DATA_DIR to another folder"
"""The remedy when the data folder is unusable."""

_FULL = "The disk is full. Make room in {folder}; no finished picture is lost."
_FORBIDDEN = "This program may not write in {folder}. Give it permission there, or {otherwise}."
_DAMAGED = "The database in {folder} is damaged. Put back a copy, or {otherwise}."
_BUSY = "Another program keeps the database in {folder} busy. Please try again in a moment."
_OTHER = "The folder {folder} cannot be used ({fault}). Please {otherwise}."

_BY_ERRNO = {
    errno.ENOSPC: _FULL,
    errno.EDQUOT: _FULL,
    errno.EACCES: _FORBIDDEN,
    errno.EPERM: _FORBIDDEN,
    errno.EROFS: _FORBIDDEN,
}
_BY_WORDS = {
    "disk is full": _FULL,
    "readonly": _FORBIDDEN,
    "unable to open": _FORBIDDEN,
    "malformed": _DAMAGED,
    "not a database": _DAMAGED,
    "database is locked": _BUSY,
}


@contextmanager
def in_sentences(folder: Path, otherwise: str = DATA_DIR) -> Iterator[None]:
    """A context that raises StoreError for every disk error at `folder`, with a remedy.

    `otherwise` is the remedy when the folder itself is unusable.
    """
    try:
        yield
    except OSError as fault:
        said, cause = _BY_ERRNO.get(fault.errno or 0, _OTHER), str(fault.strerror or fault)
        raise StoreError(_told(said, folder, otherwise, cause)) from fault
    except SQLAlchemyError as fault:
        cause = str(getattr(fault, "orig", fault))
        said = next((s for words, s in _BY_WORDS.items() if words in cause), _OTHER)
        raise StoreError(_told(said, folder, otherwise, cause)) from fault


def _told(sentence: str, folder: Path, otherwise: str, cause: str) -> str:
    return sentence.format(folder=folder, otherwise=otherwise, fault=cause)
