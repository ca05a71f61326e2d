"""What belongs to a decision and is asked for by itself: votes, links, dates, relations, source."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from bot.domain.decision import DueKind, LinkKind, Verdict
from storage.models.base import Base, Json, SlackId, UtcDateTime, enum_column


class DecisionVote(Base):
    """One person's last word on one revision."""

    __tablename__ = "decision_vote"

    decision_id: Mapped[str] = mapped_column(ForeignKey("decision.id"), primary_key=True)
    revision: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[str] = mapped_column(SlackId, primary_key=True)
    workspace_id: Mapped[str] = mapped_column(ForeignKey("workspace.id"))
    verdict: Mapped[Verdict] = mapped_column(enum_column(Verdict))
    reason: Mapped[str] = mapped_column(Text, default="")
    given_at: Mapped[datetime] = mapped_column(UtcDateTime)


class DecisionLink(Base):
    """`source_id` supersedes, amends or relates to `target_id`; read from both ends."""

    __tablename__ = "decision_link"
    __table_args__ = (Index("ix_decision_link_target_id", "target_id"),)

    source_id: Mapped[str] = mapped_column(ForeignKey("decision.id"), primary_key=True)
    target_id: Mapped[str] = mapped_column(ForeignKey("decision.id"), primary_key=True)
    kind: Mapped[LinkKind] = mapped_column(enum_column(LinkKind), primary_key=True)
    workspace_id: Mapped[str] = mapped_column(ForeignKey("workspace.id"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class DecisionDue(Base):
    """A moment at which a decision in force must be spoken of, once."""

    __tablename__ = "decision_due"
    __table_args__ = (Index("ix_decision_due_told_at_due_at", "told_at", "due_at"),)

    decision_id: Mapped[str] = mapped_column(ForeignKey("decision.id"), primary_key=True)
    kind: Mapped[DueKind] = mapped_column(enum_column(DueKind), primary_key=True)
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    told_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class DecisionService(Base):
    """The relation `affects_service`."""

    __tablename__ = "decision_service"
    __table_args__ = (Index("ix_decision_service_workspace_id_name", "workspace_id", "name"),)

    decision_id: Mapped[str] = mapped_column(ForeignKey("decision.id"), primary_key=True)
    name: Mapped[str] = mapped_column(String(120), primary_key=True)
    workspace_id: Mapped[str] = mapped_column(ForeignKey("workspace.id"))


class DecisionSpecialist(Base):
    """The relation `implemented_by`."""

    __tablename__ = "decision_specialist"
    __table_args__ = (Index("ix_decision_specialist_workspace_id_name", "workspace_id", "name"),)

    decision_id: Mapped[str] = mapped_column(ForeignKey("decision.id"), primary_key=True)
    name: Mapped[str] = mapped_column(String(120), primary_key=True)
    workspace_id: Mapped[str] = mapped_column(ForeignKey("workspace.id"))


class DecisionSource(Base):
    """The file that a decision was imported from, with all of it that no field holds."""

    __tablename__ = "decision_source"
    __table_args__ = (UniqueConstraint("workspace_id", "channel_id", "path"),)

    decision_id: Mapped[str] = mapped_column(ForeignKey("decision.id"), primary_key=True)
    workspace_id: Mapped[str] = mapped_column(ForeignKey("workspace.id"))
    channel_id: Mapped[str] = mapped_column(SlackId)
    """As the decision's: one file may be imported for several channels."""
    path: Mapped[str] = mapped_column(String(500))
    content_hash: Mapped[str] = mapped_column(String(64))
    """Of the file as it was read: the same again changes nothing."""
    record_hash: Mapped[str] = mapped_column(String(64))
    """Of the decision as it was stored: another one now means that people edited it since."""
    raw_status: Mapped[str] = mapped_column(Text, default="")
    """The file's own words."""
    body: Mapped[dict[str, Any]] = mapped_column(Json)
    """Front matter, sections and what else is kept as it stands there."""
    problems: Mapped[list[str]] = mapped_column(Json, default=list)
    """What could not be read for sure, in words."""
    imported_at: Mapped[datetime] = mapped_column(UtcDateTime)
