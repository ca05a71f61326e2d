"""An answer cites what it names: decisions, tasks, notes, as far as its channel may see them."""

from datetime import timedelta

from bot.domain.memory import Note
from bot.services import citations
from bot.services.memory import open_nodes, remember
from bot.slack.cards.citation import Citation
from tests.support.desk import Desk
from tests.unit.decision.acts import recorded


async def cited(office: Desk, text: str, *, channel: str = "C1") -> list[Citation]:
    office.clock.advance(timedelta(minutes=1))
    number = int(office.clock.now().timestamp())
    task = await office.take_in(channel_id=channel, ts=f"{number}.000100")
    async with office.ctx.database.begin() as uow:
        row = await uow.tasks.get(task.id, lock=True)
        row.answer = text
        return await citations.of_answer(uow, row)


async def posted(office: Desk, key: str, ts: str) -> None:
    """Say that the post of this key was sent."""
    async with office.ctx.database.begin() as uow:
        await uow.outbox.add(
            workspace_id="T1", channel_id="C1", key=key, method="chat.postMessage", payload={},
            now=office.clock.now(),
        )  # fmt: skip
        row = await uow.outbox.by_key("T1", key)
        assert row is not None
        row.state, row.sent_ts = "sent", ts


async def test_a_decision_by_its_card_and_a_task_by_its_first_message(office: Desk) -> None:
    decision = await recorded(office, "k1")
    task = await office.take_in("an older wish", ts="1690000000.000100")
    assert await cited(office, "See D-1: accepted.") == [], "its card was not sent yet"
    await posted(office, f"decision:{decision.id}:1", "1690000001.000100")
    found = await cited(office, f"{task.public_id} led to D-1; d-1 holds. D-99 and X-1 do not.")
    assert found == [
        Citation(task.public_id, "C1", "1690000000.000100"),
        Citation("D-1", "C1", "1690000001.000100"),
    ]


async def test_what_a_private_channel_said_is_cited_there_only(office: Desk) -> None:
    async with office.ctx.database.begin() as uow:
        now = office.clock.now()
        await uow.channels.ensure("T1", "G1", now=now, is_private=True)
    task = await office.take_in("a secret", channel_id="G1", ts="1690000000.000100")
    said = f"As {task.public_id} says."
    assert await cited(office, said) == []
    assert [one.channel_id for one in await cited(office, said, channel="G1")] == ["G1"]


async def test_a_note_by_the_message_that_it_was_taken_from(office: Desk) -> None:
    now = office.clock.now()
    async with office.ctx.database.begin() as uow:
        for channel, private in (("C1", False), ("G1", True)):
            await uow.channels.ensure("T1", channel, now=now, is_private=private)
            note = Note("T1", channel, "note", "fleet", f"in {channel}", "U1", "", now, ts="1.5")
            await remember(uow, note)
        await remember(uow, Note("T1", "C1", "note", "fleet", "by a program", None, "agent x", now))
        nodes = await open_nodes(uow, "T1", ["fleet"], seen_from="G1")
    numbers = {row.text: row.id for node in nodes for row in node.observations}
    said = "".join(f" ({text}, note #{number})" for text, number in sorted(numbers.items()))
    open_one = Citation(f"note #{numbers['in C1']}", "C1", "1.5")
    assert await cited(office, f"{said} note #999") == [open_one]
    closed = Citation(f"note #{numbers['in G1']}", "G1", "1.5")
    assert await cited(office, said, channel="G1") == [open_one, closed]
