"""The outbox's SQL: what to send next, and what became of it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, update

from storage.models import OutboxRow
from storage.repositories.base import Repository


class OutboxRepository(Repository):
    """Rows go pending -> sending -> sent, or dead with a reason."""

    async def add(
        self,
        *,
        workspace_id: str,
        channel_id: str,
        key: str,
        method: str,
        payload: dict[str, Any],
        now: datetime,
        thread_ts: str | None = None,
        task_id: str | None = None,
        target_key: str | None = None,
    ) -> bool:
        """Queue a call; returns False when `key` was queued before (nothing changes then)."""
        return await self.insert_unless_there(
            OutboxRow,
            {
                "workspace_id": workspace_id,
                "channel_id": channel_id,
                "thread_ts": thread_ts,
                "task_id": task_id,
                "key": key,
                "method": method,
                "target_key": target_key,
                "payload": payload,
                "version": 1,
                "state": "pending",
                "attempts": 0,
                "not_before": now,
                "problem": "",
                "created_at": now,
            },
        )

    async def replace(
        self, workspace_id: str, key: str, *, payload: dict[str, Any], now: datetime
    ) -> None:
        """Give a queued update newer content and queue it again; the older content is skipped."""
        await self.session.execute(
            update(OutboxRow)
            .where(OutboxRow.workspace_id == workspace_id, OutboxRow.key == key)
            .values(
                payload=payload,
                version=OutboxRow.version + 1,
                state="pending",
                not_before=now,
                attempts=0,
            )
        )

    async def by_key(self, workspace_id: str, key: str) -> OutboxRow | None:
        """Return the row that shows the thing called `key`."""
        query = select(OutboxRow).where(
            OutboxRow.workspace_id == workspace_id, OutboxRow.key == key
        )
        return (await self.session.scalars(query)).one_or_none()

    async def due(self, now: datetime, *, limit: int) -> Sequence[OutboxRow]:
        """Return pending rows whose moment has come, oldest first."""
        query = (
            select(OutboxRow)
            .where(OutboxRow.state == "pending", OutboxRow.not_before <= now)
            .order_by(OutboxRow.id)
            .limit(limit)
        )
        return (await self.session.scalars(query)).all()

    async def claim(self, row_id: int, *, version: int, worker: str) -> bool:
        """Take a pending row for sending; False when another worker or newer content was first."""
        result = await self.session.execute(
            update(OutboxRow)
            .where(
                OutboxRow.id == row_id,
                OutboxRow.state == "pending",
                OutboxRow.version == version,
            )
            .values(state="sending", claimed_by=worker, attempts=OutboxRow.attempts + 1)
        )
        return bool(getattr(result, "rowcount", 0))

    async def finish(
        self,
        row_id: int,
        *,
        version: int,
        state: str,
        now: datetime,
        sent_ts: str | None = None,
        problem: str = "",
        not_before: datetime | None = None,
    ) -> None:
        """Note the outcome; content that was replaced meanwhile stays pending."""
        values: dict[str, Any] = {"problem": problem}
        if sent_ts is not None:
            values["sent_ts"] = sent_ts
        await self.session.execute(update(OutboxRow).where(OutboxRow.id == row_id).values(**values))
        outcome: dict[str, Any] = {"state": state}
        if state == "sent":
            outcome["sent_at"] = now
        if not_before is not None:
            outcome["not_before"] = not_before
        await self.session.execute(
            update(OutboxRow)
            .where(OutboxRow.id == row_id, OutboxRow.version == version)
            .values(**outcome)
        )

    async def in_flight(self) -> Sequence[OutboxRow]:
        """Return rows whose sending was under way when a process died."""
        query = select(OutboxRow).where(OutboxRow.state == "sending").order_by(OutboxRow.id)
        return (await self.session.scalars(query)).all()

    async def dead_of_task(self, task_id: str) -> Sequence[OutboxRow]:
        """Return what of a task could not be delivered, with reasons."""
        query = select(OutboxRow).where(OutboxRow.task_id == task_id, OutboxRow.state == "dead")
        return (await self.session.scalars(query)).all()

    async def depth(self) -> int:
        """Return how many rows wait."""
        query = select(func.count()).where(OutboxRow.state.in_(["pending", "sending"]))
        return (await self.session.scalars(query)).one()

    async def oldest_waiting(self) -> datetime | None:
        """Return when the oldest row that still waits was queued."""
        query = select(func.min(OutboxRow.created_at)).where(
            OutboxRow.state.in_(["pending", "sending"])
        )
        return (await self.session.scalars(query)).one()
