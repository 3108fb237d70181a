"""Creates the tables of conversations, versions, visits (undo history) and turns."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Makes the tables of the first release."""
    op.create_table(
        "conversation",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("created_at", sa.String, nullable=False),
        sa.Column("cursor", sa.Integer, nullable=False),
        sa.Column("params", sa.String, nullable=False),
    )
    op.create_table(
        "version",
        _conversation(primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("parent", sa.Integer),
        sa.Column("caption", sa.String, nullable=False),
        sa.Column("summary", sa.String, nullable=False),
        sa.Column("recipe", sa.String, nullable=False),
        sa.Column("image_sha256", sa.String),
        sa.Column("mask_sha256", sa.String),
        sa.Column("sha256", sa.String, nullable=False),
        sa.Column("receipt", sa.String),
        sa.Column("created_at", sa.String, nullable=False),
        _version("parent"),
    )
    op.create_index("ix_version_image_sha256", "version", ["image_sha256"])
    op.create_index("ix_version_mask_sha256", "version", ["mask_sha256"])
    op.create_table(
        "visit",
        _conversation(primary_key=True),
        sa.Column("position", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("number", sa.Integer, nullable=False),
        _version("number"),
    )
    op.create_table(
        "turn",
        sa.Column("id", sa.Integer, primary_key=True),
        _conversation(primary_key=False),
        sa.Column("turn", sa.String, nullable=False),
    )
    op.create_index("ix_turn_conversation", "turn", ["conversation"])


def _conversation(*, primary_key: bool) -> sa.Column[str]:
    owner = sa.ForeignKey("conversation.id", ondelete="CASCADE")
    return sa.Column("conversation", sa.String, owner, primary_key=primary_key, nullable=False)


def _version(number: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["conversation", number], ["version.conversation", "version.number"]
    )
