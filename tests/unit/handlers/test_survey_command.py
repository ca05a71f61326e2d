"""`/lead survey close`: who opens a survey of a kind may end it, and nobody with less."""

from pathlib import Path

import pytest

from bot.domain.survey import SurveyKind
from bot.errors import NotAllowed
from bot.services import surveys
from bot.services.surveys import Opening
from handlers.commands.survey import run_survey
from handlers.commands.table import Call
from storage.uow import Database
from tests.support.desk import desk
from tests.support.hands import hands
from tests.support.slack_client import client
from tests.unit.handlers.test_sprint_command import Slack

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
PEOPLE = frozenset(f"U{number}" for number in range(10, 16))


async def test_a_stakeholders_survey_is_ended_by_who_may_open_one(
    database: Database, tmp_path: Path
) -> None:
    ctx = desk(database, tmp_path).ctx
    for number, kind in enumerate((SurveyKind.STAKEHOLDERS, SurveyKind.TEAM), 1):
        people = PEOPLE if kind is SurveyKind.STAKEHOLDERS else ()
        opening = Opening(
            "T1", "C1", kind, key=str(number), minutes=60, people=people, is_private=False
        )
        assert (await surveys.start(ctx, opening)).public_id == f"SV-{number}"

    async def close(number: int) -> str:
        slack = Slack()
        receipt, words = f"close:{number}", f"close SV-{number}"
        call = Call(hands(ctx), "T1", "C1", "U1", words, client(slack), receipt)
        return (await run_survey(call)).text

    assert "SV-2 is closed" in await close(2), "the team's: whoever may ask for work"
    with pytest.raises(NotAllowed, match="change settings"):
        await close(1)
    async with database.read() as uow:
        row = await uow.surveys.by_number("T1", "C1", 1)
        assert (row.state, await uow.surveys.asked(row.id)) == ("open", len(PEOPLE))
