"""What people thought of an answer or a recommendation."""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.base import Base, SlackId, UtcDateTime


class Feedback(Base):
    """One person's word on one round of a task; the last one counts."""

    __tablename__ = "feedback"

    task_id: Mapped[str] = mapped_column(ForeignKey("task.id"), primary_key=True)
    round: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[str] = mapped_column(SlackId, primary_key=True)
    workspace_id: Mapped[str] = mapped_column(ForeignKey("workspace.id"), index=True)
    verdict: Mapped[str] = mapped_column(String(8))
    """`good` or `bad`."""
    given_at: Mapped[datetime] = mapped_column(UtcDateTime)
