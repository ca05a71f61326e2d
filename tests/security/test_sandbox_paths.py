"""Attempts to write or read, through a worktree's paths, what lies elsewhere or is Git's own."""

import os
from pathlib import Path
from typing import Any

import pytest

from bot.tools.repository import Outside
from bot.tools.sandbox import files
from bot.tools.sandbox.limits import owner

CANARY = "canary"


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A worktree with links that lead out of it, beside what must stay as it is."""
    outside, root = tmp_path / "outside", tmp_path / "tree"
    outside.mkdir()
    (outside / "file.txt").write_text(CANARY)
    (root / "src").mkdir(parents=True)
    (root / "src" / "app.py").write_text("answer = 42\n")
    (root / ".git").mkdir()
    (root / "folder").symlink_to(outside)
    (root / "link").symlink_to(outside / "file.txt")
    (root / "self").symlink_to("src/app.py")
    (root / "absolute").symlink_to("/etc/passwd")
    (root / "up").symlink_to("..")
    os.mkfifo(root / "pipe")
    return root


PATHS = (
    "../outside/file.txt", "src/../../outside/file.txt", "..", "/etc/passwd", "//etc/passwd",
    "~/file.txt", "~root/file.txt", "C:\\file.txt", "..\\outside\\file.txt", "\\\\host\\file.txt",
    "folder/file.txt", "folder/new.txt", "folder/new/file.txt", "link", "self", "absolute",
    "up/outside/file.txt", "pipe", "src", "", ".", "src/app.py/x", "a\x00b", "a\nb", "x" * 1_001,
    ".git/config", ".git/hooks/pre-commit", "src/.git/config", ".GIT/config", ".git./config",
    ".git::$INDEX_ALLOCATION/config", "git~1/../.git/config", ".env", "src/.env.production",
    "deploy/id_rsa", "tls/server.key",
)  # fmt: skip


@pytest.mark.parametrize("path", PATHS)
def test_no_path_leads_out(tree: Path, path: str) -> None:
    """Neither by writing nor by reading nor by editing, and nothing is made on the way."""
    before = sorted(tree.rglob("*"))
    with pytest.raises(Outside):
        files.write(tree, path, b"mine", owner=None)
    with pytest.raises(Outside):
        files.read(tree, path)
    with pytest.raises(Outside):
        files.edit(tree, path, CANARY, "mine", owner=None)
    assert (tree.parent / "outside" / "file.txt").read_text() == CANARY
    assert sorted(path.name for path in (tree.parent / "outside").iterdir()) == ["file.txt"]
    assert sorted(tree.rglob("*")) == before


def test_what_is_inside_is_written_read_and_edited(tree: Path) -> None:
    files.write(tree, "new/deep/app.py", b"a = 1\nb = 2\n", owner=owner())
    assert files.read(tree, "./new//deep/app.py") == b"a = 1\nb = 2\n"
    assert files.edit(tree, "new/deep/app.py", "b = 2", "b = 3", owner=owner()) == 2
    assert (tree / "new" / "deep" / "app.py").read_text() == "a = 1\nb = 3\n"


@pytest.mark.parametrize(
    ("old", "says"), [("x", "2 times"), ("nowhere", "not in it"), ("", "empty")]
)
def test_an_edit_means_one_place(tree: Path, old: str, says: str) -> None:
    (tree / "two.txt").write_text("x x")
    with pytest.raises(Outside, match=says):
        files.edit(tree, "two.txt", old, "y", owner=None)
    assert (tree / "two.txt").read_text() == "x x"


def test_a_hard_link_to_a_file_outside_keeps_its_words(tree: Path) -> None:
    hard = tree / "hard.txt"
    hard.hardlink_to(tree.parent / "outside" / "file.txt")
    files.write(tree, "hard.txt", b"mine", owner=None)
    assert hard.read_text() == "mine"
    assert (tree.parent / "outside" / "file.txt").read_text() == CANARY


def test_rights_of_becoming_somebody_else_are_not_kept(tree: Path) -> None:
    (tree / "tool").write_text("old")
    (tree / "tool").chmod(0o6755)
    files.write(tree, "tool", b"new", owner=None)
    assert (tree / "tool").stat().st_mode & 0o7777 == 0o755


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_folder_that_turns_into_a_link_meanwhile_leads_nowhere(
    tree: Path, monkeypatch: pytest.MonkeyPatch, when: str
) -> None:
    """The swap comes right before the folder is opened, or right after it."""
    outside, door = tree.parent / "outside", tree / "door"
    door.mkdir()
    real = os.open

    def swap() -> None:
        door.rename(tree / "aside")
        door.symlink_to(outside)

    def opening(path: str, *args: Any, **more: Any) -> int:
        is_door = path == "door"
        if is_door and when == "before":
            swap()
        handle = real(path, *args, **more)
        if is_door and when == "after":
            swap()
        return handle

    monkeypatch.setattr(os, "open", opening)
    if when == "before":
        with pytest.raises(Outside, match="link"):
            files.write(tree, "door/mine.txt", b"mine", owner=None)
    else:
        files.write(tree, "door/mine.txt", b"mine", owner=None)
        assert (tree / "aside" / "mine.txt").read_text() == "mine"
    assert door.is_symlink()
    assert [path.name for path in outside.iterdir()] == ["file.txt"]


def test_what_is_too_large_is_refused(tree: Path) -> None:
    with pytest.raises(Outside, match="at most"):
        files.write(tree, "big.txt", b"x" * (files.MOST_FILE + 1), owner=None)
    (tree / "big.txt").write_bytes(b"x" * (files.MOST_FILE + 1))
    with pytest.raises(Outside, match="larger"):
        files.read(tree, "big.txt")
