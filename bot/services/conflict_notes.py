"""Tells threads, unasked and once, that others want what their task wants; takes it back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import structlog

from bot.domain.conflict.wants import Clash, as_told, clashes, is_less, is_news, told_key
from bot.services import quiet
from bot.services.conflict_wants import settled_of, wants_of
from bot.services.conflict_work import at_work
from bot.services.context import Context
from bot.services.sweeps import stops_no_other
from bot.services.workspace_settings import effective
from bot.slack.cards.conflict_note import conflict_note, conflict_over, wanted_line
from storage.models import ConflictNote
from storage.uow import UnitOfWork

log = structlog.get_logger(__name__)

SETTING = "conflict_notes"
GRACE = timedelta(minutes=1)
"""Ours: what is over within a minute stood in nobody's way."""
MOST_TOLD = 6
"""Ours: of a crowd that wants one thing the first six are told; it is a load, no conflict."""


@dataclass
class _Claimant:
    """A task, sprint or hand-off: where it is, what it shares, what of it its thread is told."""

    channel_id: str
    shares: list[Clash] = field(default_factory=list)
    told: list[Clash] = field(default_factory=list)
    may_tell: bool = False


async def tell(ctx: Context) -> int:
    """Look at all workspaces; returns how many threads were told something or had it taken back.

    Safe in several processes: what was told is a row, locked while a thread is told.
    """
    async with ctx.database.read() as uow:
        workspaces = await uow.conflict_notes.busy_workspaces()
    changed = 0
    for workspace_id in workspaces:
        for name, here in await _due(ctx, workspace_id):
            with stops_no_other("conflict.not_told", workspace_id=workspace_id, claimant=name):
                changed += await _say(ctx, workspace_id, name, here)
    return changed


async def _due(ctx: Context, workspace_id: str) -> list[tuple[str, _Claimant]]:
    """Return whose thread must be told something, or have something taken back."""
    now = ctx.clock.now()
    async with ctx.database.read() as uow:
        standing = await _standing(uow, workspace_id, now=now)
        notes = {note.claimant: note for note in await uow.conflict_notes.open_ones(workspace_id)}
        due: list[tuple[str, _Claimant]] = []
        for name in sorted({*standing, *notes}):
            here = standing.get(name) or _Claimant(notes[name].channel_id)
            before = notes[name].told if name in notes else []
            if is_news(before, here.told):
                here.may_tell = await _may_tell(ctx, uow, workspace_id, here.channel_id)
            if here.may_tell or is_less(before, here.shares):
                due.append((name, here))
    return due


async def _standing(
    uow: UnitOfWork, workspace_id: str, *, now: datetime
) -> Mapping[str, _Claimant]:
    """Return who shares what with others since a minute."""
    work = await at_work(uow, workspace_id, now=now)
    wants = await wants_of(uow, work)
    old = [want for want in wants if want.begun and want.since <= now - GRACE]
    found: dict[str, _Claimant] = {}
    for clash in clashes(old, await settled_of(uow, work)):
        speaking = [want for want in clash.wants if want.speaks]
        for place, want in enumerate(speaking):
            here = found.setdefault(want.claimant, _Claimant(want.channel_id))
            here.shares.append(clash)
            if place < MOST_TOLD:
                here.told.append(clash)
    return found


async def _may_tell(ctx: Context, uow: UnitOfWork, workspace_id: str, channel_id: str) -> bool:
    """Return whether a channel wants to hear of conflicts, and does so now.

    During quiet hours nothing is queued: what still counts at their end is told then.
    """
    settings = await effective(ctx, uow, workspace_id, channel_id=channel_id)
    if not settings.is_on(SETTING):
        return False
    return await quiet.until(ctx, uow, workspace_id, channel_id=channel_id) is None


async def _say(ctx: Context, workspace_id: str, name: str, here: _Claimant) -> bool:
    """Post a new note, or edit the one that says too much; False when another process did."""
    now = ctx.clock.now()
    async with ctx.database.begin() as uow:
        note = await uow.conflict_notes.of_claimant(
            workspace_id, name, channel_id=here.channel_id, now=now
        )
        before: Sequence[Mapping[str, Any]] = note.told
        if here.may_tell and is_news(before, here.told):
            note.number += 1
            note.told = as_told(here.shares)
        elif is_less(before, here.shares):
            kept = {clash.key for clash in here.shares}
            note.told = [dict(item) for item in before if told_key(item) in kept]
        else:
            return False
        note.state = "open" if note.told else "over"
        note.updated_at = now
        await uow.session.flush()
        await _show(ctx, uow, note, here, before)
    log.info("conflict.told", note_id=note.id, number=note.number, state=note.state)
    return True


async def _show(
    ctx: Context,
    uow: UnitOfWork,
    note: ConflictNote,
    here: _Claimant,
    before: Sequence[Mapping[str, Any]],
) -> None:
    told = {told_key(item) for item in note.told}
    apart = await uow.channels.is_shared(note.workspace_id, note.channel_id)
    shares = [c.apart() if apart else c for c in here.shares if c.key in told]
    lines = [wanted_line(c, (note.channel_id,)) for c in shares]
    post = (
        conflict_note(note.id, lines)
        if lines
        else conflict_over([str(item["subject"]) for item in before])
    )
    kind, _, claimant_id = note.claimant.partition(":")
    payload = post.payload()
    if kind == "sprint":
        sprint = await uow.sprints.get(note.workspace_id, claimant_id)
        payload["thread_ts"] = (await uow.threads.get(sprint.thread_id)).root_ts
    elif kind == "hand-off":
        card = await uow.outbox.by_key(note.workspace_id, f"{note.claimant}:asked")
        payload["thread_ts"] = card.sent_ts if card is not None else None
    await uow.outbox.show(
        workspace_id=note.workspace_id,
        channel_id=note.channel_id,
        key=f"conflict-note:{note.id}:{note.number}",
        payload=payload,
        task_id=claimant_id if kind == "task" else None,
        now=ctx.clock.now(),
    )
