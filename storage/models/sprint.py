"""Sprints: the wish, the steps that planned it, items with votes, risks, integration tests."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Date, Float, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from bot.domain.sprint.states import ItemState, SprintState
from storage.models.base import Base, Id, Json, SlackId, UtcDateTime, enum_column, new_id


class Sprint(Base):
    """One sprint of a channel; whoever takes it further by time asks for `due_at` only."""

    __tablename__ = "sprint"
    __table_args__ = (
        UniqueConstraint("workspace_id", "number"),
        UniqueConstraint("workspace_id", "slot_key"),
        UniqueConstraint("thread_id"),
        Index("ix_sprint_workspace_id_channel_id", "workspace_id", "channel_id"),
        Index("ix_sprint_due_at", "due_at"),
        Index("ix_sprint_workspace_id_ended_at", "workspace_id", "ended_at"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    workspace_id: Mapped[str] = mapped_column(ForeignKey("workspace.id"))
    channel_id: Mapped[str] = mapped_column(SlackId)
    thread_id: Mapped[str] = mapped_column(ForeignKey("thread.id"))
    """The one in which it is planned and told of."""
    task_id: Mapped[str | None] = mapped_column(ForeignKey("task.id"))
    """The task whose first round plans it; None until somebody asks for the plan."""
    hand_off_id: Mapped[str | None] = mapped_column(ForeignKey("hand_off.id"))
    """The hand-off that asked for it, if one did."""
    slot_key: Mapped[str | None] = mapped_column(String(120))
    """The schedule's slot that opened it, so that a slot opens one."""
    number: Mapped[int]
    source: Mapped[str] = mapped_column(String(16))
    """`message`, `form`, `hand-off` or `schedule`."""
    goal: Mapped[str] = mapped_column(String(300), default="")
    requirements: Mapped[str] = mapped_column(Text, default="")
    limits: Mapped[str] = mapped_column(Text, default="")
    """Constraints, as people wrote them."""
    state: Mapped[SprintState] = mapped_column(enum_column(SprintState), default=SprintState.DRAFT)
    unit: Mapped[str] = mapped_column(String(8))
    """What items are estimated in: `points` or `days`."""
    starts_on: Mapped[date] = mapped_column(Date)
    ends_on: Mapped[date] = mapped_column(Date)
    """Its last day."""
    owner_id: Mapped[str] = mapped_column(SlackId)
    people: Mapped[list[str]] = mapped_column(Json, default=list)
    """Whose days count, by id; empty: the channel's members."""
    capacity: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    """People's days as they were when it was planned: see bot/services/sprint_capacity.py."""
    accepted_by: Mapped[str | None] = mapped_column(SlackId)
    accepted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_by: Mapped[str | None] = mapped_column(SlackId)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    due_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When its end has to be spoken of; None when there is nothing to say."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)

    @property
    def public_id(self) -> str:
        """How people call it; S-1 is a schedule."""
        return f"SP-{self.number}"


class SprintStep(Base):
    """What one of the five steps of planning gave; it is not done again."""

    __tablename__ = "sprint_step"

    sprint_id: Mapped[str] = mapped_column(ForeignKey("sprint.id"), primary_key=True)
    name: Mapped[str] = mapped_column(String(80), primary_key=True)
    workspace_id: Mapped[str] = mapped_column(ForeignKey("workspace.id"))
    body: Mapped[dict[str, Any]] = mapped_column(Json)
    model: Mapped[str] = mapped_column(String(120))
    """The model that gave it, or the rule of the offline playbook."""
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)


class SprintItem(Base):
    """One piece of a sprint: for whom, how large, after what, how far."""

    __tablename__ = "sprint_item"
    __table_args__ = (
        UniqueConstraint("sprint_id", "position"),
        Index("ix_sprint_item_workspace_id_state", "workspace_id", "state"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    workspace_id: Mapped[str] = mapped_column(ForeignKey("workspace.id"))
    sprint_id: Mapped[str] = mapped_column(ForeignKey("sprint.id"))
    position: Mapped[int]
    """Its number within the sprint, from 1; people name it so."""
    title: Mapped[str] = mapped_column(String(200))
    about: Mapped[str] = mapped_column(Text, default="")
    service: Mapped[str] = mapped_column(String(80), default="")
    specialists: Mapped[list[str]] = mapped_column(Json, default=list)
    depends_on: Mapped[list[str]] = mapped_column(Json, default=list)
    """Items of the same sprint by id."""
    estimate: Mapped[float | None] = mapped_column(Float)
    """In the sprint's unit; None until votes were revealed."""
    agreed: Mapped[bool] = mapped_column(default=False)
    """Whether the votes of its last round were close to each other."""
    round: Mapped[int] = mapped_column(default=1)
    """Of voting."""
    revealed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When the votes of its present round were shown."""
    state: Mapped[ItemState] = mapped_column(enum_column(ItemState), default=ItemState.OPEN)
    added_by: Mapped[str | None] = mapped_column(SlackId)
    """None: the plan."""
    owner_id: Mapped[str | None] = mapped_column(SlackId)
    """Who began it."""
    task_id: Mapped[str | None] = mapped_column(ForeignKey("task.id"))
    """The task in which the team works it."""
    started_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When it was done or dropped."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)


class SprintVote(Base):
    """What one person or specialist thinks that an item takes; hidden until the reveal."""

    __tablename__ = "sprint_vote"
    __table_args__ = (Index("ix_sprint_vote_sprint_id", "sprint_id"),)

    item_id: Mapped[str] = mapped_column(ForeignKey("sprint_item.id"), primary_key=True)
    round: Mapped[int] = mapped_column(primary_key=True)
    voter: Mapped[str] = mapped_column(String(64), primary_key=True)
    """A person's id or a specialist's name."""
    workspace_id: Mapped[str] = mapped_column(ForeignKey("workspace.id"))
    sprint_id: Mapped[str] = mapped_column(ForeignKey("sprint.id"))
    kind: Mapped[str] = mapped_column(String(16))
    """`person` or `specialist`."""
    value: Mapped[float] = mapped_column(Float)
    reason: Mapped[str] = mapped_column(Text, default="")
    basis: Mapped[str] = mapped_column(String(120), default="")
    """Of a specialist's vote: the model, or the rule of the offline playbook."""
    voted_at: Mapped[datetime] = mapped_column(UtcDateTime)


class SprintRisk(Base):
    """What may go wrong in a sprint, and what is done about it."""

    __tablename__ = "sprint_risk"
    __table_args__ = (UniqueConstraint("sprint_id", "position"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    workspace_id: Mapped[str] = mapped_column(ForeignKey("workspace.id"))
    sprint_id: Mapped[str] = mapped_column(ForeignKey("sprint.id"))
    position: Mapped[int]
    text: Mapped[str] = mapped_column(Text)
    mitigation: Mapped[str] = mapped_column(Text)


class SprintTest(Base):
    """A slot in which parts of a sprint are tested together."""

    __tablename__ = "sprint_test"
    __table_args__ = (UniqueConstraint("sprint_id", "position"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    workspace_id: Mapped[str] = mapped_column(ForeignKey("workspace.id"))
    sprint_id: Mapped[str] = mapped_column(ForeignKey("sprint.id"))
    position: Mapped[int]
    title: Mapped[str] = mapped_column(String(200))
    on_day: Mapped[date] = mapped_column(Date)
    items: Mapped[list[str]] = mapped_column(Json, default=list)
    """What must be done before, by id."""
