"""Two companies install the app; each is answered with its own token, and one leaves."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from pydantic import SecretStr

from bot.cli.bot_process import BotProcess
from bot.domain.task import TaskState
from bot.manifest import load_manifest
from bot.model.port import WorkRequest
from bot.services.installation_seal import new_key
from bot.settings import HttpSettings, SecretsSettings, Settings, SlackSettings
from bot.workflows.records import OVER, open_records
from bot.workspace import Workspace, WorkspaceServer
from bot.workspace.grants import CLIENT_ID, CLIENT_SECRET
from bot.workspace.seed import MAYA, TOM
from bot.workspace.shapes import Identity
from storage.uow import Database
from tests.support.databases import migrated_home
from tests.support.held import HeldModel
from tests.support.http_slack import SECRET, http_slack
from tests.support.stage import PATIENCE, Stage, on_stage, settings_for, words

ACME, UMBRELLA = "T0ACME0001", "T0UMBRELLA"
WISH = "which HikariCP pool size do we need for 300 rps at 20 ms a query?"


@dataclass
class Two:
    """Two workspaces in front of one bot, and a browser."""

    server: WorkspaceServer
    bot: BotProcess
    http: aiohttp.ClientSession
    last: tuple[str, str] = ("", "")
    """Where Slack sent the browser last, and its cookie."""

    def stage(self, number: int) -> Stage:
        return Stage(self.server.workspaces[number], self.server, self.bot)

    async def install(
        self, team_id: str, user: str = MAYA, *, cookie: str = "", **changes: str
    ) -> tuple[int, str]:
        """Go the way of an admin's browser; return the last page's status and text."""
        start = f"{self.bot.http_url}/slack/install"
        async with self.http.get(start, allow_redirects=False) as answer:
            assert answer.status == 302
            # What a browser keeps: the cookie is for TLS only, and this is a test on loopback.
            cookie = cookie or answer.headers["Set-Cookie"].partition(";")[0]
            where = answer.headers["Location"]
        assert where.startswith(f"{self.server.page_url}oauth/v2/authorize?")
        more = "".join(f"&{k}={v}" for k, v in {"team": team_id, "user": user, **changes}.items())
        async with self.http.get(where + more, allow_redirects=False) as answer:
            assert answer.status == 302
            back = answer.headers["Location"]
        return await self.come_back(back, cookie)

    async def come_back(self, address: str, cookie: str) -> tuple[int, str]:
        """Follow Slack's redirect with the browser's cookie."""
        self.last = (address, cookie)
        async with self.http.get(address, headers={"Cookie": cookie}) as answer:
            return answer.status, await answer.text()


def many_settings(server: WorkspaceServer, home: Path) -> Settings:
    settings = settings_for(server, home)
    slack = SlackSettings(
        client_id=CLIENT_ID,
        client_secret=SecretStr(CLIENT_SECRET),
        signing_secret=SecretStr(SECRET),
        api_url=server.api_url,
    )
    secrets = SecretsSettings(key=SecretStr(new_key()))
    changes = {"slack": slack, "http": HttpSettings(port=0), "secrets": secrets}
    return settings.model_copy(update=changes)


@pytest.fixture
async def two(tmp_path: Path) -> AsyncIterator[Two]:
    other = Identity(
        team_id=UMBRELLA,
        team_name="Umbrella",
        domain="umbrella",
        bot_id="B0UMBRELLA",
        bot_user_id="U0UMBRELLA",
    )
    given: dict[str, Any] = {"manifest": load_manifest(), "rate_scale": None}
    given["retry_spacing"] = (0.0, 0.0, 0.0)
    acme, umbrella = Workspace(**given), Workspace(identity=other, bot_token="xoxb-no", **given)
    async with WorkspaceServer(acme, umbrella) as server:
        settings = many_settings(server, tmp_path / "home")
        await migrated_home(tmp_path / "home")
        async with (
            BotProcess(settings, command="serve") as bot,
            http_slack(acme, bot.http_url),
            http_slack(umbrella, bot.http_url),
            aiohttp.ClientSession() as http,
        ):
            for workspace in server.workspaces:
                workspace.grants.redirect_url = f"{bot.http_url}/slack/oauth_redirect"
            yield Two(server, bot, http)


async def test_two_workspaces_install_and_one_leaves(two: Two) -> None:
    """Same channel ids, other tokens; what one does the other never sees."""
    acme, umbrella = two.stage(0), two.stage(1)
    for team_id, user in ((ACME, MAYA), (UMBRELLA, TOM)):
        status, page = await two.install(team_id, user)
        assert (status, "/invite @lead" in page) == (200, True), page
    for stage in (acme, umbrella):
        root = await stage.mention(WISH)
        await stage.wait_text(root, "T-1")
    assert "T-2" not in words(await acme.lead("tasks"))

    # No admin there, but the one who installed it: he may change settings, and only there.
    change = "settings review_days 90 workspace"
    assert "90" in words(await umbrella.lead(change, user=TOM))
    assert "Only" in words(await acme.lead(change, user=TOM))

    await acme.delivered()
    acme.workspace.uninstall()
    await acme.workspace.settled()
    before = len(acme.workspace.calls)
    await acme.mention("and for 600 rps?")
    root = await umbrella.mention("which pool size for 600 rps at 10 ms a query?")
    await umbrella.wait_text(root, "T-2")
    await acme.workspace.settled()
    await umbrella.delivered()

    assert acme.workspace.calls[before:] == []
    await acme.lead("tasks")
    await acme.wait_whisper(MAYA, "I am not installed in this workspace.")
    database = two.bot.runtime.context.database
    async with database.read() as uow:
        rows = {row.workspace_id: row for row, _ in await uow.installations.all()}
        assert len(await uow.tasks.newest(ACME, limit=9)) == 1
    assert (rows[ACME].bot_token, rows[ACME].removed_reason) == ("", "tokens_revoked")
    assert rows[UMBRELLA].bot_token != ""


async def test_a_token_is_stored_sealed_and_renewed_in_time(two: Two) -> None:
    """It would expire within the hour: the next use renews it, once, and the new one lasts."""
    stage, grants = two.stage(0), two.server.workspace.grants
    grants.expires_in = 3_600
    assert (await two.install(ACME))[0] == 200
    grants.expires_in = 43_200
    root = await stage.mention(WISH)
    await stage.wait_text(root, "T-1")
    await stage.delivered()

    renewals = [
        call
        for call in stage.workspace.calls_of("oauth.v2.access")
        if call.args.get("grant_type") == "refresh_token"
    ]
    assert len(renewals) == 1
    async with two.bot.runtime.context.database.read() as uow:
        row = await uow.installations.find(ACME)
    assert row is not None
    assert row.version == 2
    for sealed, given in (
        (row.bot_token, renewals[0].response["access_token"]),
        (row.refresh_token, renewals[0].response["refresh_token"]),
    ):
        assert sealed
        assert given not in sealed
        assert "xox" not in sealed


async def test_a_way_back_from_slack_counts_once_and_in_its_own_browser(two: Two) -> None:
    """No one can have somebody else's browser finish what they began."""
    status, page = await two.install(ACME, cookie="slack-app-oauth-state=guessed")
    assert (status, "another browser" in page) == (400, True)
    status, page = await two.install(ACME, deny="1")
    assert (status, "nothing was installed" in page) == (200, True)
    two.server.workspace.faults.set(drop=1.0)
    status, page = await two.install(ACME)
    assert (status, "Slack does not answer" in page) == (503, True)
    two.server.workspace.faults.clear()
    assert (await two.install(ACME))[0] == 200
    status, page = await two.come_back(*two.last)
    assert (status, "used before" in page) == (401, True)


async def test_one_token_in_the_environment_is_asked_for_nothing_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Bolt reads these two by itself; a bot with a token must not become one without."""
    monkeypatch.setenv("SLACK_CLIENT_ID", CLIENT_ID)
    monkeypatch.setenv("SLACK_CLIENT_SECRET", CLIENT_SECRET)
    async with on_stage(tmp_path / "home") as stage:
        root = await stage.mention(WISH)
        await stage.wait_text(root, "T-1")


async def test_work_under_way_ends_when_the_app_is_removed(tmp_path: Path) -> None:
    """Also with one token in the environment: the model's call ends, and no other begins."""
    model = HeldModel()
    async with on_stage(tmp_path / "home", offline=model) as stage:
        await stage.mention("design an API for invoices")
        await asyncio.wait_for(model.reached.wait(), PATIENCE)
        await stage.delivered()
        stage.workspace.uninstall()
        await stage.workspace.settled()
        before = len(stage.workspace.calls)
        model.go.set()
        ctx = stage.bot.runtime.context
        async with ctx.database.read() as uow:
            [task] = await uow.tasks.newest(ACME, limit=9)
            left = await uow.installations.find(ACME)
        await _run_over(ctx.database, task.workflow_id)

        assert task.state is TaskState.STOPPED
        assert task.state_reason == "The app was removed from this workspace."
        assert left is not None
        assert left.removed_at is not None
        assert len(model.model.asked(WorkRequest)) == 1
        assert [call.method for call in stage.workspace.calls[before:] if call.ok] == []


async def _run_over(database: Database, workflow_id: str) -> None:
    async with asyncio.timeout(PATIENCE), open_records(database) as records:
        assert records is not None
        while True:
            [run] = await records.of_prefix(workflow_id)
            if run.status in OVER:
                return
            await asyncio.sleep(0.05)
