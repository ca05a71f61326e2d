"""Threads, our own copy of their messages, and the receipts that make a delivery count once."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.base import Base, Id, SlackId, UtcDateTime, new_id


class Thread(Base):
    """A conversation that belongs to a task; `root_ts` is the ts of its first message."""

    __tablename__ = "thread"
    __table_args__ = (UniqueConstraint("workspace_id", "channel_id", "root_ts"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    workspace_id: Mapped[str] = mapped_column(ForeignKey("workspace.id"))
    channel_id: Mapped[str] = mapped_column(SlackId)
    root_ts: Mapped[str] = mapped_column(String(32))
    mention_only: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Message(Base):
    """What a person wrote, kept by us so that Slack need not be asked again."""

    __tablename__ = "message"
    __table_args__ = (
        UniqueConstraint("workspace_id", "channel_id", "ts"),
        Index("ix_message_thread_id_ts", "thread_id", "ts"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    workspace_id: Mapped[str] = mapped_column(ForeignKey("workspace.id"))
    channel_id: Mapped[str] = mapped_column(SlackId)
    thread_id: Mapped[str] = mapped_column(ForeignKey("thread.id"))
    ts: Mapped[str] = mapped_column(String(32))
    user_id: Mapped[str] = mapped_column(SlackId)
    text: Mapped[str] = mapped_column(Text)
    trusted: Mapped[bool] = mapped_column(default=True)
    """False: text by somebody who may not give orders; it is data for the model."""
    attached: Mapped[int] = mapped_column(default=0)
    """How many files and links came with it (`Attachment`)."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Receipt(Base):
    """Proof that a message, command or click was taken in, whatever delivered it."""

    __tablename__ = "receipt"

    workspace_id: Mapped[str] = mapped_column(ForeignKey("workspace.id"), primary_key=True)
    key: Mapped[str] = mapped_column(String(255), primary_key=True)
    task_id: Mapped[str | None] = mapped_column(Id)
    received_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
