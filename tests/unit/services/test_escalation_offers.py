"""An offer to escalate says how things stand when it is sent, or nothing."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.services import escalation_offers
from bot.services.boards import DRAWN
from storage.models import OutboxRow
from tests.support.desk import Desk
from tests.unit.decision.acts import YES, recorded, say

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


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
