"""What a step reads before it asks: the thread, and the plan of the task's round."""

from dataclasses import dataclass
from typing import NamedTuple

from bot.domain.plan import Plan
from bot.model.port import Said
from storage.models import Attachment, Task
from storage.uow import UnitOfWork


@dataclass(frozen=True)
class StoredPlan:
    """A round's plan with its row's id. Only forgetting changes it once it is stored."""

    id: str
    body: Plan


class _Kept(NamedTuple):
    plan: StoredPlan
    text: str
    """The body as the database has it; empty: not seen yet."""


async def stored_plan(uow: UnitOfWork, task: Task) -> StoredPlan | None:
    """Return the plan of the task's present round, if it has been made.

    Its text is looked at each time, as somebody's words may have been removed from it, in another
    process, too; it is read only when it is new.
    """
    place = (task.id, task.round)
    kept = _kept.get(place)
    found = await uow.plans.id_and_body(*place)
    if found is None:  # a fail-over may have lost it: whoever works by it finds no assignments
        return kept.plan if kept is not None else None
    if kept is None or (kept.plan.id, kept.text) != found:
        plan = StoredPlan(found[0], Plan.model_validate_json(found[1]))
        if kept is not None and kept.plan == plan:
            plan = kept.plan  # the same object: its place in a prompt is written once
        kept = _keep(place, _Kept(plan, found[1]))
    return kept.plan


def keep_plan(task_id: str, round_number: int, plan: StoredPlan) -> None:
    """Remember a plan that is in the database, as the object that it was made as."""
    _keep((task_id, round_number), _Kept(plan, ""))


def forget_plan(task: Task) -> None:
    """Let go of the plan of the task's present round."""
    _kept.pop((task.id, task.round), None)


def _keep(place: tuple[str, int], kept: _Kept) -> _Kept:
    _kept[place] = kept
    while len(_kept) > _MOST_KEPT:
        _kept.pop(next(iter(_kept)))
    return kept


_kept: dict[tuple[str, int], _Kept] = {}
_MOST_KEPT = 256


async def read_thread(uow: UnitOfWork, task: Task) -> tuple[Said, ...]:
    """Return what was said in the thread beside the wish itself, and note it as read."""
    messages = list(await uow.threads.messages(task.thread_id))
    attached = any(message.attached for message in messages)
    if messages and messages[-1].ts > task.read_ts:
        task.read_ts = messages[-1].ts
    # Only the first such message is the wish: who repeats it wants to be heard again.
    for message in messages:
        if (message.text, message.user_id) == (task.text, task.requester_id):
            messages.remove(message)
            break
    said = [Said(who=m.user_id, text=m.text, trusted=m.trusted) for m in messages]
    if attached:
        read = list(await uow.attachments.read(task.thread_id))
        if any(_is_brought(a, task) for a in read) and await uow.channels.is_shared(
            task.workspace_id, task.channel_id
        ):  # it may be shared since they were read
            read = [a for a in read if not _is_brought(a, task)]
        said = [Said(who=a.name, text=a.text, trusted=False, kind=a.kind) for a in read] + said
    return tuple(said)


def _is_brought(attached: Attachment, task: Task) -> bool:
    """Whether it is what was said in another channel."""
    return attached.kind == "link" and attached.source.get("channel") != task.channel_id
