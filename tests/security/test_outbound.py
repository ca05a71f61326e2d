"""Where the bot calls out to: only from the modules named here, each to hosts that nobody names."""

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
CLIENTS = {"aiohttp", "httpx", "httpx2", "urllib3", "requests", "ftplib", "smtplib"}
CALLERS = {
    "bot/cli/doctor_many.py": "doctor: Slack's API, as the operator set it",
    "bot/cli/doctor_slack.py": "doctor: Slack's API, as the operator set it",
    "bot/cli/process/connection.py": "Slack's API and socket, as the operator set it",
    "bot/cli/process/http_ear.py": "only the names of errors",
    "bot/cli/process/installed.py": "Slack's API, as the operator set it",
    "bot/model/claude/failures.py": "only the names of errors",
    "bot/model/claude/transport.py": "the model's API, as the operator set it",
    "bot/slack/oauth.py": "Slack's API, as the operator set it",
    "bot/slack/poster.py": "Slack's API, its address to answer a click, the operator's webhooks",
    "bot/slack/reader.py": "files: Slack's file hosts only, no redirects, bounded",
    "bot/tools/connection.py": "tool servers, through guarded_http",
    "bot/tools/guarded_http.py": "tool servers: public https addresses, looked up once, bounded",
    "bot/tools/prometheus.py": "Prometheus, as the operator set it; no redirects, bounded",
    "handlers/reach.py": "only the names of errors",
}
"""A new one is named with open eyes: where may it go, and who says so?"""


_ROOTS = "|".join(sorted(CLIENTS | {"urllib", "http", "slack_sdk"}))
_NAMED = re.compile(rf"^\s*(?:import|from)\b.*\b(?:{_ROOTS})\b", re.MULTILINE)


def imports_a_client(file: Path) -> bool:
    """Whether a module could make HTTP requests by itself."""
    if not _NAMED.search(text := file.read_text("utf-8")):
        return False
    for node in ast.walk(ast.parse(text)):
        names = (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [f"{node.module}.{alias.name}" for alias in node.names]
            if isinstance(node, ast.ImportFrom)
            else []
        )
        for name in names:
            if name.split(".")[0] in CLIENTS or name.startswith(
                ("urllib.request", "http.client", "slack_sdk.webhook")
            ):
                return True
    return False


def callers() -> set[str]:
    folders = ("bot", "handlers", "scheduler", "storage")
    files = (file for folder in folders for file in (ROOT / folder).rglob("*.py"))
    return {str(file.relative_to(ROOT)) for file in files if imports_a_client(file)}


def test_only_known_modules_call_out() -> None:
    assert callers() == CALLERS.keys()
