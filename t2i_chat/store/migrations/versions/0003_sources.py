"""Adds the source picture of combined versions."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Adds the column; nothing kept so far was taken from another version."""
    op.add_column("version", sa.Column("source_sha256", sa.String))
    op.create_index("ix_version_source_sha256", "version", ["source_sha256"])
