"""Sprints as people steer them: opened, accepted, ended."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from bot.domain.days import day_words
from bot.domain.events import BoardMoved
from bot.domain.roots import provisional
from bot.domain.sprint import states
from bot.domain.sprint.states import CLOSED, SprintState
from bot.domain.task import ENDED
from bot.errors import UserFacingError
from bot.services import sprint_facts, sprint_news
from bot.services.context import Context
from bot.services.receipts import is_first
from bot.services.sprint_rows import bring_along
from bot.services.workspace_settings import effective
from storage.models import Sprint, Task, Thread, new_id
from storage.uow import UnitOfWork

MOST_WORDS = 8_000
"""Ours: characters of requirements; longer ones are attached as a file."""
_END_AT = time(8)
"""In UTC, on the day after the last one: then its end is spoken of."""


@dataclass(frozen=True)
class NewSprint:
    """What a sprint begins with; `key` names the act, so that its second delivery opens none."""

    workspace_id: str
    channel_id: str
    owner_id: str
    source: str
    key: str
    is_private: bool
    goal: str = ""
    requirements: str = ""
    limits: str = ""
    starts_on: date | None = None
    ends_on: date | None = None
    people: Sequence[str] = ()
    hand_off_id: str | None = None
    slot_key: str | None = None


async def open_sprint(ctx: Context, wanted: NewSprint) -> Sprint | None:
    """Store a sprint and show its card, which begins its thread; None when this act opened it.

    Raises UserFacingError for days or words that cannot be.
    """
    now = ctx.clock.now()
    async with ctx.database.begin() as uow:
        if not await is_first(uow, wanted, wanted.key, now=now):
            return None
        if wanted.hand_off_id is not None:
            await uow.hand_offs.get(wanted.workspace_id, wanted.hand_off_id)
        sprint_id = new_id()
        thread = await uow.threads.ensure(
            wanted.workspace_id, wanted.channel_id, provisional(sprint_id), now=now
        )
        sprint = await _store(ctx, uow, wanted, thread, sprint_id=sprint_id)
        await announce(ctx, uow, sprint)
    return sprint


async def of_task(ctx: Context, uow: UnitOfWork, task: Task) -> Sprint:
    """Return the sprint that a task plans, made of the task's own words where there is none."""
    found = await uow.sprints.of_thread(task.thread_id, lock=True)
    if found is None:
        wanted = NewSprint(
            workspace_id=task.workspace_id,
            channel_id=task.channel_id,
            owner_id=task.requester_id,
            source="message",
            key="",
            is_private=True,
            requirements=task.text[:MOST_WORDS],
        )
        thread = await uow.threads.get(task.thread_id)
        found = await _store(ctx, uow, wanted, thread, sprint_id=new_id())
    if found.task_id is None:
        found.task_id = task.id
        await uow.session.flush()
    return found


async def _store(
    ctx: Context, uow: UnitOfWork, wanted: NewSprint, thread: Thread, *, sprint_id: str
) -> Sprint:
    now = ctx.clock.now()
    place = {"channel_id": wanted.channel_id, "user_id": wanted.owner_id}
    chosen = (await effective(ctx, uow, wanted.workspace_id, **place)).values
    weeks = int(str(chosen["sprint_weeks"].value))
    first, last = _days(wanted, today=now.date(), weeks=weeks)
    sprint = Sprint(
        id=sprint_id,
        workspace_id=wanted.workspace_id,
        channel_id=wanted.channel_id,
        thread_id=thread.id,
        hand_off_id=wanted.hand_off_id,
        slot_key=wanted.slot_key,
        number=await uow.numbers.next(Sprint, wanted.workspace_id),
        source=wanted.source,
        goal=" ".join(wanted.goal.split())[:300],
        requirements=wanted.requirements.strip()[:MOST_WORDS],
        limits=wanted.limits.strip()[:MOST_WORDS],
        unit=str(chosen["sprint_unit"].value),
        starts_on=first,
        ends_on=last,
        owner_id=wanted.owner_id,
        people=list(dict.fromkeys(wanted.people)),
        capacity={},
        created_at=now,
        updated_at=now,
    )
    await uow.sprints.add(sprint)
    await note(uow, sprint, wanted.owner_id, "sprint.open", now=now)
    return sprint


def _days(wanted: NewSprint, *, today: date, weeks: int) -> tuple[date, date]:
    """Return first and last day: from next Monday for some weeks where nothing is said."""
    first = wanted.starts_on or usual_days(today, weeks=weeks)[0]
    last = wanted.ends_on or max(first, _last(first, weeks=weeks))
    if last < first:
        raise UserFacingError("The sprint ends before it begins.", hint="Give a later last day.")
    if (last - first).days > 62:
        raise UserFacingError("That is more than two months.", hint="Cut it into sprints.")
    if last < today:
        raise UserFacingError("Its last day has passed.", hint="Give a later last day.")
    return first, last


def usual_days(today: date, *, weeks: int) -> tuple[date, date]:
    """Return the days of a sprint that nobody gave days: Monday to the Friday of its last week."""
    first = today + timedelta(days=-today.weekday() % 7)
    return first, _last(first, weeks=weeks)


def _last(first: date, *, weeks: int) -> date:
    return first + timedelta(days=7 * weeks - 3 - first.weekday())


def check_alive(sprint: Sprint) -> None:
    """Raise UserFacingError when a sprint has ended."""
    if sprint.state is SprintState.ENDED:
        raise UserFacingError(f"{sprint.public_id} has ended.")


def check_draft(sprint: Sprint) -> None:
    """Raise UserFacingError when a sprint is planned already, or over."""
    if sprint.state is not SprintState.DRAFT:
        raise UserFacingError(
            f"{sprint.public_id} is {sprint.state.value}.", hint="*Add an item* adds to its plan."
        )


async def accept(ctx: Context, sprint: Sprint, *, by: str, receipt: str) -> Sprint:
    """Start a planned sprint, with what the last one left since it was planned.

    Raises UserFacingError when it has no items, its days are over, or another one runs here.
    """
    now = ctx.clock.now()
    async with ctx.database.begin() as uow:
        await uow.channels.lock_workspace(sprint.workspace_id)  # one at a time of a channel
        sprint = await uow.sprints.get(sprint.workspace_id, sprint.id, lock=True)
        if not await uow.receipts.is_new(sprint.workspace_id, receipt, now=now):
            return sprint
        target = states.move(sprint.public_id, sprint.state, SprintState.RUNNING)
        await bring_along(ctx, uow, sprint)
        await _check_start(uow, sprint, today=now.date())
        await sprint_facts.weigh(ctx, uow, sprint)
        sprint.state, sprint.accepted_by, sprint.accepted_at = target, by, now
        sprint.updated_at = now
        sprint.due_at = datetime.combine(sprint.ends_on + timedelta(days=1), _END_AT, UTC)
        await note(uow, sprint, by, "sprint.accept", now=now)
        await announce(ctx, uow, sprint)
    return sprint


async def _check_start(uow: UnitOfWork, sprint: Sprint, *, today: date) -> None:
    others = await uow.sprints.newest(
        sprint.workspace_id, sprint.channel_id, states=(SprintState.RUNNING,)
    )
    if others:
        raise UserFacingError(
            f"{others[0].public_id} still runs here.",
            hint=f"End it first: `/lead sprint end {others[0].public_id}`.",
        )
    items = await uow.sprint_items.items(sprint.id)
    if all(item.state in CLOSED for item in items):
        raise UserFacingError(
            f"{sprint.public_id} has nothing to do in it.", hint="`/lead sprint add <what>`."
        )
    if sprint.ends_on < today:
        raise UserFacingError(
            f"Its last day, {day_words(sprint.ends_on)}, has passed.", hint="Plan a new one."
        )


async def end(ctx: Context, sprint: Sprint, *, by: str, receipt: str) -> Sprint:
    """End a sprint, or drop one that never began. Raises UserFacingError while it is planned."""
    now = ctx.clock.now()
    async with ctx.database.begin() as uow:
        # The end begins a retrospective, which locks it: always before the sprint.
        await uow.channels.lock_workspace(sprint.workspace_id)
        sprint = await uow.sprints.get(sprint.workspace_id, sprint.id, lock=True)
        if not await uow.receipts.is_new(sprint.workspace_id, receipt, now=now):
            return sprint
        await _check_not_planning(uow, sprint)
        sprint.state = states.move(sprint.public_id, sprint.state, SprintState.ENDED)
        sprint.ended_by, sprint.ended_at, sprint.updated_at, sprint.due_at = by, now, now, None
        await note(uow, sprint, by, "sprint.end", now=now)
        await announce(ctx, uow, sprint)
        if sprint.accepted_at is not None:
            await sprint_news.say_end(ctx, uow, sprint)
    return sprint


async def _check_not_planning(uow: UnitOfWork, sprint: Sprint) -> None:
    if sprint.state is not SprintState.DRAFT or sprint.task_id is None:
        return
    task = await uow.tasks.get(sprint.task_id)
    if task.state not in ENDED:
        raise UserFacingError(
            f"{task.public_id} plans it now.", hint=f"`/lead stop {task.public_id}` first."
        )


async def announce(ctx: Context, uow: UnitOfWork, sprint: Sprint) -> None:
    """Let the card show how things stand; until it is started, with the risks that follow now."""
    await uow.session.flush()
    if sprint.state in states.BEFORE_START:
        await sprint_facts.weigh(ctx, uow, sprint)
    await ctx.announcer.announce(uow, BoardMoved.of("sprint", sprint))


async def note(uow: UnitOfWork, sprint: Sprint, by: str, action: str, *, now: datetime) -> None:
    """Put an act on record."""
    await uow.audit.add(
        sprint.workspace_id, by, action=action, noun="sprint", noun_id=sprint.id, at=now
    )
