"""Many outbox rows in one statement: what a sweep over thousands of cases says."""

from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any

from sqlalchemy import case, or_, select
from sqlalchemy.dialects.postgresql import Insert
from sqlalchemy.sql.dml import UpdateBase

from bot.domain.lanes import bucket, lane
from storage.models import OutboxRow
from storage.repositories.base import Repository, table_of
from storage.repositories.bulk import insert_each, run_each

_ROW = table_of(OutboxRow)
_SENDING = _ROW.c.state == "sending"
_EACH = (
    *("workspace_id", "channel_id", "thread_ts", "key", "method", "target_key", "view"),
    *("lane", "bucket", "not_before", "created_at"),
)
_SAME = {
    "payload": {},
    "version": 1,
    "state": "pending",
    "attempts": 0,
    "problem": "",
    "problem_code": "",
}
"""Of a new row; what it shows is rendered when it is sent."""


class OutboxManyRepository(Repository):
    """Rows that `storage.repositories.outbox` would queue one by one."""

    async def add(self, rows: Sequence[dict[str, Any]]) -> None:
        """Queue calls; those whose key is there already change nothing."""
        await run_each(self.session, _unless_there(self.dialect), _laned(rows), _SAME)

    async def edit(self, rows: Sequence[dict[str, Any]]) -> None:
        """Queue edits, again where they were queued before; the view is rendered when sent."""
        once = {(row["workspace_id"], row["key"]): row for row in rows}
        await run_each(self.session, _or_again(self.dialect), _laned(once.values()), _SAME)

    async def problems(self, workspace_id: str, key: str) -> list[str]:
        """Return why messages about the thing called `key`, or a part of it, did not arrive."""
        query = select(OutboxRow.problem).where(
            OutboxRow.workspace_id == workspace_id,
            OutboxRow.state == "dead",
            OutboxRow.problem != "",
            or_(OutboxRow.key == key, OutboxRow.key.startswith(f"{key}:", autoescape=True)),
        )
        return list(await self.session.scalars(query.order_by(OutboxRow.id)))


def _laned(rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    return [
        row
        | {
            "lane": lane(
                workspace_id=row["workspace_id"],
                channel_id=row["channel_id"],
                method=row["method"],
                key=row["key"],
                target_key=row.get("target_key") or "",
            ),
            "bucket": bucket(
                workspace_id=row["workspace_id"],
                channel_id=row["channel_id"],
                method=row["method"],
            ),
            "not_before": row["now"],
            "created_at": row["now"],
        }
        for row in rows
    ]


def _insert(dialect: str) -> Insert:
    return insert_each(_ROW, dialect, each=_EACH, same=tuple(_SAME))


@cache
def _unless_there(dialect: str) -> UpdateBase:
    return _insert(dialect).on_conflict_do_nothing()


@cache
def _or_again(dialect: str) -> UpdateBase:
    statement = _insert(dialect)
    return statement.on_conflict_do_update(
        index_elements=["workspace_id", "key"],
        set_={
            "version": _ROW.c.version + 1,
            "state": case((_SENDING, "sending"), else_="pending"),
            "attempts": case((_SENDING, _ROW.c.attempts), else_=0),
            "not_before": case(
                (_ROW.c.state == "pending", _ROW.c.not_before),
                else_=statement.excluded.not_before,
            ),
        },
    )
