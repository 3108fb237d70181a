"""Opens the database and brings its schema up to date; knows no conversation.

SQLite in WAL mode: readers never wait, one writer at a time, and what is committed is on the disk.
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
"""The database's name inside the folder of the data."""
BUSY_SECONDS = 30
"""How long one process waits for another's write."""
RETRY_SECONDS = 0.02
"""How long it waits before it asks again for what SQLite does not wait for itself."""
_MIGRATING = threading.Lock()  # alembic keeps the running migration in module globals


def open_database(path: Path) -> Engine:
    """The database at `path`, made if missing, its schema brought up to date.

    Raises StoreTooNew when a newer program wrote it, SQLAlchemyError when it cannot be used.
    """
    engine = create_engine(f"sqlite:///{path}", connect_args={"timeout": BUSY_SECONDS})
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    with _MIGRATING, for_writing(engine).begin() as connection:
        _migrate(connection)
    return engine


def for_writing(engine: Engine) -> Engine:
    """The same database, its transactions taking the write lock at once, not half-way through."""
    return engine.execution_options(t2i_begin="BEGIN IMMEDIATE")


def _prepare(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None  # transactions are begun by _begin, also around DDL
    _use_wal(connection)
    for pragma in ("synchronous=FULL", "foreign_keys=ON", "secure_delete=ON"):
        connection.execute(f"PRAGMA {pragma}").close()


def _use_wal(connection: sqlite3.Connection) -> None:
    """Switches to the write-ahead log, which SQLite refuses at once while another process does."""
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
