"""Migrates an older database to the current schema with Alembic, one migration after another."""

from __future__ import annotations

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from t2i_chat.core.errors import StoreTooNew


def upgrade(connection: Connection) -> None:
    """Makes what is missing, in the connection's transaction.

    Raises StoreTooNew when a newer program wrote the database.
    """
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
