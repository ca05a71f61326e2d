"""What goes wrong after a handler acknowledged is whispered; its answer to Slack stays."""

import json
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from slack_bolt import BoltResponse
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_sdk.web.async_client import AsyncWebClient

from bot.errors import UserFacingError
from handlers import errors

SAID = "The specialists were asked already."
SHOWN = {"type": "modal", "callback_id": "done", "title": {"type": "plain_text", "text": "Saved"}}
Handler = Callable[[AsyncAck], Awaitable[None]]
Calls = list[dict[str, Any]]


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch) -> Calls:
    """Every call to Slack; none leaves the process."""
    calls: Calls = []

    async def called(_: AsyncWebClient, api_method: str, **given: Any) -> dict[str, bool]:
        calls.append({"method": api_method, **(given.get("json") or given.get("params") or {})})
        return {"ok": True}

    monkeypatch.setattr(AsyncWebClient, "api_call", called)
    return calls


async def answered(handler: Handler, body: dict[str, Any]) -> BoltResponse:
    """Let Bolt run a handler, in the mode that the bot uses; return what Slack is answered."""

    async def authorize() -> AuthorizeResult:
        return AuthorizeResult(enterprise_id=None, team_id="T1", bot_token="xoxb-1", bot_id="B1")

    app = AsyncApp(authorize=authorize, process_before_response=True)
    errors.register(app)
    app.view("form")(handler)
    app.action("press")(handler)
    app.command("/lead")(handler)
    return await app.async_dispatch(AsyncBoltRequest(body=body, mode="socket_mode"))


FORM = {
    "type": "view_submission",
    "team": {"id": "T1"},
    "user": {"id": "U1"},
    "view": {
        "type": "modal",
        "callback_id": "form",
        "blocks": [{"type": "input", "block_id": "wish"}],
    },
}
CLICK = {
    "type": "block_actions",
    "team": {"id": "T1"},
    "user": {"id": "U1"},
    "channel": {"id": "C1"},
    "actions": [{"type": "button", "action_id": "press"}],
}
COMMAND = {"command": "/lead", "text": "x", "team_id": "T1", "user_id": "U1", "channel_id": "C1"}


async def refused(ack: AsyncAck) -> None:
    raise UserFacingError(SAID)


async def closed(ack: AsyncAck) -> None:
    await ack()
    raise UserFacingError(SAID)


async def updated(ack: AsyncAck) -> None:
    await ack(response_action="update", view=SHOWN)
    raise UserFacingError(SAID)


async def told(ack: AsyncAck) -> None:
    await ack(text="Done.")
    raise UserFacingError(SAID)


async def test_before_the_ack_the_form_says_it_and_stays_open(said: Calls) -> None:
    response = await answered(refused, FORM)
    assert json.loads(response.body)["errors"] == {"wish": SAID}
    assert said == []


async def test_a_form_that_closed_stays_closed(said: Calls) -> None:
    response = await answered(closed, FORM)
    assert (response.status, response.body) == (200, "")
    (call,) = said
    assert (call["method"], call["channel"], call["text"]) == ("chat.postMessage", "U1", SAID)


async def test_a_form_that_shows_something_else_goes_on_showing_it(said: Calls) -> None:
    response = await answered(updated, FORM)
    assert json.loads(response.body) == {"response_action": "update", "view": SHOWN}
    assert [call["text"] for call in said] == [SAID]


async def test_a_command_keeps_its_answer_and_a_click_its_ack(said: Calls) -> None:
    response = await answered(told, COMMAND)
    assert response.body == "Done."
    response = await answered(closed, CLICK)
    assert (response.status, response.body) == (200, "")
    assert [(c["method"], c["channel"], c["text"]) for c in said] == [
        ("chat.postEphemeral", "C1", SAID)
    ] * 2
    response = await answered(refused, COMMAND)
    assert json.loads(response.body) == {"response_type": "ephemeral", "text": SAID}
    assert len(said) == 2
