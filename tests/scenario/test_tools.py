"""Tools from end to end: a real command is added, asked about in the thread, used and listed."""

from pathlib import Path

from bot.services import tool_servers
from bot.services.tool_servers import NewServer
from bot.workspace.seed import BACKEND, MAYA, TOM
from bot.workspace.shapes import Json
from tests.support import small_servers
from tests.support.claude_stage import on_claude_stage, press
from tests.support.messages_answers import prompt_text
from tests.support.messages_server import MessagesServer
from tests.support.messages_steps import Habits, Step
from tests.support.stage import PATIENCE, Stage, on_stage, words


async def plain(stage: Stage) -> None:
    """Add the server by its command, as the operator does."""
    ctx = stage.bot.runtime.context
    wanted = NewServer(
        workspace_id=stage.workspace.identity.team_id,
        name="memory",  # which the charters name
        by="operator",
        command=small_servers.command("plain"),
    )
    row = await tool_servers.check(ctx, await tool_servers.add(ctx, wanted))
    assert row.problem == ""


async def test_a_specialist_asks_and_uses_a_tool(tmp_path: Path) -> None:
    """What is not known to read waits for a yes; its result reaches the model as data."""
    async with (
        MessagesServer(Habits(waves=(1,))) as model,
        on_claude_stage(tmp_path / "home", model.url) as stage,
    ):
        await plain(stage)
        model.script += [Step(), Step(calls=(("memory__add", {"a": 2, "b": 40}),))]
        root = await stage.mention("we need a billing API with Stripe webhooks, 500 rps")
        card = await stage.wait_text(root, "wants to use")
        assert '"b": 40' in words(card)
        await stage.wait_text(root, "A tool waits for a yes in this thread")

        await press(stage, card, "tool.allow")
        await stage.wait_text(root, "allowed once by")
        done = await stage.wait_text(root, "1 tool call")
        assert "Keep one PostgreSQL table" in words(done)
        told = [prompt_text(seen.body) for seen in model.seen]
        results = [
            block["content"][0]["text"]
            for seen in model.seen
            for turn in seen.body["messages"]
            for block in turn["content"]
            if block["type"] == "tool_result"
        ]
        assert results == ['<data source="tool memory__add">\n42\n</data>']
        assert len(told) == 3

        listed = words(await stage.lead("tools"))
        assert "*memory*" in listed
        assert "1 call in 7 days" in listed
        used = words(await stage.lead("tools T-1"))
        assert "memory add · done, 2 characters" in used


async def form(stage: Stage, action: str, about: str = "") -> Json:
    """Press a button of the list, the last one about `about`, and return the form it opens."""
    await stage.lead("tools")
    shown = [w for w in stage.workspace.whispers(MAYA) if action in str(w)][-1]
    elements = [e for block in shown["blocks"] for e in block.get("elements", ())]
    (pressed,) = [e for e in elements if about in e.get("accessibility_label", "")]
    choice = {"value": pressed["value"]}
    await stage.workspace.click(MAYA, BACKEND, str(shown["ts"]), action, **choice)
    return await stage.workspace.wait_for(lambda: stage.workspace.open_view(MAYA), PATIENCE)


async def test_servers_are_added_changed_and_removed_in_slack(tmp_path: Path) -> None:
    """By who may configure the workspace; what is wrong is said at its field."""
    async with on_stage(tmp_path / "home") as stage:
        assert "toolserver.form" not in str(await stage.lead("tools", user=TOM))
        view = await form(stage, "toolserver.form", "Add by address")
        (shown,) = [w for w in stage.workspace.whispers(MAYA) if "toolserver.form" in str(w)]
        await stage.workspace.click(TOM, BACKEND, str(shown["ts"]), "toolserver.form")
        await stage.wait_whisper(TOM, "Only workspace admins can change settings")

        wrong = {"name": "A B", "url": "http://127.0.0.1/mcp", "token": "x"}
        answer = await stage.workspace.submit_view(MAYA, str(view["id"]), wrong)
        assert "is no name" in answer["errors"]["name"]
        assert "begins with https://" in answer["errors"]["url"]
        right = {"name": "context7", "url": "https://127.0.0.1:9/mcp", "token": "x"}
        answer = await stage.workspace.submit_view(MAYA, str(view["id"]), right)
        assert "no key to seal it" in answer["errors"]["token"]
        await stage.workspace.submit_view(MAYA, str(view["id"]), right | {"token": ""})
        await tool_servers.check_due(stage.bot.runtime.context)
        await stage.workspace.wait_for(lambda: None if stage.workspace.open_view(MAYA) else True)
        listed = words(await stage.lead("tools"))
        assert "only public https addresses" in listed

        await plain(stage)
        view = await form(stage, "toolserver.form", "Change: memory")
        chosen = {"read": ["add"], "ask": ["die", "add"], "write": [], "private": ["private"]}
        await stage.workspace.submit_view(MAYA, str(view["id"]), chosen)
        listed = words(await stage.lead("tools"))
        assert "4 tools: 2 after a yes, 2 off · also for private channels" in listed

        view = await form(stage, "toolserver.form", "Change: context7")
        await stage.workspace.submit_view(MAYA, str(view["id"]), {"remove": ["remove"]})
        assert "context7" not in words(await stage.lead("tools"))
