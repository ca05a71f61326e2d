"""The outbox's rows: queued once per thing shown, given newer content, looked up."""

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import (
    String,
    and_,
    bindparam,
    case,
    delete,
    exists,
    func,
    or_,
    select,
    update,
)

from bot.domain.lanes import POST, UPDATE
from storage.inserts import defaults
from storage.models import OutboxRow, RateBucket
from storage.models.base import Json, UtcDateTime
from storage.models.outbox import DOUBT, NOTHING, WAITING
from storage.prepared import Prepared
from storage.repositories.base import Repository, insert_into, table_of

_ROW = table_of(OutboxRow)
_SENDING = _ROW.c.state == "sending"
_MOMENT = bindparam("moment", type_=UtcDateTime)
# Made once: these run at each step of each task, and making one costs more than running it.
_RENEW = Prepared(
    update(_ROW)
    .where(_ROW.c.workspace_id == bindparam("of_workspace"), _ROW.c.key == bindparam("of_key"))
    .values(
        payload=bindparam("new_payload", type_=Json),
        view=bindparam("new_view", type_=String),
        version=_ROW.c.version + 1,
        state=case((_SENDING, "sending"), else_="pending"),
        attempts=case((_SENDING, _ROW.c.attempts), else_=0),
        not_before=case((_ROW.c.state == "pending", _ROW.c.not_before), else_=_MOMENT),
    )
    .returning(_ROW.c.id)
)


@cache
def _post_or_renew(dialect: str, names: tuple[str, ...]) -> Prepared:
    statement = insert_into(OutboxRow, dialect).values({name: bindparam(name) for name in names})
    # In doubt whether it arrived: what was sent is what it must be recognised by.
    queued = and_(_ROW.c.state == "pending", _ROW.c.problem_code != DOUBT)
    empty = and_(_ROW.c.state == "dead", _ROW.c.problem_code == NOTHING)
    renewed = statement.on_conflict_do_update(
        index_elements=["workspace_id", "key"],
        set_={
            "payload": statement.excluded.payload,
            "view": statement.excluded.view,
            "version": _ROW.c.version + 1,
            "state": "pending",
        },
        where=or_(queued, empty),
    )
    return Prepared(renewed.returning(_ROW.c.id))


_PACED = exists().where(
    RateBucket.key == _ROW.c.bucket, RateBucket.free_at > bindparam("now", type_=UtcDateTime)
)
_DROP_SIGNS = Prepared(
    delete(_ROW).where(
        _ROW.c.task_id == bindparam("of_task"),
        _ROW.c.method == "reactions.add",
        _ROW.c.key.like(bindparam("ending", type_=String), escape="/"),
        _ROW.c.state == "pending",
        _ROW.c.attempts == 0,
        or_(_ROW.c.created_at < bindparam("before", type_=UtcDateTime), _PACED),
    )
)
_BY_KEY = Prepared(
    select(OutboxRow).where(
        OutboxRow.workspace_id == bindparam("workspace_id"), OutboxRow.key == bindparam("key")
    )
)


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
        view: str | None = None,
        not_before: datetime | None = None,
        together: str = "",
    ) -> bool:
        """Queue a call; returns False when `key` was queued before (nothing changes then).

        With `view` the payload is rendered when the row is sent. One that waits for a later
        moment, e.g. the end of quiet hours, keeps no other post of its channel waiting, but those
        that are said `together` with it: the first may say what the others would.
        """
        values = _new_row(
            workspace_id=workspace_id,
            channel_id=channel_id,
            key=key,
            method=method,
            payload=payload,
            now=now,
            thread_ts=thread_ts,
            task_id=task_id,
            target_key=target_key,
            view=view,
        )
        if not_before is not None and not_before > now:
            values |= {"not_before": not_before, "lane": f"later {workspace_id} {together or key}"}
        return await self.insert_unless_there(OutboxRow, values)

    async def post(
        self,
        *,
        workspace_id: str,
        channel_id: str,
        key: str,
        task_id: str,
        payload: dict[str, Any],
        now: datetime,
        view: str | None = None,
    ) -> bool:
        """Queue a message, or overwrite it while nobody has tried to send it.

        Returns False when it is on its way or sent. A view that had nothing to show is tried
        again.
        """
        values = _new_row(
            workspace_id=workspace_id,
            channel_id=channel_id,
            key=key,
            method=POST,
            payload=payload,
            now=now,
            task_id=task_id,
            view=view,
        )
        return await self._post_or_renew(values)

    async def show(
        self,
        *,
        workspace_id: str,
        channel_id: str,
        key: str,
        payload: dict[str, Any],
        now: datetime,
        task_id: str | None = None,
        view: str | None = None,
    ) -> None:
        """Let the message `key` show this: post it, or edit it once it is on its way.

        One statement where it was edited before, at most three. What was queued and not yet sent
        is overwritten.
        """
        fresh: dict[str, Any] = {"payload": payload, "view": view}
        edit_key = f"{key}:edit"
        if await self._renew(workspace_id, edit_key, fresh, now=now):
            return
        place: dict[str, Any] = {
            "workspace_id": workspace_id,
            "channel_id": channel_id,
            "task_id": task_id,
        }
        if await self._post_or_renew(_new_row(key=key, method=POST, now=now, **place, **fresh)):
            return
        edit = _new_row(key=edit_key, method=UPDATE, target_key=key, now=now, **place, **fresh)
        if not await self.insert_unless_there(OutboxRow, edit):
            await self._renew(workspace_id, edit_key, fresh, now=now)

    async def replace(
        self, workspace_id: str, key: str, *, payload: dict[str, Any], now: datetime
    ) -> None:
        """Give a queued update newer content and queue it again; the older content is skipped.

        One that is being sent stays so: its newer content follows when the older one has landed.
        """
        await self._renew(workspace_id, key, {"payload": payload}, now=now)

    async def _renew(
        self, workspace_id: str, key: str, fresh: dict[str, Any], *, now: datetime
    ) -> bool:
        values = {
            "of_workspace": workspace_id,
            "of_key": key,
            "new_payload": fresh["payload"],
            "new_view": fresh.get("view"),
            "moment": now,
        }
        return await _RENEW.one(self.session, **values) is not None

    async def _post_or_renew(self, values: dict[str, Any]) -> bool:
        """Queue a post, or overwrite one that nobody has tried to send; False for one under way."""
        given = defaults(OutboxRow, missing_in=values) | values
        statement = _post_or_renew(self.dialect, tuple(given))
        return await statement.one(self.session, **given) is not None

    async def by_key(self, workspace_id: str, key: str) -> OutboxRow | None:
        """Return the row that shows the thing called `key`."""
        place = {"workspace_id": workspace_id, "key": key}
        return await _BY_KEY.first(self.session, OutboxRow, **place)

    async def drop_signs(self, task_id: str, *, name: str, before: datetime, now: datetime) -> None:
        """Forget the task's reactions `name` that were never tried and wait since `before`, or for
        Slack's pace: how long that takes nobody knows.
        """
        ending = name.replace("/", "//").replace("%", "/%").replace("_", "/_")
        values = {"of_task": task_id, "ending": f"%:{ending}", "before": before, "now": now}
        await _DROP_SIGNS.rows(self.session, **values)

    async def by_keys(self, workspace_id: str, keys: Sequence[str]) -> dict[str, OutboxRow]:
        """Return those of the things called `keys` that have a row."""
        query = select(OutboxRow).where(
            OutboxRow.workspace_id == workspace_id, OutboxRow.key.in_(keys)
        )
        return {row.key: row for row in (await self.session.scalars(query)).all()}

    async def dead_of_task(self, task_id: str) -> Sequence[OutboxRow]:
        """Return what of a task could not be delivered, with reasons."""
        query = select(OutboxRow).where(OutboxRow.task_id == task_id, OutboxRow.state == "dead")
        return (await self.session.scalars(query)).all()

    async def depth(self) -> int:
        """Return how many rows wait."""
        query = select(func.count()).select_from(OutboxRow).where(WAITING)
        return (await self.session.scalars(query)).one()

    async def oldest_waiting(self) -> datetime | None:
        """Return when the oldest row that still waits was queued."""
        query = select(func.min(OutboxRow.created_at)).where(WAITING)
        return (await self.session.scalars(query)).one()


def _new_row(
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
    view: str | None = None,
) -> dict[str, Any]:
    return {
        "workspace_id": workspace_id,
        "channel_id": channel_id,
        "method": method,
        "thread_ts": thread_ts,
        "task_id": task_id,
        "key": key,
        "target_key": target_key,
        "view": view,
        "payload": payload,
        "version": 1,
        "state": "pending",
        "attempts": 0,
        "not_before": now,
        "problem": "",
        "problem_code": "",
        "created_at": now,
    }
