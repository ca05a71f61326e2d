"""Sends what only adorns a thread, an agent session's state and title: its loss is no problem.

Servers without the newer methods are told the older way, or nothing; which they are is remembered.
"""

from typing import Any

import structlog

from bot.domain.lanes import SESSION_RENAME, SESSION_STATUS
from bot.domain.session import SessionState
from bot.slack.errors import MethodUnknown, MissingScope, SlackFailure
from bot.slack.poster import Poster
from storage.models import OutboxRow

log = structlog.get_logger(__name__)

COURTESIES = frozenset({SESSION_STATUS, SESSION_RENAME})
WORKING = "is working on this …"
"""Slack puts our name before it, and takes it away with our next message or after two minutes."""


class Lacks:
    """Which methods the server of a workspace lacks, as far as this process has found out."""

    def __init__(self) -> None:
        self._known: set[tuple[str, str]] = set()

    def has(self, workspace_id: str, method: str) -> bool:
        """Whether it need not be tried."""
        return (workspace_id, method) in self._known

    def note(self, workspace_id: str, method: str, refused: SlackFailure) -> None:
        """Remember a refusal that another try would meet, too."""
        if isinstance(refused, (MethodUnknown, MissingScope)):
            self._known.add((workspace_id, method))


async def be_courteous(poster: Poster, row: OutboxRow, lacks: Lacks) -> str:
    """Make the row's call, or the older one that says the same; returns what was refused, or "".

    Raises a SlackFailure only when another try may mend it.
    """
    if not lacks.has(row.workspace_id, row.method):
        refused = await _try(poster, row.method, dict(row.payload))
        if refused is None:
            return ""
        lacks.note(row.workspace_id, row.method, refused)
        log.info("session.not_shown", row_id=row.id, task_id=row.task_id, code=refused.code)
    method, call = _older(row)
    if lacks.has(row.workspace_id, method):
        return method
    refused = await _try(poster, method, call)
    if refused is not None:
        lacks.note(row.workspace_id, method, refused)
    return "" if refused is None else refused.code


def _older(row: OutboxRow) -> tuple[str, dict[str, Any]]:
    call = {name: row.payload[name] for name in ("channel_id", "thread_ts")}
    if row.method == SESSION_RENAME:
        return "assistant.threads.setTitle", {**call, "title": row.payload["title"]}
    at_work = row.payload["status"] == SessionState.PROCESSING
    return "assistant.threads.setStatus", {**call, "status": WORKING if at_work else ""}


async def _try(poster: Poster, method: str, call: dict[str, Any]) -> SlackFailure | None:
    try:
        await poster.call(method, call)
    except SlackFailure as refused:
        if refused.again:
            raise
        return refused
    return None
