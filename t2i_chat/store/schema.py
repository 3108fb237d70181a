"""The database schema as SQLAlchemy tables, and the conversion between rows and values.

The database itself is created and changed only by `migrations`; a test keeps both equal.
"""

from __future__ import annotations

from datetime import datetime
from typing import Self

from sqlalchemy import ForeignKey, ForeignKeyConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from t2i_chat.core.events import Turn
from t2i_chat.core.recipe import Receipt, Recipe, Version


class Table(DeclarativeBase):
    """All tables."""


class ConversationRow(Table):
    """A conversation: the cursor of its history (-1: nothing painted), its settings as JSON.

    One with a `deleted_at` is hidden, and erased a day later.
    """

    __tablename__ = "conversation"

    id: Mapped[str] = mapped_column(primary_key=True)
    created_at: Mapped[str]
    cursor: Mapped[int]
    params: Mapped[str]
    title: Mapped[str | None]
    deleted_at: Mapped[str | None]


class ShareRow(Table):
    """A share link: whoever knows `id` can read the conversation as of `shared_at`."""

    __tablename__ = "share"

    id: Mapped[str] = mapped_column(primary_key=True)
    conversation: Mapped[str] = mapped_column(
        ForeignKey("conversation.id", ondelete="CASCADE"), unique=True
    )
    shared_at: Mapped[str]


class VersionRow(Table):
    """A version; the hashes of its inputs are repeated outside the recipe for queries."""

    __tablename__ = "version"
    __table_args__ = (
        ForeignKeyConstraint(
            ["conversation", "parent"], ["version.conversation", "version.number"]
        ),
    )

    conversation: Mapped[str] = mapped_column(
        ForeignKey("conversation.id", ondelete="CASCADE"), primary_key=True
    )
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    parent: Mapped[int | None]
    caption: Mapped[str]
    summary: Mapped[str]
    recipe: Mapped[str]
    image_sha256: Mapped[str | None] = mapped_column(index=True)
    mask_sha256: Mapped[str | None] = mapped_column(index=True)
    source_sha256: Mapped[str | None] = mapped_column(index=True)
    sha256: Mapped[str]
    receipt: Mapped[str | None]
    created_at: Mapped[str]
    name: Mapped[str | None]
    starred: Mapped[bool]
    hidden: Mapped[bool]

    @classmethod
    def of(cls, version: Version) -> Self:
        """The row that keeps `version`."""
        receipt = version.receipt
        return cls(
            conversation=version.conversation,
            number=version.number,
            parent=version.parent,
            caption=version.caption,
            summary=version.summary,
            recipe=version.recipe.model_dump_json(),
            image_sha256=version.recipe.image_sha256,
            mask_sha256=version.recipe.mask_sha256,
            source_sha256=version.recipe.source_sha256,
            sha256=version.sha256,
            receipt=None if receipt is None else receipt.model_dump_json(),
            created_at=version.created_at.isoformat(),
            name=version.name,
            starred=version.starred,
            hidden=version.hidden,
        )

    def value(self) -> Version:
        """The version this row keeps."""
        return Version(
            conversation=self.conversation,
            number=self.number,
            parent=self.parent,
            caption=self.caption,
            summary=self.summary,
            recipe=Recipe.model_validate_json(self.recipe),
            sha256=self.sha256,
            receipt=None if self.receipt is None else Receipt.model_validate_json(self.receipt),
            created_at=datetime.fromisoformat(self.created_at),
            name=self.name,
            starred=self.starred,
            hidden=self.hidden,
        )


class VisitRow(Table):
    """One entry of a conversation's undo history."""

    __tablename__ = "visit"
    __table_args__ = (
        ForeignKeyConstraint(
            ["conversation", "number"], ["version.conversation", "version.number"]
        ),
    )

    conversation: Mapped[str] = mapped_column(
        ForeignKey("conversation.id", ondelete="CASCADE"), primary_key=True
    )
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    number: Mapped[int]


class TurnRow(Table):
    """One message of a conversation."""

    __tablename__ = "turn"

    id: Mapped[int] = mapped_column(primary_key=True)
    conversation: Mapped[str] = mapped_column(
        ForeignKey("conversation.id", ondelete="CASCADE"), index=True
    )
    turn: Mapped[str]

    @classmethod
    def of(cls, conversation: str, turn: Turn) -> Self:
        """The row that keeps `turn`."""
        return cls(conversation=conversation, turn=turn.model_dump_json())

    def value(self) -> Turn:
        """The turn this row keeps."""
        return Turn.model_validate_json(self.turn)
