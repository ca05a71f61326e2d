"""Incidents that a monitoring system reports: each opens one escalation, its end resolves it."""

import hashlib
from datetime import datetime

from bot.domain.escalation import Case, EscalationState, Kind, Policy, acts
from bot.domain.escalation.incident import Incident
from bot.domain.measure.shape import read_moment
from bot.errors import UserFacingError
from bot.services import escalations
from bot.services.away import who_is_away
from bot.services.context import Context
from bot.services.directory import Directory
from bot.services.escalation_policy import freeze
from bot.services.escalations import Report
from storage.models import Escalation


async def take_in(
    ctx: Context,
    directory: Directory | None,
    incident: Incident,
    *,
    workspace_id: str,
    channel_id: str,
    is_private: bool,
) -> str:
    """Open or resolve what an incident is about; returns `opened`, `resolved` or `known`.

    The source's own id makes the second report of the same incident change nothing.
    """
    key = _key(incident.key)
    async with ctx.database.begin() as uow:
        await uow.channels.ensure_workspace(workspace_id, now=ctx.clock.now())
        row = await uow.escalations.by_source(workspace_id, key)
    if incident.is_over:
        return await _end(ctx, row, incident)
    if row is not None:
        if not incident.again or row.state is not EscalationState.RESOLVED:
            return "known"
        await _free(ctx, row)
    policy = await freeze(ctx, directory, workspace_id=workspace_id, channel_id=channel_id)
    report = Report(
        workspace_id=workspace_id,
        channel_id=channel_id,
        title=incident.title[:200],
        impact=incident.detail[:2_000],
        level=incident.level,
        key=f"incident:{key}:{await _round(ctx, workspace_id, key)}",
        owner_id=await _owner(ctx, workspace_id, policy),
        source="webhook",
        source_key=key,
        source_url=incident.url,
        service=incident.service,
        started_at=_moment(incident.started_at, ctx.clock.now()),
        is_private=is_private,
    )
    opened = await escalations.open_escalation(ctx, directory, report)
    return "known" if opened is None else "opened"


def _moment(said: str, now: datetime) -> datetime | None:
    """Return when the trouble began; None for what cannot be: the incident counts all the same."""
    try:
        return read_moment(said, "started_at", now=now) if said else None
    except UserFacingError:
        return None


async def _owner(ctx: Context, workspace_id: str, policy: Policy) -> str:
    """Return who is asked: the first person named who is not on leave; empty for nobody."""
    named = [who.user_id for level in (2, 3) for who in policy.people.get(level, ())]
    async with ctx.database.read() as uow:
        away = await who_is_away(uow, workspace_id, ctx.clock.now().date())
    return next((who for who in named if who not in away), named[0] if named else "")


async def _end(ctx: Context, row: Escalation | None, incident: Incident) -> str:
    if row is None:
        return "known"

    def move(case: Case, _now: datetime) -> tuple[Case, Kind]:
        return acts.resolve(case), Kind.RESOLVED

    told = "Whoever reported it says that it is over."
    try:
        await escalations.act(ctx, row.workspace_id, row.id, move, by="", text=told)
    except UserFacingError:  # somebody was quicker
        outcome = "known"
    else:
        outcome = "resolved"
    if incident.reusable:
        await _free(ctx, row)
    return outcome


async def _free(ctx: Context, row: Escalation) -> None:
    """Let the next incident have the id."""
    async with ctx.database.begin() as uow:
        found = await uow.escalations.find(row.workspace_id, row.id, lock=True)
        if found.source_key == row.source_key:  # else another process was quicker
            found.source_key = f"{_key(found.source_key or '')}#{found.number}"


async def _round(ctx: Context, workspace_id: str, key: str) -> int:
    """Return how many incidents had this id before."""
    async with ctx.database.read() as uow:
        return await uow.escalations.count_sources(workspace_id, f"{key}#")


def _key(key: str) -> str:
    """Return an id that fits, however long the source's is."""
    if len(key) <= _LONGEST:
        return key
    digest = hashlib.sha256(key.encode()).hexdigest()
    return f"{key[: _LONGEST - len(digest) - 1]}:{digest}"


_LONGEST = 180
"""Of the column's 200; the rest is for what tells used ids apart."""
