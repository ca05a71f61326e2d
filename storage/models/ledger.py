"""The ledger: every model call with what it used, and the money reserved before it."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.base import Base, Id, Json, SlackId, UtcDateTime, new_id


class ModelCall(Base):
    """One attempt at one step; `done` rows hold the result and are never paid again."""

    __tablename__ = "model_call"
    __table_args__ = (
        UniqueConstraint("task_id", "step", "attempt"),
        # With all that a day's money is summed up from: before each call, for each of its rows.
        Index(
            "ix_model_call_money",
            "workspace_id",
            "started_at",
            "channel_id",
            "state",
            "reserved_micros",
            "cost_micros",
        ),
        Index("ix_model_call_channel_id_started_at", "channel_id", "started_at"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    workspace_id: Mapped[str] = mapped_column(ForeignKey("workspace.id"))
    channel_id: Mapped[str] = mapped_column(SlackId)
    task_id: Mapped[str] = mapped_column(ForeignKey("task.id"))
    step: Mapped[str] = mapped_column(String(120))
    """E.g. `r1:plan`, `r1:work:a3`, `r1:synthesis`, `decision:31:2`."""
    attempt: Mapped[int]
    state: Mapped[str] = mapped_column(String(16))
    """`reserved`, `done`, `failed`, or `lost`: the process died while the call was under way."""
    worker_id: Mapped[str | None] = mapped_column(String(80))
    """The process that made it, by its executor id."""
    model: Mapped[str] = mapped_column(String(80))
    tokens_in: Mapped[int] = mapped_column(default=0)
    tokens_out: Mapped[int] = mapped_column(default=0)
    tokens_cached: Mapped[int] = mapped_column(default=0)
    reserved_micros: Mapped[int] = mapped_column(BigInteger, default=0)
    cost_micros: Mapped[int | None] = mapped_column(BigInteger)
    """None: not settled, or the model's price is unknown."""
    seconds: Mapped[float] = mapped_column(default=0.0)
    result: Mapped[dict[str, Any] | None] = mapped_column(Json)
    problem: Mapped[str] = mapped_column(Text, default="")
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
