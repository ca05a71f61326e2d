"""What `/lead tools` and `teamlead doctor` say of sandboxes."""

from dataclasses import replace
from pathlib import Path

import pytest

from bot.cli.doctor_sandbox import check_sandbox
from bot.domain.setting import Scope
from bot.services import repositories, workspace_settings
from bot.services.repositories import NewRepository
from bot.services.tool_views import tools_card
from bot.settings import AppSettings, SandboxSettings, Settings
from bot.slack.cards.tool_server import tools_post
from bot.tools.sandbox import Sandbox
from tests.support.desk import Desk


async def says(at: Desk) -> str:
    async with at.ctx.database.read() as uow:
        card = await tools_card(at.ctx, uow, "T1", seen_from="C1")
    shown = str(tools_post(card, may_change=False).blocks)
    assert card.changing.split("`")[0] in shown
    return card.changing


async def test_it_is_said_who_has_to_say_yes_next(
    office: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = replace(office, ctx=replace(office.ctx, sandbox=Sandbox(SandboxSettings(), tmp_path)))
    async with at.ctx.database.begin() as uow:
        await uow.channels.ensure("T1", "C1", now=at.ctx.clock.now())
    assert await says(at) == ""
    await repositories.add(at.ctx, NewRepository("T1", "shop", str(tmp_path)))
    assert "`/lead settings sandbox on`" in await says(at)
    await workspace_settings.choose(
        at.ctx, {"sandbox": True}, workspace_id="T1", scope=Scope.WORKSPACE, scope_id="", by="U1"
    )
    assert "`teamlead repositories allow shop --change`" in await says(at)
    await repositories.allow(at.ctx, "T1", "shop", change=True)
    monkeypatch.setenv("PATH", "/nonexistent")
    assert (await says(at)).startswith("⚠️ Specialists cannot change code: There is no `bwrap`")


async def test_another_channels_repository_is_not_named(office: Desk, tmp_path: Path) -> None:
    at = replace(office, ctx=replace(office.ctx, sandbox=Sandbox(SandboxSettings(), tmp_path)))
    await repositories.add(at.ctx, NewRepository("T1", "secret", str(tmp_path), "C9"))
    assert await says(at) == ""


async def test_the_doctor_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "/nonexistent")
    off = Settings(app=AppSettings(home=tmp_path))
    found = await check_sandbox(off)
    assert (found.state, "there is no bwrap" in found.found) == ("ok", True)
    on = Settings(app=AppSettings(home=tmp_path), sandbox=SandboxSettings(enabled=True))
    found = await check_sandbox(on)
    assert (found.state, "apt-get install bubblewrap" in found.found) == ("fix", True)
