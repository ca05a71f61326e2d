"""The SQL of settings: what was chosen for a place and person, put and taken back."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import and_, bindparam, delete, or_, select

from storage.models import SettingRow
from storage.prepared import Prepared
from storage.repositories.base import Repository, insert_into, table_of


class ChosenRow(NamedTuple):
    """What was chosen, and where."""

    name: str
    scope: str
    scope_id: str
    value: Any


_ROW = table_of(SettingRow).c
_CHOSEN = select(*(_ROW[name] for name in ChosenRow._fields)).where(
    _ROW.workspace_id == bindparam("workspace_id"),
    or_(
        _ROW.scope == "workspace",
        and_(_ROW.scope == "channel", _ROW.scope_id == bindparam("channel_id")),
        and_(_ROW.scope == "user", _ROW.scope_id == bindparam("user_id")),
    ),
)

_OF = Prepared(_CHOSEN)


class SettingRepository(Repository):
    """Reads all of a place at once: one statement wherever settings count."""

    async def of(
        self, workspace_id: str, *, channel_id: str = "", user_id: str = ""
    ) -> Sequence[ChosenRow]:
        """Return what was chosen for the workspace, the channel and the person."""
        place = {"workspace_id": workspace_id, "channel_id": channel_id, "user_id": user_id}
        return [ChosenRow(*row) for row in await _OF.rows(self.session, **place)]

    async def put(
        self,
        workspace_id: str,
        scope: str,
        scope_id: str,
        *,
        name: str,
        value: Any,
        by: str,
        now: datetime,
    ) -> None:
        """Choose a value, in place of one that was chosen before."""
        values = {"value": value, "set_by": by, "set_at": now}
        key = {"workspace_id": workspace_id, "scope": scope, "scope_id": scope_id, "name": name}
        statement = insert_into(SettingRow, self.dialect).values(**key, **values)
        await self.session.execute(
            statement.on_conflict_do_update(index_elements=list(key), set_=values)
        )

    async def drop(self, workspace_id: str, scope: str, scope_id: str, *, name: str) -> None:
        """Take a choice back, if there is one."""
        await self.session.execute(
            delete(SettingRow).where(
                SettingRow.workspace_id == workspace_id,
                SettingRow.scope == scope,
                SettingRow.scope_id == scope_id,
                SettingRow.name == name,
            )
        )
