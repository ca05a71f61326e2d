"""What is wanted at the same time, by the rows of tasks; what threads were told of it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, literal, or_, select

from bot.domain.hand_off import HandOffState
from bot.domain.sprint.states import CLOSED, SprintState
from bot.domain.task import OPEN, AssignmentState
from storage.models import (
    Assignment,
    Channel,
    Conflict,
    ConflictClaim,
    ConflictNote,
    HandOff,
    OutboxRow,
    Plan,
    Service,
    Sprint,
    SprintItem,
    SprintTest,
    Task,
    Thread,
)
from storage.repositories.base import Repository, app_is_there

_WANTED = (AssignmentState.WAITING, AssignmentState.RUNNING)
_MOST_TASKS = 500
"""Ours: of more open tasks the newest are looked at; so many are a load, no conflict."""


@dataclass(frozen=True)
class OpenTask:
    """A task that has not ended, and whether its channel is private."""

    task: Task
    is_private: bool


@dataclass(frozen=True)
class OpenItem:
    """What a running sprint still has to do, where, and the message that begins its thread."""

    sprint: Sprint
    item: SprintItem
    is_private: bool
    root_ts: str


@dataclass(frozen=True)
class OpenHandOff:
    """What another team asked of us, whether its channel is private, and its card's message."""

    hand_off: HandOff
    is_private: bool
    card_ts: str
    """Empty while the card is on its way."""


class ConflictNoteRepository(Repository):
    """Looks at whole workspaces: whoever shows what it returns asks what may be named where."""

    async def busy_workspaces(self) -> list[str]:
        """Return the workspaces where two tasks are open, a sprint runs, a hand-off to us is
        accepted, or a note is not over.

        Only those where the app is; the terminal's tasks are nobody else's.
        """
        busy = (
            select(Task.workspace_id)
            .join(
                Channel,
                (Channel.workspace_id == Task.workspace_id) & (Channel.id == Task.channel_id),
            )
            .where(
                Task.state.in_(OPEN), Channel.surface == "slack", app_is_there(Task.workspace_id)
            )
            .group_by(Task.workspace_id)
            .having(func.count() > 1)
        )
        running = select(Sprint.workspace_id).where(
            Sprint.state == SprintState.RUNNING, app_is_there(Sprint.workspace_id)
        )
        asked = select(HandOff.workspace_id).where(
            HandOff.state == HandOffState.ACCEPTED,
            HandOff.direction == "in",
            app_is_there(HandOff.workspace_id),
        )
        told = (
            select(ConflictNote.workspace_id)
            .where(ConflictNote.state == "open", app_is_there(ConflictNote.workspace_id))
            .distinct()
        )
        found: set[str] = set()
        for query in (busy, running.distinct(), asked.distinct(), told):
            found.update(await self.session.scalars(query))
        return sorted(found)

    async def open_tasks(self, workspace_id: str) -> list[OpenTask]:
        """Return Slack's tasks that have not ended, oldest first."""
        query = (
            select(Task, Channel.is_private)
            .join(
                Channel,
                (Channel.workspace_id == Task.workspace_id) & (Channel.id == Task.channel_id),
            )
            .where(
                Task.workspace_id == workspace_id,
                Task.state.in_(OPEN),
                Channel.surface == "slack",
            )
            .order_by(Task.number.desc())
            .limit(_MOST_TASKS)
        )
        rows = (await self.session.execute(query)).all()
        return [OpenTask(row[0], bool(row[1])) for row in reversed(rows)]

    async def wanted(
        self, workspace_id: str, task_ids: Collection[str]
    ) -> Sequence[tuple[str, str, datetime]]:
        """Return (specialist, task, when it was planned) of assignments that wait or run."""
        query = (
            select(Assignment.specialist, Assignment.task_id, Plan.created_at)
            .join(Plan, Plan.id == Assignment.plan_id)
            .where(
                Assignment.workspace_id == workspace_id,
                Assignment.task_id.in_(task_ids),
                Assignment.state.in_(_WANTED),
            )
            .order_by(Assignment.task_id, Assignment.position)
        )
        return [(row[0], row[1], row[2]) for row in await self.session.execute(query)]

    async def sprint_items(self, workspace_id: str) -> list[OpenItem]:
        """Return what is still to do in the sprints that run, in the order of their plans."""
        query = (
            select(Sprint, SprintItem, Channel.is_private, Thread.root_ts)
            .join(Sprint, Sprint.id == SprintItem.sprint_id)
            .join(Thread, Thread.id == Sprint.thread_id)
            .join(
                Channel,
                (Channel.workspace_id == Sprint.workspace_id) & (Channel.id == Sprint.channel_id),
            )
            .where(
                SprintItem.workspace_id == workspace_id,
                Sprint.state == SprintState.RUNNING,
                SprintItem.state.not_in(CLOSED),
            )
            .order_by(Sprint.number, SprintItem.position)
        )
        rows = (await self.session.execute(query)).all()
        return [OpenItem(row[0], row[1], bool(row[2]), row[3]) for row in rows]

    async def hand_offs(self, workspace_id: str) -> list[OpenHandOff]:
        """Return what we accepted of other teams and is not done, oldest first."""
        card = literal("hand-off:") + HandOff.id + ":asked"
        query = (
            select(HandOff, Channel.is_private, OutboxRow.sent_ts)
            .join(
                Channel,
                (Channel.workspace_id == HandOff.workspace_id) & (Channel.id == HandOff.channel_id),
            )
            .outerjoin(
                OutboxRow,
                (OutboxRow.workspace_id == HandOff.workspace_id) & (OutboxRow.key == card),
            )
            .where(
                HandOff.workspace_id == workspace_id,
                HandOff.direction == "in",
                HandOff.state == HandOffState.ACCEPTED,
            )
            .order_by(HandOff.number)
        )
        rows = (await self.session.execute(query)).all()
        return [OpenHandOff(row[0], bool(row[1]), row[2] or "") for row in rows]

    async def sprint_tests(
        self, workspace_id: str, sprint_ids: Collection[str], *, today: date
    ) -> Sequence[SprintTest]:
        """Return the slots of today and later in which parts of these sprints are tested."""
        query = (
            select(SprintTest)
            .where(
                SprintTest.workspace_id == workspace_id,
                SprintTest.sprint_id.in_(sprint_ids),
                SprintTest.on_day >= today,
            )
            .order_by(SprintTest.on_day, SprintTest.position)
        )
        return (await self.session.scalars(query)).all()

    async def services(self, workspace_id: str) -> list[tuple[str, str]]:
        """Return (name, scope) of every service; a scope is the channel that alone knows it."""
        query = (
            select(Service.name, Service.scope)
            .where(Service.workspace_id == workspace_id)
            .order_by(Service.key, Service.scope)
        )
        return [(row[0], row[1]) for row in await self.session.execute(query)]

    async def resolved(
        self, workspace_id: str, task_ids: Collection[str]
    ) -> Sequence[tuple[Conflict, ConflictClaim]]:
        """Return resolved conflicts with those of their claims that are these tasks, a sprint or a
        hand-off.
        """
        query = (
            select(Conflict, ConflictClaim)
            .join(ConflictClaim, ConflictClaim.conflict_id == Conflict.id)
            .where(
                Conflict.workspace_id == workspace_id,
                Conflict.state == "resolved",
                or_(
                    ConflictClaim.task_id.in_(task_ids),
                    ConflictClaim.title.startswith("SP-"),
                    ConflictClaim.title.startswith("H-"),
                ),
            )
        )
        return [(row[0], row[1]) for row in await self.session.execute(query)]

    async def open_ones(self, workspace_id: str) -> Sequence[ConflictNote]:
        """Return the notes of which something still counts."""
        query = select(ConflictNote).where(
            ConflictNote.workspace_id == workspace_id, ConflictNote.state == "open"
        )
        return (await self.session.scalars(query)).all()

    async def get(self, workspace_id: str, note_id: str) -> ConflictNote | None:
        """Return a note of this workspace."""
        query = select(ConflictNote).where(
            ConflictNote.workspace_id == workspace_id, ConflictNote.id == note_id
        )
        return (await self.session.scalars(query)).one_or_none()

    async def of_claimant(
        self, workspace_id: str, claimant: str, *, channel_id: str, now: datetime
    ) -> ConflictNote:
        """Return a claimant's note, locked; one that has told nothing yet is made."""
        values = {
            "workspace_id": workspace_id,
            "claimant": claimant,
            "channel_id": channel_id,
            "number": 0,
            "state": "over",
            "told": [],
            "created_at": now,
            "updated_at": now,
        }
        await self.insert_unless_there(ConflictNote, values)
        query = (
            select(ConflictNote)
            .where(ConflictNote.workspace_id == workspace_id, ConflictNote.claimant == claimant)
            .with_for_update(key_share=True)
            .execution_options(populate_existing=True)
        )
        return (await self.session.scalars(query)).one()
