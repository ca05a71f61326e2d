"""What of a folder is read, and why the rest is not."""

import os
from pathlib import Path

import pytest

from bot.adr.folder import MAX_BYTES, read_folder
from bot.errors import UserFacingError
from tests.support.adr_files import nygard

RECORD = nygard(1, "Accepted")


def reasons(folder: Path) -> dict[str, str]:
    return {skipped.path: skipped.why for skipped in read_folder(folder).skipped}


def test_what_is_no_record_is_listed_with_its_reason(tmp_path: Path) -> None:
    (tmp_path / "0001-a.md").write_text(RECORD)
    (tmp_path / "0002-link.md").symlink_to(tmp_path / "0001-a.md")
    (tmp_path / "0003-large.md").write_text("x" * (MAX_BYTES + 1))
    (tmp_path / "0004-binary.md").write_bytes(b"# x\x00\x01")
    (tmp_path / "index.md").write_text(RECORD)
    (tmp_path / "picture.png").write_bytes(b"x")
    with open(os.fsencode(tmp_path) + b"/caf\xe9.md", "w") as file:
        file.write(RECORD)
    assert [found.file.path for found in read_folder(tmp_path).found] == ["0001-a.md"]
    assert reasons(tmp_path) == {
        "0002-link.md": "a link to another file",
        "0003-large.md": "larger than 1 MB",
        "0004-binary.md": "no text",
        "caf?.md": "its name is not UTF-8",
        "index.md": "an index",
    }


def test_hidden_and_foreign_folders_are_left_alone(tmp_path: Path) -> None:
    for name in (".git", "node_modules", "sub/.hidden"):
        (tmp_path / name).mkdir(parents=True)
        (tmp_path / name / "0001-a.md").write_text(RECORD)
    (tmp_path / "sub" / "0002-b.md").write_text(RECORD)
    found = read_folder(tmp_path)
    assert [item.file.path for item in found.found] == ["sub/0002-b.md"]
    assert found.skipped == ()


def test_a_record_alone_in_its_folder_may_be_its_index(tmp_path: Path) -> None:
    (tmp_path / "queues").mkdir()
    (tmp_path / "queues" / "index.md").write_text(RECORD)
    (tmp_path / "queues" / "README.md").write_text("# Queues\n")
    assert [item.file.path for item in read_folder(tmp_path).found] == ["queues/index.md"]


def test_latin_1_is_read_and_reported(tmp_path: Path) -> None:
    (tmp_path / "0001-a.md").write_bytes(RECORD.replace("queue", "Schlüssel").encode("latin-1"))
    [found] = read_folder(tmp_path).found
    assert "Schlüssel" in found.file.record.title
    assert found.file.problems == ("not UTF-8; read as Latin-1",)


def test_what_is_no_folder_is_said(tmp_path: Path) -> None:
    with pytest.raises(UserFacingError, match="is no folder"):
        read_folder(tmp_path / "nowhere")
