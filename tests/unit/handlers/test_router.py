"""`/lead` itself: what a person typed reaches every subcommand as it was typed, once unescaped."""

from pathlib import Path
from typing import Any

import pytest
from slack_bolt.context.async_context import AsyncBoltContext
from sqlalchemy import select

from bot.errors import UserFacingError
from bot.settings import AccessSettings
from handlers.commands.router import LeadCommand
from storage.models import Decision, SprintItem
from storage.uow import Database
from tests.support.desk import Desk, desk
from tests.support.hands import hands
from tests.support.sprinting import planned, sprint_desk
from tests.unit.handlers.test_sprint_command import Slack

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

WIRE = "Cut A &amp; B &lt; 200 ms, write &amp;lt; as entity"
"""What Slack sends for the words below."""
TYPED = "Cut A & B < 200 ms, write &lt; as entity"


async def run(at: Desk, text: str, slack: Slack, said: list[str] | None = None) -> None:
    """Deliver the command as Bolt does."""
    command = {"command": "/lead", "text": text, "channel_id": "C1", "user_id": "U1"}
    command |= {"team_id": "T1", "trigger_id": "t1", "channel_name": "general"}

    async def ack(text: str = "", **_: Any) -> None:
        if said is not None:
            said.append(text)

    context = AsyncBoltContext({"team_id": "T1", "bot_user_id": "UBOT"})
    await LeadCommand(hands(at.ctx)).run(ack, command, context, slack)  # type: ignore[arg-type]  # a fake Slack


async def test_an_item_of_a_sprint_is_named_as_it_was_typed(
    database: Database, tmp_path: Path
) -> None:
    at = sprint_desk(database, tmp_path)
    await planned(at)
    await run(at, f"sprint add {WIRE}", Slack())
    async with at.ctx.database.read() as uow:
        titles = list(await uow.session.scalars(select(SprintItem.title)))
    assert TYPED in titles


async def test_a_form_begins_with_what_was_typed(database: Database, tmp_path: Path) -> None:
    slack = Slack()
    await run(desk(database, tmp_path), f"matrix {WIRE}", slack)
    begins = [block.get("element", {}).get("initial_value") for block in slack.view["blocks"]]
    assert TYPED in begins


async def test_a_value_that_was_set_is_shown_as_it_was_typed(
    database: Database, tmp_path: Path
) -> None:
    at = desk(database, tmp_path, access=AccessSettings(configure="U1"))
    said: list[str] = []
    typed = "settings matrix_criteria a &amp; b 60, &lt;!channel&gt; 40 here"
    await run(at, typed, Slack(), said)
    assert "a &amp; b 60" in said[0]
    assert "<!channel>" not in said[0]
    assert "&lt;!channel&gt;" in said[0]


async def test_a_decision_s_words_are_not_unescaped_twice(
    database: Database, tmp_path: Path
) -> None:
    at = desk(database, tmp_path)
    await run(at, f"decide {WIRE} because <https://x.test/a|the audit> says so", Slack())
    async with at.ctx.database.read() as uow:
        decision = (await uow.session.scalars(select(Decision))).one()
    assert decision.body["outcome"] == f"{TYPED} because the audit says so"


@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        ("tools what", "E.g. `/lead tools T-12`."),
        ("tasks open", "`/lead task T-12` shows one."),
        ("task #7.", "I know no task 'T-7'."),
        ("task d-3", "That is no task. `/lead decision D-3` shows it."),
        ("decision T12", "That is no decision. `/lead task T-12` shows it."),
        ("stop SP-2", "That is no task. `/lead sprint SP-2` shows it."),
        ("task Q-3", "I need the task's number. E.g. `/lead task T-12`."),
    ],
)
async def test_words_that_lead_nowhere_are_answered_with_what_does(
    database: Database, tmp_path: Path, typed: str, answer: str
) -> None:
    with pytest.raises(UserFacingError) as refused:
        await run(desk(database, tmp_path), typed, Slack())
    assert answer in refused.value.sentence()
