"""A standup as its cards show it, made of its rows and of what the channel's tasks say."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime

from bot.domain.days import day_words
from bot.domain.standup import Kind, split_blockers
from bot.domain.standup.proposals import Proposal, propose
from bot.domain.standup.risks import Repeated, Stuck, risks
from bot.domain.task import AT_WORK, AssignmentState, TaskState
from bot.services.context import Context
from bot.services.standup_proposals import proposed
from bot.services.standup_weighed import weighed as weighed_risks
from bot.slack.cards.standup import (
    BlockerLine,
    MissingLine,
    Movement,
    PersonLine,
    StandupCard,
    StandupLine,
    StandupReport,
)
from bot.slack.text import clip, escape, line, mention
from storage.models import (
    Assignment,
    Channel,
    Escalation,
    Standup,
    StandupAnswer,
    StandupBlocker,
    StandupMember,
    StandupQuestion,
    Task,
)
from storage.uow import UnitOfWork

_WAITS = (TaskState.PAUSED, TaskState.AWAITING_APPROVAL)


async def card_of(ctx: Context, uow: UnitOfWork, row: Standup) -> StandupCard:
    """Return a run; what a newer run has taken up is told as people wrote it."""
    questions = await uow.standup_rows.questions(row.id)
    members = await uow.standup_rows.members(row.id)
    answers = [a for a in await uow.standup_rows.answers(row.id) if a.text]
    names = {m.user_id: name_of(m, m.user_id) for m in members}
    heard = list(dict.fromkeys(answer.user_id for answer in answers))
    return StandupCard(
        standup_id=row.id,
        name=row.name,
        day=date.fromisoformat(row.slot_key[:10]),
        state=row.state,
        closes_at=row.closes_at,
        asked=len({m.user_id for m in members if not m.off} | set(heard)),
        answered=len(heard),
        blockers=await _blockers(uow, row, questions, answers, names),
        moved=await _moved(ctx, uow, row),
        people=tuple(_person(user, names, questions, answers) for user in heard),
        missing=tuple(
            _missing(member, names, now=ctx.clock.now())
            for member in members
            if member.user_id not in heard
        ),
        left_open=await _left_open(uow, row, names, until=row.closed_at or ctx.clock.now()),
    )


async def report_of(
    ctx: Context, uow: UnitOfWork, row: Standup, *, weighed: bool = True
) -> StandupReport:
    """Return what a run comes to; `weighed` with a model's risks in place of the rules'."""
    card = await card_of(ctx, uow, row)
    tasks = await uow.standups.tasks_open(row.workspace_id, row.channel_id)
    pieces = await uow.standups.assignments_of([task.id for task in tasks])
    ended = await _ended(ctx, uow, row)
    by_id = {task.id: task for task in tasks}
    until = row.closed_at or ctx.clock.now()
    solved = await uow.standup_rows.solved_between(
        row.workspace_id, row.channel_id, since=row.since, until=until
    )
    answers = await uow.standup_rows.answers(row.id)
    by_model = await weighed_risks(uow, row) if weighed else None
    by_rules = risks(
        [_stuck(task) for task in (*ended, *tasks) if task.state in (TaskState.FAILED, *_WAITS)],
        [
            Repeated(b.public_id, b.times, b.decision, b.escalation)
            for b in card.blockers
            if b.times > 1 and not b.solved
        ],
        [piece.specialist for piece in pieces if piece.state is AssignmentState.WAITING],
        answered=card.answered,
        asked=card.asked,
    )
    return StandupReport(
        card=card,
        assignments=tuple(
            f"{by_id[item.task_id].public_id} {item.specialist}: {clip(item.title, 80)},"
            f" {item.state.value}"
            for item in pieces
            if item.state in (AssignmentState.RUNNING, AssignmentState.WAITING)
        ),
        dependencies=_dependencies(pieces, by_id),
        risks=by_model.risks if by_model is not None else tuple(by_rules),
        moves=await proposed(ctx, uow, row.workspace_id, pieces, by_id),
        weighed_by=by_model.model if by_model is not None else "",
        solved=tuple(f"{b.public_id} {clip(line(b.text), 120)}" for b in solved),
        milestone=await _milestone(ctx, uow, row, pieces, by_id),
        late=len({answer.user_id for answer in answers if answer.late}),
    )


def _stuck(task: Task) -> Stuck:
    return Stuck(
        task.public_id,
        clip(line(task.state_reason), 120) or task.state.value,
        failed=task.state is TaskState.FAILED,
        wants_yes=task.state is TaskState.AWAITING_APPROVAL,
    )


async def _blockers(
    uow: UnitOfWork,
    row: Standup,
    questions: Sequence[StandupQuestion],
    answers: Sequence[StandupAnswer],
    names: dict[str, str],
) -> tuple[BlockerLine, ...]:
    rows = await uow.standup_rows.blockers_of(row.id)
    channel = await uow.channels.find(row.workspace_id, row.channel_id)
    known = await uow.services.known_in(row.workspace_id, seen_from=row.channel_id) if rows else ()
    owners = {service.name: service.owner_id for service in known if service.owner_id}
    shown = [
        replace(
            await _blocker(uow, item, names),
            proposal=(made := _proposal(item, owners, is_private=_private(channel))),
            proposed_name=names.get(made.owner_id, "") or "its owner",
        )
        for item in rows
    ]
    held = {item.text for item in rows}
    later = await uow.standup_rows.named_later(row.workspace_id, row.channel_id, row.opens_at)
    again = {item.user_id for item in later.values()}
    asked = {q.position for q in questions if q.kind == Kind.BLOCKER}
    for answer in answers:
        if answer.position in asked and row.state == "closed":
            who, carried = names.get(answer.user_id, ""), answer.user_id in again
            shown += [
                BlockerLine("", "", text, who, 1, False, solved=not carried, carried=carried)
                for text in split_blockers(answer.text)
                if text not in held and not any(item.user_id == answer.user_id for item in rows)
            ]
    return tuple(shown)


async def _left_open(
    uow: UnitOfWork, row: Standup, names: dict[str, str], *, until: datetime
) -> tuple[BlockerLine, ...]:
    """Return blockers of earlier runs that nobody named here and nobody solved."""
    place = (row.workspace_id, row.channel_id)
    rows = await uow.standup_rows.left_open(*place, before=row.opens_at, until=until)
    found = []
    for item in rows:
        member = await uow.standup_rows.member(item.standup_id, item.user_id)
        known = {item.user_id: name_of(member, item.user_id)} | names
        found.append(replace(await _blocker(uow, item, known), since=item.created_at))
    return tuple(found)


def _private(channel: Channel | None) -> bool:
    return channel is None or channel.is_private


def _proposal(item: StandupBlocker, owners: dict[str, str], *, is_private: bool) -> Proposal:
    """Return who could take a blocker; what was said in private is offered to no other team."""
    made = propose(item.text, owners, named_by=item.user_id)
    return replace(made, team="") if is_private else made


async def _blocker(uow: UnitOfWork, item: StandupBlocker, names: dict[str, str]) -> BlockerLine:
    decision = await uow.decisions.get(item.decision_id) if item.decision_id else None
    case: Escalation | None = None
    if item.escalation_id:
        case = await uow.escalations.find(item.workspace_id, item.escalation_id)
    return BlockerLine(
        blocker_id=item.id,
        public_id=item.public_id,
        text=item.text,
        who=names.get(item.user_id) or mention(item.user_id),
        times=item.times,
        changed=item.changed,
        owner_id=item.owner_id or "",
        decision=decision.public_id if decision is not None else "",
        escalation=case.public_id if case is not None else "",
        solved=item.solved_at is not None,
    )


def _person(
    user_id: str,
    names: dict[str, str],
    questions: Sequence[StandupQuestion],
    answers: Sequence[StandupAnswer],
) -> PersonLine:
    own = {a.position: a for a in answers if a.user_id == user_id}
    said = [(q.kind, (q.text, own[q.position].text)) for q in questions if q.position in own]
    return PersonLine(
        who=names.get(user_id) or mention(user_id),
        answers=tuple(answer for kind, answer in said if kind != Kind.BLOCKER),
        late=any(answer.late for answer in own.values()),
        edited_at=max((a.edited_at for a in own.values() if a.edited_at), default=None),
        blocked=tuple(answer for kind, answer in said if kind == Kind.BLOCKER),
    )


def line_of(row: Standup, member: StandupMember) -> StandupLine:
    """Return an open run as the Home tab shows it to a person: until when they can answer."""
    return StandupLine(row.id, row.name, row.channel_id, member.closes_at or row.closes_at)


def name_of(member: StandupMember | None, user_id: str) -> str:
    """Return how a person is shown in a run."""
    return (escape(member.name) if member is not None else "") or mention(user_id)


def only(card: StandupCard, who: str) -> StandupCard:
    """Return what a run says of one person."""
    return replace(
        card,
        people=tuple(person for person in card.people if person.who == who),
        blockers=tuple(item for item in card.blockers if item.who == who),
        left_open=tuple(item for item in card.left_open if item.who == who),
        missing=tuple(item for item in card.missing if item.who == who),
    )


def _missing(member: StandupMember, names: dict[str, str], *, now: datetime) -> MissingLine:
    later = member.opens_at if member.opens_at is not None and member.opens_at > now else None
    return MissingLine(names[member.user_id], member.off, later)


async def _ended(ctx: Context, uow: UnitOfWork, row: Standup) -> Sequence[Task]:
    return await uow.standups.tasks_ended(
        row.workspace_id,
        row.channel_id,
        since=row.since,
        until=row.closed_at or ctx.clock.now(),
    )


async def _moved(ctx: Context, uow: UnitOfWork, row: Standup) -> Movement:
    ended = await _ended(ctx, uow, row)
    until = row.closed_at or ctx.clock.now()
    open_ones = await uow.standups.tasks_open(row.workspace_id, row.channel_id)
    tasks = [task for task in open_ones if task.created_at < until]
    return Movement(
        done=_ids(ended, TaskState.DONE),
        failed=_ids(ended, TaskState.FAILED),
        running=_ids(tasks, *AT_WORK),
        waiting=_ids(tasks, *_WAITS),
        cost_micros=await uow.ledger.committed_by_channel(
            row.workspace_id, row.channel_id, since=row.since, until=until
        ),
    )


def _ids(tasks: Sequence[Task], *states: TaskState) -> tuple[str, ...]:
    return tuple(
        f"{task.public_id} {clip(line(task.title or task.text), 60)}"
        for task in tasks
        if task.state in states
    )


def _dependencies(pieces: Sequence[Assignment], tasks: dict[str, Task]) -> tuple[str, ...]:
    """Return which pieces wait for which others of their task, and who works on those."""
    state = {(item.task_id, item.key): item for item in pieces}
    found = []
    for item in pieces:
        needs = [state[item.task_id, k] for k in item.depends_on if (item.task_id, k) in state]
        missing = [need for need in needs if need.state is not AssignmentState.DONE]
        if item.state is AssignmentState.WAITING and missing:
            on = ", ".join(f"{need.specialist} ({need.state.value})" for need in missing)
            found.append(f"{tasks[item.task_id].public_id} {item.specialist} waits for {on}")
    return tuple(found)


async def _milestone(
    ctx: Context,
    uow: UnitOfWork,
    row: Standup,
    pieces: Sequence[Assignment],
    tasks: dict[str, Task],
) -> str:
    """Return the next due hand-off seen here, else the task that is closest to its end."""
    open_ones = await uow.hand_offs.open_ones(row.workspace_id, seen_from=row.channel_id, limit=100)
    now = ctx.clock.now()
    due = [(h.due_at, h) for h in open_ones if h.due_at is not None and h.due_at >= now]
    if due:
        at, hand_off = min(due, key=lambda pair: pair[0])
        return (
            f"{hand_off.public_id} {clip(line(hand_off.text), 80)}, due"
            f" {day_words(at, weekday=True)}"
        )
    counts = {
        task_id: (
            sum(p.state is AssignmentState.DONE for p in pieces if p.task_id == task_id),
            sum(p.task_id == task_id for p in pieces),
        )
        for task_id in {piece.task_id for piece in pieces}
    }
    if not counts:
        return ""
    task_id, (done, total) = max(counts.items(), key=lambda c: (c[1][0] / c[1][1], c[0]))
    task = tasks[task_id]
    name = clip(line(task.title or task.text), 80)
    return f"{task.public_id} {name}: {done} of {total} pieces done"
