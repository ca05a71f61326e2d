"""Sends one outbox row and says what became of it; failures are told apart by their class."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

import structlog

from bot.domain.lanes import COMPLETE, FILE_UPLOAD, POST, UPDATE
from bot.services.delivery_citations import with_citations
from bot.services.delivery_courtesy import COURTESIES, be_courteous
from bot.services.delivery_fallback import post_simply, simple_edit
from bot.services.delivery_pictures import with_picture
from bot.services.delivery_rows import INSIDE, TARGET_DEAD, UNKNOWN, arguments, looks_of, metadata
from bot.services.delivery_search import arrived, streamed
from bot.services.delivery_steps import end_step
from bot.services.delivery_stream import CONFLICT, Streams, mark_of
from bot.slack.errors import (
    AlreadyDone,
    InvalidBlocks,
    MessageGone,
    MethodUnknown,
    MissingScope,
    NotInChannel,
    OutcomeUnknown,
    RateLimited,
    Refused,
    SlackFailure,
    TooLong,
)
from bot.slack.feedback import with_plain_buttons
from bot.slack.poster import Poster
from bot.slack.text import count
from storage.models import OutboxRow
from storage.models.outbox import DOUBT, NOTHING

log = structlog.get_logger(__name__)

LONGEST_WAIT = 60.0
"""Ours, in seconds: an outage that ends is noticed within a minute. As long a row in doubt holds up
its channel's posts, which keep their order."""
_LONGEST_STEP = 300.0
"""Ours, in seconds; see `patience`."""


@dataclass(frozen=True)
class Outcome:
    """What became of a row; `wait` are the seconds until the next try of a `pending` one."""

    state: Literal["sent", "pending", "dead"]
    ts: str = ""
    problem: str = ""
    code: str = ""
    """The class of the failure, for the database."""
    wait: float = 0.0
    slow_down: bool = False
    """Slack asked to slow down: other calls of the kind wait as well."""
    tried: bool = True
    """Whether it counts as a try: what Slack refused for its pace says nothing of the next."""
    target_ts: str = ""
    """The edited message was gone; this one stands for it now."""


async def send(
    poster: Poster,
    row: OutboxRow,
    target: OutboxRow | None,
    *,
    attempts: int,
    now: datetime,
    streams: Streams,
) -> Outcome:
    """Make the row's call; it is given up after `attempts` tries and the time that they take."""
    try:
        if row.method in COURTESIES:
            refused = await be_courteous(poster, row, streams.lacks)
            return Outcome("dead" if refused else "sent", code=refused and NOTHING)
        if row.method == COMPLETE:
            await end_step(poster, row, target)
            return Outcome("sent")
        if row.method == POST:
            return await _post(poster, row, streams)
        if row.method == UPDATE:
            return await _edit(poster, row, target, streams)
        if row.method == FILE_UPLOAD and await _is_uploaded(poster, row):
            return Outcome("sent")
        return await _once(poster, row, await with_picture(arguments(row, target)))
    except SlackFailure as failure:
        return verdict(row, failure, attempts=attempts, now=now)


async def _post(poster: Poster, row: OutboxRow, streams: Streams) -> Outcome:
    """Post unless it arrived already: an answer that got lost must not become a second message."""
    if row.problem_code == DOUBT:
        found = await arrived(poster, row)
        if row.key in found:
            log.info("outbox.found", row_id=row.id, task_id=row.task_id)
            return Outcome("sent", ts=found[row.key])
        if (mark := mark_of(row)) and (ts := await streamed(poster, row, mark)):
            return Outcome("sent", ts=ts)
    if ts := await streams.begin(poster, row):
        return Outcome("sent", ts=ts)
    call = await with_citations(poster, row, arguments(row, None))
    try:
        return await _once_or_plainer(poster, row, call)
    except (TooLong, InvalidBlocks) as refused:
        log.warning("outbox.form_refused", row_id=row.id, task_id=row.task_id, code=refused.code)
        return Outcome("sent", ts=await post_simply(poster, row))


async def _is_uploaded(poster: Poster, row: OutboxRow) -> bool:
    """Whether an earlier try arrived; a file carries no metadata, so its words tell."""
    comment = str(row.payload.get("initial_comment") or "")
    if row.problem_code != DOUBT or not comment:
        return False
    return row.key in await arrived(poster, row, texts={row.key: comment})


async def _once_or_plainer(poster: Poster, row: OutboxRow, call: dict[str, Any]) -> Outcome:
    """Make the call; where its newest form is refused, once more with plain buttons."""
    try:
        return await _once(poster, row, call)
    except InvalidBlocks:
        plainer = with_plain_buttons(call)
        if plainer is None:
            raise
        return await _once(poster, row, plainer)


async def _edit(
    poster: Poster, row: OutboxRow, target: OutboxRow | None, streams: Streams
) -> Outcome:
    if target is None or target.state == "dead":
        return Outcome("dead", problem="The message to edit was never delivered.", code=TARGET_DEAD)
    call = arguments(row, target)
    try:
        if not target.sent_ts:
            raise MessageGone(UPDATE, "no_ts")
        if await streams.carry(poster, row, target):
            return Outcome("sent", ts=target.sent_ts)
        try:
            return await _change(poster, row, target, streams, call)
        except (TooLong, InvalidBlocks) as refused:
            log.warning(
                "outbox.form_refused", row_id=row.id, task_id=row.task_id, code=refused.code
            )
            return await _once(poster, row, simple_edit(call))
    except MessageGone:
        return await _post_anew(poster, row, target)


async def _change(
    poster: Poster, row: OutboxRow, target: OutboxRow, streams: Streams, call: dict[str, Any]
) -> Outcome:
    """Edit the message; one that still streams, unknown to us, is ended first."""
    try:
        return await _once(poster, row, call)
    except Refused as refused:
        if refused.code != CONFLICT:
            raise
    await streams.end(poster, row, target)
    return await _once(poster, row, call)


async def _post_anew(poster: Poster, row: OutboxRow, target: OutboxRow) -> Outcome:
    """The message was deleted, or became a file: what it should show now is posted again."""
    key = f"{target.key}#anew"
    there = await arrived(poster, target) if row.problem_code == DOUBT else {}
    if key in there:
        call = {**arguments(row, target), "ts": there[key]}
        answer = await poster.call(UPDATE, call)
    else:
        said = {name: value for name, value in row.payload.items() if name not in INSIDE}
        call = {**said, **looks_of(target), "channel": target.channel_id}
        call["metadata"] = metadata(key)
        answer = await poster.call(POST, call)
    ts = str(answer.get("ts", ""))
    return Outcome("sent", ts=ts, target_ts=ts)


async def _once(poster: Poster, row: OutboxRow, call: dict[str, Any]) -> Outcome:
    try:
        answer = await poster.call(row.method, call)
    except NotInChannel:
        await _join(poster, row)
        answer = await poster.call(row.method, call)
    except AlreadyDone:
        return Outcome("sent")
    return Outcome("sent", ts=str(answer.get("ts") or answer.get("message_ts") or ""))


async def _join(poster: Poster, row: OutboxRow) -> None:
    """Join a public channel; raises NotInChannel when that is not for the bot to do."""
    try:
        await poster.call("conversations.join", {"channel": row.channel_id})
    except SlackFailure as refused:
        if refused.again:
            raise
        raise NotInChannel(row.method, "not_in_channel") from refused


def backoff(attempt: int) -> float:
    """Return seconds to wait after the given try: 2, 4, 8 and so on, at most a minute."""
    return min(2.0 ** min(attempt, 10), LONGEST_WAIT)


def patience(attempts: int) -> timedelta:
    """Return how long a row is tried at least: as if the waits doubled up to five minutes.

    Slack's longer outages take more than twelve tries a minute apart.
    """
    steps = (min(2.0 ** min(attempt, 10), _LONGEST_STEP) for attempt in range(1, attempts))
    return timedelta(seconds=sum(steps))


def verdict(row: OutboxRow, failure: SlackFailure, *, attempts: int, now: datetime) -> Outcome:
    """Return what a failure means for the row."""
    # A row in doubt stays in doubt while it waits.
    unknown = isinstance(failure, OutcomeUnknown) or row.problem_code == DOUBT
    problem, code = (UNKNOWN, DOUBT) if unknown else (failure.text, failure.kind)
    if isinstance(failure, RateLimited):
        return Outcome(
            "pending",
            problem=problem,
            code=code,
            wait=failure.retry_after,
            slow_down=failure.method == row.method,
            tried=False,
        )
    if failure.again and not hopeless(row, attempts=attempts, now=now):
        return Outcome("pending", problem=problem, code=code, wait=backoff(row.attempts))
    if failure.again:
        tried = f"{failure.text} I tried {count(row.attempts, 'time')}."
        return Outcome("dead", problem=tried, code=code)
    quiet = row.method != POST and isinstance(failure, (MethodUnknown, MissingScope, MessageGone))
    return Outcome("dead", problem="" if quiet else failure.text, code=failure.kind)


def hopeless(row: OutboxRow, *, attempts: int, now: datetime) -> bool:
    """Return whether tries and the time that they take are used up."""
    return row.attempts >= attempts and now - row.created_at >= patience(attempts)
