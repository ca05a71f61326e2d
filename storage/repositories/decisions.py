"""Decisions by number, by task, by state."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, bindparam, func, or_, select

from bot.domain.decision import DecisionState
from storage.inserts import insert
from storage.models import Channel, Decision
from storage.prepared import Prepared
from storage.repositories.base import Repository, visible


@dataclass(frozen=True)
class DecisionText:
    """What a search reads of a decision."""

    id: str
    number: int
    state: DecisionState
    title: str
    body: dict[str, Any]
    decided_at: datetime | None
    created_at: datetime


_BY_ID = select(Decision).where(Decision.id == bindparam("decision_id"))
_ONE = Prepared(_BY_ID)
_LOCKED = Prepared(_BY_ID.with_for_update(key_share=True).execution_options(populate_existing=True))
_OF_ANY_ROUND = (
    select(Decision).where(Decision.task_id == bindparam("task_id")).order_by(Decision.number)
)
_OF_TASK = Prepared(_OF_ANY_ROUND)
_OF_ROUND = Prepared(_OF_ANY_ROUND.where(Decision.round == bindparam("round")))


class DecisionRepository(Repository):
    """Every question about decisions."""

    async def add(self, decision: Decision) -> Decision:
        """Store a new decision."""
        await insert(self.session, decision)
        return decision

    async def get(self, decision_id: str, *, lock: bool = False) -> Decision:
        """Return a decision that is known to exist; `lock` keeps other writers out of it.

        A locked one is read anew: what this session knew of it may be old.
        """
        query = _LOCKED if lock else _ONE
        return await query.the(self.session, Decision, decision_id=decision_id)

    async def find(self, workspace_id: str, decision_id: str) -> Decision | None:
        """Return a workspace's decision if there is one of this id; other writers are kept out."""
        query = (
            select(Decision)
            .where(Decision.workspace_id == workspace_id, Decision.id == decision_id)
            .with_for_update(key_share=True)
            .execution_options(populate_existing=True)
        )
        return (await self.session.scalars(query)).one_or_none()

    async def exists(self, decision_id: str) -> bool:
        """Return whether any workspace has a decision of this id."""
        return await self.session.get(Decision, decision_id) is not None

    async def to_export(self, workspace_id: str, channel_id: str) -> Sequence[Decision]:
        """Return decisions by number: a channel's own or, with "", all but private channels'."""
        if channel_id:
            which = Decision.channel_id == channel_id
        else:
            which = visible(Decision.workspace_id, Decision.channel_id, "")
        query = (
            select(Decision)
            .where(Decision.workspace_id == workspace_id, which)
            .order_by(Decision.number)
        )
        return (await self.session.scalars(query)).all()

    async def by_number(
        self, workspace_id: str, number: int, *, seen_from: str, lock: bool = False
    ) -> Decision:
        """Return the decision that people call D-<number>; raises NotFound.

        A decision of a private channel is found only from that channel. `lock` keeps other
        writers out of it.
        """
        query = select(Decision).where(
            Decision.workspace_id == workspace_id,
            Decision.number == number,
            visible(Decision.workspace_id, Decision.channel_id, seen_from),
        )
        return await self.the(
            query, "decision", f"D-{number}", hint="`/lead decisions` lists them.", lock=lock
        )

    async def is_visible(self, decision: Decision, *, seen_from: str) -> bool:
        """Return whether a decision may be shown in channel `seen_from`."""
        query = select(Decision.id).where(
            Decision.id == decision.id,
            visible(Decision.workspace_id, Decision.channel_id, seen_from),
        )
        return (await self.session.scalars(query)).one_or_none() is not None

    async def of_task(self, task_id: str, *, round_number: int | None = None) -> Sequence[Decision]:
        """Return the task's decisions in the order they were proposed."""
        if round_number is None:
            return await _OF_TASK.objects(self.session, Decision, task_id=task_id)
        place = {"task_id": task_id, "round": round_number}
        return await _OF_ROUND.objects(self.session, Decision, **place)

    async def newest(
        self,
        workspace_id: str,
        *,
        limit: int,
        seen_from: str,
        state: DecisionState | None = None,
        rooms: Collection[str] = (),
        before: int | None = None,
    ) -> Sequence[Decision]:
        """Return the newest decisions that may be seen from channel `seen_from`, newest first.

        `rooms` are private channels that whoever asks is in; `before` leaves out D-<before> and
        what is newer.
        """
        query = select(Decision).where(
            Decision.workspace_id == workspace_id, _seen(seen_from, rooms)
        )
        if state is not None:
            query = query.where(Decision.state == state)
        if before is not None:
            query = query.where(Decision.number < before)
        query = query.order_by(Decision.number.desc()).limit(limit)
        return (await self.session.scalars(query)).all()

    async def number_seen(self, workspace_id: str, *, seen_from: str) -> int:
        """Return how many decisions may be seen from channel `seen_from`."""
        query = select(func.count()).where(
            Decision.workspace_id == workspace_id, _seen(seen_from, ())
        )
        return (await self.session.scalars(query)).one()

    async def texts(self, workspace_id: str, *, limit: int, seen_from: str) -> list[DecisionText]:
        """Return what the newest decisions say, for a search; without the rest of their rows."""
        query = (
            select(
                Decision.id,
                Decision.number,
                Decision.state,
                Decision.title,
                Decision.body,
                Decision.decided_at,
                Decision.created_at,
            )
            .where(
                Decision.workspace_id == workspace_id,
                visible(Decision.workspace_id, Decision.channel_id, seen_from),
            )
            .order_by(Decision.number.desc())
            .limit(limit)
        )
        return [DecisionText(*row) for row in await self.session.execute(query)]

    async def of_ids(self, decision_ids: Sequence[str]) -> list[Decision]:
        """Return these decisions, in this order."""
        query = select(Decision).where(Decision.id.in_(decision_ids))
        rows = {row.id: row for row in (await self.session.scalars(query)).all()}
        return [rows[decision_id] for decision_id in decision_ids if decision_id in rows]

    async def due(
        self,
        workspace_id: str,
        *,
        today: date,
        limit: int,
        seen_from: str,
        rooms: Collection[str] = (),
    ) -> Sequence[Decision]:
        """Return what is past its review or has expired, seen from a channel, oldest first.

        `rooms` are private channels that whoever asks is in.
        """
        late = (Decision.state == DecisionState.ACCEPTED) & (Decision.review_by <= today)
        query = (
            select(Decision)
            .where(
                Decision.workspace_id == workspace_id,
                or_(late, Decision.state == DecisionState.EXPIRED),
                _seen(seen_from, rooms),
            )
            .order_by(Decision.number)
            .limit(limit)
        )
        return (await self.session.scalars(query)).all()

    async def in_state(self, state: DecisionState, *, surface: str) -> Sequence[Decision]:
        """Return the lead's decisions of one surface in this state, oldest first.

        A surface is `slack` or `terminal`. What a person recorded belongs to no task and is not
        among them: the lead redrafts only its own.
        """
        query = (
            select(Decision)
            .join(
                Channel,
                (Channel.workspace_id == Decision.workspace_id)
                & (Channel.id == Decision.channel_id),
            )
            .where(
                Decision.state == state,
                Decision.task_id.is_not(None),
                Channel.surface == surface,
            )
            .order_by(Decision.created_at)
        )
        return (await self.session.scalars(query)).all()

    async def count(self, workspace_id: str, state: DecisionState) -> int:
        """Return how many decisions are in one state."""
        query = select(func.count()).where(
            Decision.workspace_id == workspace_id, Decision.state == state
        )
        return (await self.session.scalars(query)).one()


def _seen(seen_from: str, rooms: Collection[str]) -> ColumnElement[bool]:
    here = visible(Decision.workspace_id, Decision.channel_id, seen_from)
    return or_(here, Decision.channel_id.in_(rooms)) if rooms else here
