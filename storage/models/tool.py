"""Tool servers, each call made to one, and repositories of code that specialists may read."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from bot.domain.tool_call import CallState
from storage.models.base import Base, Id, Json, SlackId, UtcDateTime, enum_column, new_id


class ToolServer(Base):
    """A server of tools (MCP) of one workspace: a command of the operator's, or an address."""

    __tablename__ = "tool_server"
    __table_args__ = (
        UniqueConstraint("workspace_id", "name"),
        Index("ix_tool_server_check_at", "check_at"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    workspace_id: Mapped[str] = mapped_column(ForeignKey("workspace.id"))
    name: Mapped[str] = mapped_column(String(32))
    command: Mapped[list[str] | None] = mapped_column(Json)
    """What is started, word by word; None for one with an address."""
    env: Mapped[list[str]] = mapped_column(Json, default=list)
    """Names of environment variables that are handed on; values are stored nowhere."""
    url: Mapped[str] = mapped_column(String(500), default="")
    token: Mapped[str] = mapped_column(Text, default="")
    """Sealed; empty for none."""
    private: Mapped[bool] = mapped_column(default=False)
    """Whether it is used for tasks of private channels and direct messages."""
    permissions: Mapped[dict[str, str]] = mapped_column(Json, default=dict)
    """Tool -> permission, where somebody chose one."""
    pins: Mapped[dict[str, str]] = mapped_column(Json, default=dict)
    """Tool -> a mark of it as it was permitted; empty for one that changed since."""
    permitted_by: Mapped[str] = mapped_column(SlackId, default="")
    """Who chose permissions last: they are told when a tool changes."""
    tools: Mapped[list[dict[str, Any]]] = mapped_column(Json, default=list)
    """What it said it has, when it was last seen."""
    problem: Mapped[str] = mapped_column(Text, default="")
    """Why it did not answer the last time; empty while it does."""
    seen_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    check_at: Mapped[datetime] = mapped_column(UtcDateTime)
    created_by: Mapped[str] = mapped_column(SlackId)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)


class ToolCall(Base):
    """One call that a model wished for; an ended one is never made again."""

    __tablename__ = "tool_call"
    __table_args__ = (
        UniqueConstraint("task_id", "step", "position"),
        Index("ix_tool_call_workspace_id_created_at", "workspace_id", "created_at"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    workspace_id: Mapped[str] = mapped_column(ForeignKey("workspace.id"))
    channel_id: Mapped[str] = mapped_column(SlackId)
    task_id: Mapped[str] = mapped_column(ForeignKey("task.id"))
    step: Mapped[str] = mapped_column(String(120))
    """The model's call that wished for it, e.g. `r1:work:a3:t0`: its arguments stand there."""
    position: Mapped[int]
    """Which of that call's wishes it is."""
    specialist: Mapped[str] = mapped_column(String(80))
    server: Mapped[str] = mapped_column(String(32))
    tool: Mapped[str] = mapped_column(String(120))
    permission: Mapped[str] = mapped_column(String(8))
    arguments_hash: Mapped[str] = mapped_column(String(64))
    arguments_size: Mapped[int]
    """In bytes."""
    state: Mapped[CallState] = mapped_column(enum_column(CallState))
    attempt: Mapped[int] = mapped_column(default=0)
    worker_id: Mapped[str | None] = mapped_column(String(80))
    result: Mapped[str] = mapped_column(Text, default="")
    """What the model is told: the bounded result, or why there is none."""
    result_size: Mapped[int] = mapped_column(default=0)
    """In characters, before it was bounded."""
    seconds: Mapped[float] = mapped_column(default=0.0)
    ask_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    answered_by: Mapped[str | None] = mapped_column(SlackId)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    started_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class CodeRepository(Base):
    """A repository that specialists may read: a folder of the operator's, or a clone of ours."""

    __tablename__ = "repository"
    __table_args__ = (UniqueConstraint("workspace_id", "name"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    workspace_id: Mapped[str] = mapped_column(ForeignKey("workspace.id"))
    name: Mapped[str] = mapped_column(String(40))
    path: Mapped[str] = mapped_column(Text)
    url: Mapped[str] = mapped_column(Text, default="")
    """Where it is cloned from; empty for a folder."""
    channel_id: Mapped[str] = mapped_column(SlackId, default="")
    """Only tasks of this channel may read it; empty: all of the workspace."""
    writable: Mapped[bool] = mapped_column(default=False)
    """Whether specialists may ask for a throw-away worktree of it."""
    problem: Mapped[str] = mapped_column(Text, default="")
    fetched_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
