"""A hard decision from the front door: weighed with a real tool server, shown behind a button."""

from sqlalchemy import select

from bot.services import tool_servers
from bot.services.tool_servers import NewServer
from bot.workspace.seed import MAYA
from storage.models import ToolCall
from tests.support import small_servers
from tests.support.claude_stage import press
from tests.support.stage import PATIENCE, Stage, words

HARD = "Should we split the orders monolith into services or keep it? 300 requests a second"


async def test_a_hard_decision_is_weighed_and_the_button_shows_how(stage: Stage) -> None:
    ctx = stage.bot.runtime.context
    wanted = NewServer(
        workspace_id=stage.workspace.identity.team_id,
        name="thinker",
        by="operator",
        command=small_servers.command("thinking"),
    )
    row = await tool_servers.check(ctx, await tool_servers.add(ctx, wanted))
    assert row.problem == ""

    root = await stage.mention(HARD)
    post = await stage.wait_text(root, "*Recommendation*")
    await press(stage, post, "thinking.show")
    view = await stage.workspace.wait_for(lambda: stage.workspace.open_view(MAYA), PATIENCE)
    shown = words(view)
    assert "1. To decide: " in shown
    assert "steps, kept by thinker." in shown
    async with ctx.database.read() as uow:
        calls = (await uow.session.scalars(select(ToolCall).order_by(ToolCall.step))).all()
    assert calls[0].result == f"1 of {len(calls)}, more: True"
    assert calls[-1].result == f"{len(calls)} of {len(calls)}, more: False"
