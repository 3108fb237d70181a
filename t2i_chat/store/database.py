"""Opens the SQLite database (WAL mode) and migrates its schema with Alembic.

Readers never wait, there is one writer at a time, and committed data is on the disk.
"""

from __future__ import annotations

import sqlite3
import threading
import time
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, create_engine, event

from t2i_chat.core.errors import StoreTooNew

FILE_NAME = "conversations.db"
"""File name in the data folder."""
BUSY_SECONDS = 30
"""Timeout for another process's write lock."""
RETRY_SECONDS = 0.02
"""Polling interval where SQLite itself does not wait."""
_MIGRATING = threading.Lock()  # alembic is not thread-safe


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
    config = Config()
    config.set_main_option("script_location", "t2i_chat.store:migrations")
    config.attributes["connection"] = connection
    scripts = ScriptDirectory.from_config(config)
    found = MigrationContext.configure(connection).get_current_revision()
    known = {script.revision for script in scripts.walk_revisions()}
    if found is not None and found not in known:
        raise StoreTooNew(
            "These conversations were kept by a newer version of this program. Please update it."
        )
    if found != scripts.get_current_head():
        command.upgrade(config, "head")
