"""Throw-away worktrees: what a task changed in a repository, kept as a patch after each call."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from bot.domain.worktree import WorktreeState
from storage.models.base import Base, Id, SlackId, UtcDateTime, enum_column, new_id


class Worktree(Base):
    """A task's worktree in one round. The folder can be made again from commit and patch."""

    __tablename__ = "worktree"
    __table_args__ = (
        UniqueConstraint("task_id", "round", "repository"),
        Index("ix_worktree_state", "state"),
        Index("ix_worktree_branch_at", "branch_at"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    workspace_id: Mapped[str] = mapped_column(ForeignKey("workspace.id"))
    channel_id: Mapped[str] = mapped_column(SlackId)
    task_id: Mapped[str] = mapped_column(ForeignKey("task.id"))
    round: Mapped[int]
    repository: Mapped[str] = mapped_column(String(40))
    base: Mapped[str] = mapped_column(String(64))
    """The commit that it began at."""
    state: Mapped[WorktreeState] = mapped_column(enum_column(WorktreeState))
    approved_by: Mapped[str] = mapped_column(SlackId)
    patch: Mapped[bytes | None] = mapped_column(LargeBinary)
    """What was changed since the commit; None for nothing, or too much."""
    files: Mapped[int] = mapped_column(default=0)
    added: Mapped[int] = mapped_column(default=0)
    removed: Mapped[int] = mapped_column(default=0)
    """Files, and lines of text, that the changes come to."""
    branch: Mapped[str] = mapped_column(String(80), default="")
    """The branch that was made of it."""
    branch_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When a branch is to be tried; None for never, or done."""
    tries: Mapped[int] = mapped_column(default=0)
    problem: Mapped[str] = mapped_column(Text, default="")
    """Why there is no branch."""
    opened_at: Mapped[datetime] = mapped_column(UtcDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
