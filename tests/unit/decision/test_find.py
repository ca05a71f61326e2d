"""What is found on a question: in force first, then the newest, and only what one may see."""

from datetime import timedelta

from bot.domain.decision import DecisionRecord
from bot.services.decision_search import find
from tests.support.desk import Desk
from tests.unit.decision.acts import NO, YES, accepted, recorded, say


async def _found(office: Desk, question: str, *, seen_from: str = "C1", only: bool = True) -> str:
    async with office.ctx.database.read() as uow:
        found = await find(uow, "T1", question, seen_from=seen_from, supporting=only)
    return " ".join(row.public_id for row in (*found.named, *found.matching))


async def test_in_force_before_newer_before_older(office: Desk) -> None:
    for key, word in (("old", YES), ("new", YES), ("rejected", NO)):
        decision = await recorded(office, key, title="Kafka for billing", outcome=f"Kafka, {key}.")
        office.clock.advance(timedelta(days=1))
        await say(office, decision, word, "U2", reason="so")
    assert await _found(office, "why did we choose Kafka for billing?") == "D-2 D-1 D-3"


async def test_an_id_comes_first_and_half_a_fit_is_no_answer(office: Desk) -> None:
    await accepted(office, "k1", title="Kafka for billing")
    await accepted(office, "k2", title="Billing tables by month")
    assert await _found(office, "does D-1 hold for billing tables?") == "D-1 D-2"
    assert await _found(office, "elixir for billing") == ""
    assert await _found(office, "elixir for billing", only=False) == "D-2 D-1"
    assert await _found(office, "why did we decide that?") == ""
    assert await _found(office, "D-9?") == ""


async def test_every_part_of_a_record_is_searched(office: Desk) -> None:
    more = DecisionRecord(
        title="Valkey",
        context="",
        outcome="",
        drivers=("licence",),
        services=("session-store",),
    )
    await accepted(office, "k1", title="Valkey", context="Logins were slow.", more=more)
    for question in ("slow logins", "licences", "session-store", "outcome of k1"):
        assert await _found(office, question) == "D-1", question


async def test_what_was_decided_in_private_is_found_only_there(office: Desk) -> None:
    await accepted(office, "k1", channel_id="G1", is_private=True, title="Refunds by hand")
    assert await _found(office, "refunds D-1") == ""
    assert await _found(office, "refunds", seen_from="G1") == "D-1"
