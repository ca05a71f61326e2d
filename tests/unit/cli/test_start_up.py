"""What a process has not loaded when it starts: each takes megabytes and a tenth of a second."""

import subprocess
import sys

import pytest

HEAVY = {"aiohttp", "dbos", "matplotlib", "pydantic", "rich", "slack_bolt", "sqlalchemy", "yaml"}
"""Help is at hand without these."""
RARE = {
    "alembic": "new SQLite databases are made from a file",
    "anthropic.types": "bot/model/claude/sdk.py",
    "cryptography": "only many workspaces have sealed tokens",
    "holidays": "asked for by a day",
    "matplotlib": "a picture is drawn",
    "mcp": "a tool server is called",
    "numpy": "comes with matplotlib",
    "psutil": "a command runs in a sandbox",
    "psycopg": "bot/workflows/put_off.py",
    "pypdf": "somebody attached one",
    "rapidfuzz": "words are looked at for typing errors",
    "rich": "bot/cli/logs.py",
    "wordllama": "the extra is switched on",
    "xml.etree.ElementTree": "a report is read",
}
"""What a bot on SQLite may come to need, each with who loads it or keeps it away."""


def loaded(*modules: str) -> list[set[str]]:
    """Return which modules a fresh interpreter has after each of some imports."""
    shown = "; ".join(f"import {module}; print(*sys.modules)" for module in modules)
    ran = subprocess.run(
        [sys.executable, "-c", f"import sys; {shown}"], capture_output=True, text=True, check=True
    )
    return [set(line.split()) for line in ran.stdout.splitlines()]


def test_help_loads_no_library_but_its_own() -> None:
    assert loaded("bot.__main__")[0] & HEAVY == set()


@pytest.mark.again
def test_demo_and_bot_start_without_what_they_rarely_need() -> None:
    """One after the other, in one process: what either loads is there at the end."""
    demo, bot, with_claude = loaded("bot.cli.demo", "bot.cli.run", "bot.model.claude.transport")
    assert "slack_bolt" in demo
    assert demo & RARE.keys() == set()
    assert bot & RARE.keys() == set()
    assert "anthropic._client" not in bot
    assert "anthropic._client" in with_claude
    assert with_claude & RARE.keys() == set()
