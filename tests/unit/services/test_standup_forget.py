"""What somebody said in standups goes with them, also out of the decision that it forced."""

import json
from datetime import timedelta

from bot.services import standup_sweep
from bot.services.standup_answers import Said, answer
from tests.support.desk import Desk
from tests.support.every_table import dump
from tests.support.forgetting import forget_person
from tests.support.schedules import firing, scheduled

ME, WORDS = "U0FORGETME", "the canary has no owner"
HOUR = timedelta(hours=1)


async def test_words_of_a_standup_are_removed_everywhere(office: Desk) -> None:
    ctx = office.ctx
    await scheduled(ctx, "daily 09:30", kind="standup", zones=("UTC",))
    office.clock.advance(HOUR / 2)
    for day in range(2):
        await firing(ctx).fire_due()
        async with ctx.database.read() as uow:
            (row,) = await uow.standups.newest("T1", "C1", states=("open",))
        said = Said(ME, f"{day}", "form", {0: WORDS, 1: WORDS, 2: WORDS})
        await answer(ctx, "T1", row.id, said)
        office.clock.advance(HOUR)
        await standup_sweep.sweep(ctx)
        office.clock.advance(23 * HOUR)
    async with ctx.database.read() as uow:
        (before,) = (await dump(uow))["decision"]
    assert WORDS in json.dumps(before["body"])
    await forget_person(ctx, "T1", ME)
    async with ctx.database.read() as uow:
        after = await dump(uow)
    held = [name for name, rows in after.items() if WORDS in json.dumps(rows, default=str)]
    assert held == []
    named = [name for name, rows in after.items() if ME in json.dumps(rows, default=str)]
    assert set(named) <= {"audit"}, "whose log stays (ADR 11)"
