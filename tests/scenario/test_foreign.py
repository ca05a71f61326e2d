"""Servers that were not written here and can do little: degrade, don't die."""

import logging
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from bot.cli.bot_process import BotProcess
from bot.domain.task import TaskState
from bot.errors import SettingInvalid
from bot.settings import (
    AppSettings,
    ClaudeSettings,
    DatabaseSettings,
    ModelSettings,
    OutboxSettings,
    Settings,
    SlackSettings,
)
from storage.models import Task
from tests.support.databases import migrated_home
from tests.support.plain_messages import PlainMessages
from tests.support.plain_slack import BOT, DIRECT, PERSON, TEAM, PlainSlack

POOL = "which HikariCP pool size do we need for 300 rps at 20 ms a query?"
BILLING = "we need a multi-tenant billing API with Stripe webhooks on Django, 500 rps"


@asynccontextmanager
async def bot_on(
    slack: PlainSlack, home: Path, *, claude: str = "", prices: Path | None = None
) -> AsyncIterator[BotProcess]:
    """Run the bot as a person would who only set addresses and tokens."""
    settings = Settings(
        app=AppSettings(home=home),
        slack=SlackSettings(
            bot_token=SecretStr("xoxb-plain"), app_token=SecretStr("xapp-plain"), api_url=slack.url
        ),
        claude=ClaudeSettings(api_key=SecretStr(""), base_url=claude),
        model=ModelSettings(provider="auto", prices_file=prices),
        database=DatabaseSettings(url=SecretStr("")),
        outbox=OutboxSettings(per_channel_seconds=0),
    )
    await migrated_home(home)
    async with BotProcess(settings) as bot:
        await slack.wait_for(lambda: slack.connected)
        yield bot


async def tasks_of(bot: BotProcess) -> list[Task]:
    async with bot.runtime.context.database.read() as uow:
        return list(await uow.tasks.newest(TEAM, limit=50))


def check_no_doubles(slack: PlainSlack, root: str) -> None:
    """The bot said nothing twice, and everything in the thread."""
    said = [message for message in slack.messages if message["user"] == BOT]
    assert all(message.get("thread_ts") == root for message in said)
    assert set(Counter(message["text"] for message in said).values()) == {1}


def _done(slack: PlainSlack, root: str) -> Any:
    """The card, which is edited in place, says that it is over."""
    return lambda: any(": done, " in message["text"] for message in slack.thread(root))


@pytest.fixture
async def slack() -> AsyncIterator[PlainSlack]:
    async with PlainSlack() as running:
        yield running


async def test_a_mention_is_worked_to_the_end(
    slack: PlainSlack, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Card, voices and recommendation are in the thread; what the server lacks is done without."""
    async with bot_on(slack, tmp_path / "home") as bot:
        root = await slack.say(f"<@{BOT}> {BILLING}")
        await slack.wait_for(_done(slack, root))
        await slack.wait_for(lambda: any("Decision" in m["text"] for m in slack.thread(root)))
        found = await tasks_of(bot)

    assert [task.state for task in found] == [TaskState.DONE]
    assert any(m["text"].startswith("Recommendation: ") for m in slack.thread(root))
    # Taken in; the end's sign is not tried, unless the work was done before that was refused.
    assert slack.calls["reactions.add"] in (1, 2)
    check_no_doubles(slack, root)
    assert not [entry for entry in caplog.records if entry.levelno >= logging.ERROR]


async def test_a_second_delivery_changes_nothing(slack: PlainSlack, tmp_path: Path) -> None:
    """Without event ids, too; a direct message needs no mention. There is no way to whisper here:
    bad input is answered in the thread, once, and the next mention is worked.
    """
    async with bot_on(slack, tmp_path / "home") as bot:
        root = await slack.say(f"<@{BOT}> {POOL}", deliveries=3)
        await slack.wait_for(lambda: {"e1", "e2", "e3"} <= slack.acks)
        await slack.wait_for(_done(slack, root))
        assert len(await tasks_of(bot)) == 1
        check_no_doubles(slack, root)

        direct = await slack.say("our goroutines leak, how do we find where?", channel=DIRECT)
        await slack.wait_for(_done(slack, direct))
        assert all(m["channel"] == DIRECT for m in slack.thread(direct))

        empty = await slack.say(f"<@{BOT}>", deliveries=2)
        await slack.wait_for(lambda: slack.thread(empty))
        root = await slack.say(f"<@{BOT}> {POOL}")
        await slack.wait_for(_done(slack, root))
        assert len(await tasks_of(bot)) == 3
    told = [message["text"] for message in slack.thread(empty)]
    assert len(told) == 1
    assert told[0].startswith(f"<@{PERSON}> I see no words in that.")


@pytest.mark.parametrize("names_bots", [True, False], ids=["bot_id", "user only"])
async def test_lost_answers_double_nothing(tmp_path: Path, names_bots: bool) -> None:
    """The server drops metadata and names: author and text tell that a post arrived."""
    async with PlainSlack(names_bots=names_bots) as slack:
        slack.lose_answers_to = {1, 3, 4}
        async with bot_on(slack, tmp_path / "home"):
            root = await slack.say(f"<@{BOT}> {BILLING}")
            await slack.wait_for(_done(slack, root), seconds=60)
            await slack.wait_for(lambda: any("Decision" in m["text"] for m in slack.thread(root)))
    assert slack.calls["conversations.replies"] >= 3
    check_no_doubles(slack, root)


@pytest.mark.parametrize("streams", ["ignore", 404])
async def test_a_plain_slack_and_a_plain_claude(
    slack: PlainSlack, tmp_path: Path, streams: Any
) -> None:
    """No streams, no schemas, no usage on one side, next to nothing on the other."""
    async with PlainMessages(streams) as claude:
        async with bot_on(slack, tmp_path / "home", claude=claude.url):
            root = await slack.say(f"<@{BOT}> {BILLING}")
            await slack.wait_for(_done(slack, root))
        asked = [body for body in claude.bodies if streams == "ignore" or not body.get("stream")]
    assert len(asked) == 4  # a plan, two assignments, a synthesis
    assert any(m["text"].startswith("Recommendation: ") for m in slack.thread(root))
    check_no_doubles(slack, root)
    assert slack.messages[0]["user"] == PERSON


async def test_a_price_list_that_cannot_be_read_ends_the_start(
    slack: PlainSlack, tmp_path: Path
) -> None:
    """With a sentence, and nobody is heard; else the first task of a bot that runs would fail."""
    wrong = tmp_path / "prices.toml"
    wrong.write_text("not = [a price")
    async with PlainMessages("ignore") as claude:
        with pytest.raises(SettingInvalid, match="no price list"):
            async with bot_on(slack, tmp_path / "home", claude=claude.url, prices=wrong):
                pytest.fail("it started")
    assert not slack.connected
