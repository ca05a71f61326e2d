"""Says a message more simply when Slack refuses its form: plain pieces, then a file; never lost."""

from typing import Any

import structlog

from bot.domain.lanes import FILE_UPLOAD, POST
from bot.services.delivery_rows import looks_of, metadata, thread_of
from bot.services.delivery_search import arrived
from bot.slack.errors import InvalidBlocks, TooLong
from bot.slack.limits import PLAIN_TEXT
from bot.slack.plain import plain_text
from bot.slack.poster import Poster
from bot.slack.split import split
from bot.slack.text import clip
from storage.models import OutboxRow

log = structlog.get_logger(__name__)

MOST_PIECES = 4
"""Ours: more than this floods a thread; a file reads better."""


def words_of(payload: dict[str, Any]) -> str:
    """Return a message's whole text, from its blocks where it has some."""
    return plain_text(payload.get("blocks") or []) or str(payload.get("text", ""))


async def post_simply(poster: Poster, row: OutboxRow) -> str:
    """Post the row's words without blocks and return the first message's ts; raises SlackFailure.

    Each piece carries a key of its own, so that a crash in between repeats none.
    """
    pieces = split(words_of(row.payload), PLAIN_TEXT)
    there = await arrived(poster, row) if row.attempts > 1 else {}
    log.info("outbox.simplified", row_id=row.id, task_id=row.task_id, pieces=len(pieces))
    if not pieces or len(pieces) > MOST_PIECES:
        return await _upload(poster, row)
    sent: list[str] = []
    for number, piece in enumerate(pieces, 1):
        key = f"{row.key}#{number}"
        try:
            sent.append(there.get(key) or await _piece(poster, row, piece, key=key))
        except (TooLong, InvalidBlocks):
            await _upload(poster, row)
            break
    return sent[0] if sent else ""


async def _piece(poster: Poster, row: OutboxRow, text: str, *, key: str) -> str:
    call = {"channel": row.channel_id, "text": text, "metadata": metadata(key), **looks_of(row)}
    answer = await poster.call(POST, {**call, "unfurl_links": False, "unfurl_media": False})
    return str(answer.get("ts", ""))


async def _upload(poster: Poster, row: OutboxRow) -> str:
    """Upload the words as a file; a file's message has no ts that could be edited later."""
    title = clip(str(row.payload.get("text") or "Message"), 150)
    call: dict[str, Any] = {
        "channel": row.channel_id,
        "filename": "message.md",
        "title": title,
        "initial_comment": title,
        "content": words_of(row.payload) or title,
        **thread_of(row),
    }
    await poster.call(FILE_UPLOAD, call)
    return ""


def simple_edit(call: dict[str, Any]) -> dict[str, Any]:
    """Return an edit that shows words only, cut to what an edit may hold."""
    return {**call, "text": clip(words_of(call), PLAIN_TEXT), "blocks": []}
