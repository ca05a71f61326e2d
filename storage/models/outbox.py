"""The outbox: every call to Slack is a row before it is made."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.base import Base, Id, Json, SlackId, UtcDateTime


class OutboxRow(Base):
    """One call to make. `key` names the thing shown, so that asking twice shows it once."""

    __tablename__ = "outbox"
    __table_args__ = (
        UniqueConstraint("workspace_id", "key"),
        Index("ix_outbox_state_not_before", "state", "not_before"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    workspace_id: Mapped[str] = mapped_column(ForeignKey("workspace.id"))
    channel_id: Mapped[str] = mapped_column(SlackId)
    thread_ts: Mapped[str | None] = mapped_column(String(32))
    task_id: Mapped[str | None] = mapped_column(Id, index=True)
    key: Mapped[str] = mapped_column(String(200))
    method: Mapped[str] = mapped_column(String(64))
    """`chat.postMessage`, `chat.update`, `reactions.add`, `chat.postEphemeral`, …"""
    target_key: Mapped[str | None] = mapped_column(String(200))
    """For an update: the key of the row whose message is edited."""
    view: Mapped[str | None] = mapped_column(String(40))
    """Names what renders the payload when it is sent; None: the payload is whole already."""
    payload: Mapped[dict[str, Any]] = mapped_column(Json)
    version: Mapped[int] = mapped_column(default=1)
    """Grows when an update's content is replaced before or while it is sent."""
    state: Mapped[str] = mapped_column(String(16), default="pending")
    """`pending`, `sending`, `sent`, `dead`."""
    attempts: Mapped[int] = mapped_column(default=0)
    not_before: Mapped[datetime] = mapped_column(UtcDateTime)
    claimed_by: Mapped[str | None] = mapped_column(String(80))
    sent_ts: Mapped[str | None] = mapped_column(String(32))
    problem: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
