"""Attempts to read with the repository tools what lies outside, is Git's own, or is a secret."""

import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from bot.domain.redaction import Options
from bot.tools.port import ToolFailed
from bot.tools.repository import RepositoryTools

CANARY = "canary-of-the-operator"
TOKEN = "ghp_" + "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8"


def _git(folder: Path, *args: str) -> None:
    identity = ("-c", "user.name=A", "-c", "user.email=a@example.com")
    env = {**os.environ, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    subprocess.run(["git", *identity, *args], cwd=folder, check=True, env=env, capture_output=True)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository whose files and settings try to lead out, beside files that must stay hidden."""
    place = tmp_path_factory.mktemp("place")
    root = place / "shop"
    (place / "outside").mkdir()
    (place / "outside" / "hidden.txt").write_text(CANARY)
    (place / "shop-private").mkdir()
    (place / "shop-private" / "hidden.txt").write_text(CANARY)
    (root / "src").mkdir(parents=True)
    (root / "src" / "app.py").write_text(f"token = '{TOKEN}'\nanswer = 42\n")
    (root / "README.md").write_text("A shop.\n")
    for name in (
        ".env", ".ENV", "deploy.pem", "id_rsa", "prod.tfstate", ".env.production", "src/.env",
    ):  # fmt: skip
        (root / name).write_text(CANARY)
    (root / ".env.example").write_text("TOKEN=\n")
    (root / "link").symlink_to(place / "outside" / "hidden.txt")
    (root / "folder").symlink_to(place / "outside")
    (root / "up").symlink_to("..")
    (root / "loop").symlink_to("loop")
    (root / "git").symlink_to(".git")
    (root / "key").symlink_to("id_rsa")
    (root / "absolute").symlink_to("/etc/passwd")
    os.mkfifo(root / "pipe")
    (root / ".gitattributes").write_text("*.py diff=evil filter=evil\n")
    _git(root, "init", "-q")
    _git(root, "add", "-A")
    _git(root, "commit", "-qm", "one")
    (root / "src" / "app.py").write_text(f"token = '{TOKEN}'\nanswer = 43\n")
    for name in (".env", "src/.env"):
        (root / name).write_text(f"{CANARY} again")
    _git(root, "commit", "-qam", "two")
    marker = place / "ran"
    for name in ("diff.evil.textconv", "diff.evil.command", "filter.evil.clean", "core.fsmonitor",
                 "core.pager", "diff.external", "core.sshCommand"):  # fmt: skip
        _git(root, "config", name, f"sh -c 'touch {marker}; cat {place}/outside/hidden.txt'")
    return place


@pytest.fixture
def tools(place: Path) -> RepositoryTools:
    return RepositoryTools({"shop": place / "shop"}, Options())


READS = [
    "../outside/hidden.txt",
    "src/../../outside/hidden.txt",
    "./../outside/hidden.txt",
    "src/./../../outside/hidden.txt",
    "..\\outside\\hidden.txt",
    "../shop-private/hidden.txt",
    "/etc/passwd",
    "//etc/passwd",
    "{place}/outside/hidden.txt",
    "~/.ssh/id_rsa",
    "~root/.bashrc",
    "C:/Windows/win.ini",
    "file:///etc/passwd",
    "link",
    "folder/hidden.txt",
    "up/outside/hidden.txt",
    "up/shop/../outside/hidden.txt",
    "absolute",
    "loop",
    "pipe",
    "src",
    "src/app.py\x00.txt",
    "link\n",
    ".git/config",
    ".GIT/config",
    ".git /config",
    ".git./config",
    "git~1/config",
    "./.git/HEAD",
    "src/../.git/config",
    "git/config",
    "key",
    ".env",
    ".ENV",
    ".env.production",
    "deploy.pem",
    "id_rsa",
    "prod.tfstate",
    "/proc/self/environ",
    "/dev/stdin",
    "a" * 2_000,
]
OTHERS: list[tuple[str, dict[str, Any]]] = [
    ("grep", {"pattern": CANARY}),
    ("grep", {"pattern": CANARY, "path": ".."}),
    ("grep", {"pattern": CANARY, "path": "folder"}),
    ("grep", {"pattern": CANARY, "path": ":(top)"}),
    ("grep", {"pattern": CANARY, "path": "--no-index"}),
    ("grep", {"pattern": f"--open-files-in-pager=cat {CANARY}"}),
    ("grep", {"pattern": "-f/etc/passwd"}),
    ("grep", {"pattern": "repositoryformatversion", "path": ".git"}),
    ("glob", {"pattern": "../**/hidden.txt"}),
    ("glob", {"pattern": "/etc/*"}),
    ("glob", {"pattern": "**/.git/*"}),
    ("glob", {"pattern": "**/.env"}),
    ("glob", {"pattern": "*" * 40}),
    ("list", {"path": ".."}),
    ("list", {"path": "folder"}),
    ("list", {"path": "up"}),
    ("list", {"path": ".git"}),
    ("log", {"since": "--output={place}/ran"}),
    ("log", {"since": "HEAD --output={place}/ran"}),
    ("log", {"path": "../outside"}),
    ("log", {"path": ".env"}),
    ("blame", {"path": ".env"}),
    ("blame", {"path": "--contents={place}/outside/hidden.txt"}),
    ("blame", {"path": "../outside/hidden.txt"}),
    ("diff", {}),
    ("diff", {"path": ".env"}),
    ("diff", {"path": "src"}),
    ("diff", {"path": "."}),
    ("diff", {"path": "src/.."}),
    ("diff", {"path": "./"}),
    ("diff", {"path": ":!src"}),
    ("diff", {"old": "--no-index", "new": "/etc/passwd"}),
    ("diff", {"old": "HEAD~1..HEAD"}),
    ("diff", {"old": "HEAD:.env", "new": "HEAD~1:.env"}),
    ("diff", {"old": "--ext-diff"}),
    ("diff", {"old": "@{upstream}"}),
    ("diff", {"path": "src/app.py"}),
    ("blame", {"path": "src/app.py"}),
    ("grep", {"pattern": "answer"}),
    ("read", {"repository": "../outside", "path": "hidden.txt"}),
    ("read", {"repository": "", "path": "/etc/hostname"}),
]


def filled(place: Path, value: dict[str, Any]) -> dict[str, Any]:
    return {key: str(text).replace("{place}", str(place)) for key, text in value.items()}


@pytest.mark.parametrize("path", READS, ids=repr)
async def test_no_path_leads_out(tools: RepositoryTools, place: Path, path: str) -> None:
    told = await tools.call("read", filled(place, {"path": path}))
    assert told.failed, told.text
    assert CANARY not in told.text
    assert "root:" not in told.text


@pytest.mark.parametrize(("tool", "arguments"), OTHERS, ids=str)
async def test_no_option_and_no_pattern_leads_out(
    tools: RepositoryTools, place: Path, tool: str, arguments: dict[str, Any]
) -> None:
    """Nothing that a repository's own settings name was run either."""
    told = await tools.call(tool, filled(place, arguments))
    lines = [line for line in told.text.splitlines() if CANARY in line]
    assert [line for line in lines if not line.startswith("Refused")] == []
    assert "root:" not in told.text
    assert "hidden.txt" not in told.text or told.failed
    assert TOKEN not in told.text
    assert not (place / "ran").exists()


async def test_there_is_no_shell(tools: RepositoryTools) -> None:
    with pytest.raises(ToolFailed, match="no tool 'shell'"):
        await tools.call("shell", {"command": "cat /etc/passwd"})


async def test_what_may_be_read_is_read(tools: RepositoryTools) -> None:
    """The jail is no wall: the same tools find the repository's own files."""
    asked: list[tuple[str, dict[str, Any], str]] = [
        ("read", {"path": "src/app.py", "first_line": 2}, "    2 answer = 43"),
        ("read", {"repository": "shop", "path": "README.md"}, "    1 A shop."),
        ("read", {"path": ".env.example"}, "    1 TOKEN="),
        ("grep", {"pattern": "answer = [0-9]+"}, "src/app.py:2:answer = 43"),
        ("glob", {"pattern": "**/*.py"}, "src/app.py"),
        ("list", {"path": "src"}, "app.py ("),
        ("log", {"path": "src"}, "A: two"),
        ("blame", {"path": "src/app.py"}, "answer = 43"),
        ("diff", {"path": "src/app.py"}, "+answer = 43"),
        ("diff", {"path": "src"}, "+answer = 43"),
        ("diff", {"path": "."}, "+answer = 43"),
        ("diff", {}, "+answer = 43"),
    ]
    for tool, arguments, expected in asked:
        told = await tools.call(tool, arguments)
        assert not told.failed, told.text
        assert expected in told.text


async def test_secrets_in_files_are_replaced(tools: RepositoryTools) -> None:
    told = await tools.call("read", {"path": "src/app.py"})
    assert "[secret: github token]" in told.text


async def test_a_folder_inside_a_repository_is_no_part_of_it(place: Path) -> None:
    """Git is kept from finding the repository around a folder that is none."""
    tools = RepositoryTools({"src": place / "shop" / "src"}, Options())
    told = await tools.call("log", {})
    assert told.failed
    assert "not a git repository" in told.text


async def test_much_is_cut_and_said_so(tmp_path: Path) -> None:
    (tmp_path / "long.txt").write_text("line\n" * 100_000)
    (tmp_path / "binary").write_bytes(b"\x00\x01" * 100)
    tools = RepositoryTools({"x": tmp_path}, Options())
    long = await tools.call("read", {"path": "long.txt"})
    assert len(long.text) < 10_000
    assert "more lines, the file goes on]" in long.text
    assert (await tools.call("read", {"path": "binary"})).failed
    found = await tools.call("grep", {"pattern": "line"})
    assert len(found.text.splitlines()) <= 301
