"""HTTP mode: what is unsigned, changed or old is refused; what is replayed changes nothing."""

import json
from urllib.parse import urlencode

from bot.workspace.seed import BACKEND, MAYA
from tests.scenario.test_serve import served
from tests.support.http_slack import signed
from tests.support.serving import Served
from tests.support.stage import words

__all__ = ["served"]

SIX_MINUTES = 360


def mention(served: Served, text: str, *, ts: str, event_id: str, team_id: str = "") -> str:
    """Return the body of an `app_mention`, as Slack sends it; by default of the bot's workspace."""
    identity = served.stage.workspace.identity
    team_id = team_id or identity.team_id
    event = {
        "type": "app_mention",
        "user": MAYA,
        "text": f"<@{identity.bot_user_id}> {text}",
        "ts": ts,
        "channel": BACKEND,
        "event_ts": ts,
    }
    return json.dumps(
        {
            "type": "event_callback",
            "team_id": team_id,
            "api_app_id": identity.app_id,
            "event": event,
            "event_id": event_id,
            "event_time": int(float(ts)),
            "authorizations": [{"team_id": team_id, "user_id": identity.bot_user_id}],
        }
    )


async def tasks(served: Served) -> str:
    """Return what `/lead tasks` shows."""
    return words(await served.stage.lead("tasks"))


async def test_a_forged_event_starts_nothing(served: Served) -> None:
    """Unsigned, by another secret, six minutes old, of another body."""
    body = mention(served, "an API for invoices", ts="1700000001.000100", event_id="Ev1")
    for headers in (
        {},
        signed(body, secret="another secret"),
        signed(body, age_seconds=SIX_MINUTES),
        signed(body.replace("invoices", "orders")),
    ):
        assert (await served.post(body, headers))[0] == 401
        assert "T-1" not in await tasks(served)


async def test_a_moment_that_is_no_number_is_refused_and_told_to_nobody(served: Served) -> None:
    """Bolt broke over it before it had looked at the signature, and the error was told to whomever
    the body names: a stranger made the bot speak."""
    body = mention(served, "an API for invoices", ts="1700000001.000100", event_id="Ev1")
    for moment in ("nan", "9" * 400, "1e9", "-1", "1.5", " "):
        headers = signed(body) | {"X-Slack-Request-Timestamp": moment}
        assert (await served.post(body, headers))[0] == 401
    workspace = served.stage.workspace
    assert workspace.whispers(MAYA) == []
    assert workspace.calls_of("chat.postEphemeral") == []


async def test_a_body_nested_without_end_is_no_fault(served: Served) -> None:
    body = "[" * 100_000
    assert (await served.post(body, {}))[0] == 400


async def test_a_replayed_request_changes_nothing(served: Served) -> None:
    """Who overhears a request may send it again for five minutes: the receipt is there."""
    body = mention(served, "an API for invoices", ts="1700000001.000100", event_id="Ev1")
    headers = signed(body)
    assert [(await served.post(body, headers))[0] for _ in range(3)] == [200, 200, 200]
    # A new event id, as an attacker who could sign would take: the message is the same one.
    again = mention(served, "an API for invoices", ts="1700000001.000100", event_id="Ev2")
    assert (await served.post(again, signed(again)))[0] == 200
    shown = await tasks(served)
    assert "T-1" in shown
    assert "T-2" not in shown


OTHER = "T0OTHER001"


async def test_another_workspace_starts_nothing_with_our_token(served: Served) -> None:
    """The app may be installed there, too: Slack signs what is said there with the same secret,
    and what was worked for it could be posted nowhere."""
    body = mention(
        served, "an API for invoices", ts="1700000001.000100", event_id="Ev1", team_id=OTHER
    )
    assert (await served.post(body, signed(body)))[0] == 200
    form = urlencode(
        {
            "command": "/lead",
            "text": "remember gate: opens at noon",
            "team_id": OTHER,
            "user_id": MAYA,
            "channel_id": BACKEND,
            "trigger_id": "1.2.x",
        }
    )
    headers = {"Content-Type": "application/x-www-form-urlencoded", **signed(form)}
    address = f"{served.url}/slack/commands"
    async with served.http.post(address, data=form, headers=headers) as answer:
        assert (answer.status, "another workspace" in await answer.text()) == (200, True)
    async with served.stage.bot.runtime.context.database.read() as uow:
        assert await uow.channels.workspace_ids() == []
        assert await uow.tasks.newest(OTHER, limit=1) == []
    ours = mention(served, "an API for invoices", ts="1700000001.000100", event_id="Ev2")
    assert (await served.post(ours, signed(ours)))[0] == 200
    assert "T-1" in await tasks(served)
