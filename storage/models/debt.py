"""The register of technical debt."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.base import Base, Id, SlackId, UtcDateTime, new_id


class Debt(Base):
    """One debt: what it costs while it stands, what it takes to be rid of it."""

    __tablename__ = "debt"
    __table_args__ = (
        UniqueConstraint("workspace_id", "number"),
        Index("ix_debt_workspace_id_state", "workspace_id", "state"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    workspace_id: Mapped[str] = mapped_column(ForeignKey("workspace.id"))
    channel_id: Mapped[str] = mapped_column(SlackId)
    number: Mapped[int]
    title: Mapped[str] = mapped_column(String(200))
    service: Mapped[str] = mapped_column(String(60), default="")
    interest: Mapped[str] = mapped_column(Text, default="")
    """What it costs while it stands."""
    effort_days: Mapped[int | None]
    plan: Mapped[str] = mapped_column(Text, default="")
    """How it is to be remedied."""
    owner_id: Mapped[str | None] = mapped_column(SlackId)
    due_on: Mapped[date | None]
    state: Mapped[str] = mapped_column(String(16), default="open")
    """`open`, `done` or `dropped` (it is lived with)."""
    source: Mapped[str] = mapped_column(String(40), default="")
    """What it comes from, as people call it; empty: somebody wrote it down."""
    created_by: Mapped[str] = mapped_column(SlackId)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_by: Mapped[str | None] = mapped_column(SlackId)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    @property
    def public_id(self) -> str:
        """How people call it."""
        return f"TD-{self.number}"
