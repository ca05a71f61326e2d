"""Forgettings: a person or a channel that is to be forgotten, kept until it is done and told."""

from datetime import datetime
from typing import Literal

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.base import Base, Id, Json, SlackId, UtcDateTime, new_id

Subject = Literal["person", "channel"]
_OPEN = text("ended_at IS NULL")


class Forgetting(Base):
    """One wish to forget. What it needs to know of the person is blanked when it is done."""

    __tablename__ = "forgetting"
    __table_args__ = (
        # Asked for twice, it is one.
        Index(
            "uq_forgetting_open",
            "workspace_id",
            "subject",
            "subject_id",
            unique=True,
            postgresql_where=_OPEN,
            sqlite_where=_OPEN,
        ),
        Index("ix_forgetting_due_at", "due_at"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    workspace_id: Mapped[str] = mapped_column(ForeignKey("workspace.id"))
    subject: Mapped[Subject] = mapped_column(String(8))
    subject_id: Mapped[str] = mapped_column(SlackId)
    """The person's id until all is told, then the pseudonym; or the channel's."""
    pseudonym: Mapped[str] = mapped_column(String(32))
    """Takes the person's place everywhere, also when another process goes on."""
    asked_by: Mapped[str] = mapped_column(SlackId)
    """Empty: it is the person's own wish."""
    told_in: Mapped[str] = mapped_column(SlackId)
    """The channel in which whoever asked is told; empty: nobody is."""
    direct_id: Mapped[str] = mapped_column(SlackId)
    """Their direct messages with the bot; empty while unknown."""
    places: Mapped[list[str]] = mapped_column(Json)
    """Channels that go whole."""
    found: Mapped[dict[str, int] | None] = mapped_column(Json)
    """Rows by table that it concerns; None before the first run."""
    removed: Mapped[dict[str, int]] = mapped_column(Json)
    """Rows by table that were changed so far."""
    attempts: Mapped[int]
    """Grows with each claim: whoever holds an older one may write no more."""
    due_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When to look at it next: while one works, when the others may; None: all is told."""
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
