"""The audit log keeps every act, oldest first."""

from storage.uow import Database
from tests.storage.rows import NOW, WORKSPACE


async def test_acts_on_one_thing_in_order(database: Database) -> None:
    async with database.begin() as uow:
        await uow.channels.ensure_workspace(WORKSPACE, now=NOW)
        for action in ("task.stop", "task.resume"):
            await uow.audit.add(WORKSPACE, "U1", action=action, noun="task", noun_id="x", at=NOW)
        await uow.audit.add(
            WORKSPACE,
            "U2",
            action="decision.accepted",
            noun="decision",
            noun_id="x",
            at=NOW,
            details={"revision": 2},
        )
    async with database.read() as uow:
        acts = await uow.audit.of(WORKSPACE, "task", "x")
        assert [(act.action, act.actor_id, act.details) for act in acts] == [
            ("task.stop", "U1", {}),
            ("task.resume", "U1", {}),
        ]
        (act,) = await uow.audit.of(WORKSPACE, "decision", "x")
        assert (act.details, act.at) == ({"revision": 2}, NOW)
        assert not await uow.audit.of("T2", "task", "x")
