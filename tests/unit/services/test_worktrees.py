"""Throw-away worktrees of tasks: opened by a yes, worked in, handed over as a patch, gone."""

import asyncio
import base64
import shutil
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from bot.domain.task import TaskState
from bot.domain.tool_call import CallState, ToolWish
from bot.model.port import ToolWorkRequest
from bot.services import (
    repositories,
    tasks,
    tool_call_answers,
    working,
    worktree_sweep,
    worktrees,
)
from bot.services.repositories import NewRepository
from bot.services.retention import remove_rows
from bot.services.tool_call_answers import Answer
from bot.services.tool_calls import YesNeeded
from bot.settings import RetentionSettings, SandboxSettings
from bot.tools.sandbox import Sandbox
from bot.workflows import errors
from storage.models import OutboxRow, ToolCall, Worktree
from tests.support.desk import Desk, desk
from tests.support.sandboxes import a_repository, git, sandbox_or_skip
from tests.support.tool_servers import KeptTools, at_work, wish, wishes, with_tools

TOKEN = "ghp_" + "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8"


class Killed(BaseException):
    """The process ends here; no handler of ours may see to it."""


@dataclass(frozen=True)
class Shop:
    """A desk whose specialists may change one repository."""

    at: Desk
    sandbox: Sandbox
    repository: Path

    def asks(self, tool: str, number: int = 1, **arguments: Any) -> ToolWish:
        """Return a wish for one call of the sandbox."""
        return wish(tool, server="sandbox", number=number, **arguments)

    @property
    def told(self) -> list[tuple[str, bool]]:
        """What the last request was told of its last turn's calls."""
        request = self.at.model.asked(ToolWorkRequest)[-1]
        assert isinstance(request, ToolWorkRequest)
        return [(r.text, r.failed) for r in request.exchanges[-1].results]

    @property
    def offered(self) -> set[str]:
        """The tools of the last request."""
        request = self.at.model.asked(ToolWorkRequest)[-1]
        assert isinstance(request, ToolWorkRequest)
        return {tool.name.removeprefix("sandbox__") for tool in request.tools}

    async def rows(self) -> list[Worktree]:
        """All worktrees."""
        async with self.at.ctx.database.read() as uow:
            task = await uow.tasks.by_number("T1", 1, seen_from="C1")
            found = [await uow.worktrees.of_round(task.id, n) for n in range(1, task.round + 1)]
        return [row for each in found for row in each]

    async def posts(self) -> list[OutboxRow]:
        """What waits to be sent of patches and branches, oldest first."""
        from sqlalchemy import select

        async with self.at.ctx.database.read() as uow:
            rows = (await uow.session.scalars(select(OutboxRow).order_by(OutboxRow.id))).all()
        return [row for row in rows if row.key.partition(":")[0] in ("patch", "branch")]

    async def ask(self, *turns: Any) -> tuple[str, ToolCall]:
        """Let a task come to the question whether code may be changed, and pause."""
        asked = wishes(self.asks("open", repository="shop", purpose="mend the answer"))
        task_id = await at_work(self.at, asked, *turns)
        return task_id, await self.pause(task_id)

    async def pause(self, task_id: str) -> ToolCall:
        """Work until a person is asked."""
        with pytest.raises(YesNeeded) as needed:
            await working.work_assignment(self.at.ctx, task_id, "a1")
        task = await self.at.task(task_id)
        await errors.settle(self.at.ctx, task_id, needed.value, run=task.workflow_id)
        async with self.at.ctx.database.read() as uow:
            return (await uow.tool_calls.of_task(task_id, limit=1))[0]

    async def allow(self, row: ToolCall, *, allow: bool = True) -> None:
        """Say yes or no."""
        given = Answer("T1", row.task_id, row.id, allow=allow, by="U2", receipt=f"click:{row.id}")
        await tool_call_answers.answer(self.at.ctx, given)

    async def work(self, *turns: Any) -> str:
        """Ask, be allowed, and do these turns; returns the task's id."""
        task_id, row = await self.ask(*turns)
        await self.allow(row)
        assert await working.work_assignment(self.at.ctx, task_id, "a1") == "done"
        return task_id


def _office(office: Desk, sandbox: Sandbox, **settings: Any) -> Desk:
    chosen = SandboxSettings(enabled=True, **settings)
    home = office.ctx.settings.app.home
    own = desk(office.ctx.database, home, model=office.model, sandbox=chosen)
    at = with_tools(own, KeptTools(), "sandbox")
    return Desk(replace(at.ctx, sandbox=sandbox), at.model, at.news)


@pytest.fixture
async def shop(office: Desk, tmp_path: Path) -> AsyncIterator[Shop]:
    repository = a_repository(tmp_path / "shop", app_py="answer = 41\n")
    sandbox = Sandbox(SandboxSettings(seconds=20), tmp_path)
    await sandbox_or_skip(sandbox)
    at = _office(office, sandbox)
    await repositories.add(at.ctx, NewRepository("T1", "shop", str(repository)))
    await repositories.allow(at.ctx, "T1", "shop", change=True)
    yield Shop(at, sandbox, repository)
    shutil.rmtree(sandbox.folder, ignore_errors=True)


def the_edit(shop: Shop) -> Any:
    return wishes(
        shop.asks("edit_file", 1, path="app.py", old="41", new="42"),
        shop.asks("run", 2, command=["sh", "-c", "cat app.py; echo more > notes.txt"]),
    )


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
    off = _office(office, shop.sandbox)
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
    from bot.tools.sandbox.worktree import Worktree as Tree

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
    from bot.services import planning

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


@pytest.mark.parametrize(
    ("command", "says"),
    [
        (f"echo token={TOKEN} > conf.py", "looks like a secret (github token)"),
        ("head -c 2000000 /dev/urandom > large.bin", "more than 1,000 kB"),
    ],
)
async def test_secrets_and_too_much_are_said_and_not_attached(
    shop: Shop, command: str, says: str
) -> None:
    ctx = shop.at.ctx
    task_id = await shop.work(wishes(shop.asks("run", command=["sh", "-c", command])))
    await tasks.stop(ctx, task_id, by="U1")
    await worktree_sweep.sweep(ctx)
    (post,) = await shop.posts()
    assert post.method == "chat.postMessage"
    assert says in post.payload["text"]
    assert TOKEN not in str(post.payload)
    (row,) = await shop.rows()
    assert row.branch_at is None


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


async def test_a_branch_is_made_once_and_pushed(shop: Shop, office: Desk, tmp_path: Path) -> None:
    origin = tmp_path / "origin.git"
    git(tmp_path, "init", "-q", "--bare", str(origin))
    git(shop.repository, "remote", "add", "origin", str(origin))
    pushing = Shop(_office(office, shop.sandbox, branch="push"), shop.sandbox, shop.repository)
    ctx = pushing.at.ctx
    task_id = await pushing.work(the_edit(shop))
    await tasks.stop(ctx, task_id, by="U1")
    assert await worktree_sweep.sweep(ctx) == 1
    assert await worktree_sweep.sweep(ctx) == 1
    assert await worktree_sweep.sweep(ctx) == 0
    for place in (shop.repository, origin):
        assert git(place, "show", "teamlead/t-1:app.py") == "answer = 42"
    assert git(shop.repository, "status", "--porcelain") == ""
    assert [post.key.partition(":")[0] for post in await pushing.posts()] == ["patch", "branch"]
    said = (await pushing.posts())[1].payload["text"]
    assert said == "The changes are on branch `teamlead/t-1` of *shop*, pushed to origin."


async def test_a_branch_that_cannot_be_made_is_tried_again_and_then_said(
    shop: Shop, office: Desk
) -> None:
    git(shop.repository, "branch", "teamlead/t-1")  # somebody else's
    local = Shop(_office(office, shop.sandbox, branch="local"), shop.sandbox, shop.repository)
    task_id = await local.work(the_edit(shop))
    await tasks.stop(local.at.ctx, task_id, by="U1")
    for _ in range(12):
        await worktree_sweep.sweep(local.at.ctx)
        local.at.clock.advance(worktree_sweep.timedelta(minutes=10))
    (row,) = await shop.rows()
    assert (row.tries, row.branch, row.branch_at) == (5, "", None)
    last = (await local.posts())[-1].payload["text"]
    assert "could not make a branch of *shop*: there is a branch teamlead/t-1 already" in last
    assert git(shop.repository, "show", "teamlead/t-1:app.py") == "answer = 41"


async def test_folders_that_nobody_knows_are_removed_and_open_ones_stay(shop: Shop) -> None:
    await shop.work(the_edit(shop))
    (row,) = await shop.rows()
    stray = shop.sandbox.worktree("T1", "a" * 32)
    await stray.make(shop.repository, row.base)
    await worktree_sweep.sweep(shop.at.ctx)
    assert not stray.is_there
    assert shop.sandbox.worktree("T1", row.id).is_there


async def test_patches_go_with_the_messages_of_ended_tasks(shop: Shop) -> None:
    ctx = shop.at.ctx
    task_id = await shop.work(the_edit(shop))
    later = shop.at.clock.now() + worktree_sweep.timedelta(days=31)
    settings = RetentionSettings(message_days=30)
    assert (await remove_rows(ctx.database, settings, now=later))["worktree_patches"] == 0
    await tasks.stop(ctx, task_id, by="U1")
    assert (await remove_rows(ctx.database, settings, now=later))["worktree_patches"] == 1
    assert (await shop.at.task(task_id)).state is TaskState.STOPPED
    (row,) = await shop.rows()
    assert (row.patch, row.files) == (None, 2)
