"""Throw-away worktrees of tasks: opened by a yes, worked in, and what a kill leaves."""

import asyncio
import base64
import shutil
from dataclasses import replace
from typing import Any

import pytest

from bot.domain.tool_call import CallState
from bot.model.port import ToolWorkRequest
from bot.services import (
    planning,
    repositories,
    tasks,
    working,
    worktree_sweep,
    worktrees,
)
from bot.services.repositories import NewRepository
from bot.services.tool_calls import YesNeeded
from bot.settings import SandboxSettings
from bot.tools.sandbox import Sandbox
from bot.tools.sandbox.worktree import Worktree as Tree
from tests.support.desk import Desk
from tests.support.sandboxes import git
from tests.support.shops import Shop, office_of, the_edit
from tests.support.tool_servers import at_work, wishes

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


class Killed(BaseException):
    """The process ends here; no handler of ours may see to it."""


async def test_a_task_changes_code_and_its_patch_is_handed_over_once(shop: Shop) -> None:
    task_id = await shop.work(the_edit(shop))
    (edited, failed), (ran, _) = shop.told
    assert (edited.splitlines()[0], failed) == ("Replaced at line 1.", False)
    assert ran.splitlines()[1:] == ["answer = 42", "[changed: 2 files, +2 −1 lines]"]
    (row,) = await shop.rows()
    assert (row.approved_by, row.files, row.added, row.removed) == ("U2", 2, 2, 1)
    assert await shop.posts() == []  # the task is still at work

    await tasks.stop(shop.at.ctx, task_id, by="U1")
    assert await worktree_sweep.sweep(shop.at.ctx) == 1
    assert await worktree_sweep.sweep(shop.at.ctx) == 0
    (post,) = await shop.posts()
    assert post.task_id == task_id
    assert post.payload["filename"] == "T-1-shop.patch"
    assert "2 files, +2 −1" in post.payload["initial_comment"]
    patch = base64.b64decode(post.payload["content_base64"])
    assert (shop.repository / "app.py").read_text() == "answer = 41\n"
    (shop.repository / "T-1-shop.patch").write_bytes(patch)
    git(shop.repository, "apply", "--index", "T-1-shop.patch")
    assert (shop.repository / "app.py").read_text() == "answer = 42\n"
    assert not shop.sandbox.worktree("T1", row.id).is_there
    assert list((shop.sandbox.folder / "T1").iterdir()) == []


async def test_nothing_is_offered_until_each_of_three_says_yes(shop: Shop, office: Desk) -> None:
    """The workspace, the repository, and a person for the task; the terminal has nobody to ask."""
    await shop.ask()
    assert shop.offered == {"open"}
    await repositories.allow(shop.at.ctx, "T1", "shop", change=False)
    await at_work(shop.at, ts="1700000002.000100")
    task_id = await at_work(shop.at, ts="1700000003.000100")
    await working.work_assignment(shop.at.ctx, task_id, "a1")
    await repositories.allow(shop.at.ctx, "T1", "shop", change=True)
    off = office_of(office, shop.sandbox)
    off = Desk(replace(off.ctx, settings=office.ctx.settings), off.model, off.news)
    task_id = await at_work(off, ts="1700000004.000100")
    await working.work_assignment(off.ctx, task_id, "a1")
    terminal = await at_work(
        shop.at, ts="1700000005.000100", channel_id="terminal", surface="terminal"
    )
    await working.work_assignment(shop.at.ctx, terminal, "a1")
    assert len(shop.at.model.asked(ToolWorkRequest)) == 1


async def test_a_no_opens_nothing(shop: Shop) -> None:
    task_id, row = await shop.ask()
    await shop.allow(row, allow=False)
    assert await working.work_assignment(shop.at.ctx, task_id, "a1") == "done"
    assert shop.told == [("A person refused this call; it was not made.", True)]
    assert await shop.rows() == []


async def test_repositories_of_other_channels_and_workspaces_are_out_of_reach(shop: Shop) -> None:
    ctx = shop.at.ctx
    for name, place in (("theirs", {"channel_id": "C9"}), ("foreign", {})):
        workspace = "T2" if name == "foreign" else "T1"
        await repositories.add(ctx, NewRepository(workspace, name, str(shop.repository), **place))
        await repositories.allow(ctx, workspace, name, change=True)
    task_id = await at_work(
        shop.at,
        wishes(
            shop.asks("open", 1, repository="theirs", purpose="x"),
            shop.asks("open", 2, repository="foreign", purpose="x"),
        ),
    )
    for _ in range(2):
        with pytest.raises(YesNeeded):
            await working.work_assignment(ctx, task_id, "a1")
    async with ctx.database.read() as uow:
        calls = await uow.tool_calls.of_task(task_id, limit=9)
    for row in calls:
        await shop.allow(row)
    await working.work_assignment(ctx, task_id, "a1")
    assert all(failed and "may be changed: shop" in text for text, failed in shop.told)
    assert await shop.rows() == []


async def test_what_ended_or_was_switched_off_meanwhile_changes_nothing(shop: Shop) -> None:
    task_id, row = await shop.ask(the_edit(shop))
    await repositories.allow(shop.at.ctx, "T1", "shop", change=False)
    await shop.allow(row)
    assert await working.work_assignment(shop.at.ctx, task_id, "a1") == "done"
    assert await shop.rows() == []


async def test_a_killed_call_is_not_made_again_and_the_work_goes_on(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The folder is gone with its machine: it is laid out again with what was kept."""
    task_id, row = await shop.ask(
        wishes(shop.asks("edit_file", path="app.py", old="41", new="42")),
        wishes(shop.asks("run", command=["sh", "-c", "echo x >> ran.txt"])),
        wishes(shop.asks("run", command=["sh", "-c", "cat app.py ran.txt"])),
    )
    await shop.allow(row)
    real = Sandbox.run

    async def die(self: Sandbox, *args: Any, **more: Any) -> Any:
        monkeypatch.setattr(Sandbox, "run", real)
        raise Killed

    monkeypatch.setattr(Sandbox, "run", die)
    with pytest.raises(Killed):
        await working.work_assignment(shop.at.ctx, task_id, "a1")
    shutil.rmtree(shop.sandbox.folder)
    assert await working.work_assignment(shop.at.ctx, task_id, "a1") == "done"
    ((said, _),) = shop.told
    assert "answer = 42" in said
    assert "ran.txt: No such file" in said
    async with shop.at.ctx.database.read() as uow:
        states = [call.state for call in await uow.tool_calls.of_task(task_id, limit=9)]
    assert sorted(states) == sorted([CallState.DONE] * 3 + [CallState.LOST])


async def test_an_opening_that_was_cut_off_is_made_again(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    task_id, row = await shop.ask(the_edit(shop))
    await shop.allow(row)
    real = Tree.make

    async def die(self: Tree, *args: Any, **more: Any) -> None:
        monkeypatch.setattr(Tree, "make", real)
        raise Killed

    monkeypatch.setattr(Tree, "make", die)
    with pytest.raises(Killed):
        await working.work_assignment(shop.at.ctx, task_id, "a1")
    assert await working.work_assignment(shop.at.ctx, task_id, "a1") == "done"
    assert len(await shop.rows()) == 1
    assert "answer = 42" in shop.told[1][0]


async def test_stopping_a_task_ends_what_it_runs(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worktrees, "LOOK_SECONDS", 0.02)
    asked = shop.asks("run", command=["sh", "-c", "echo x > begun; sleep 600"], seconds=600)
    task_id, row = await shop.ask(wishes(asked))
    await shop.allow(row)
    working_on = asyncio.ensure_future(working.work_assignment(shop.at.ctx, task_id, "a1"))
    place = shop.sandbox.folder / "T1"
    while not list(place.glob("*/begun")):  # noqa: ASYNC110 - another process makes it
        await asyncio.sleep(0.02)
    await tasks.stop(shop.at.ctx, task_id, by="U1")
    assert await working_on == "skipped"
    await worktree_sweep.sweep(shop.at.ctx)
    assert list(place.iterdir()) == []


async def test_a_later_round_goes_on_where_the_last_one_ended(shop: Shop) -> None:
    task_id = await shop.work(the_edit(shop))
    await tasks.stop(shop.at.ctx, task_id, by="U1")
    await worktree_sweep.sweep(shop.at.ctx)
    async with shop.at.ctx.database.begin() as uow:
        task = await uow.tasks.get(task_id, lock=True)
        tasks.open_round(task, now=shop.at.clock.now())
    assert await planning.plan_task(shop.at.ctx, task_id) == "work"
    shop.at.model.enqueue(
        ToolWorkRequest,
        wishes(shop.asks("open", repository="shop", purpose="more")),
        wishes(shop.asks("read_file", path="app.py")),
    )
    await shop.allow(await shop.pause(task_id))
    assert await working.work_assignment(shop.at.ctx, task_id, "a1") == "done"
    assert shop.told == [("    1 answer = 42", False)]
    first, second = await shop.rows()
    assert (second.base, second.patch) == (first.base, first.patch)


async def test_only_allowed_programs_are_run(shop: Shop) -> None:
    shop.sandbox.settings = SandboxSettings(commands="cat, make")
    await shop.work(
        wishes(
            shop.asks("run", 1, command=["cat", "app.py"]),
            shop.asks("run", 2, command=["sh", "-c", "cat app.py"]),
            shop.asks("run", 3, command=["./cat"]),
            shop.asks("run", 4, command=[]),
        )
    )
    (fine, no), *others = shop.told
    assert ("answer = 41" in fine, no) == (True, False)
    assert all(failed for _, failed in others)
    assert "may not be run; may: cat, make" in others[0][0]


async def test_a_machine_without_bubblewrap_runs_nothing(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    task_id, row = await shop.ask(the_edit(shop))
    await shop.allow(row)
    monkeypatch.setenv("PATH", "/nonexistent")
    bare = Sandbox(SandboxSettings(), shop.sandbox.folder)
    ctx = replace(shop.at.ctx, sandbox=bare)
    assert await working.work_assignment(ctx, task_id, "a1") == "done"
    assert "There is no `bwrap` on this machine." in await bare.problem()
    assert await shop.rows() == []
