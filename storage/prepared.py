"""Statements of a model call: made into text once, and given to the driver as that.

Of what a short statement costs here the library takes nine tenths: it looks the text up, makes
a context, a cursor and a result. What is said twenty times a task goes straight to the driver
instead, in the library's own words and through its types' own converters. While somebody listens
to statements, the library says it as ever.
"""

from collections.abc import Sequence
from typing import Any, Final, TypeVar, cast

from sqlalchemy.exc import NoResultFound
from sqlalchemy.ext.asyncio import AsyncSession

from storage.held import taken_in
from storage.inline_sqlite import InlineSession
from storage.models.base import Base
from storage.server_session import ServerSession, renew
from storage.texts import Compiled, Rows, Statement, Text, say, say_to_all

M = TypeVar("M", bound=Base)


class Prepared:
    """One statement with named values; make it once for the life of the process."""

    def __init__(self, statement: Statement) -> None:
        """An INSERT names a value for each column; lists in the statement are not supported."""
        self._statement: Final = statement
        self._gives: Final = bool(statement.exported_columns)
        self._anew: Final = bool(statement.get_execution_options().get("populate_existing"))
        self._compiled: Final = Compiled(statement)

    async def rows(self, session: AsyncSession, **values: Any) -> Rows:
        """Say it and return its rows; none when it gives none. Errors are the library's."""
        if (said := await self._said(session, values)) is not None:
            return said[1]
        result = await session.execute(self._statement, values)
        return cast(Rows, result.all()) if self._gives else ()

    async def to_all(self, session: AsyncSession, many: Sequence[dict[str, Any]]) -> None:
        """Say what gives no rows once for each of the values."""
        if isinstance(session, InlineSession) and (driver := session.direct()) is not None:
            say_to_all(driver, self._compiled.of(session.dialect), many)
            return
        for values in many:
            await self.rows(session, **values)

    async def _said(
        self, session: AsyncSession, values: dict[str, Any]
    ) -> tuple[Text, Rows] | None:
        """Say it to the driver; None: the library must."""
        if isinstance(session, InlineSession):
            if (driver := session.direct()) is not None:
                text = self._compiled.of(session.dialect)
                return text, say(driver, text, values)
        elif isinstance(session, ServerSession) and (wire := await session.direct()) is not None:
            text = self._compiled.of(session.dialect)
            return text, await wire.say(text, values)
        return None

    async def one(self, session: AsyncSession, **values: Any) -> tuple[Any, ...] | None:
        """Say it and return the first row, if there is one."""
        found = await self.rows(session, **values)
        return found[0] if found else None

    async def objects(self, session: AsyncSession, kind: type[M], **values: Any) -> Sequence[M]:
        """Say it and return its rows as the session's objects; it selects all of `kind`'s columns.

        One that the session holds already stays as it is there, unless its statement says
        `populate_existing`.
        """
        if (said := await self._said(session, values)) is None:
            return cast(Sequence[M], (await session.scalars(self._statement, values)).all())
        text, found = said
        rows = [dict(zip(text.names, row, strict=True)) for row in found]
        made = [taken_in(session.sync_session, kind, row) for row in rows]
        if self._anew and isinstance(session, ServerSession):
            # Others may have changed it since; on SQLite nobody has, who writes is alone.
            for one, row in zip(made, rows, strict=True):
                renew(session.sync_session, one, row)
        return made

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


async def ready(session: AsyncSession) -> bool:
    """Return whether prepared statements go to the driver now; changes of objects are written down.

    Not when somebody listens, and after a failed flush: the library must say them.
    """
    if isinstance(session, ServerSession):
        return await session.direct() is not None
    return isinstance(session, InlineSession) and session.direct() is not None
