"""Statements of a model call: made into text once, and given to SQLite's driver as that.

Of what a short statement costs on SQLite the library takes nine tenths: it looks the text up, makes
a context, a cursor and a result. What is said twenty times a task goes straight to the driver
instead, in the library's own words and through its types' own converters. On PostgreSQL, and while
somebody listens to statements, the library says it as ever.
"""

from collections.abc import Sequence
from typing import Any, Final, TypeVar, cast

from sqlalchemy.exc import NoResultFound
from sqlalchemy.ext.asyncio import AsyncSession

from storage.held import taken_in
from storage.inline_sqlite import InlineSession
from storage.models.base import Base
from storage.texts import Compiled, Rows, Statement, say

M = TypeVar("M", bound=Base)


class Prepared:
    """One statement with named values; make it once for the life of the process."""

    def __init__(self, statement: Statement) -> None:
        """An INSERT names a value for each column; lists in the statement are not supported."""
        self._statement: Final = statement
        self._gives: Final = bool(statement.exported_columns)
        self._compiled: Final = Compiled(statement)

    async def rows(self, session: AsyncSession, **values: Any) -> Rows:
        """Say it and return its rows; none when it gives none. Errors are the library's."""
        if isinstance(session, InlineSession) and (driver := session.direct()) is not None:
            return say(driver, self._compiled.of(session.dialect), values)
        result = await session.execute(self._statement, values)
        return cast(Rows, result.all()) if self._gives else ()

    async def one(self, session: AsyncSession, **values: Any) -> tuple[Any, ...] | None:
        """Say it and return the first row, if there is one."""
        found = await self.rows(session, **values)
        return found[0] if found else None

    async def objects(self, session: AsyncSession, kind: type[M], **values: Any) -> Sequence[M]:
        """Say it and return its rows as the session's objects; it selects all of `kind`'s columns.

        One that the session holds already stays as it is there.
        """
        if not isinstance(session, InlineSession) or (driver := session.direct()) is None:
            return cast(Sequence[M], (await session.scalars(self._statement, values)).all())
        text = self._compiled.of(session.dialect)
        found = say(driver, text, values)
        return [
            taken_in(session.sync_session, kind, dict(zip(text.names, row, strict=True)))
            for row in found
        ]

    async def first(self, session: AsyncSession, kind: type[M], **values: Any) -> M | None:
        """Say it and return the first row as an object, if there is one."""
        found = await self.objects(session, kind, **values)
        return found[0] if found else None

    async def the(self, session: AsyncSession, kind: type[M], **values: Any) -> M:
        """Say it and return the row, which is known to be there, as an object."""
        found = await self.first(session, kind, **values)
        if found is None:
            raise NoResultFound(f"no {kind.__name__}")
        return found


def ready(session: AsyncSession) -> bool:
    """Return whether prepared statements go to the driver now; changes of objects are written down.

    Not on PostgreSQL, when somebody listens, and after a failed flush: the library must say them.
    """
    return isinstance(session, InlineSession) and session.direct() is not None
