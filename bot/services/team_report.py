"""The daily report to the main orchestrator: only what our own rows say, each line with its id."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bot.domain.days import day_words
from bot.domain.decision import DecisionState
from bot.domain.lanes import POST
from bot.domain.setting.places import channel_of
from bot.domain.task import AT_WORK, TaskState
from bot.services import quiet
from bot.services.context import Context
from bot.services.hand_off_news import card_of
from bot.services.hand_offs import OURS, setting_of, webhook_of
from bot.services.sharing import is_shared
from bot.services.sweeps import stops_no_other
from bot.services.workspace_settings import effective
from bot.slack.blocks import context, header, message, sections
from bot.slack.cards.decision_words import STATE_WORDS
from bot.slack.cards.hand_off import HandOffCard, hand_off_line
from bot.slack.post import Post
from bot.slack.poster import WEBHOOK
from bot.slack.text import clip, escape, line, mention, moment
from storage.models import Decision, Escalation, OutboxRow, StandupBlocker, Task
from storage.uow import UnitOfWork

SCHEDULE = "team-report"
"""What its slots are called."""
DAY = timedelta(hours=24)
_LONGEST = timedelta(days=7)
"""Ours: after a longer silence a report begins so long before."""
HOOK = "team_report_hook"
_READER = "main-orchestrator"
_MOST = 20
"""Ours: a longer list is counted."""
_BLOCKED = (TaskState.PAUSED, TaskState.AWAITING_APPROVAL)


@dataclass(frozen=True)
class TeamReport:
    """The rows of one day, of channels that everybody may read."""

    at: datetime
    since: datetime
    until: datetime
    done: Sequence[Task]
    failed: Sequence[Task]
    running: Sequence[Task]
    blocked: Sequence[Task]
    decided: Sequence[Decision]
    undecided: Sequence[Decision]
    escalations: Sequence[Escalation]
    blockers: Sequence[StandupBlocker]
    hand_offs: Sequence[HandOffCard]
    of: str = "public channels"


async def gather(
    uow: UnitOfWork,
    workspace_id: str,
    *,
    now: datetime,
    since: datetime | None = None,
    until: datetime | None = None,
    seen_from: str = "",
) -> TeamReport:
    """Return what the tables say of a time, the last 24 hours by default, and of this moment.

    `seen_from` is a channel that others than this company read: only its own rows count there.
    """
    since, until = since or now - DAY, until or now
    ended = await uow.team_report.ended(workspace_id, since, until, seen_from=seen_from)
    open_ones = await uow.conflicts.open_tasks(workspace_id, seen_from=seen_from)
    hand_offs = await uow.hand_offs.open_ones(workspace_id, seen_from=seen_from, limit=500)
    return TeamReport(
        at=now,
        since=since,
        until=until,
        done=[task for task in ended if task.state is TaskState.DONE],
        failed=[task for task in ended if task.state is TaskState.FAILED],
        running=[task for task in open_ones if task.state in AT_WORK],
        blocked=[task for task in open_ones if task.state in _BLOCKED],
        decided=await uow.team_report.decided(workspace_id, since, until, seen_from=seen_from),
        undecided=await uow.team_report.undecided(workspace_id, seen_from=seen_from),
        escalations=await uow.escalations.listed(workspace_id, seen_from=seen_from, limit=500),
        blockers=await uow.team_report.blockers(workspace_id, seen_from=seen_from),
        hand_offs=[card_of(row) for row in hand_offs],
        of="this channel" if seen_from else "public channels",
    )


def report_post(report: TeamReport) -> Post:
    """Return the report as a message."""
    title = f"{OURS.capitalize()} team, {day_words(report.until, weekday=True, year=True)}"
    parts = (
        ("Done", [_task(task) for task in report.done]),
        ("Failed", [f"{_task(task)}: {_reason(task)}" for task in report.failed]),
        ("Running", [_task(task) for task in report.running]),
        ("Blocked", [f"{_task(task)}: {_reason(task)}" for task in report.blocked]),
        ("Blockers of the standups", [_blocker(row) for row in report.blockers]),
        ("Decided", [_decision(row) for row in report.decided]),
        ("Waiting for a decision", [_decision(row) for row in report.undecided]),
        ("Open escalations", [_escalation(row) for row in report.escalations]),
        ("Open hand-offs", [hand_off_line(c, now=report.at)[2:] for c in report.hand_offs]),
    )
    body = header(title)
    for name, lines in parts:
        body += sections(_part(name, lines))
    empty = [name.lower() for name, lines in parts if not lines]
    note = f"None: {', '.join(empty)}. " if empty else ""
    body += context(f"{note}Since {moment(report.since)}, {report.of} only.")
    counts = (
        f"{len(report.done)} done, {len(report.running)} running, {len(report.blocked)} blocked"
    )
    return Post(text=f"{title}: {counts}", blocks=message(body))


def _part(name: str, lines: Sequence[str]) -> str:
    if not lines:
        return ""
    shown = "\n".join(f"• {line}" for line in lines[:_MOST])
    more = f"\n• and {len(lines) - _MOST} more" if len(lines) > _MOST else ""
    return f"*{name}* ({len(lines)})\n{shown}{more}"


def _task(task: Task) -> str:
    return f"{task.public_id} {escape(clip(task.title or task.text, 100))}"


def _reason(task: Task) -> str:
    if task.state is TaskState.AWAITING_APPROVAL:
        return "its plan waits for a yes"
    return escape(clip(task.state_reason, 200)) or task.state.value


def _decision(row: Decision) -> str:
    word = "" if row.state is DecisionState.PROPOSED else f": {STATE_WORDS[row.state].lower()}"
    return f"{row.public_id} {escape(clip(row.title, 100))}{word}"


def _escalation(row: Escalation) -> str:
    return f"X-{row.number} {escape(clip(row.title, 100))}: level {row.level}, {row.state.value}"


def _blocker(row: StandupBlocker) -> str:
    times = f", named in {row.times} standups" if row.times > 1 else ""
    owner = f", {mention(row.owner_id)} takes it" if row.owner_id else ""
    return f"{row.public_id} {escape(clip(line(row.text), 150))}{times}{owner}"


async def send_all(ctx: Context, slot: datetime) -> int:
    """Send each workspace's report of a day, once; returns how many were queued.

    `slot` names the day: a run that is done again, here or in another process, queues none twice.
    """
    async with ctx.database.read() as uow:
        workspaces = await uow.team_report.workspaces()
    sent = 0
    for workspace_id in workspaces:
        with stops_no_other("team_report.failed", workspace_id=workspace_id):
            async with ctx.database.read() as uow:
                settings = await effective(ctx, uow, workspace_id)
            channel = channel_of(settings.values[setting_of(_READER)].value)
            shared = bool(channel) and await is_shared(ctx, workspace_id, channel)
            async with ctx.database.begin() as uow:
                sent += await _send(ctx, uow, workspace_id, slot, shared=shared)
    return sent


async def _send(
    ctx: Context, uow: UnitOfWork, workspace_id: str, slot: datetime, *, shared: bool
) -> bool:
    settings = await effective(ctx, uow, workspace_id)
    channel = channel_of(settings.values[setting_of(_READER)].value)
    now = ctx.clock.now()
    if not channel and not webhook_of(ctx, settings, workspace_id, _READER):
        return False
    since = await _since(uow, slot)
    found = await gather(
        uow, workspace_id, now=now, since=since, until=slot, seen_from=channel if shared else ""
    )
    post = report_post(found)
    return await uow.outbox.add(
        workspace_id=workspace_id,
        channel_id=channel or "webhook",
        key=f"team-report:{slot:%Y-%m-%d}",
        method=POST if channel else WEBHOOK,
        payload=post.payload() if channel else {"post": post.payload()},
        view=None if channel else HOOK,
        now=now,
        not_before=await quiet.until(ctx, uow, workspace_id, channel_id=channel)
        if channel
        else None,
    )


async def _since(uow: UnitOfWork, slot: datetime) -> datetime:
    """Return from when a report tells: where the last one ended, which was before the weekend."""
    last = await uow.schedule_runs.before(SCHEDULE, slot)
    if last is None:
        last = slot - DAY
        while last.weekday() > 4:
            last -= DAY
    return max(last, slot - _LONGEST)


async def draw_hook(ctx: Context, uow: UnitOfWork, row: OutboxRow) -> dict[str, Any] | None:
    """Return what the orchestrator's webhook is sent; its address never stands in a row."""
    settings = await effective(ctx, uow, row.workspace_id)
    url = webhook_of(ctx, settings, row.workspace_id, _READER)
    post = row.payload.get("post") or {}
    body = {"text": post.get("text", ""), "blocks": post.get("blocks", [])}
    return {"url": url, "body": body} if url else None
