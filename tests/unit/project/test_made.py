"""What is costly to make for tests is made once for this code, whole, and anew for other code."""

from pathlib import Path

import pytest

from tests.support import made


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A place of this test's own."""
    monkeypatch.setattr(made, "_PLACE", tmp_path / "made")
    return tmp_path / "made"


def test_it_is_made_once(place: Path) -> None:
    first = made.made_once("words", lambda file: file.write_text("first"))
    again = made.made_once("words", lambda file: file.write_text("again"))
    assert (first, again.read_text()) == (again, "first")
    assert first.parent == place


def test_other_code_makes_its_own(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = made.made_once("words", lambda file: file.write_text("first"))
    monkeypatch.setattr(made, "_code", lambda: "other")
    other = made.made_once("words", lambda file: file.write_text("other"))
    assert (first.read_text(), other.read_text()) == ("first", "other")


def test_what_failed_half_way_is_made_by_the_next(place: Path) -> None:
    def broken(file: Path) -> None:
        file.write_text("half")
        raise OSError("no space")

    with pytest.raises(OSError, match="no space"):
        made.made_once("words", broken)
    assert made.made_once("words", lambda file: file.write_text("whole")).read_text() == "whole"
