"""What people attach to a wish: files, links to messages, the thread it was said in."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.base import Base, Id, Json, SlackId, UtcDateTime, new_id


class Attachment(Base):
    """Something to read beside a message; what it says is data for the model, never an order."""

    __tablename__ = "attachment"
    __table_args__ = (
        UniqueConstraint("workspace_id", "channel_id", "message_ts", "key"),
        Index("ix_attachment_thread_id_state", "thread_id", "state"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    workspace_id: Mapped[str] = mapped_column(ForeignKey("workspace.id"))
    channel_id: Mapped[str] = mapped_column(SlackId)
    thread_id: Mapped[str] = mapped_column(ForeignKey("thread.id"))
    message_ts: Mapped[str] = mapped_column(String(32))
    key: Mapped[str] = mapped_column(String(120))
    """E.g. `file:F012AB`, `link:C012AB:1700000001.000100`, `thread`: each is read once."""
    kind: Mapped[str] = mapped_column(String(16))
    """`file`, `link` or `thread`."""
    asker_id: Mapped[str] = mapped_column(SlackId)
    """Whoever brought it: only what this person may see is read."""
    name: Mapped[str] = mapped_column(String(200))
    source: Mapped[dict[str, Any]] = mapped_column(Json)
    """Where it is, in Slack's words."""
    state: Mapped[str] = mapped_column(String(16), default="waiting")
    """`waiting`, `read`, or `refused`: `problem` says why."""
    text: Mapped[str] = mapped_column(Text, default="")
    problem: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    read_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
