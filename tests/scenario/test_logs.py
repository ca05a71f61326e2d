"""What a log may carry: events and ids, on every line the worker's id; never what people wrote."""

import io
import json
import logging
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from bot.cli import logs
from bot.settings import AppSettings
from tests.support.stage import Stage, on_stage, words

SECRET = "zanzibarium"
WISH = f"we need a {SECRET} API with Stripe webhooks on Django, 500 rps"


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    """Everything that the program writes, through its own set-up, at its most talkative."""
    stream = io.StringIO()
    monkeypatch.setattr(sys, "stderr", stream)
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    logs.set_up(AppSettings(log_level="debug", log_format="json"))
    yield stream
    structlog.reset_defaults()
    root.handlers[:] = handlers
    root.setLevel(level)


async def talk(stage: Stage) -> str:
    """Let the word pass through everything that takes in words; return the thread's ts."""
    root = await stage.mention(WISH)
    await stage.wait_text(root, "Decision proposed")
    await stage.reply(root, f"and a second {SECRET} please")
    await stage.lead(f"ask a small {SECRET}")
    await stage.lead(f"{SECRET} is no command")
    await stage.lead(f"task {SECRET}")
    await stage.mention(SECRET * 2_000)
    await stage.workspace.settled()
    return root


async def test_no_log_line_carries_what_people_wrote(tmp_path: Path, written: io.StringIO) -> None:
    """A whole task and every kind of refusal, at level debug."""
    async with on_stage(tmp_path / "home") as stage:
        root = await talk(stage)
        assert SECRET in words(stage.workspace.thread("#backend", root))
        with pytest.raises(DBAPIError) as failed:
            async with stage.bot.runtime.context.database.read() as uow:
                await uow.session.execute(
                    text("SELECT nothing FROM here WHERE x = :x"), {"x": SECRET}
                )
        structlog.get_logger().error("test.failed", exc_info=failed.value)
        logging.getLogger("a.library").warning("said by a library")

    assert SECRET not in written.getvalue()
    lines = [json.loads(line) for line in written.getvalue().splitlines()]
    events = {line["event"]: line for line in lines}
    assert events["task.taken_in"]["worker"] == "bot"
    assert events["task.taken_in"]["channel_id"]
    assert events["said by a library"]["worker"] == "bot"
    assert events["said by a library"]["logger"] == "a.library"
    assert "test.failed" in events
