"""What belongs to a sprint: items, votes, risks, integration tests; what was finished before."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, select

from bot.domain.sprint.states import ItemState, SprintState
from bot.domain.task import AssignmentState
from storage.models import (
    Assignment,
    Sprint,
    SprintItem,
    SprintRisk,
    SprintTest,
    SprintVote,
    new_id,
)
from storage.repositories.base import Repository, insert_into


class SprintItemRepository(Repository):
    """Rows of one sprint, and a channel's and the workspace's history."""

    async def items(self, sprint_id: str) -> Sequence[SprintItem]:
        """Return a sprint's items in their order."""
        query = (
            select(SprintItem)
            .where(SprintItem.sprint_id == sprint_id)
            .order_by(SprintItem.position)
            .execution_options(populate_existing=True)
        )
        return (await self.session.scalars(query)).all()

    async def item(self, workspace_id: str, item_id: str) -> SprintItem:
        """Return an item of this workspace; raises NotFound."""
        query = select(SprintItem).where(
            SprintItem.workspace_id == workspace_id, SprintItem.id == item_id
        )
        return await self.the(query, "sprint item", item_id, hint="`/lead sprint` shows the items.")

    async def add_items(self, sprint_id: str, items: Sequence[SprintItem]) -> None:
        """Store items of a sprint, which must be locked: each gets the next number."""
        query = select(func.coalesce(func.max(SprintItem.position), 0)).where(
            SprintItem.sprint_id == sprint_id
        )
        last = (await self.session.scalars(query)).one()
        for ahead, item in enumerate(items, 1):
            item.position = last + ahead
        self.session.add_all(items)
        await self.session.flush()

    async def votes(self, sprint_id: str) -> Sequence[SprintVote]:
        """Return all votes of a sprint, oldest first."""
        query = (
            select(SprintVote)
            .where(SprintVote.sprint_id == sprint_id)
            .order_by(SprintVote.voted_at, SprintVote.voter)
            .execution_options(populate_existing=True)
        )
        return (await self.session.scalars(query)).all()

    async def put_votes(self, sprint_id: str, votes: Iterable[dict[str, Any]]) -> None:
        """Store votes, each in place of the voter's earlier one of the same round."""
        keys = ("item_id", "round", "voter")
        for vote in votes:
            values = {"sprint_id": sprint_id, **vote}
            fresh = {name: value for name, value in values.items() if name not in keys}
            statement = insert_into(SprintVote, self.dialect).values(**values)
            await self.session.execute(
                statement.on_conflict_do_update(index_elements=list(keys), set_=fresh)
            )

    async def drop_votes(self, sprint_id: str, *, voter: str, rounds: Mapping[str, int]) -> None:
        """Remove what somebody voted in these rounds, by the item's id."""
        for item_id, round_number in rounds.items():
            await self.session.execute(
                delete(SprintVote).where(
                    SprintVote.sprint_id == sprint_id,
                    SprintVote.item_id == item_id,
                    SprintVote.round == round_number,
                    SprintVote.voter == voter,
                )
            )

    async def risks(self, sprint_id: str) -> Sequence[SprintRisk]:
        """Return a sprint's risks in their order."""
        query = (
            select(SprintRisk)
            .where(SprintRisk.sprint_id == sprint_id)
            .order_by(SprintRisk.position)
        )
        return (await self.session.scalars(query)).all()

    async def put_risks(
        self, workspace_id: str, sprint_id: str, risks: Iterable[tuple[str, str]]
    ) -> None:
        """Store (risk, mitigation) in place of those there were."""
        await self.session.execute(delete(SprintRisk).where(SprintRisk.sprint_id == sprint_id))
        self.session.add_all(
            SprintRisk(
                id=new_id(),
                workspace_id=workspace_id,
                sprint_id=sprint_id,
                position=position,
                text=text,
                mitigation=mitigation,
            )
            for position, (text, mitigation) in enumerate(risks, 1)
        )
        await self.session.flush()

    async def tests(self, sprint_id: str) -> Sequence[SprintTest]:
        """Return a sprint's integration tests by day."""
        query = (
            select(SprintTest)
            .where(SprintTest.sprint_id == sprint_id)
            .order_by(SprintTest.on_day, SprintTest.position)
        )
        return (await self.session.scalars(query)).all()

    async def put_tests(self, sprint_id: str, tests: Sequence[SprintTest]) -> None:
        """Store integration tests in place of those there were."""
        await self.session.execute(delete(SprintTest).where(SprintTest.sprint_id == sprint_id))
        self.session.add_all(tests)
        await self.session.flush()

    async def done_in_channel(
        self, workspace_id: str, channel_id: str
    ) -> Sequence[tuple[datetime, list[str], float | None, str]]:
        """Return when items of a channel were done, by whom, their estimates and its unit."""
        query = (
            select(SprintItem.ended_at, SprintItem.specialists, SprintItem.estimate, Sprint.unit)
            .join(Sprint, Sprint.id == SprintItem.sprint_id)
            .where(
                Sprint.workspace_id == workspace_id,
                Sprint.channel_id == channel_id,
                SprintItem.state == ItemState.DONE,
                SprintItem.ended_at.is_not(None),
            )
            .order_by(SprintItem.ended_at)
        )
        found = await self.session.execute(query)
        return [(at, who, size, unit) for at, who, size, unit in found if at is not None]

    async def left_over(self, workspace_id: str, channel_id: str) -> Sequence[SprintItem]:
        """Return what the channel's last started sprint left undone, in its order.

        Nothing while that one runs: what the one before it left is with it.
        """
        last = (
            select(Sprint.id)
            .where(
                Sprint.workspace_id == workspace_id,
                Sprint.channel_id == channel_id,
                Sprint.accepted_at.is_not(None),
            )
            .order_by(Sprint.accepted_at.desc(), Sprint.number.desc())
            .limit(1)
            .scalar_subquery()
        )
        query = (
            select(SprintItem)
            .join(Sprint, Sprint.id == SprintItem.sprint_id)
            .where(
                SprintItem.sprint_id == last,
                Sprint.state == SprintState.ENDED,
                SprintItem.state.in_((ItemState.OPEN, ItemState.STARTED)),
            )
            .order_by(SprintItem.position)
        )
        return (await self.session.scalars(query)).all()

    async def assignments_ended(
        self, workspace_id: str, *, since: datetime, until: datetime
    ) -> Sequence[tuple[str, datetime]]:
        """Return (specialist, when) of each assignment of the team that was done in a time."""
        query = select(Assignment.specialist, Assignment.ended_at).where(
            Assignment.workspace_id == workspace_id,
            Assignment.state == AssignmentState.DONE,
            Assignment.ended_at >= since,
            Assignment.ended_at < until,
        )
        found = await self.session.execute(query)
        return [(name, at) for name, at in found if at is not None]
