"""An offer to escalate says how things stand when it is sent, or nothing."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from bot.services import escalation_offers
from bot.services.boards import DRAWN
from bot.slack.cards.escalation_offer import OfferLine, escalation_offer
from storage.models import OutboxRow
from tests.support.desk import Desk
from tests.unit.decision.acts import YES, recorded, say
from tests.unit.slack.validator import check_post

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@ON_SQLITE
async def test_what_was_answered_while_it_waited_is_not_offered(office: Desk) -> None:
    """In quiet hours an offer waits for their end."""
    answered = await recorded(office, "k1", title="Kafka")
    await recorded(office, "k2", title="NATS")
    office.clock.advance(timedelta(days=3))
    assert await escalation_offers.offer(office.ctx, at=office.clock.now()) == 2
    await say(office, answered, YES, "U2")
    office.clock.advance(timedelta(days=1))
    async with office.ctx.database.read() as uow:
        rows = (await uow.session.scalars(select(OutboxRow).order_by(OutboxRow.id))).all()
        offers = [row for row in rows if row.key.startswith("escalation-offer:")]
        drawn = [await DRAWN[str(row.view)](office.ctx, uow, row) for row in offers]
    assert drawn[0] is None
    assert "*D-2* NATS has waited for an answer for 4 days." in str(drawn[1])


@ON_SQLITE
async def test_several_of_one_thread_are_offered_in_one_message(office: Desk) -> None:
    task = await office.take_in()
    others = [await recorded(office, f"k{n}", title=f"Choice {n}") for n in range(3)]
    async with office.ctx.database.begin() as uow:
        for one in others:
            (await uow.decisions.get(one.id, lock=True)).task_id = task.id
    office.clock.advance(timedelta(days=3))
    assert await escalation_offers.offer(office.ctx, at=office.clock.now()) == 3
    drawn = await sent(office)
    assert drawn[1:] == [None, None]
    assert "3 decisions here have waited for an answer." in str(drawn[0])
    assert str(drawn[0]).count("'escalation.decision'") == 3

    async with office.ctx.database.begin() as uow:
        revised = await uow.decisions.get(others[1].id, lock=True)
        revised.revision, revised.updated_at = 2, office.clock.now()
    office.clock.advance(timedelta(days=3))
    assert await escalation_offers.offer(office.ctx, at=office.clock.now()) == 1
    (again,) = await sent(office)
    assert "*D-2* Choice 1 has waited for an answer for 3 days." in str(again)


async def sent(office: Desk) -> list[dict[str, Any] | None]:
    """Draw the offers that wait to be sent, one after the other."""
    drawn = []
    async with office.ctx.database.begin() as uow:
        waits = select(OutboxRow).where(OutboxRow.state == "pending").order_by(OutboxRow.id)
        rows = (await uow.session.scalars(waits)).all()
        for row in (row for row in rows if row.key.startswith("escalation-offer:")):
            said = await DRAWN[str(row.view)](office.ctx, uow, row)
            row.state, row.payload = ("sent", said) if said else ("dead", {})
            await uow.session.flush()
            drawn.append(said)
    return drawn


@pytest.mark.parametrize("number", [1, 3])
def test_it_fits_slack(number: int) -> None:
    wild = OfferLine("0c4e8d5f6a7b4c1d9e2f3a4b5c6d7e8f", 2, "D-1", "<!channel> *x* & `y` " * 20, 3)
    check_post(escalation_offer([wild] * number))
