"""Looks whether a message has arrived, before it is sent again."""

import html
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import structlog

from bot.services.delivery_rows import METADATA_TYPE, thread_of
from bot.slack.errors import SlackFailure
from bot.slack.poster import Poster
from storage.models import OutboxRow

log = structlog.get_logger(__name__)

_SKEW = timedelta(minutes=2)
"""How far Slack's clock and ours may differ."""
_PAGE, _PAGES = 200, 5

Message = dict[str, Any]


async def arrived(
    poster: Poster, row: OutboxRow, *, texts: Mapping[str, str] | None = None
) -> dict[str, str]:
    """Return which keys our messages of the row's thread (or channel) carry, with their ts.

    Where the server dropped the metadata, author and words tell: those of the row, or `texts` by
    key. Raises SlackFailure that another try may mend; a server that cannot search finds nothing.
    """
    wanted = dict(texts or {row.key: str(row.payload.get("text", ""))})
    try:
        messages = await _messages(poster, row)
        found = {key: str(m["ts"]) for m in messages if (key := _key(m))}
        lacking = {key: text for key, text in wanted.items() if key not in found}
        bare = [m for m in messages if not _key(m) and _is_under_name(m, row)]
        bare = [m for m in bare if _plain(m) in map(html.unescape, lacking.values())]
        own = await _ourselves(poster) if bare else {}
        for message in bare:
            if _is_by(message, own):
                _recognise(message, lacking, found)
    except SlackFailure as refused:
        if refused.again:
            raise
        # Sending twice is the lesser evil than not at all.
        log.warning("outbox.search_refused", row_id=row.id, code=refused.code)
        return {}
    return found


async def streamed(poster: Poster, row: OutboxRow, mark: str) -> str:
    """Return the ts of our streamed plan whose first task has the id `mark`, or "".

    A stream carries no metadata before it ends. Raises SlackFailure that another try may mend.
    """
    try:
        found = [m for m in await _messages(poster, row) if _first_task(m) == mark]
        own = await _ourselves(poster) if found else {}
    except SlackFailure as refused:
        if refused.again:
            raise
        return ""
    return next((str(message["ts"]) for message in found if _is_by(message, own)), "")


def _first_task(message: Message) -> str:
    for block in message.get("blocks") or ():
        tasks = block.get("tasks") if block.get("type") == "plan" else [block]
        for task in tasks or ():
            if task.get("task_id"):
                return str(task["task_id"])
    return ""


async def _messages(poster: Poster, row: OutboxRow) -> list[Message]:
    since = (row.created_at - _SKEW).timestamp()
    thread_ts = thread_of(row).get("thread_ts")
    method = "conversations.replies" if thread_ts else "conversations.history"
    query: dict[str, Any] = {
        "channel": row.channel_id,
        "oldest": f"{since:.6f}",
        "limit": _PAGE,
        "include_all_metadata": True,
    }
    if thread_ts:
        query["ts"] = thread_ts
    found: list[Message] = []
    for _ in range(_PAGES):
        answer = await poster.call(method, query)
        found += answer.get("messages", [])
        cursor = (answer.get("response_metadata") or {}).get("next_cursor")
        if not cursor:
            break
        query["cursor"] = cursor
    # A thread's answer always begins with its root, however old.
    return [message for message in found if float(message.get("ts", 0)) >= since]


def _key(message: Message) -> str:
    carried = message.get("metadata") or {}
    if carried.get("event_type") != METADATA_TYPE:
        return ""
    return str((carried.get("event_payload") or {}).get("key", ""))


def _recognise(message: Message, lacking: dict[str, str], found: dict[str, str]) -> None:
    """Give a message to the first key with its words; two equal pieces are two messages."""
    for key, text in lacking.items():
        if html.unescape(text) == _plain(message):
            found[key] = str(message["ts"])
            del lacking[key]
            return


def _is_under_name(message: Message, row: OutboxRow) -> bool:
    """Whether it is under the row's name, unless the server keeps no names."""
    named = str(message.get("username") or "")
    return not named or named == str(row.payload.get("username") or "")


def _plain(message: Message) -> str:
    return html.unescape(str(message.get("text", "")))


def _is_by(message: Message, own: dict[str, Any]) -> bool:
    """Whether we wrote it; some servers tell the user only."""
    part = "bot_id" if message.get("bot_id") else "user_id"
    author = message.get("bot_id") or message.get("user")
    return bool(author) and author == own.get(part)


async def _ourselves(poster: Poster) -> dict[str, Any]:
    return await poster.call("auth.test", {})
