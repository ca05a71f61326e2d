"""The declarative base and the column types that behave the same on SQLite and PostgreSQL."""

import os
from collections.abc import Callable
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, DateTime, Dialect, Enum, MetaData, String, Table, TypeDecorator
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """All tables hang here; constraint names are fixed so that migrations can find them."""

    metadata = MetaData(naming_convention=NAMING)


_Convert = Callable[[Any], Any]


class UtcDateTime(TypeDecorator[datetime]):
    """Aware UTC in and out; SQLite forgets zones, so they are put back on reading."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def bind_processor(self, dialect: Dialect) -> _Convert | None:
        """SQLite's text is what the library makes, without its three calls for each value."""
        return _to_text if dialect.name == "sqlite" else super().bind_processor(dialect)

    def result_processor(self, dialect: Dialect, coltype: object) -> _Convert | None:
        """See `bind_processor`."""
        if dialect.name == "sqlite":
            return _from_text
        return super().result_processor(dialect, coltype)

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a naive datetime was about to be stored")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def _to_text(value: datetime | None) -> str | None:
    if value is None:
        return None
    if value.tzinfo is None:
        raise ValueError("a naive datetime was about to be stored")
    return value.astimezone(UTC).isoformat(" ", "microseconds")[:_WITHOUT_ZONE]


def _from_text(value: str | None) -> datetime | None:
    return None if value is None else datetime.fromisoformat(value).replace(tzinfo=UTC)


_WITHOUT_ZONE = len("2026-03-02 09:30:15.123456")

Json = JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")
Id = String(32)
SlackId = String(40)


def enum_column(kind: type[StrEnum]) -> Enum:
    """Return a column type that stores the enum's values as plain text, on both databases."""
    return Enum(kind, native_enum=False, length=24, values_callable=lambda e: [m.value for m in e])


def table_of(model: type[Base]) -> Table:
    """Return the table of a model, for statements that need no objects."""
    table = model.__table__
    if not isinstance(table, Table):
        raise TypeError(f"{model.__name__} is no table")
    return table


def new_id() -> str:
    """Return a fresh random row id of 32 characters."""
    return os.urandom(16).hex()
