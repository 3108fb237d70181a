"""Adds titles and delayed deletion to conversations, and the table of share links."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Adds two columns, and a table; nothing kept so far is shared."""
    op.add_column("conversation", sa.Column("title", sa.String))
    op.add_column("conversation", sa.Column("deleted_at", sa.String))
    owner = sa.ForeignKey("conversation.id", ondelete="CASCADE")
    op.create_table(
        "share",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("conversation", sa.String, owner, nullable=False, unique=True),
        sa.Column("shared_at", sa.String, nullable=False),
    )
