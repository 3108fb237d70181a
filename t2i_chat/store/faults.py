"""Turns faults of the disk and the database into sentences; does not mend them."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

from t2i_chat.errors import StoreError

_FULL = "The disk is full. Make room in {home}; no finished picture is lost."
_FORBIDDEN = (
    "This program may not write in {home}. "
    "Give it permission there, or set T2I_HOME to another folder."
)
_DAMAGED = "The database in {home} is damaged. Put back a copy, or set T2I_HOME to a new folder."
_BUSY = "Another program keeps the database in {home} busy. Please try again in a moment."

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
def in_sentences(home: Path) -> Iterator[None]:
    """Raises StoreError, with what to do about it, for every fault of the disk at `home`."""
    try:
        yield
    except OSError as fault:
        said = _BY_ERRNO.get(fault.errno or 0, "The folder {home} cannot be used ({fault}).")
        raise StoreError(said.format(home=home, fault=fault.strerror or fault)) from fault
    except SQLAlchemyError as fault:
        cause = str(getattr(fault, "orig", fault))
        said = next((s for words, s in _BY_WORDS.items() if words in cause), "{home}: {fault}.")
        raise StoreError(said.format(home=home, fault=cause)) from fault
