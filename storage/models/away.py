"""Who is away when: said by themselves, or by their status in Slack."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.base import Base, Id, SlackId, UtcDateTime, new_id


class Away(Base):
    """Somebody is away from a day to a day, both included, as their own calendar has them."""

    __tablename__ = "away"
    __table_args__ = (
        UniqueConstraint("workspace_id", "user_id", "source", "first_day"),
        Index("ix_away_workspace_id_last_day", "workspace_id", "last_day"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    workspace_id: Mapped[str] = mapped_column(ForeignKey("workspace.id"))
    user_id: Mapped[str] = mapped_column(SlackId)
    first_day: Mapped[date]
    last_day: Mapped[date]
    source: Mapped[str] = mapped_column(String(16))
    """`said` or `status`."""
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)
