"""Attempts to have Git, which runs outside, run a program or read a file for a task."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.tools.sandbox import Patch
from tests.support.sandboxes import CANARY, Host, git

MOST = 100_000


def _config(folder: Path, ran: Path) -> None:
    command = f"touch {ran}"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "HEAD").write_text("ref: refs/heads/main\n")
    for name in ("objects", "refs", "hooks"):
        (folder / name).mkdir(exist_ok=True)
    (folder / "config").write_text(
        f"""[core]
\trepositoryformatversion = 0
\tfsmonitor = "{command}"
\tpager = "{command}"
\tsshCommand = "{command}"
\teditor = "{command}"
\thooksPath = {folder / "hooks"}
\tattributesFile = {folder / "attributes"}
[alias]
\tadd = "!{command}"
\tdiff = "!{command}"
[filter "evil"]
\tclean = "{command}"
\tsmudge = "{command}"
\tprocess = "{command}"
\trequired = true
[diff]
\texternal = "{command}"
[diff "evil"]
\ttextconv = "{command}"
\tcommand = "{command}"
[include]
\tpath = {folder / "more"}
"""
    )
    (folder / "attributes").write_text("* filter=evil diff=evil\n")
    for hook in ("pre-commit", "post-index-change", "post-checkout", "reference-transaction"):
        (folder / "hooks" / hook).write_text(f"#!/bin/sh\n{command}\n")
        (folder / "hooks" / hook).chmod(0o755)


def _own_folder(tree: Path, ran: Path) -> None:
    _config(tree / ".git", ran)


def _nested_folder(tree: Path, ran: Path) -> None:
    _config(tree / "sub" / ".git", ran)
    (tree / "sub" / "file.txt").write_text("x\n")


def _nested_with_a_commit(tree: Path, ran: Path) -> None:
    sub = tree / "deep" / "er"
    sub.mkdir(parents=True)
    (sub / "file.txt").write_text("x\n")
    git(sub, "init", "-q")
    git(sub, "add", "-A")
    git(sub, "commit", "-qm", "one")
    _config(sub / ".git", ran)


def _file_of_a_worktree(tree: Path, ran: Path) -> None:
    _config(tree / "evil", ran)
    (tree / ".git").write_text(f"gitdir: {tree / 'evil'}\n")


def _attributes(tree: Path, ran: Path) -> None:
    (tree / ".gitattributes").write_text(
        "* filter=evil diff=evil merge=evil working-tree-encoding=UTF-16\n"
    )
    (tree / "sub").mkdir(exist_ok=True)
    (tree / "sub" / ".gitattributes").write_text("* filter=lfs diff=lfs merge=lfs -text\n")


def _submodule(tree: Path, ran: Path) -> None:
    (tree / ".gitmodules").write_text(
        f'[submodule "x"]\n\tpath = x\n\turl = ext::sh -c "touch {ran}"\n'
        f"\tupdate = !touch {ran}\n\tignore = none\n"
    )
    (tree / "x").mkdir(exist_ok=True)
    (tree / "x" / "file.txt").write_text("x\n")


def _capital_letters(tree: Path, ran: Path) -> None:
    _config(tree / ".GIT", ran)
    _config(tree / "sub" / ".Git", ran)


ATTEMPTS: tuple[Callable[[Path, Path], None], ...] = (
    _own_folder, _nested_folder, _nested_with_a_commit, _file_of_a_worktree, _attributes,
    _submodule, _capital_letters,
)  # fmt: skip


@pytest.fixture(autouse=True)
async def _fresh(host: Host) -> None:
    await host.tree.make(host.home / "shop", host.base)


async def _patch(host: Host) -> Patch:
    return await host.tree.patch(host.base, most=MOST)


@pytest.mark.parametrize("attempt", ATTEMPTS)
async def test_git_runs_nothing_of_a_tasks(
    host: Host, attempt: Callable[[Path, Path], None], tmp_path: Path
) -> None:
    """The change beside it is in the patch, Git's own and what it would run are not."""
    ran = tmp_path / "ran"
    attempt(host.folder, ran)
    (host.folder / "app.py").write_text("answer = 43\n")
    found = await _patch(host)
    assert not ran.exists()
    assert found.data is not None
    assert b"+answer = 43\n" in found.data
    assert b".git/" not in found.data.lower()
    assert b"160000" not in found.data  # no reference to another repository
    assert await _patch(host) == found


async def test_git_outside_would_have_run_it(host: Host, tmp_path: Path) -> None:
    """The trap is one: an ordinary `git status` in the worktree springs it."""
    ran = tmp_path / "ran"
    _own_folder(host.folder, ran)
    git(host.folder, "-c", "safe.directory=*", "status")
    assert ran.exists()


async def test_a_link_is_its_target_and_never_what_lies_there(host: Host) -> None:
    (host.folder / "app.py").unlink()
    (host.folder / "app.py").symlink_to(host.home / "secret.txt")
    (host.folder / "src" / "deep.py").unlink()
    (host.folder / "src").rmdir()
    (host.folder / "src").symlink_to(host.home / "other")
    found = await _patch(host)
    assert found.data is not None
    assert CANARY.encode() not in found.data
    assert os.fsencode(host.home / "secret.txt") in found.data


async def test_what_is_ignored_by_a_link_is_not_read(host: Host) -> None:
    (host.home / "patterns").write_text("app.py\n")
    (host.folder / ".gitignore").symlink_to(host.home / "patterns")
    (host.folder / "new.py").write_text("x = 1\n")
    found = await _patch(host)
    assert found.data is not None
    assert b"new.py" in found.data


async def test_pipes_and_closed_folders_hold_nobody_up(host: Host) -> None:
    os.mkfifo(host.folder / "pipe")
    ended = await host.run("sh", "-c", "mkdir shut && echo x > shut/x && chmod 0 shut shut/x; echo")
    assert ended.code == 0
    (host.folder / "app.py").write_text("answer = 44\n")
    found = await _patch(host)
    assert found.data is not None
    assert b"+answer = 44" in found.data
    assert b"pipe" not in found.data


async def test_files_of_secrets_are_neither_laid_out_nor_kept(host: Host) -> None:
    shop = host.home / "shop"
    (shop / ".env").write_text(CANARY)
    git(shop, "add", "-A")
    git(shop, "commit", "-qm", "a secret")
    base = git(shop, "rev-parse", "HEAD")
    await host.tree.make(shop, base)
    assert not (host.folder / ".env").exists()
    (host.folder / "deploy.pem").write_text(CANARY)
    found = await host.tree.patch(base, most=MOST)
    assert found.is_empty


async def test_the_repository_is_not_written_to(host: Host) -> None:
    shop = host.home / "shop"
    before = {path: path.is_file() and path.read_bytes() for path in shop.rglob("*")}
    await host.run("sh", "-c", "echo x > new.txt; rm -rf src")
    found = await _patch(host)
    assert (found.files, found.added, found.removed) == (2, 1, 1)
    assert {path: path.is_file() and path.read_bytes() for path in shop.rglob("*")} == before


async def test_a_patch_lays_the_same_worktree_out_again(host: Host) -> None:
    await host.run(
        "sh", "-c", "printf '\\0\\1\\2' > b.bin; rm app.py; ln -s src link; chmod +x big.txt"
    )
    found = await _patch(host)
    assert found.data is not None
    other = host.sandbox.worktree("T1", "w2")
    await other.make(host.home / "shop", host.base, patch=found.data)
    assert await other.patch(host.base, most=MOST) == found
    assert (other.folder / "b.bin").read_bytes() == b"\0\1\2"
    assert (await other.patch(host.base, most=10)).data is None
    await other.remove()
    assert not other.is_there


async def test_a_worktree_that_a_kill_left_half_made_is_made_anew(host: Host) -> None:
    half = host.folder.parent / "w1.git"
    half.rename(half.with_suffix(".half"))
    assert not host.tree.is_there
    await host.tree.make(host.home / "shop", host.base)
    assert host.tree.is_there
    assert (await _patch(host)).is_empty
