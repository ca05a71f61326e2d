"""Hand-offs in Slack: asked by a command, answered in the other channel; asked of us by mention."""

import hashlib
import hmac
import json
from pathlib import Path
from typing import Any

import aiohttp
from pydantic import SecretStr

from bot.cli.bot_process import BotProcess
from bot.clock import SystemClock
from bot.settings import HttpSettings, TeamsSettings
from bot.workspace import WorkspaceServer
from bot.workspace.seed import BACKEND, GENERAL, LI, MAYA, PAYMENTS, PRIYA, TOM
from bot.workspace.shapes import Json
from tests.support.databases import migrated_home
from tests.support.stage import PATIENCE, Stage, action_ids, settings_for, words
from tests.support.workspaces import patient_workspace

SECRET = "a webhook secret"


async def card(stage: Stage, channel: str, text: str) -> Json:
    """Wait for a card in a channel that says this."""

    def found() -> Json | None:
        posts = [m for m in stage.workspace.history(channel) if m.get("bot_id")]
        return next((m for m in posts if text in words(m)), None)

    shown: Json = await stage.workspace.wait_for(found, PATIENCE)
    return shown


async def test_asked_accepted_and_declined(stage: Stage) -> None:
    asked = words(await stage.lead('handoff devops "a staging database" by Friday'))
    assert "Nobody said where the devops team is" in asked
    await stage.lead(f"settings team_devops <#{GENERAL}> workspace")
    assert "I am not in the devops team's channel" in words(await stage.lead("handoff devops x"))
    stage.workspace.people.invite(MAYA, GENERAL, stage.workspace.identity.bot_user_id)

    said = words(await stage.lead('handoff devops "a staging database" by Friday'))
    assert "H-1 is asked of devops" in said
    there = await card(stage, GENERAL, "backend asks devops")
    here = await card(stage, BACKEND, "Hand-off H-1")
    assert "a staging database" in words(there)
    assert "due" in words(there)
    assert action_ids(here) == ["handoff.withdraw"]

    for _ in range(2):
        await stage.workspace.click(TOM, GENERAL, str(there["ts"]), "handoff.accept")
    here = await card(stage, BACKEND, f"accepted by <@{TOM}>")
    there = await card(stage, GENERAL, f"accepted by <@{TOM}>")
    assert action_ids(there) == ["handoff.done", "handoff.decline"]

    await stage.lead(f"settings ask <@{MAYA}> workspace")
    await stage.workspace.click(LI, GENERAL, str(there["ts"]), "handoff.done")
    await stage.wait_whisper(LI, "Only")
    await stage.lead("settings ask anyone workspace")

    await stage.workspace.click(MAYA, BACKEND, str(here["ts"]), "handoff.withdraw")
    mine = await stage.workspace.wait_for(lambda: stage.workspace.open_view(MAYA), PATIENCE)
    await stage.workspace.click(LI, GENERAL, str(there["ts"]), "handoff.decline")
    view = await stage.workspace.wait_for(lambda: stage.workspace.open_view(LI), PATIENCE)
    await stage.workspace.click(PRIYA, GENERAL, str(there["ts"]), "handoff.done")
    await card(stage, BACKEND, f"done by <@{PRIYA}>")
    late = await stage.workspace.submit_view(LI, str(view["id"]), {"reason": "no time"})
    assert "cannot become declined" in words(late)
    assert "No hand-off is open" in words(await stage.lead("handoffs"))
    late = await stage.workspace.submit_view(MAYA, str(mine["id"]), {"reason": "no need"})
    assert "H-1 is done already" in words(late)

    await stage.lead('handoff devops "a second one"')
    second = await card(stage, BACKEND, "Hand-off H-2")
    await stage.workspace.click(TOM, BACKEND, str(second["ts"]), "handoff.withdraw")
    await stage.wait_whisper(TOM, f"Only <@{MAYA}> can withdraw H-2")
    await stage.workspace.click(MAYA, BACKEND, str(second["ts"]), "handoff.withdraw")
    view = await stage.workspace.wait_for(lambda: stage.workspace.open_view(MAYA), PATIENCE)
    await stage.workspace.submit_view(MAYA, str(view["id"]), {"reason": "we have one"})
    there = await card(stage, GENERAL, "Hand-off H-2")
    told = f"H-2 is withdrawn by <@{MAYA}>: we have one."
    await stage.wait_text(str(there["ts"]), told, channel="#general")
    assert "done by" in words(await stage.lead("handoff H-1"))


async def test_another_team_asks_us_by_mention(stage: Stage) -> None:
    stage.workspace.people.invite(MAYA, GENERAL, stage.workspace.identity.bot_user_id)
    await stage.lead(f"settings team_frontend <#{GENERAL}> workspace")
    await stage.mention("handoff an endpoint for avatars by tomorrow", channel="#general", user=TOM)
    await stage.wait_whisper(TOM, "Nobody said which channel")
    await stage.lead(f"settings team_inbox <#{BACKEND}> workspace")

    said = "handoff: an endpoint for avatars by tomorrow"
    await stage.mention(said, channel="#general", user=TOM)
    ours = await card(stage, BACKEND, "frontend asks backend")
    theirs = await card(stage, GENERAL, "Hand-off H-1")
    assert action_ids(theirs) == ["handoff.withdraw"]
    await stage.workspace.click(MAYA, BACKEND, str(ours["ts"]), "handoff.accept")
    await card(stage, GENERAL, f"accepted by <@{MAYA}>")
    await stage.workspace.settled()
    listed = words(await stage.lead("handoffs"))
    assert "*H-1* frontend → backend · an endpoint for avatars" in listed
    assert "H-2" not in listed
    assert "T-1" not in words(await stage.lead("tasks", channel="#general"))
    report = words(await stage.lead("handoffs report"))
    assert "*Open hand-offs* (1)" in report


async def test_a_signed_request_of_another_system(tmp_path: Path) -> None:
    workspace = patient_workspace()
    teams = TeamsSettings(webhook_secret=SecretStr(SECRET), inbox=PAYMENTS)
    async with WorkspaceServer(workspace) as server:
        settings = settings_for(server, tmp_path / "home").model_copy(
            update={"teams": teams, "http": HttpSettings(port=0)}
        )
        await migrated_home(tmp_path / "home")
        async with BotProcess(settings) as bot:
            await workspace.wait_for(lambda: workspace.hub.connections > 0)
            stage, url = Stage(workspace, server, bot), bot.http_url
            workspace.people.invite(MAYA, PAYMENTS, workspace.identity.bot_user_id)
            wanted = {"id": "MOB-7", "team": "mobile", "text": "push tokens endpoint"}
            assert (await post(url, wanted, secret="another"))[0] == 401
            taken = (200, {"hand_off": "H-1", "state": "requested"})
            assert await post(url, wanted) == taken
            assert await post(url, wanted) == (200, {"state": "known"})
            for bad in ({"team": "mobile"}, [1], wanted | {"id": "2", "team": "nobody"}, "{"):
                assert (await post(url, bad))[0] == 400
            shown = await card(stage, PAYMENTS, "mobile asks backend")
            # A private inbox keeps what it takes in.
            assert "push tokens" not in words(await stage.lead("handoffs"))
            assert "push tokens" not in words(await stage.lead("handoffs report"))
            assert "push tokens" in words(await stage.lead("handoffs", channel="#payments-private"))
            assert action_ids(shown) == ["handoff.accept", "handoff.done", "handoff.decline"]
            ours = {"answer": "H-1", "team": "mobile", "state": "done"}
            assert (await post(url, ours))[0] == 400  # it was not asked of them

            await stage.lead("settings team_testing off workspace")
            await stage.lead(f"settings team_security <#{BACKEND}> workspace")
            await stage.lead("handoff security a review")
            answer = {"answer": "H-2", "team": "security", "state": "declined", "reason": "later"}
            assert await post(url, answer) == (200, {"hand_off": "H-2", "state": "declined"})
            assert (await post(url, {**answer, "state": "done"}))[0] == 400
            await card(stage, BACKEND, "declined by security: later")


async def post(url: str, body: Any, *, secret: str = SECRET) -> tuple[int, Any]:
    """Send a body with our own signature; return status and answer."""
    text = body if isinstance(body, str) else json.dumps(body)
    stamp = str(int(SystemClock().now().timestamp()))
    proof = hmac.new(secret.encode(), f"{stamp}.{text}".encode(), hashlib.sha256).hexdigest()
    headers = {"X-Teamlead-Timestamp": stamp, "X-Teamlead-Signature": f"v1={proof}"}
    async with (
        aiohttp.ClientSession() as http,
        http.post(f"{url}/webhooks/hand-off", data=text, headers=headers) as answer,
    ):
        return answer.status, await answer.json()
