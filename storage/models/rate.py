"""Rate buckets that every process shares, so that together they keep to Slack's pace."""

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.base import Base, UtcDateTime


class RateBucket(Base):
    """Tokens left for one kind of call at one moment; more come back with time."""

    __tablename__ = "rate_bucket"

    key: Mapped[str] = mapped_column(String(200), primary_key=True)
    """Workspace, method and, for messages, channel: `OutboxRow.bucket`."""
    tokens: Mapped[float]
    since: Mapped[datetime] = mapped_column(UtcDateTime)
    """When `tokens` was true."""
    held_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """Slack asked for silence until then (Retry-After)."""
    free_at: Mapped[datetime] = mapped_column(UtcDateTime)
    """From when on the next call may go: what follows from the rest, for the database to sort."""
