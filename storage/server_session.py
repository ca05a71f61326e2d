"""A session on PostgreSQL whose hot statements go to the driver, as SQLite's do."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, cast

from sqlalchemy import Connection, Dialect, select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import instance_state

from storage.held import changed_rows, new_values, note_written, update_of
from storage.inline_sqlite import is_heard
from storage.models.base import Base

if TYPE_CHECKING:
    from storage.wire import Wire


class _BoundSession(Session):
    def get_bind(self, *_about: Any, **_more: Any) -> Connection:
        """Return the connection that it was made for."""
        return cast(Connection, self.bind)


class ServerSession(AsyncSession):
    """An AsyncSession for unit after unit on one connection.

    To the library a transaction has begun outside; in truth the first statement begins it and the
    connection ends it (`Wire.end`).
    """

    sync_session_class = _BoundSession

    def __init__(self, connection: AsyncConnection, wire: "Wire", dialect: Dialect) -> None:
        """`dialect` numbers the values of a statement."""
        super().__init__(
            expire_on_commit=False, join_transaction_mode="rollback_only", bind=connection
        )
        self.connected = connection
        self.wire = wire
        self.dialect = dialect
        sync = connection.sync_connection
        assert sync is not None
        self._sync: Connection = sync
        self.left_at = 0.0
        """When its last unit ended, on the loop's clock."""

    def begin_unit(self) -> None:
        """Let the library know of a transaction; nothing is said yet."""
        if not self._sync.in_transaction():
            self._sync.begin()

    async def direct(self) -> "Wire | None":
        """Return what to speak to, with all changes of objects written down.

        None when the library must: when somebody listens, after a failed flush, and within a
        savepoint, which it begins with its own first statement.
        """
        if not self._may_speak():
            return None
        if self.sync_session.autoflush:
            await self._write_down()
        return self.wire

    async def flush(self, objects: Sequence[Any] | None = None) -> None:
        """See AsyncSession."""
        if objects is None:
            await self._write_down()
        else:
            await super().flush(objects)

    async def execute(self, *given: Any, **options: Any) -> Any:
        """See AsyncSession."""
        await self.direct()
        return await super().execute(*given, **options)

    async def scalars(self, *given: Any, **options: Any) -> Any:
        """See AsyncSession."""
        await self.direct()
        return await super().scalars(*given, **options)

    async def _write_down(self) -> None:
        session = self.sync_session
        if not (session.identity_map._modified or session._new or session._deleted):
            return
        more = session._new or session._deleted or not self._may_speak()
        if more or not await self._changes_are_written():
            await super().flush()

    def _may_speak(self) -> bool:
        session = self.sync_session
        inner = session._transaction
        if inner is not None and (inner.nested or not session.is_active):
            return False
        return not is_heard(self._sync)

    async def _changes_are_written(self) -> bool:
        """Write down changed columns; False: the library must. See `storage/held.py`."""
        session = self.sync_session
        for state in changed_rows(session):
            changed = new_values(state)
            if changed is None:
                return False
            if changed:
                update, values = update_of(state, changed)
                if await self.wire.change(update.of(self.dialect), values) != 1:
                    return False
            note_written(session, state)
        return True

    async def keep_unit(self) -> None:
        """Store what was said since `begin_unit`; raises as a flush and a commit do."""
        session = self.sync_session
        if session._transaction is not None and not session.is_active:
            await super().execute(select(1))  # refused, in the library's words
        await self._write_down()
        await self.wire.end("COMMIT")

    async def undo_unit(self) -> None:
        """Undo what was said since `begin_unit`; raises DBAPIError when the server is gone."""
        await self.wire.end("ROLLBACK")

    async def forget(self) -> bool:
        """Let go of all objects; returns whether the next unit may have the session."""
        if self.sync_session._transaction is None:
            self.sync_session.close()
        else:
            await self.close()
        nested = self._sync.in_nested_transaction()
        self.left_at = asyncio.get_running_loop().time()
        return self.wire.usable and not nested and not self._sync.invalidated

    async def leave(self) -> None:
        """Give the connection back to the pool, or close it when it is of no use any more."""
        if not self.wire.usable:
            await self.connected.invalidate()
        await self.connected.close()


def renew(session: Session, row: Base, values: Mapping[str, Any]) -> None:
    """Set all columns of an object that a session holds, as they are in the database."""
    vars(row).update(values)
    instance_state(row)._commit_all(vars(row), session.identity_map)
