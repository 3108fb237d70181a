"""Adds a name and a star to versions."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Adds the two columns; nothing kept so far has either."""
    op.add_column("version", sa.Column("name", sa.String))
    op.add_column(
        "version", sa.Column("starred", sa.Boolean, nullable=False, server_default=sa.false())
    )
