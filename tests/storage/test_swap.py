"""Files change places whole: whatever fails or kills in between, none is lost or mistaken."""

import errno
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from storage.files import own_folder
from storage.swap import UNDER_WAY, is_cut_off, swap


class Killed(BaseException):
    """The process ends here; no handler of ours may see to it."""


def ours(folder: Path) -> dict[Path, Path]:
    """Make old files, the first with a log, and new ones; returns the places."""
    new = folder / f"{UNDER_WAY}x"
    new.mkdir()
    for name in ("engine.db", "our.db"):
        (folder / name).write_text(f"old {name}")
        (new / name).write_text(f"new {name}")
    (folder / "our.db-wal").write_text("log")
    return {folder / name: new / name for name in ("engine.db", "our.db")}


def there(folder: Path) -> dict[str, str]:
    return {file.name: file.read_text() for file in folder.iterdir() if file.is_file()}


def failing(at: int, error: BaseException) -> Iterator[None]:
    """Let the rename number `at` fail."""
    real, count = Path.rename, 0

    def rename(self: Path, target: Path) -> Path:
        nonlocal count
        count += 1
        if count == at:
            raise error
        return real(self, target)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Path, "rename", rename)
        yield


def test_the_old_ones_stay_beside(tmp_path: Path) -> None:
    kept = swap(ours(tmp_path), suffix="before-1")
    assert {file.name for file in kept} == {"engine.db.before-1", "our.db.before-1"}
    assert there(tmp_path) == {
        "engine.db": "new engine.db",
        "our.db": "new our.db",
        "engine.db.before-1": "old engine.db",
        "our.db.before-1": "old our.db",
        "our.db.before-1-wal": "log",
    }


def test_the_log_is_written_into_its_file_first(tmp_path: Path) -> None:
    """So that a file and its log are never apart."""
    old, new = tmp_path / "our.db", tmp_path / "new.db"
    with closing(sqlite3.connect(old)) as writer:
        writer.execute("PRAGMA journal_mode = WAL")
        writer.execute("CREATE TABLE song (title TEXT)")
        new.touch()
        swap({old: new}, suffix="before-1")
    with closing(sqlite3.connect(f"file:{tmp_path}/our.db.before-1?immutable=1", uri=True)) as kept:
        assert kept.execute("SELECT count(*) FROM song").fetchone() == (0,)


@pytest.mark.parametrize("at", range(1, 6))
def test_one_that_cannot_be_renamed_leaves_all_as_they_were(tmp_path: Path, at: int) -> None:
    places = ours(tmp_path)
    before = there(tmp_path)
    for _ in failing(at, OSError(errno.EACCES, "no")):
        with pytest.raises(OSError, match="no"):
            swap(places, suffix="before-1")
    assert there(tmp_path) == before


@pytest.mark.parametrize("at", range(1, 6))
def test_killed_between_any_two_renames_it_is_seen(tmp_path: Path, at: int) -> None:
    """A start would else make an empty database and hide the old one."""
    places = ours(tmp_path)
    for _ in failing(at, Killed()):
        with pytest.raises(Killed):
            swap(places, suffix="before-1")
    assert (tmp_path / "our.db").exists() != is_cut_off(tmp_path / "our.db")
    found = set(there(tmp_path).values())
    assert {"old our.db", "old engine.db"} <= found


def test_folders_of_killed_processes_go_and_those_of_living_stay(tmp_path: Path) -> None:
    left = tmp_path / ".mine-left"
    left.mkdir()
    (left / "file").write_text("much")
    (tmp_path / ".mine-file").write_text("no folder")
    code = (
        "import sys\nfrom pathlib import Path\nfrom storage.files import own_folder\n"
        "with own_folder(Path(sys.argv[1]), prefix='.mine-') as at:\n"
        "    print(at, flush=True)\n    sys.stdin.read()\n"
    )
    command = [sys.executable, "-c", code, str(tmp_path)]
    with subprocess.Popen(command, stdin=-1, stdout=-1, text=True) as other:
        assert other.stdout is not None
        theirs = Path(other.stdout.readline().strip())
        assert not left.exists()
        with own_folder(tmp_path, prefix=".mine-") as mine:
            assert mine.is_dir()
            assert theirs.is_dir()
        assert not mine.exists()
        other.kill()
    with own_folder(tmp_path, prefix=".mine-"):
        assert not theirs.exists()
