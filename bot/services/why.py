"""Why something is as it is: what ran for a task and under which settings; who did what."""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from bot.domain.days import day_words
from bot.domain.setting import Resolved
from bot.services import task_views
from bot.services.context import Context
from bot.services.task_report import last_report, usage_of
from bot.services.workspace_settings import effective
from bot.slack.cards.why import ActLine, CallLine, task_story
from bot.slack.post import Post
from storage.models import Assignment, AuditEntry, Decision, ModelCall, Task
from storage.repositories.forget import ForgetRepository
from storage.uow import UnitOfWork

_SETTINGS = (
    "task_budget",
    "channel_budget",
    "day_budget",
    "approve_above",
    "model",
    "parallel_assignments",
    "approve",
    "decide",
    "quorum",
)
"""Those that shape a task."""
_DID = {
    "decision.record": "recorded it",
    "decision.imported": "took it from the file {file}",
    "decision.updated": "took it anew from the file {file}",
    "decision.vote": "said {verdict}",
    "decision.accepted": "accepted it",
    "decision.rejected": "rejected it",
    "decision.changes-requested": "asked for changes",
    "decision.edit": "edited it",
    "decision.superseded": "replaced it by {by}",
    "decision.deprecated": "said that it no longer holds",
    "decision.expired": "let it expire: nobody renewed it",
    "decision.keep": "said that it is still right",
    "decision.renew": "renewed it, {until}",
    "decision.link": "linked it: {kind} {target}",
}
_DAY = re.compile(r"\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])")
_WORDS = {"plan": "Plan", "answer": "Answer", "synthesis": "Recommendation"}


async def task_why(ctx: Context, uow: UnitOfWork, task: Task) -> Post:
    """Return the story of a task."""
    report = await last_report(uow, task.id)
    worked = await _assignments(uow, task.id)
    place = {"channel_id": task.channel_id, "user_id": task.requester_id}
    settings = await effective(ctx, uow, task.workspace_id, **place)
    acts = await _acts(uow, task.workspace_id, "task", (task.id, task.public_id))
    chosen: list[tuple[str, Resolved]] = [(name, settings.values[name]) for name in _SETTINGS]
    return task_story(
        task_views.task_card_view(ctx, report),
        calls=[_call(ctx, worked, call) for call in report.calls],
        acts=acts,
        settings=chosen,
    )


async def decision_acts(
    uow: UnitOfWork, decision: Decision, *, seen_from: str | None = None
) -> list[ActLine]:
    """Return what was done to a decision, oldest first.

    One that replaced it is named only if it may be seen from `seen_from`, by default the
    decision's own channel.
    """
    seen_from = decision.channel_id if seen_from is None else seen_from
    acts = await _acts(uow, decision.workspace_id, "decision", (decision.id,))
    links = await uow.decision_parts.backward(decision.id)
    for _, other in links:
        if not await uow.decisions.is_visible(other, seen_from=seen_from):
            told, plain = f" by {other.public_id}", " by another decision"
            acts = [
                replace(act, did=act.did.removesuffix(told) + plain)
                if act.did.endswith(told)
                else act
                for act in acts
            ]
    return acts


async def _acts(
    uow: UnitOfWork, workspace_id: str, noun: str, names: Sequence[str]
) -> list[ActLine]:
    entries = [entry for name in names for entry in await uow.audit.of(workspace_id, noun, name)]
    entries.sort(key=lambda entry: entry.id)
    hidden = await _forgotten(uow, workspace_id, entries)
    return [
        ActLine("" if entry.actor_id in hidden else entry.actor_id, _did(entry), entry.at)
        for entry in entries
    ]


async def _forgotten(
    uow: UnitOfWork, workspace_id: str, entries: Sequence[AuditEntry]
) -> frozenset[str]:
    """Return the actors who may have been forgotten since: their ids are in the log only.

    The log keeps ids for those who may read it (ADR 11); a story is for everybody.
    """
    last = await uow.audit.latest(workspace_id, "person.forgotten")
    suspects = {entry.actor_id for entry in entries if last is not None and entry.at <= last}
    people = ForgetRepository(uow.session)
    known = {who for who in suspects if await people.rows_of_person(workspace_id, who)}
    return frozenset(suspects - known)


def _did(entry: AuditEntry) -> str:
    said = _DID.get(entry.action)
    details = {key: _in_words(value) for key, value in entry.details.items()}
    if said is not None:
        until = details.get("until", "")
        details["until"] = until if until == "for good" else f"until {until}"
        return said.format_map(defaultdict(str, details))
    verb = entry.action.partition(".")[2].replace("-", " ")
    more = ", ".join(f"{key} {value}" for key, value in details.items())
    return f"{verb} ({more})" if more else verb


def _in_words(value: object) -> str:
    """Return a detail as people read it: the log keeps days as `2026-12-04`."""
    text = str(value)
    return day_words(date.fromisoformat(text), year=True) if _DAY.fullmatch(text) else text


async def _assignments(uow: UnitOfWork, task_id: str) -> dict[str, Assignment]:
    """Return the assignments of all rounds by the step of their call: a key may come again."""
    return {
        f"r{plan.round}:work:{item.key}": item
        for plan in await uow.plans.of_task(task_id)
        for item in await uow.plans.assignments(plan.id)
    }


def _call(ctx: Context, worked: Mapping[str, Assignment], call: ModelCall) -> CallLine:
    name = call.step.partition(":")[2] if call.step.startswith("r") else call.step
    # Turns after tools have a word of their own behind the step.
    turns = (item for step, item in worked.items() if call.step.startswith(f"{step}:"))
    item = worked.get(call.step) or next(turns, None)
    kind = name.partition(":")[0]
    return CallLine(
        what=item.title if item else _WORDS.get(kind, kind.capitalize()),
        who=task_views.voice_of(ctx, item.specialist).title if item else "Lead",
        state=call.state,
        usage=usage_of(call),
        model=call.model,
    )
