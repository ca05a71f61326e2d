"""Asks whether a person may do something at a place: settings, Slack's facts, one pure rule."""

from dataclasses import replace

from bot.domain.access import Act, Person, Verdict, may, may_step, rules_for
from bot.domain.setting import Effective
from bot.errors import NotAllowed, NotFound, PersonUnknown
from bot.services.context import Context
from bot.services.directory import Directory
from bot.services.workspace_settings import effective
from storage.models import Decision, Task


async def verdict(
    ctx: Context,
    directory: Directory,
    act: Act,
    *,
    workspace_id: str,
    user_id: str,
    channel_id: str = "",
) -> Verdict:
    """Return whether a person may do `act` in a channel; without one, in the whole workspace."""
    async with ctx.database.read() as uow:
        settings = await effective(ctx, uow, workspace_id, channel_id=channel_id)
    direct = channel_id.startswith("D")
    return await judge(settings, directory, act, user_id=user_id, direct=direct)


async def home_of(
    ctx: Context, *, workspace_id: str, task_id: str = "", decision_id: str = ""
) -> str:
    """Return the channel of a task or decision. Raises NotFound where another workspace has it."""
    async with ctx.database.read() as uow:
        thing = (
            await uow.session.get(Task, task_id)
            if task_id
            else await uow.session.get(Decision, decision_id)
        )
    if thing is None or thing.workspace_id != workspace_id:
        raise NotFound("task" if task_id else "decision", task_id or decision_id)
    return thing.channel_id


async def act_to_stop(directory: Directory, task: Task, *, user_id: str) -> Act:
    """Return what somebody must be allowed to stop a task.

    People of other companies may ask: they stop what they asked for, and nobody else's work.
    """
    if user_id == task.requester_id:
        return "ask"
    try:
        return "approve" if (await directory.person(user_id)).is_external else "ask"
    except PersonUnknown:
        return "ask"


async def judge(
    settings: Effective, directory: Directory, act: Act, *, user_id: str, direct: bool = False
) -> Verdict:
    """Return whether a person may do `act` where these settings count."""
    rules = rules_for(act, settings, direct=direct)
    if not user_id:
        return Verdict(False, "I do not know who you are.")
    if rules.is_open or not rules.enabled:
        return may(Person(user_id), act, rules)
    person = await directory.person(user_id)
    found = [
        group for group in rules.groups_for(user_id) if user_id in await directory.members(group)
    ]
    return may(replace(person, groups=frozenset(found)), act, rules)


async def require(
    ctx: Context,
    directory: Directory,
    act: Act,
    *,
    workspace_id: str,
    user_id: str,
    channel_id: str = "",
) -> None:
    """Raise NotAllowed, with the reason, unless the person may."""
    found = await verdict(
        ctx, directory, act, workspace_id=workspace_id, user_id=user_id, channel_id=channel_id
    )
    if not found.allowed:
        raise NotAllowed(found.reason, hint=found.hint)


async def require_step(ctx: Context, *, workspace_id: str, channel_id: str) -> None:
    """Raise NotAllowed unless a workflow's step may ask for work in a channel.

    It comes before the question whether the person may whom the step names.
    """
    async with ctx.database.read() as uow:
        settings = await effective(ctx, uow, workspace_id, channel_id=channel_id)
    found = may_step(rules_for("ask", settings), workflows=settings.is_on("workflows"))
    if not found.allowed:
        raise NotAllowed(found.reason, hint=found.hint)
