"""An export as a commit: on its own branch, with the checkout left exactly as it was."""

import subprocess
from pathlib import Path

import pytest

from bot.adr.git import GitTarget, repository_label
from bot.errors import UserFacingError

FILES = {"0001-go.md": b"# Go\n", "README.md": b"list\n"}


def git(repository: Path, *words: str) -> str:
    identity = ("-c", "user.name=T", "-c", "user.email=t@localhost")
    done = subprocess.run(
        ["git", "-C", str(repository), *identity, *words], capture_output=True, check=True
    )
    return done.stdout.decode().strip()


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository with one commit, a changed file and something staged."""
    place = tmp_path / "shop"
    place.mkdir()
    git(place, "init", "-q", "-b", "main")
    (place / "code.py").write_text("1\n")
    git(place, "add", ".")
    git(place, "commit", "-qm", "Begin")
    (place / "code.py").write_text("2\n")
    (place / "staged.py").write_text("3\n")
    git(place, "add", "staged.py")
    return place


def test_a_commit_leaves_the_checkout_alone(repository: Path) -> None:
    before = git(repository, "status", "--porcelain"), git(repository, "rev-parse", "HEAD")
    done = GitTarget(repository, "adr/lead", "docs/decisions").write(FILES, "Record 1 decision")
    assert done.startswith("Committed ")
    assert (git(repository, "status", "--porcelain"), git(repository, "rev-parse", "HEAD")) == (
        before
    )
    shown = git(repository, "ls-tree", "-r", "--name-only", "adr/lead").splitlines()
    assert shown == ["code.py", "docs/decisions/0001-go.md", "docs/decisions/README.md"]
    assert git(repository, "show", "adr/lead:docs/decisions/0001-go.md") == "# Go"
    assert git(repository, "log", "-1", "--format=%s", "adr/lead") == "Record 1 decision"
    assert git(repository, "rev-parse", "adr/lead~1") == before[1]


def test_the_same_again_is_no_commit(repository: Path) -> None:
    GitTarget(repository, "adr/lead", "docs").write(FILES, "One")
    head = git(repository, "rev-parse", "adr/lead")
    target = GitTarget(repository, "adr/lead", "docs")
    assert target.read("0001-go.md") == b"# Go\n"
    assert target.read("0002-no.md") is None
    assert target.write(FILES, "Two") == "Nothing to commit on adr/lead."
    assert git(repository, "rev-parse", "adr/lead") == head


def test_a_commit_that_came_meanwhile_is_not_lost(repository: Path) -> None:
    target = GitTarget(repository, "adr/lead", "docs")
    GitTarget(repository, "adr/lead", "docs").write(FILES, "First")
    with pytest.raises(UserFacingError, match="update-ref failed"):
        target.write({"0002-x.md": b"x"}, "Second")
    assert git(repository, "log", "-1", "--format=%s", "adr/lead") == "First"


def test_a_new_and_a_bare_repository(tmp_path: Path) -> None:
    for words in (("init", "-q"), ("init", "-q", "--bare")):
        place = tmp_path / str(len(words))
        place.mkdir()
        git(place, *words)
        assert GitTarget(place, "adr", ".").read("README.md") is None
        GitTarget(place, "adr", "").write(FILES, "Begin")
        assert git(place, "show", "adr:README.md") == "list"


def test_it_is_pushed_when_asked_to(repository: Path, tmp_path: Path) -> None:
    origin = tmp_path / "origin.git"
    git(tmp_path, "init", "-q", "--bare", str(origin))
    git(repository, "remote", "add", "origin", str(origin))
    done = GitTarget(repository, "adr/lead", "docs", push=True).write(FILES, "One")
    assert done.endswith("Pushed to origin.")
    assert git(origin, "show", "adr/lead:docs/README.md") == "list"


def test_what_cannot_be_committed_is_said(repository: Path, tmp_path: Path) -> None:
    with pytest.raises(UserFacingError, match="is no Git repository"):
        GitTarget(tmp_path / "nowhere", "adr", "docs")
    with pytest.raises(UserFacingError, match="cannot be the name of a branch"):
        GitTarget(repository, "a..b", "docs")
    with pytest.raises(UserFacingError, match="main is checked out"):
        GitTarget(repository, "main", "docs")
    for inside in ("/docs", "../docs", ".git/hooks"):
        with pytest.raises(UserFacingError, match="is no folder within a repository"):
            GitTarget(repository, "adr", inside)
    with pytest.raises(UserFacingError, match="push failed"):
        GitTarget(repository, "adr", "docs", push=True).write(FILES, "One")


def test_a_set_of_files_is_called_by_its_repository(repository: Path, tmp_path: Path) -> None:
    inside = repository / "docs" / "adr"
    inside.mkdir(parents=True)
    assert repository_label(inside) == "shop/docs/adr"
    assert repository_label(repository) == "shop"
    git(repository, "remote", "add", "origin", "git@host.test:team/webshop.git")
    assert repository_label(inside) == "webshop/docs/adr"
    assert repository_label(tmp_path) == tmp_path.resolve().as_posix()
