"""Many outbox rows in one statement: what a sweep over thousands of cases says."""

from collections.abc import Sequence
from functools import cache
from typing import Any

from sqlalchemy import Executable, case, or_, select

from storage.models import OutboxRow
from storage.repositories.base import Repository, insert_into, table_of

_ROW = table_of(OutboxRow)
_SENDING = _ROW.c.state == "sending"


class OutboxManyRepository(Repository):
    """Rows that `storage.repositories.outbox` would queue one by one."""

    async def add(self, rows: Sequence[dict[str, Any]]) -> None:
        """Queue calls; those whose key is there already change nothing."""
        if rows:
            await self.session.execute(_unless_there(self.dialect), [_whole(row) for row in rows])

    async def edit(self, rows: Sequence[dict[str, Any]]) -> None:
        """Queue edits, again where they were queued before; the view is rendered when sent."""
        if rows:
            await self.session.execute(_or_again(self.dialect), [_whole(row) for row in rows])

    async def problems(self, workspace_id: str, key: str) -> list[str]:
        """Return why messages about the thing called `key`, or a part of it, did not arrive."""
        query = select(OutboxRow.problem).where(
            OutboxRow.workspace_id == workspace_id,
            OutboxRow.state == "dead",
            OutboxRow.problem != "",
            or_(OutboxRow.key == key, OutboxRow.key.startswith(f"{key}:", autoescape=True)),
        )
        return list(await self.session.scalars(query.order_by(OutboxRow.id)))


def _whole(row: dict[str, Any]) -> dict[str, Any]:
    now = row["now"]
    given = {name: value for name, value in row.items() if name != "now"}
    return {
        "thread_ts": None,
        "task_id": None,
        "target_key": None,
        "view": None,
        "payload": {},
        "version": 1,
        "state": "pending",
        "attempts": 0,
        "not_before": now,
        "problem": "",
        "problem_code": "",
        "created_at": now,
    } | given


@cache
def _unless_there(dialect: str) -> Executable:
    return insert_into(OutboxRow, dialect).on_conflict_do_nothing()


@cache
def _or_again(dialect: str) -> Executable:
    statement = insert_into(OutboxRow, dialect)
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
