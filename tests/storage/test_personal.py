"""Each column that could hold a person's id or words is named in `storage.personal`."""

from sqlalchemy import JSON, Column, Enum, String, Table

from storage.models import Base
from storage.personal import TABLES, Holds

ADDRESSES = {"id", "workspace_id", "channel_id", "task_id", "thread_id"}
"""Keys of ours and of Slack's that name no person, wherever they stand."""


def could_hold_a_person(column: Column[object]) -> bool:
    """Whether a text fits that is longer than our ids and Slack's timestamps."""
    kind = column.type
    if isinstance(kind, Enum) or column.foreign_keys:
        return False
    short = isinstance(kind, String) and kind.length is not None and kind.length == 32
    return isinstance(kind, String | JSON) and not short and column.name not in ADDRESSES


def named(holds: Holds) -> list[str]:
    """Return the columns that an entry names."""
    alone = [name for name in (holds.goes_with,) if name]
    return [
        *holds.ids, *holds.words, *holds.about, *alone, *holds.kept, *holds.plain
    ]  # fmt: skip


def tables() -> dict[str, Table]:
    return dict(Base.metadata.tables)


def test_every_table_is_named() -> None:
    assert set(TABLES) == set(tables())


def test_every_column_that_could_hold_a_person_is_named() -> None:
    missing = {
        f"{table.name}.{column.name}"
        for table in tables().values()
        for column in table.columns
        if could_hold_a_person(column) and column.name not in named(TABLES[table.name])
        if column.name != TABLES[table.name].channel
    }
    assert missing == set()


def test_each_column_is_named_once_and_is_there() -> None:
    for name, holds in TABLES.items():
        columns = named(holds)
        assert len(columns) == len(set(columns)), name
        assert set(columns) <= set(tables()[name].columns.keys()), name
        assert set(holds.words.values()) <= set(holds.ids), name
        assert set(holds.whole) <= set(holds.words), name
        assert holds.channel in {"", *tables()[name].columns.keys()}, name


def test_a_new_column_would_be_noticed() -> None:
    """The check itself: what nobody has named is found."""
    message = tables()["message"]
    found = {column.name for column in message.columns if could_hold_a_person(column)}
    assert found == {"user_id", "text"}
    assert could_hold_a_person(tables()["audit"].c.details)
    assert not could_hold_a_person(message.c.ts)
