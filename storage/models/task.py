"""Tasks, their plans and assignments."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from bot.domain.task import AssignmentState, TaskState
from storage.models.base import Base, Id, Json, SlackId, UtcDateTime, enum_column, new_id


class Task(Base):
    """A wish that was accepted: everything else of the work points here."""

    __tablename__ = "task"
    __table_args__ = (
        UniqueConstraint("workspace_id", "number"),
        Index("ix_task_workspace_id_state", "workspace_id", "state"),
        Index("ix_task_workspace_id_created_at", "workspace_id", "created_at"),
        # Before each new task its requester's and its channel's are counted.
        Index(
            "ix_task_workspace_id_requester_id_created_at",
            "workspace_id",
            "requester_id",
            "created_at",
        ),
        Index(
            "ix_task_workspace_id_channel_id_created_at",
            "workspace_id",
            "channel_id",
            "created_at",
        ),
        Index("ix_task_thread_id", "thread_id"),
        Index("ix_task_state_started_run", "state", "started_run"),
        Index("ix_task_workspace_id_ended_at", "workspace_id", "ended_at"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    workspace_id: Mapped[str] = mapped_column(ForeignKey("workspace.id"))
    channel_id: Mapped[str] = mapped_column(SlackId)
    thread_id: Mapped[str] = mapped_column(ForeignKey("thread.id"))
    number: Mapped[int]
    requester_id: Mapped[str] = mapped_column(SlackId)
    text: Mapped[str] = mapped_column(Text)
    title: Mapped[str] = mapped_column(String(200), default="")
    state: Mapped[TaskState] = mapped_column(enum_column(TaskState), default=TaskState.ACCEPTED)
    state_reason: Mapped[str] = mapped_column(Text, default="")
    """Why it is paused, stopped or failed: one sentence for people."""
    mode: Mapped[str] = mapped_column(String(16), default="auto")
    """`auto`, `team` or `answer`: what the person insisted on."""
    model: Mapped[str] = mapped_column(String(16), default="")
    """Which model works it, `claude` or `offline`; empty: the settings' choice."""
    round: Mapped[int] = mapped_column(default=1)
    """Counts the wish and each follow-up after an ending."""
    run: Mapped[int] = mapped_column(default=1)
    """Counts workflow starts, so that each has an id of its own."""
    started_run: Mapped[int] = mapped_column(default=0, server_default="0")
    """The run that a process has begun; smaller than `run` while it waits for its turn."""
    priority: Mapped[int] = mapped_column(default=0, server_default="0")
    """Higher goes first, e.g. an escalation before a wish."""
    read_ts: Mapped[str] = mapped_column(String(32), default="")
    """Messages of the thread up to here have been given to the model."""
    answer: Mapped[str | None] = mapped_column(Text)
    synthesis: Mapped[dict[str, Any] | None] = mapped_column(Json)
    extra_budget_micros: Mapped[int] = mapped_column(BigInteger, default=0)
    stop_requested_by: Mapped[str | None] = mapped_column(SlackId)
    error_id: Mapped[str | None] = mapped_column(String(16))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)
    started_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When the present round began to be worked."""
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    resume_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)
    """A paused task is taken up again at this moment."""
    give_up_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    @property
    def public_id(self) -> str:
        """How people call it."""
        return f"T-{self.number}"

    @property
    def workflow_id(self) -> str:
        """The engine's id of the present run."""
        return f"task:{self.id}:{self.run}"


class Plan(Base):
    """The plan of one round, whole as the model gave it."""

    __tablename__ = "plan"
    __table_args__ = (UniqueConstraint("task_id", "round"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    task_id: Mapped[str] = mapped_column(ForeignKey("task.id"))
    round: Mapped[int]
    kind: Mapped[str] = mapped_column(String(16))
    title: Mapped[str] = mapped_column(String(200))
    pattern: Mapped[str | None] = mapped_column(String(64))
    body: Mapped[dict[str, Any]] = mapped_column(Json)
    estimate_micros: Mapped[int | None] = mapped_column(BigInteger)
    approved_by: Mapped[str | None] = mapped_column(SlackId)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Assignment(Base):
    """One specialist's piece of a plan, with its result."""

    __tablename__ = "assignment"
    __table_args__ = (
        UniqueConstraint("plan_id", "key"),
        Index("ix_assignment_task_id", "task_id"),
        Index("ix_assignment_specialist_state", "specialist", "state"),
        Index("ix_assignment_workspace_id_ended_at", "workspace_id", "ended_at"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    plan_id: Mapped[str] = mapped_column(ForeignKey("plan.id"))
    task_id: Mapped[str] = mapped_column(ForeignKey("task.id"))
    workspace_id: Mapped[str] = mapped_column(ForeignKey("workspace.id"))
    position: Mapped[int]
    key: Mapped[str] = mapped_column(String(64))
    specialist: Mapped[str] = mapped_column(String(64))
    title: Mapped[str] = mapped_column(String(200))
    phase: Mapped[int]
    phase_title: Mapped[str] = mapped_column(String(100), default="")
    reason: Mapped[str] = mapped_column(Text, default="")
    depends_on: Mapped[list[str]] = mapped_column(Json, default=list)
    state: Mapped[AssignmentState] = mapped_column(
        enum_column(AssignmentState), default=AssignmentState.WAITING
    )
    output: Mapped[dict[str, Any] | None] = mapped_column(Json)
    problem: Mapped[str] = mapped_column(Text, default="")
    started_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
