"""The technology radar: where each technology stands, and every move with its reason."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.base import Base, Id, SlackId, UtcDateTime, new_id


class Technology(Base):
    """A technology by its name; `scope` is the one private channel that knows it, or empty."""

    __tablename__ = "technology"
    __table_args__ = (UniqueConstraint("workspace_id", "scope", "key"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    workspace_id: Mapped[str] = mapped_column(ForeignKey("workspace.id"))
    scope: Mapped[str] = mapped_column(SlackId, default="")
    key: Mapped[str] = mapped_column(String(60))
    """The name in lower case: how it is looked up."""
    name: Mapped[str] = mapped_column(String(60))
    ring: Mapped[str] = mapped_column(String(16))
    """`adopt`, `trial`, `assess` or `hold`."""
    moved_at: Mapped[datetime] = mapped_column(UtcDateTime)
    created_by: Mapped[str] = mapped_column(SlackId)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class TechnologyMove(Base):
    """One move; the first of a technology comes from no ring."""

    __tablename__ = "technology_move"
    __table_args__ = (
        Index("ix_technology_move_technology_id", "technology_id"),
        Index("ix_technology_move_workspace_id_moved_at", "workspace_id", "moved_at"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    workspace_id: Mapped[str] = mapped_column(ForeignKey("workspace.id"))
    technology_id: Mapped[str] = mapped_column(ForeignKey("technology.id"))
    was: Mapped[str] = mapped_column(String(16), default="")
    ring: Mapped[str] = mapped_column(String(16))
    reason: Mapped[str] = mapped_column(String(500), default="")
    source: Mapped[str] = mapped_column(String(40), default="")
    """What it comes from, as people call it; empty: somebody said so by command."""
    moved_by: Mapped[str] = mapped_column(SlackId)
    moved_at: Mapped[datetime] = mapped_column(UtcDateTime)
