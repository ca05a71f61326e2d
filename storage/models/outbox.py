"""The outbox: every call to Slack is a row before it is made."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from bot.domain.lanes import bucket, lane
from storage.models.base import Base, Id, Json, SlackId, UtcDateTime

WAITING = text("outbox.state IN ('pending', 'sending')")
"""Rows still to be sent. Literal, as bound values would hide the partial index from the planner."""
DOUBT = "outcome_unknown"
"""The `problem_code` of a row whose call was made and may have been done."""
NOTHING = "nothing_to_show"
"""The `problem_code` of a row whose view had nothing to show; nobody need be told."""
_STILL = text("state IN ('pending', 'sending')")
_DEAD = text("state = 'dead'")


class Inserted(Protocol):
    """What SQLAlchemy, or `storage.inserts` in its place, shows a column's default of its row."""

    def get_current_parameters(self) -> Mapping[str, Any]: ...


def _own_lane(context: Inserted) -> str:
    row = context.get_current_parameters()
    place = {name: row[name] for name in ("workspace_id", "channel_id", "method", "key")}
    return lane(**place, target_key=row.get("target_key") or "")


def _own_bucket(context: Inserted) -> str:
    row = context.get_current_parameters()
    return bucket(**{name: row[name] for name in ("workspace_id", "channel_id", "method")})


class OutboxRow(Base):
    """One call to make. `key` names the thing shown, so that asking twice shows it once."""

    __tablename__ = "outbox"
    __table_args__ = (
        UniqueConstraint("workspace_id", "key"),
        # What was sent stays for long; these two hold only what is still of interest.
        Index(
            "ix_outbox_waiting", "lane", "id", "state", postgresql_where=_STILL, sqlite_where=_STILL
        ),
        Index(
            "ix_outbox_dead",
            "workspace_id",
            "channel_id",
            postgresql_where=_DEAD,
            sqlite_where=_DEAD,
        ),
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
    """The key of the row that must be sent first: an update edits its message."""
    lane: Mapped[str] = mapped_column(String(300), default=_own_lane)
    """The queue it waits in (`bot.domain.lanes`)."""
    bucket: Mapped[str] = mapped_column(String(200), default=_own_bucket)
    """Key of the rate bucket that its call takes a token from."""
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
    lease_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """While `sending`: until then nobody else may take it; its worker stops before."""
    sent_ts: Mapped[str | None] = mapped_column(String(32))
    problem: Mapped[str] = mapped_column(Text, default="")
    problem_code: Mapped[str] = mapped_column(String(40), default="")
    """The class of the failure, for queries; `problem` is for people."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    @property
    def may_be_seen(self) -> bool:
        """Whether somebody may read it already: it was sent, is being sent, or may have been."""
        doubt = self.problem_code == DOUBT and bool(self.payload)
        return self.state in ("sent", "sending") or (self.state == "pending" and doubt)
