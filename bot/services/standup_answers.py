"""What people answer in a standup: by form or reply, early, late, edited; and what blocks them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from bot.domain.redaction import redact
from bot.domain.standup import Kind, Old, follow, is_labelled, is_talk, read_reply, split_blockers
from bot.services import standup_news, standup_turns
from bot.services.context import Context
from bot.services.standups import CLOSED, asked_in
from storage.models import Standup, StandupAnswer, StandupBlocker, new_id
from storage.uow import UnitOfWork

TAKEN = "white_check_mark"
MOST_CHARS = 3_000
"""What a field of Slack's takes."""


@dataclass(frozen=True)
class Said:
    """What one person says; a form says all there is, a reply adds to it.

    `receipt` names the act, so that its second delivery changes nothing.
    """

    user_id: str
    receipt: str
    source: Literal["form", "reply"]
    texts: Mapping[int, str]


async def answer(ctx: Context, workspace_id: str, standup_id: str, said: Said) -> Standup:
    """Store answers and show them; a late one is marked and the report is made anew."""
    now = ctx.clock.now()
    async with ctx.database.begin(urgent=True) as uow:
        row = await uow.standups.get(workspace_id, standup_id, lock=True)
        if await uow.receipts.is_new(workspace_id, said.receipt, now=now):
            await _store(ctx, uow, row, said)
    return row


async def answer_by_reply(
    ctx: Context, row: Standup, *, user_id: str, text: str, ts: str, receipt: str
) -> bool:
    """Take a reply of the thread as an answer, and mark the message as read; not what is talk.

    Returns whether an answer was longer than what is kept of one: its writer should be told.
    """
    now = ctx.clock.now()
    async with ctx.database.begin(urgent=True) as uow:
        row = await uow.standups.get(row.workspace_id, row.id, lock=True)
        if not await uow.receipts.is_new(row.workspace_id, receipt, now=now):
            return False
        questions = await asked_in(uow, row.id)
        own = await uow.standup_rows.answers_by(row.id, user_id)
        goes_on = standup_turns.goes_on(own, now=now)
        answered = {place for place, said in own.items() if said.text and not goes_on}
        if is_talk(text, questions, answered):
            await standup_turns.talked(uow, row.id)
            return False
        texts = read_reply(text, questions)
        if not any(texts.values()):
            return False  # a label alone
        if goes_on and not is_labelled(text, questions):
            texts = standup_turns.added(own, texts)
        cut = await _store(ctx, uow, row, Said(user_id, receipt, "reply", texts))
        await standup_turns.mark(uow, row.id, user_id)
        await uow.outbox.add(
            workspace_id=row.workspace_id,
            channel_id=row.channel_id,
            key=taken_key(row.channel_id, ts),
            method="reactions.add",
            payload={"timestamp": ts, "name": TAKEN},
            now=now,
        )
    return cut


def taken_key(channel_id: str, ts: str) -> str:
    """Return the outbox key of the sign that a reply was taken as an answer."""
    return f"reaction:{channel_id}:{ts}:{TAKEN}"


async def _store(ctx: Context, uow: UnitOfWork, row: Standup, said: Said) -> bool:
    """Store what is said; returns whether some of it is longer than what is kept."""
    now = ctx.clock.now()
    questions = {question.position: question for question in await asked_in(uow, row.id)}
    whole = {
        position: redact(text.strip())
        for position, text in said.texts.items()
        if position in questions
    }
    texts = {position: text[:MOST_CHARS] for position, text in whole.items()}
    if not any(texts.values()) and said.source == "reply":
        return False
    await uow.standup_rows.ensure_member({"standup_id": row.id, "user_id": said.user_id})
    member = await uow.standup_rows.member(row.id, said.user_id)
    closed = member is not None and member.closes_at is not None and member.closes_at <= now
    late = row.state == CLOSED or closed
    before = await uow.standup_rows.answers_by(row.id, said.user_id)
    was = {position: old.text for position, old in before.items()}
    for position, text in texts.items():
        await _put(uow, row, said, position, text, before.get(position), late=late, now=now)
        if questions[position].kind is Kind.BLOCKER:
            await _block(uow, row, said, text, was.get(position, ""), now=now)
    await uow.session.flush()
    await standup_news.refresh(ctx, uow, row)
    return texts != whole


async def _put(
    uow: UnitOfWork,
    row: Standup,
    said: Said,
    position: int,
    text: str,
    old: StandupAnswer | None,
    *,
    late: bool,
    now: datetime,
) -> None:
    if old is None:
        if text:
            uow.session.add(
                StandupAnswer(
                    id=new_id(),
                    workspace_id=row.workspace_id,
                    standup_id=row.id,
                    user_id=said.user_id,
                    position=position,
                    text=text,
                    late=late,
                    history={},
                    answered_at=now,
                )
            )
    elif old.text != text:
        earlier = list((old.history or {}).get("was") or ())
        was = [*earlier, {"text": old.text, "until": now.isoformat()}]
        old.history = {**(old.history or {}), "was": was}
        old.text, old.edited_at = text, now


async def _block(
    uow: UnitOfWork, row: Standup, said: Said, text: str, was: str, *, now: datetime
) -> None:
    """Bring the person's blockers up to date: repeated, changed, new, or solved.

    One that a whole answer does not name any more is solved; was it new in this run, it was
    a slip and is forgotten. What `was` said here before and is open no more was solved meanwhile.
    An answer to an older run leaves alone what a newer one named.
    """
    place, whose = (row.workspace_id, row.channel_id), said.user_id
    mine = await uow.standup_rows.open_blockers(*place, user_id=whose)
    later = await uow.standup_rows.named_later(*place, row.opens_at)
    by_id = {blocker.id: blocker for blocker in mine}
    steps = follow(split_blockers(text), [Old(b.id, b.text) for b in mine])
    solved = set(split_blockers(was))
    for step in steps:
        if step.old_id:
            named = by_id.pop(step.old_id)
            if named.id not in later:
                _repeat(named, row, step.text, changed=step.changed, now=now)
            continue
        if step.text in solved:
            continue
        uow.session.add(
            StandupBlocker(
                id=new_id(),
                workspace_id=row.workspace_id,
                channel_id=row.channel_id,
                standup_id=row.id,
                number=await uow.numbers.next(StandupBlocker, row.workspace_id),
                user_id=whose,
                text=step.text,
                times=1,
                created_at=now,
                updated_at=now,
            )
        )
        await uow.session.flush()
    for gone in by_id.values():
        if gone.id in later:
            continue
        if gone.standup_id == row.id and gone.times == 1 and gone.decision_id is None:
            await uow.session.delete(gone)
        else:
            gone.solved_at, gone.solved_by, gone.updated_at = now, whose, now


def _repeat(
    blocker: StandupBlocker, row: Standup, text: str, *, changed: bool, now: datetime
) -> None:
    """Count a blocker once in each run."""
    if blocker.standup_id != row.id:
        blocker.times += 1
        blocker.changed = changed
        blocker.standup_id = row.id
    blocker.text, blocker.updated_at = text, now
