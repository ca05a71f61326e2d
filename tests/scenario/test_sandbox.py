"""Code is changed from end to end: asked about in the thread, done in a sandbox, a patch comes."""

import shutil
from pathlib import Path

from bot.services import repositories
from bot.services.repositories import NewRepository
from tests.support.claude_stage import on_claude_stage, press
from tests.support.messages_server import MessagesServer
from tests.support.messages_steps import Habits, Step
from tests.support.processes import until
from tests.support.sandboxes import a_repository, git, sandbox_or_skip
from tests.support.stage import PATIENCE, words


async def test_a_specialist_changes_code_and_the_thread_gets_a_patch(tmp_path: Path) -> None:
    """A person says yes once; the checkout stays as it is, and the folder is gone afterwards."""
    shop = a_repository(tmp_path / "shop", app_py="answer = 41\n")
    async with (
        MessagesServer(Habits(waves=(1,))) as model,
        on_claude_stage(tmp_path / "home", model.url) as stage,
    ):
        ctx = stage.bot.runtime.context
        assert ctx.sandbox is not None
        await sandbox_or_skip(ctx.sandbox)
        team = stage.workspace.identity.team_id
        await repositories.add(ctx, NewRepository(team, "shop", str(shop)))
        assert "Specialists change no code here" in words(await stage.lead("tools"))
        await repositories.allow(ctx, team, "shop", change=True)
        await stage.lead("settings sandbox on")
        assert "may ask to change *shop*" in words(await stage.lead("tools"))

        opening = ("sandbox__open", {"repository": "shop", "purpose": "Mend the answer."})
        edit = ("sandbox__edit_file", {"path": "app.py", "old": "41", "new": "42"})
        run = ("sandbox__run", {"command": ["cat", "app.py"]})
        model.script += [Step(), Step(calls=(opening,)), Step(calls=(edit, run))]
        root = await stage.mention("we need a billing API with Stripe webhooks, 500 rps")
        card = await stage.wait_text(root, "wants to change code and run commands for T-1")
        assert '"repository": "shop"' in words(card)
        assert "Mend the answer." in words(card)
        await press(stage, card, "tool.allow")
        await stage.wait_text(root, "allowed for this task by")

        name = "T-1-shop.patch"
        post = await stage.workspace.wait_for(
            lambda: next((p for p in stage.thread(root) if name in str(p.get("files"))), None),
            PATIENCE,
        )
        assert "1 file, +1 −1" in str(post["text"])
        used = words(await stage.lead("tools T-1"))
        assert "sandbox run · done" in used
        results = [
            block["content"][0]["text"]
            for turn in model.seen[-1].body["messages"]
            for block in turn["content"]
            if block["type"] == "tool_result"
        ]
        assert "answer = 42\n[changed: 1 file, +1 −1 lines]" in results[-1]
        assert git(shop, "status", "--porcelain") == ""
        left = ctx.sandbox.folder / team
        await until(lambda: not any(left.iterdir()))
        shutil.rmtree(ctx.sandbox.folder)
