"""Makes a peer's own venv, so that its libraries and ours never meet."""

import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

from platformdirs import user_cache_path

FOLDER = user_cache_path("teamlead", appauthor=False) / "benchmark-langgraph"
"""Outside of the checkout, whose every file is looked at by its tests."""
WANTED = ("langgraph>=1.2,<2", "langgraph-checkpoint-sqlite>=3,<4")
SAME = ("anthropic[aiohttp]", "aiohttp")
"""What both sides use, the peer in the version that is installed here."""
SHOWN = ("langgraph", "langgraph-checkpoint-sqlite", "anthropic", "aiohttp")

_VERSIONS = (
    "import importlib.metadata as m, json, sys;"
    "print(json.dumps({n: m.version(n) for n in sys.argv[1:]}))"
)


def python() -> Path:
    """Return the venv's interpreter; makes and fills the venv the first time."""
    interpreter = FOLDER / "bin" / "python"
    mark = FOLDER / ".installed"
    if not mark.exists():
        FOLDER.parent.mkdir(parents=True, exist_ok=True)
        subprocess.run([sys.executable, "-m", "venv", FOLDER], check=True)
        install = [str(interpreter), "-m", "pip", "install", "-qq", "--disable-pip-version-check"]
        same = [f"{name}=={version(name.split('[')[0])}" for name in SAME]
        subprocess.run([*install, *WANTED, *same], check=True)
        mark.touch()
    return interpreter


def versions(interpreter: Path) -> str:
    """Return the versions of what is compared, as JSON; the same names for both contestants."""
    names = SHOWN if interpreter.is_relative_to(FOLDER) else ("anthropic", "aiohttp", "dbos")
    ran = subprocess.run(
        [interpreter, "-c", _VERSIONS, *names], check=True, capture_output=True, text=True
    )
    return ran.stdout.strip()
