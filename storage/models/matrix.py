"""Technology matrices: what is compared, by which criteria, and who scored what."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.base import Base, Id, Json, SlackId, UtcDateTime, new_id


class Matrix(Base):
    """One comparison; scores stay hidden until it is revealed."""

    __tablename__ = "matrix"
    __table_args__ = (UniqueConstraint("workspace_id", "number"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    workspace_id: Mapped[str] = mapped_column(ForeignKey("workspace.id"))
    channel_id: Mapped[str] = mapped_column(SlackId)
    thread_id: Mapped[str] = mapped_column(ForeignKey("thread.id"), index=True)
    """The card's; the thread's task is the one in which the specialists score."""
    number: Mapped[int]
    question: Mapped[str] = mapped_column(Text)
    criteria: Mapped[list[dict[str, Any]]] = mapped_column(Json)
    """`{"name": …, "weight": percent}` in the order shown; the weights sum to 100."""
    owner_id: Mapped[str] = mapped_column(SlackId)
    invited: Mapped[list[str]] = mapped_column(Json, default=list)
    """People by id; empty: whoever may ask in the channel."""
    specialists: Mapped[list[str]] = mapped_column(Json, default=list)
    revealed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    revealed_by: Mapped[str | None] = mapped_column(SlackId)
    """None with `revealed_at` set: all who were invited had scored."""
    decision_id: Mapped[str | None] = mapped_column(ForeignKey("decision.id"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)

    @property
    def public_id(self) -> str:
        """How people call it."""
        return f"M-{self.number}"


class MatrixOption(Base):
    """One of the things compared."""

    __tablename__ = "matrix_option"
    __table_args__ = (UniqueConstraint("matrix_id", "position"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    workspace_id: Mapped[str] = mapped_column(ForeignKey("workspace.id"))
    matrix_id: Mapped[str] = mapped_column(ForeignKey("matrix.id"))
    position: Mapped[int]
    title: Mapped[str] = mapped_column(String(80))


class MatrixScore(Base):
    """What one person or specialist says of one option by one criterion."""

    __tablename__ = "matrix_score"
    __table_args__ = (Index("ix_matrix_score_matrix_id", "matrix_id"),)

    option_id: Mapped[str] = mapped_column(ForeignKey("matrix_option.id"), primary_key=True)
    criterion: Mapped[str] = mapped_column(String(60), primary_key=True)
    scorer: Mapped[str] = mapped_column(String(64), primary_key=True)
    """A person's id or a specialist's name."""
    workspace_id: Mapped[str] = mapped_column(ForeignKey("workspace.id"))
    matrix_id: Mapped[str] = mapped_column(ForeignKey("matrix.id"))
    kind: Mapped[str] = mapped_column(String(16))
    """`person` or `specialist`."""
    score: Mapped[int | None]
    """1 to 5; None: no opinion."""
    reason: Mapped[str] = mapped_column(Text, default="")
    basis: Mapped[str] = mapped_column(String(120), default="")
    """Of a specialist's score: the model, or the rule of the offline playbook."""
    scored_at: Mapped[datetime] = mapped_column(UtcDateTime)
