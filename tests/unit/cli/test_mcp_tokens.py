"""`teamlead mcp-tokens`: the secret is printed once, nothing else tells it."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli.app import app
from bot.errors import UserFacingError
from tests.support.command_line import command
from tests.support.databases import migrated_file


@pytest.fixture(autouse=True)
async def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEAMLEAD_HOME", str(tmp_path))
    await migrated_file(tmp_path / "teamlead.db")


def kept(folder: Path) -> str:
    """Return all that the database's files hold."""
    files = list(folder.glob("*.db*"))
    assert files
    return "".join(file.read_bytes().decode("latin-1") for file in files)


async def test_a_token_from_its_making_to_its_end(tmp_path: Path) -> None:
    assert "No token yet" in await command("mcp-tokens")
    made = await command("mcp-tokens", "create", "Coder", "--user", "U012AB", "--days", "0")
    about, _, secret = made.rstrip("\n").rpartition("\n")
    assert secret.startswith("tlmcp_")
    assert "coder: memory:read records:read; without an end, of U012AB." in about

    listed = await command("mcp-tokens")
    assert "coder: without an end, never used, of U012AB\n  memory:read records:read" in listed
    (row,) = json.loads(await command("mcp-tokens", "--json"))
    assert (row["name"], row["counts"], row["expires_at"]) == ("coder", True, None)
    assert await command("mcp-tokens", "revoke", "coder") == "coder is revoked.\n"
    (row,) = json.loads(await command("mcp-tokens", "--json"))
    assert not row["counts"]
    assert secret not in listed + json.dumps(row) + kept(tmp_path)


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("create", "a b"), "is no name for a token"),
        (("create", "coder", "--scope", "all"), "“all” is no scope. There are memory:read"),
        (("create", "coder", "--scope", "tasks:write"), "belongs to a person"),
        (("create", "coder", "--user", "maya"), "is no person's id"),
        (("create", "coder", "--days", "-1"), "A token lasts 1 to 3,650 days"),
        (("revoke", "coder"), "I know no token 'coder'"),
        (("create", "coder", "--workspace", "T404"), "I know no workspace 'T404'"),
    ],
)
async def test_what_cannot_be_made_is_said_in_a_sentence(words: tuple[str, ...], why: str) -> None:
    with pytest.raises(UserFacingError) as refused:
        await command("mcp-tokens", *words)
    assert why in refused.value.sentence()


async def test_a_name_is_taken_until_it_is_revoked() -> None:
    await command("mcp-tokens", "create", "coder")
    with pytest.raises(UserFacingError, match="There is a token coder already"):
        await command("mcp-tokens", "create", "CODER")
    await command("mcp-tokens", "revoke", "coder")
    assert "tlmcp_" in await command("mcp-tokens", "create", "coder")


def test_stdio_refuses_before_it_serves() -> None:
    refused = CliRunner().invoke(app, ["mcp", "--user", "maya"]).exception
    assert isinstance(refused, UserFacingError)
    assert refused.text == "“maya” is no person's id."
