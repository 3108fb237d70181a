"""Opens the SQLite database (WAL mode) and migrates its schema with Alembic.

Readers never wait, there is one writer at a time, and committed data is on the disk.
"""

from __future__ import annotations

import sqlite3
import threading
import time
from pathlib import Path

from sqlalchemy import Connection, Engine, create_engine, event, inspect

FILE_NAME = "conversations.db"
"""File name in the data folder."""
BUSY_SECONDS = 30
"""Timeout for another process's write lock."""
RETRY_SECONDS = 0.02
"""Polling interval where SQLite itself does not wait."""
MIGRATIONS = Path(__file__).with_name("migrations") / "versions"
"""A file for each migration, named NUMBER_WHAT.py; alembic knows it by its number."""
_MIGRATING = threading.Lock()  # alembic keeps the running migration in module globals


def open_database(path: Path) -> Engine:
    """The database at `path`, created if missing, migrated to the newest schema.

    Raises StoreTooNew when a newer program wrote it, SQLAlchemyError when it cannot be used.
    """
    engine = create_engine(f"sqlite:///{path}", connect_args={"timeout": BUSY_SECONDS})
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    with _MIGRATING, for_writing(engine).begin() as connection:
        _migrate(connection)
    return engine


def for_writing(engine: Engine) -> Engine:
    """The same database with BEGIN IMMEDIATE: transactions take the write lock at once."""
    return engine.execution_options(t2i_begin="BEGIN IMMEDIATE")


def _prepare(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None  # transactions are begun by _begin, also around DDL
    _use_wal(connection)
    for pragma in ("synchronous=FULL", "foreign_keys=ON", "secure_delete=ON"):
        connection.execute(f"PRAGMA {pragma}").close()


def _use_wal(connection: sqlite3.Connection) -> None:
    """Switches to WAL mode, which SQLite refuses while another process does so."""
    patience = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL").close()
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > patience:
                raise
            time.sleep(RETRY_SECONDS)
        else:
            return


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql(connection.get_execution_options().get("t2i_begin", "BEGIN"))


def _migrate(connection: Connection) -> None:
    if revision_of(connection) == newest():
        return
    from t2i_chat.store.upgrade import upgrade  # noqa: PLC0415  alembic is slow, and rarely needed

    upgrade(connection)


def revision_of(connection: Connection) -> str | None:
    """The last migration that this database has seen; None for a database without tables."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()


def newest() -> str:
    """The last migration there is, by the number that its file's name begins with."""
    return max(file.name.partition("_")[0] for file in MIGRATIONS.glob("[0-9]*.py"))
