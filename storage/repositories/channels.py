"""Workspaces and channels: made when first seen, numbered from the workspace's counters."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Column, bindparam, case, exists, or_, select, update

from bot.domain.decision import DecisionState
from bot.domain.task import OPEN
from storage.models import Channel, Decision, Task, Workspace
from storage.prepared import Prepared
from storage.repositories.base import Repository, app_is_there, table_of

_ONE = Prepared(
    select(Channel).where(
        Channel.workspace_id == bindparam("workspace_id"), Channel.id == bindparam("channel_id")
    )
)
_PRIVATE = select(Channel.is_private).where(
    Channel.workspace_id == bindparam("workspace_id"), Channel.id == bindparam("channel_id")
)
_WORKSPACE = table_of(Workspace)
_LOCK = (
    select(_WORKSPACE.c.id)
    .where(_WORKSPACE.c.id == bindparam("workspace_id"))
    .with_for_update(key_share=True)
)


def _next(column: Column[int]) -> Prepared:
    one = _WORKSPACE.update().where(_WORKSPACE.c.id == bindparam("of_workspace"))
    return Prepared(one.values({column: column + 1}).returning(column))


_NEXT_TASK = _next(_WORKSPACE.c.last_task_number)
_NEXT_DECISION = _next(_WORKSPACE.c.last_decision_number)
_LOOKED_AT = (
    DecisionState.PROPOSED,
    DecisionState.CHANGES_REQUESTED,
    DecisionState.ACCEPTED,
    DecisionState.EXPIRED,
)


class ChannelRepository(Repository):
    """Scopes for everything else."""

    async def ensure(
        self,
        workspace_id: str,
        channel_id: str,
        *,
        now: datetime,
        surface: str = "slack",
        is_private: bool = False,
        is_shared: bool | None = None,
    ) -> Channel:
        """Return the channel's row, creating it and its workspace when new.

        A channel once known to be private stays so: not everybody who asks knows. `is_shared` is
        taken for a new one only; `share` says it of one that is there.
        """
        channel = await self.find(workspace_id, channel_id)
        if channel is None:
            await self.ensure_workspace(workspace_id, now=now)
            await self.insert_unless_there(
                Channel,
                {
                    "workspace_id": workspace_id,
                    "id": channel_id,
                    "name": "",
                    "is_private": is_private,
                    # The terminal is the operator's own.
                    "is_shared": is_shared if surface == "slack" else False,
                    "surface": surface,
                    "settings": {},
                    "created_at": now,
                },
            )
            channel = await self.get(workspace_id, channel_id)
        if is_private and not channel.is_private:
            channel.is_private = True
        return channel

    async def ensure_workspace(self, workspace_id: str, *, now: datetime) -> None:
        """Create the workspace's row when it is new."""
        await self.insert_unless_there(
            Workspace,
            {
                "id": workspace_id,
                "name": "",
                "last_task_number": 0,
                "last_decision_number": 0,
                "created_at": now,
            },
        )

    async def get(self, workspace_id: str, channel_id: str) -> Channel:
        """Return a channel that is known to exist."""
        place = {"workspace_id": workspace_id, "channel_id": channel_id}
        return await _ONE.the(self.session, Channel, **place)

    async def find(self, workspace_id: str, channel_id: str) -> Channel | None:
        """Return a channel if it has been seen before."""
        place = {"workspace_id": workspace_id, "channel_id": channel_id}
        return await _ONE.first(self.session, Channel, **place)

    async def is_private(self, workspace_id: str, channel_id: str) -> bool | None:
        """Return whether a channel is private; None for one that has not been seen."""
        place = {"workspace_id": workspace_id, "channel_id": channel_id}
        return (await self.session.scalars(_PRIVATE, place)).one_or_none()

    async def is_shared(self, workspace_id: str, channel_id: str) -> bool:
        """Return whether others than this company read in a channel; True for an unknown one."""
        channel = await self.find(workspace_id, channel_id)
        return channel is None or channel.is_shared is not False

    async def share(
        self, workspace_id: str, channel_id: str, is_shared: bool | None, *, now: datetime
    ) -> None:
        """Note what Slack said of a channel that is there; None: it did not say."""
        await self.session.execute(
            update(Channel)
            .where(Channel.workspace_id == workspace_id, Channel.id == channel_id)
            .values(is_shared=is_shared, shared_asked_at=now)
        )

    async def asked(self, workspace_id: str, channel_id: str, *, now: datetime) -> None:
        """Note that Slack was asked about a channel and did not say."""
        await self.session.execute(
            update(Channel)
            .where(Channel.workspace_id == workspace_id, Channel.id == channel_id)
            .where(Channel.is_shared.is_not(False))
            .values(shared_asked_at=now)
        )

    async def to_ask_about(
        self, *, before: datetime, unknown_before: datetime, limit: int
    ) -> Sequence[tuple[str, str]]:
        """Return the workspace and id of Slack's channels about which it was not asked since then.

        Those of which it did not say anything are asked about again after `unknown_before`, and
        come first.
        """
        asked = Channel.shared_asked_at
        query = (
            select(Channel.workspace_id, Channel.id)
            .where(
                Channel.surface == "slack",
                app_is_there(Channel.workspace_id),
                or_(
                    asked.is_(None),
                    asked < before,
                    Channel.is_shared.is_(None) & (asked < unknown_before),
                ),
            )
            .order_by(Channel.is_shared.is_not(None), asked.is_not(None), asked, Channel.id)
            .limit(limit)
        )
        return [(row[0], row[1]) for row in await self.session.execute(query)]

    async def lock_workspace(self, workspace_id: str) -> None:
        """Make other writers of this workspace's money wait until this transaction ends.

        On SQLite every writer waits for the one before it anyway.
        """
        if self.session.get_bind().dialect.name == "sqlite":
            return
        await self.session.execute(_LOCK, {"workspace_id": workspace_id})

    async def next_task_number(self, workspace_id: str) -> int:
        """Take the next T-number."""
        return await self._next(_NEXT_TASK, workspace_id)

    async def next_decision_number(self, workspace_id: str) -> int:
        """Take the next D-number."""
        return await self._next(_NEXT_DECISION, workspace_id)

    async def _next(self, counter: Prepared, workspace_id: str) -> int:
        ((number,),) = await counter.rows(self.session, of_workspace=workspace_id)
        return int(number)

    async def last_decision_number(self, workspace_id: str) -> int:
        """Return the D-number that was taken last; 0 for none."""
        query = select(Workspace.last_decision_number).where(Workspace.id == workspace_id)
        return (await self.session.scalars(query)).one()

    async def take_decision_number(self, workspace_id: str, wanted: int | None) -> int:
        """Take the D-number `wanted` while it lies ahead, so that it is free; else the next."""
        if wanted is not None:
            query = (
                update(Workspace)
                .where(Workspace.id == workspace_id, Workspace.last_decision_number < wanted)
                .values(last_decision_number=wanted)
                .returning(Workspace.last_decision_number)
            )
            if (taken := (await self.session.scalars(query)).one_or_none()) is not None:
                return taken
        return await self.next_decision_number(workspace_id)

    async def workspace_ids(self) -> list[str]:
        """Return the ids of all workspaces, sorted."""
        return list((await self.session.scalars(select(Workspace.id).order_by(Workspace.id))).all())

    async def private_ones_at_work(
        self, workspace_id: str, user_id: str, *, limit: int
    ) -> list[str]:
        """Return Slack's private channels with open tasks, or decisions to make or to review.

        Those in which the person asked for something come first; of direct messages only theirs.
        """
        here = (Task.workspace_id == workspace_id) & (Task.channel_id == Channel.id)
        task = exists().where(here, Task.state.in_(OPEN))
        decision = exists().where(
            Decision.workspace_id == workspace_id,
            Decision.channel_id == Channel.id,
            Decision.state.in_(_LOOKED_AT),
        )
        asked = exists().where(here, Task.requester_id == user_id)
        query = (
            select(Channel.id)
            .where(
                Channel.workspace_id == workspace_id,
                Channel.is_private,
                Channel.surface == "slack",
                or_(task, decision),
                or_(Channel.id.not_like("D%"), asked),
            )
            .order_by(case((asked, 0), else_=1), Channel.id)
            .limit(limit)
        )
        return list((await self.session.scalars(query)).all())

    async def named(self, workspace_id: str, name: str) -> list[str]:
        """Return the ids of the channels with this id or name."""
        query = (
            select(Channel.id)
            .where(
                Channel.workspace_id == workspace_id,
                or_(Channel.id == name, Channel.name == name),
            )
            .order_by(Channel.id)
        )
        return list((await self.session.scalars(query)).all())
