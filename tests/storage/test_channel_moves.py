"""A private channel that is shared gets another id; whatever names the old one goes with it."""

from typing import Any

from storage.models import Base
from storage.uow import Database, UnitOfWork
from tests.storage.rows import NOW, WORKSPACE
from tests.support.every_table import dump, fill

OLD, NEW, OTHER = "G012Y48650T", "C012Y48650T", "G0OTHER0001"
LOG = {"audit", "channel"}


async def _rooms(uow: UnitOfWork) -> None:
    for workspace, channel in ((WORKSPACE, OLD), (WORKSPACE, NEW), ("T2", OLD)):
        await uow.channels.ensure(workspace, channel, now=NOW, is_private=True)


def _naming(rows: dict[str, list[dict[str, Any]]], channel: str, *, of: str = "") -> set[str]:
    """Return the columns that are a channel's id."""
    return {
        f"{table}.{name}"
        for table, found in rows.items()
        for row in found
        for name, value in row.items()
        if table not in LOG and value == channel and (not of or row.get("workspace_id") == of)
    }


async def test_every_table_goes_along_and_no_other_workspaces(database: Database) -> None:
    async with database.begin() as uow:
        await _rooms(uow)
        await fill(uow, workspace_id=WORKSPACE, channel_id=OLD, person="U1", words="w")
        await fill(uow, workspace_id="T2", channel_id=OTHER, person="U1", words="w")
        await uow.channel_moves.move("T2", OTHER, OLD)  # the same id in two workspaces
        before = await dump(uow)
        named = _naming(before, OLD, of=WORKSPACE)
        assert {"task.channel_id", "memory_entity.scope", "setting.scope_id"} <= named
        for _ in range(2):
            await uow.channel_moves.move(WORKSPACE, OLD, NEW)
        after = await dump(uow)
        assert _naming(after, OLD, of=WORKSPACE) == set()
        assert _naming(after, NEW, of=WORKSPACE) == named
        theirs = "T2"
        for table in Base.metadata.sorted_tables:
            if "workspace_id" in table.c:
                kept = [row for row in before[table.name] if row["workspace_id"] == theirs]
                assert [r for r in after[table.name] if r["workspace_id"] == theirs] == kept


async def test_what_the_new_id_has_stays_and_an_id_within_goes(database: Database) -> None:
    async with database.begin() as uow:
        await _rooms(uow)
        old = await uow.threads.ensure(WORKSPACE, OLD, "1.1", now=NOW)
        new = await uow.threads.ensure(WORKSPACE, NEW, "1.1", now=NOW)
        other = await uow.threads.ensure(WORKSPACE, OLD, "1.2", now=NOW)
        post: dict[str, Any] = {"workspace_id": WORKSPACE, "method": "chat.postMessage", "now": NOW}
        for key in (f"sign:{OLD}:1.1", "card"):
            await uow.outbox.add(**post, channel_id=OLD, key=key, payload={"text": "a"})
        chosen = {"name": "escalation_channel", "value": f"<#{OLD}>", "by": "U1"}
        await uow.settings.put(WORKSPACE, "workspace", "", **chosen, now=NOW)
        await uow.channel_moves.move(WORKSPACE, OLD, NEW)
        for key in (f"sign:{NEW}:1.1", "card"):
            row = await uow.outbox.by_key(WORKSPACE, key)
            assert row is not None
            assert (row.channel_id, row.lane) == (NEW, f"post {WORKSPACE} {NEW}")
        (setting,) = await uow.settings.of(WORKSPACE)
        assert setting.value == f"<#{NEW}>"
        for thread in (old, new, other):
            await uow.session.refresh(thread)
        assert (old.channel_id, new.channel_id, other.channel_id) == (OLD, NEW, NEW)
