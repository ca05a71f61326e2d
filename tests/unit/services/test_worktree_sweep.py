"""Worktrees whose round is over: the patch is handed over, a branch made, the folder removed."""

import errno
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.domain.task import TaskState
from bot.services import repositories, tasks, worktree_sweep
from bot.services.retention import remove_rows
from bot.settings import RetentionSettings
from bot.tools.sandbox import Sandbox
from bot.tools.sandbox.folders import half_written
from tests.support.desk import Desk
from tests.support.sandboxes import git
from tests.support.shops import Shop, office_of, the_edit
from tests.support.tool_servers import wishes

TOKEN = "ghp_" + "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8"


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


async def test_a_branch_is_made_once_and_pushed(shop: Shop, office: Desk, tmp_path: Path) -> None:
    origin = tmp_path / "origin.git"
    git(tmp_path, "init", "-q", "--bare", str(origin))
    git(shop.repository, "remote", "add", "origin", str(origin))
    pushing = Shop(office_of(office, shop.sandbox, branch="push"), shop.sandbox, shop.repository)
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
    local = Shop(office_of(office, shop.sandbox, branch="local"), shop.sandbox, shop.repository)
    task_id = await local.work(the_edit(shop))
    await tasks.stop(local.at.ctx, task_id, by="U1")
    for _ in range(12):
        await worktree_sweep.sweep(local.at.ctx)
        local.at.clock.advance(timedelta(minutes=10))
    (row,) = await shop.rows()
    assert (row.tries, row.branch, row.branch_at) == (5, "", None)
    last = (await local.posts())[-1].payload["text"]
    assert "could not make a branch of *shop*: there is a branch teamlead/t-1 already" in last
    assert git(shop.repository, "show", "teamlead/t-1:app.py") == "answer = 41"


async def test_a_machine_that_fails_is_no_reason_to_leave_the_others(
    shop: Shop, office: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def full(*_: object, **__: object) -> str:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(worktree_sweep, "make_branch", full)
    local = Shop(office_of(office, shop.sandbox, branch="local"), shop.sandbox, shop.repository)
    task_id = await local.work(the_edit(shop))
    await tasks.stop(local.at.ctx, task_id, by="U1")
    await worktree_sweep.sweep(local.at.ctx)
    await worktree_sweep.sweep(local.at.ctx)
    (row,) = await shop.rows()
    assert (row.tries, row.problem) == (1, "The machine says: No space left on device.")
    assert not shop.sandbox.worktree("T1", row.id).is_there


async def test_a_worktree_that_breaks_keeps_no_folder_and_no_other_waiting(
    shop: Shop, office: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: object, **__: object) -> str:
        raise ValueError("nobody thought of this")

    monkeypatch.setattr(worktree_sweep, "make_branch", broken)
    local = Shop(office_of(office, shop.sandbox, branch="local"), shop.sandbox, shop.repository)
    task_id = await local.work(the_edit(shop))
    await tasks.stop(local.at.ctx, task_id, by="U1")
    assert await worktree_sweep.sweep(local.at.ctx) == 1
    assert await worktree_sweep.sweep(local.at.ctx) == 0
    (row,) = await shop.rows()
    assert (row.tries, row.branch) == (1, "")
    assert not shop.sandbox.worktree("T1", row.id).is_there
    for _ in range(worktree_sweep.MOST_TRIES + 1):
        local.at.clock.advance(timedelta(minutes=30))
        await worktree_sweep.sweep(local.at.ctx)
    (row,) = await shop.rows()
    assert (row.tries, row.branch_at) == (worktree_sweep.MOST_TRIES, None)
    last = (await local.posts())[-1].payload["text"]
    assert "could not make a branch of *shop*: each try broke off" in last


async def test_the_machine_is_tried_before_a_specialist_s_step_waits_for_it(shop: Shop) -> None:
    """Once there is a repository that may be changed, and never again while it works."""
    fresh = Sandbox(shop.sandbox.settings, shop.at.ctx.settings.app.home)
    ctx = replace(shop.at.ctx, sandbox=fresh)
    async with ctx.database.read() as uow:
        assert await uow.code_repositories.any_writable()
    await repositories.allow(ctx, "T1", "shop", change=False)
    await worktree_sweep.sweep(ctx)
    assert not fresh.was_tried
    await repositories.allow(ctx, "T1", "shop", change=True)
    await worktree_sweep.sweep(ctx)
    assert fresh.was_tried


async def test_what_a_killed_process_wrote_by_half_is_no_change(shop: Shop) -> None:
    await shop.work(the_edit(shop))
    (row,) = await shop.rows()
    tree = shop.sandbox.worktree("T1", row.id)
    before = await tree.patch(row.base, most=10_000)
    (tree.folder / half_written("0123456789abcdef")).write_text("half")
    assert await tree.patch(row.base, most=10_000) == before


async def test_a_file_whose_rights_were_taken_away_is_in_the_patch(shop: Shop) -> None:
    """Root reads it anyway, any other bot would take in nothing of the worktree."""
    await shop.work(the_edit(shop))
    (row,) = await shop.rows()
    tree = shop.sandbox.worktree("T1", row.id)
    (tree.folder / "closed.py").write_text("x = 1\n")
    (tree.folder / "closed.py").chmod(0)
    assert b"closed.py" in ((await tree.patch(row.base, most=10_000)).data or b"")
    assert (tree.folder / "closed.py").stat().st_mode & 0o777 == 0o600


async def test_folders_that_nobody_knows_are_removed_and_open_ones_stay(shop: Shop) -> None:
    await shop.work(the_edit(shop))
    (row,) = await shop.rows()
    stray = shop.sandbox.worktree("T1", "a" * 32)
    await stray.make(shop.repository, row.base)
    await worktree_sweep.sweep(shop.at.ctx)
    assert not stray.is_there
    assert shop.sandbox.worktree("T1", row.id).is_there


async def test_what_another_process_works_in_stays(shop: Shop, tmp_path: Path) -> None:
    """Two processes share a machine: neither removes what the other one measures just now."""
    other = Sandbox(shop.sandbox.settings, tmp_path)
    assert other.folder == shop.sandbox.folder
    await shop.work(the_edit(shop))
    (row,) = await shop.rows()
    stray = other.worktree("T1", "b" * 32)
    async with other.alone("b" * 32):
        await stray.make(shop.repository, row.base)
        await worktree_sweep.sweep(shop.at.ctx)
        assert stray.is_there
    await worktree_sweep.sweep(shop.at.ctx)
    assert not stray.is_there


async def test_patches_go_with_the_messages_of_ended_tasks(shop: Shop) -> None:
    ctx = shop.at.ctx
    task_id = await shop.work(the_edit(shop))
    later = shop.at.clock.now() + timedelta(days=31)
    settings = RetentionSettings(message_days=30)
    assert (await remove_rows(ctx.database, settings, now=later))["worktree_patches"] == 0
    await tasks.stop(ctx, task_id, by="U1")
    assert (await remove_rows(ctx.database, settings, now=later))["worktree_patches"] == 1
    assert (await shop.at.task(task_id)).state is TaskState.STOPPED
    (row,) = await shop.rows()
    assert (row.patch, row.files) == (None, 2)
