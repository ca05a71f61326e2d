"""Cases for tests: opened by somebody somewhere, read again with their timelines and posts."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from bot.domain.access import Person
from bot.services import escalations
from bot.services.escalations import Report
from storage.models import Escalation, EscalationEvent
from tests.support.desk import Desk

MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
ANA, BEN = "U0ANA", "U0BEN"


@dataclass
class Zones:
    """A directory that knows in which zones people live."""

    zones: dict[str, str]

    async def person(self, user_id: str) -> Person:
        return Person(user_id, timezone=self.zones.get(user_id, ""))

    async def members(self, group_id: str) -> frozenset[str]:
        return frozenset()


PEOPLE = Zones({ANA: "Europe/Berlin", BEN: "Asia/Kolkata"})


def report(**more: Any) -> Report:
    given: dict[str, Any] = {
        "workspace_id": "T1",
        "channel_id": "C1",
        "title": "Webhook drops events",
        "level": 1,
        "key": "command:1",
        "user_id": ANA,
        "owner_id": ANA,
    }
    return Report(**given | more)


async def opened(room: Desk, **more: Any) -> Escalation:
    row = await escalations.open_escalation(room.ctx, PEOPLE, report(**more))
    assert row is not None
    return row


async def now_of(room: Desk, row: Escalation) -> Escalation:
    async with room.ctx.database.read() as uow:
        return await uow.escalations.find("T1", row.id)


async def timeline(room: Desk, row: Escalation) -> list[EscalationEvent]:
    async with room.ctx.database.read() as uow:
        return list(await uow.escalations.timeline(row.id))


async def posts(room: Desk, row: Escalation) -> list[str]:
    async with room.ctx.database.read() as uow:
        rows = await uow.queue.heads(room.clock.now(), limit=0)
        assert rows == []
        found = [await uow.outbox.by_key("T1", f"escalation:{row.id}{end}") for end in _ENDS]
    return [post.key.partition(row.id)[2] for post in found if post is not None]


_ENDS = ("", ":edit", *(f":{n}" for n in range(1, 9)), *(f":{n}:call" for n in range(1, 9)))
