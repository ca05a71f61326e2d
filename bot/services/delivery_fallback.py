"""Says a message more simply when Slack refuses its form: plain pieces, then a file; never lost."""

from typing import Any

import structlog

from bot.domain.lanes import FILE_UPLOAD, POST
from bot.services.delivery_rows import looks_of, metadata, thread_of
from bot.services.delivery_search import arrived
from bot.slack.errors import InvalidBlocks, SlackFailure, TooLong
from bot.slack.limits import PLAIN_TEXT
from bot.slack.plain import plain_text
from bot.slack.poster import Poster
from bot.slack.split import split
from bot.slack.text import clip
from storage.models import OutboxRow
from storage.models.outbox import DOUBT

log = structlog.get_logger(__name__)

MOST_PIECES = 4
"""Ours: more than this floods a thread; a file reads better."""
SHORT = 1_000
"""Ours, in characters: far below what any server refused."""
CUT = "_Slack took neither the whole message nor a file of it._"


def words_of(payload: dict[str, Any]) -> str:
    """Return a message's whole text, from its blocks where it has some."""
    return plain_text(payload.get("blocks") or []) or str(payload.get("text", ""))


async def post_simply(poster: Poster, row: OutboxRow) -> str:
    """Post the row's words without blocks and return the first message's ts; raises SlackFailure.

    Each piece carries a key of its own, so that a crash in between repeats none. What Slack takes
    neither in pieces nor as a file is cut: a beginning is better than nothing.
    """
    pieces = split(words_of(row.payload), PLAIN_TEXT)
    log.info("outbox.simplified", row_id=row.id, task_id=row.task_id, pieces=len(pieces))
    if not pieces or len(pieces) > MOST_PIECES:
        return await _upload_or_cut(poster, row)
    keys = [f"{row.key}#{number}" for number in range(1, len(pieces) + 1)]
    there: dict[str, str] = {}
    if row.attempts > 1 or row.problem_code == DOUBT:
        there = await arrived(poster, row, texts=dict(zip(keys, pieces, strict=True)))
    sent: list[str] = []
    for key, piece in zip(keys, pieces, strict=True):
        try:
            sent.append(there.get(key) or await _piece(poster, row, piece, key=key))
        except (TooLong, InvalidBlocks):
            whole = await _upload_or_cut(poster, row)
            return sent[0] if sent else whole
    return sent[0]


async def _piece(poster: Poster, row: OutboxRow, text: str, *, key: str) -> str:
    call = {"channel": row.channel_id, "text": text, "metadata": metadata(key), **looks_of(row)}
    answer = await poster.call(POST, {**call, "unfurl_links": False, "unfurl_media": False})
    return str(answer.get("ts", ""))


async def _upload_or_cut(poster: Poster, row: OutboxRow) -> str:
    try:
        return await _upload(poster, row)
    except SlackFailure as refused:
        if refused.again:
            raise
        log.warning("outbox.file_refused", row_id=row.id, task_id=row.task_id, code=refused.code)
    text = f"{clip(words_of(row.payload), SHORT)}\n{CUT}"
    return await _piece(poster, row, text, key=f"{row.key}#cut")


async def _upload(poster: Poster, row: OutboxRow) -> str:
    """Upload the words as a file; a file's message has no ts that could be edited later."""
    title = clip(str(row.payload.get("text") or "Message"), 150)
    if row.attempts > 1 or row.problem_code == DOUBT:
        key = f"{row.key}#file"
        if key in await arrived(poster, row, texts={key: title}):
            return ""  # the answer to an earlier try got lost
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
