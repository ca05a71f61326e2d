"""The processes that work on this database, as they report themselves."""

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.base import Base, UtcDateTime


class Worker(Base):
    """One process. Its lock says whether it lives (ADR 6); this row is for people to read."""

    __tablename__ = "worker"

    id: Mapped[str] = mapped_column(String(80), primary_key=True)
    """The executor id, e.g. `bot-0`."""
    kind: Mapped[str] = mapped_column(String(16))
    """`run`, `serve`, `worker` or `demo`: the command that started it."""
    host: Mapped[str] = mapped_column(String(200))
    pid: Mapped[int]
    version: Mapped[str] = mapped_column(String(40))
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime)
    """Its last heartbeat."""
    stopped_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When it ended as it should, or another took over its work."""
    running: Mapped[int]
    """Tasks it worked at its last heartbeat."""
    took_over: Mapped[int]
    """Runs of dead processes it has gone on with."""
