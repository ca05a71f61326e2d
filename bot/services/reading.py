"""What a step reads before it asks: the thread, and the plan of the task's round."""

from dataclasses import dataclass

from bot.domain.plan import Plan
from bot.model.port import Said
from storage.models import Task
from storage.uow import UnitOfWork


@dataclass(frozen=True)
class StoredPlan:
    """A round's plan with its row's id. It never changes once it is stored."""

    id: str
    body: Plan


async def stored_plan(uow: UnitOfWork, task: Task) -> StoredPlan | None:
    """Return the plan of the task's present round, if it has been made.

    It is read from the database once in this process, not once for each assignment.
    """
    place = (task.id, task.round)
    if place not in _kept:
        found = await uow.plans.id_and_body(*place)
        if found is None:
            return None
        keep_plan(*place, StoredPlan(found[0], Plan.model_validate_json(found[1])))
    return _kept[place]


def keep_plan(task_id: str, round_number: int, plan: StoredPlan) -> None:
    """Remember a plan that is in the database, so that it need not be read from there."""
    _kept[task_id, round_number] = plan
    while len(_kept) > _MOST_KEPT:
        _kept.pop(next(iter(_kept)))


def forget_plan(task: Task) -> None:
    """Read the plan of the task's present round from the database the next time."""
    _kept.pop((task.id, task.round), None)


_kept: dict[tuple[str, int], StoredPlan] = {}
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
        read = await uow.attachments.read(task.thread_id)
        said = [Said(who=a.name, text=a.text, trusted=False, kind=a.kind) for a in read] + said
    return tuple(said)
