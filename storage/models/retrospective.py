"""Retrospectives: one run with its anonymous cards, topics and votes, and what came of them."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.base import Base, Id, Json, SlackId, UtcDateTime, new_id


class Retrospective(Base):
    """One run; whoever takes it further asks for `due_at` only."""

    __tablename__ = "retrospective"
    __table_args__ = (
        UniqueConstraint("workspace_id", "slot_key"),
        UniqueConstraint("workspace_id", "number"),
        Index("ix_retrospective_due_at", "due_at"),
        Index("ix_retrospective_workspace_id_channel_id", "workspace_id", "channel_id"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    workspace_id: Mapped[str] = mapped_column(ForeignKey("workspace.id"))
    channel_id: Mapped[str] = mapped_column(SlackId)
    schedule_id: Mapped[str | None] = mapped_column(ForeignKey("schedule.id"))
    """None: somebody began it by hand, or a sprint ended."""
    slot_key: Mapped[str] = mapped_column(String(120))
    """What opened it: the firing of a schedule, a command, the end of a sprint."""
    number: Mapped[int]
    name: Mapped[str] = mapped_column(String(200))
    state: Mapped[str] = mapped_column(String(16))
    """A phase of `bot.domain.retrospective.Phase`."""
    columns: Mapped[list[str]] = mapped_column(Json)
    votes: Mapped[int]
    """How many each person has."""
    minutes: Mapped[int]
    """How long the whole takes, unless somebody goes on earlier."""
    secret: Mapped[str | None] = mapped_column(String(64))
    """Makes people's marks; thrown away when the voting ends."""
    voters: Mapped[int] = mapped_column(default=0)
    """How many people voted; counted when the voting ends."""
    since: Mapped[datetime] = mapped_column(UtcDateTime)
    """The actions that this one opens with are told of from here on."""
    opens_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ends_at: Mapped[datetime] = mapped_column(UtcDateTime)
    """When the present phase ends."""
    due_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """The next reminder or the phase's end; None when it is closed."""
    opened_by: Mapped[str | None] = mapped_column(SlackId)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    @property
    def public_id(self) -> str:
        """How people call it."""
        return f"RT-{self.number}"


class RetroGroup(Base):
    """A topic: one card, or several that say the same."""

    __tablename__ = "retro_group"
    __table_args__ = (Index("ix_retro_group_retrospective_id", "retrospective_id"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    workspace_id: Mapped[str] = mapped_column(ForeignKey("workspace.id"))
    retrospective_id: Mapped[str] = mapped_column(ForeignKey("retrospective.id"))
    position: Mapped[int]
    title: Mapped[str] = mapped_column(String(300))
    votes: Mapped[int] = mapped_column(default=0)
    """Counted when the voting ends."""


class RetroCard(Base):
    """What somebody wrote. It has no time and no name: nobody is to find out whose it is."""

    __tablename__ = "retro_card"
    __table_args__ = (Index("ix_retro_card_retrospective_id", "retrospective_id"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    workspace_id: Mapped[str] = mapped_column(ForeignKey("workspace.id"))
    retrospective_id: Mapped[str] = mapped_column(ForeignKey("retrospective.id"))
    position: Mapped[int]
    """In which column."""
    text: Mapped[str] = mapped_column(Text)
    author: Mapped[str] = mapped_column(String(64))
    """The writer's mark, so that they can change it; empty once the collecting has ended."""
    group_id: Mapped[str | None] = mapped_column(ForeignKey("retro_group.id"))


class RetroVote(Base):
    """One person's vote for a topic; removed once the votes are counted."""

    __tablename__ = "retro_vote"

    group_id: Mapped[str] = mapped_column(ForeignKey("retro_group.id"), primary_key=True)
    voter: Mapped[str] = mapped_column(String(64), primary_key=True)
    """The voter's mark."""
    workspace_id: Mapped[str] = mapped_column(ForeignKey("workspace.id"))
    retrospective_id: Mapped[str] = mapped_column(ForeignKey("retrospective.id"))


class RetroAction(Base):
    """What somebody agreed to do, until it is done or dropped."""

    __tablename__ = "retro_action"
    __table_args__ = (
        UniqueConstraint("workspace_id", "number"),
        Index("ix_retro_action_remind_at", "remind_at"),
        Index("ix_retro_action_workspace_id_channel_id", "workspace_id", "channel_id"),
        Index("ix_retro_action_workspace_id_ended_at", "workspace_id", "ended_at"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    workspace_id: Mapped[str] = mapped_column(ForeignKey("workspace.id"))
    channel_id: Mapped[str] = mapped_column(SlackId)
    retrospective_id: Mapped[str | None] = mapped_column(ForeignKey("retrospective.id"))
    """None: it came from an assessment or a command."""
    number: Mapped[int]
    text: Mapped[str] = mapped_column(Text)
    owner_id: Mapped[str | None] = mapped_column(SlackId)
    due_on: Mapped[date | None]
    state: Mapped[str] = mapped_column(String(16))
    """`open`, `done` or `dropped`."""
    created_by: Mapped[str] = mapped_column(SlackId)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    changed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When its words, owner or day were last changed."""
    ended_by: Mapped[str | None] = mapped_column(SlackId)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    remind_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    reminders: Mapped[int] = mapped_column(default=0)

    @property
    def public_id(self) -> str:
        """How people call it."""
        return f"RA-{self.number}"


class RetroLesson(Base):
    """A lesson that a person confirmed; it goes to the memory as well."""

    __tablename__ = "retro_lesson"
    __table_args__ = (
        Index("ix_retro_lesson_retrospective_id", "retrospective_id"),
        Index("ix_retro_lesson_workspace_id_channel_id", "workspace_id", "channel_id"),
        Index("ix_retro_lesson_workspace_id_created_at", "workspace_id", "created_at"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    workspace_id: Mapped[str] = mapped_column(ForeignKey("workspace.id"))
    channel_id: Mapped[str] = mapped_column(SlackId)
    retrospective_id: Mapped[str] = mapped_column(ForeignKey("retrospective.id"))
    kind: Mapped[str] = mapped_column(String(24))
    """A value of `bot.domain.retrospective.LessonKind`."""
    text: Mapped[str] = mapped_column(Text)
    confirmed_by: Mapped[str] = mapped_column(SlackId)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
