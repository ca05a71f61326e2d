"""Hand-offs: what one team asks of another, until it is done or declined."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from bot.domain.hand_off import HandOffState
from storage.models.base import Base, Id, SlackId, UtcDateTime, enum_column, new_id


class HandOff(Base):
    """A request to another team (`out`) or from one (`in`)."""

    __tablename__ = "hand_off"
    __table_args__ = (
        UniqueConstraint("workspace_id", "number"),
        Index("ix_hand_off_workspace_id_state", "workspace_id", "state"),
        Index("ix_hand_off_remind_at", "remind_at"),
        Index("ix_hand_off_workspace_id_due_at", "workspace_id", "due_at"),
        Index("ix_hand_off_workspace_id_ended_at", "workspace_id", "ended_at"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    workspace_id: Mapped[str] = mapped_column(ForeignKey("workspace.id"))
    channel_id: Mapped[str] = mapped_column(SlackId)
    """Of this team: where it was asked, or where what comes in is shown."""
    team_channel_id: Mapped[str] = mapped_column(SlackId, default="")
    """Of the other team; empty: it is told by webhook."""
    number: Mapped[int]
    direction: Mapped[str] = mapped_column(String(8))
    team: Mapped[str] = mapped_column(String(32))
    text: Mapped[str] = mapped_column(Text)
    state: Mapped[HandOffState] = mapped_column(
        enum_column(HandOffState), default=HandOffState.REQUESTED
    )
    reason: Mapped[str] = mapped_column(Text, default="")
    requested_by: Mapped[str] = mapped_column(SlackId)
    answered_by: Mapped[str | None] = mapped_column(SlackId)
    due_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    remind_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """None once it has ended."""
    reminders: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)

    @property
    def public_id(self) -> str:
        """How people call it."""
        return f"H-{self.number}"
