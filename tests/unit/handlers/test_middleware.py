"""What happens before every handler happens in order, and a refusal is told with its ids."""

from pathlib import Path
from typing import Any

import pytest
import structlog
from slack_bolt import BoltResponse
from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncBoltContext
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_sdk.web.async_client import AsyncWebClient
from structlog.contextvars import get_contextvars

from bot.errors import NotAllowed
from handlers import middleware
from handlers.access import Access
from handlers.interaction import PEOPLE
from storage.uow import Database
from tests.support.desk import desk
from tests.support.hands import hands
from tests.unit.handlers.test_after_ack import CLICK

IDS = {"team_id": "T1", "channel_id": "C1", "user_id": "U1"}
SAID = {"type": "app_mention", "channel": "C1", "user": "U1", "ts": "1.0", "text": "x"}
MENTION = {"type": "event_callback", "team_id": "T1", "event": SAID}
OF_A_BOT = {**MENTION, "event": {**SAID, "bot_id": "B9"}}
Steps = list[tuple[str, dict[str, Any]]]


@pytest.fixture
def steps(monkeypatch: pytest.MonkeyPatch) -> Steps:
    """What happens, each with the ids that a log line would have then."""
    seen: Steps = []

    def noting(name: str) -> Any:
        async def noted(*given: Any) -> None:
            assert any(isinstance(one, AsyncBoltContext) and one.get(PEOPLE) for one in given)
            seen.append((name, get_contextvars()))

        return noted

    structlog.contextvars.clear_contextvars()
    monkeypatch.setattr(middleware, "note_who_reads", noting("readers noted"))
    monkeypatch.setattr(Access, "check", noting("asked"))
    return seen


@pytest.fixture
def app(database: Database, tmp_path: Path, steps: Steps) -> AsyncApp:
    """Bolt with the middleware and a handler of everything, as the bot has it."""

    async def authorize() -> AuthorizeResult:
        return AuthorizeResult(enterprise_id=None, team_id="T1", bot_token="xoxb-1", bot_id="B1")

    async def handled(ack: AsyncAck) -> None:
        steps.append(("handled", get_contextvars()))
        await ack()

    made = AsyncApp(authorize=authorize, process_before_response=True)
    middleware.register(made, hands(desk(database, tmp_path).ctx))
    made.action("press")(handled)
    made.event("app_mention")(handled)
    return made


async def _hear(app: AsyncApp, body: dict[str, Any]) -> BoltResponse:
    return await app.async_dispatch(AsyncBoltRequest(body=body, mode="socket_mode"))


@pytest.mark.parametrize("body", [CLICK, MENTION], ids=["a click", "a mention"])
async def test_who_reads_is_known_before_it_is_asked_who_may(
    app: AsyncApp, steps: Steps, body: dict[str, Any]
) -> None:
    """People of elsewhere are found by where they are."""
    assert (await _hear(app, body)).status == 200
    assert steps == [("readers noted", IDS), ("asked", IDS), ("handled", IDS)]


async def test_another_bot_is_met_with_silence_at_once(app: AsyncApp, steps: Steps) -> None:
    assert (await _hear(app, OF_A_BOT)).status == 200
    assert steps == []


async def test_what_is_refused_reaches_no_handler_and_is_told_with_ids(
    app: AsyncApp, steps: Steps, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def refused(*_: Any) -> None:
        raise NotAllowed("Only maintainers may stop it.")

    async def told(error: Exception, client: AsyncWebClient) -> BoltResponse:
        steps.append((str(error), get_contextvars()))
        return BoltResponse(status=200)

    monkeypatch.setattr(Access, "check", refused)
    app.error(told)
    await _hear(app, CLICK)
    assert steps == [("readers noted", IDS), ("Only maintainers may stop it.", IDS)]
