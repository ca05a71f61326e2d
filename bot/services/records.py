"""What our own tables say about a question, in plain lines, within what the asker may see.

Tasks are those of the channel in which the question is asked, decisions also those of public
channels: what was said in a private channel never shows up elsewhere.
"""

import re
from collections.abc import Sequence

from bot.domain.decision import DecisionState
from bot.domain.usage import MICROS
from bot.services import decision_search, memory_answers
from bot.services.context import Context
from bot.slack.text import count
from bot.slack.usage_text import OFFLINE_MODEL
from storage.models import Decision, Task
from storage.uow import UnitOfWork

_TASK = re.compile(r"\bT-(\d{1,9})\b", re.IGNORECASE)
_DECISION = re.compile(r"\bD-(\d{1,9})\b", re.IGNORECASE)
_LATELY = 5


async def about(ctx: Context, task: Task, text: str) -> str:
    """Return lines on the tasks and decisions that `text` names, or on the newest ones.

    An empty text means that this channel has no record that fits.
    """
    async with ctx.database.read() as uow:
        lines = await _named(uow, task, text)
        if not lines:
            lines = await _by_words(ctx, uow, task, text)
    return "\n".join(lines)


async def _named(uow: UnitOfWork, task: Task, text: str) -> list[str]:
    tasks = {row.number: row for row in await _tasks_here(uow, task, limit=500)}
    decisions = {row.number: row for row in await _decisions_here(uow, task)}
    lines = [
        await _task_line(uow, tasks[number])
        if number in tasks
        else f"Nothing is recorded here on T-{number}."
        for number in map(int, _TASK.findall(text))
    ]
    lines += [
        _decision_line(decisions[number])
        if number in decisions
        else f"Nothing is recorded here on D-{number}."
        for number in map(int, _DECISION.findall(text))
    ]
    return lines


async def _by_words(ctx: Context, uow: UnitOfWork, task: Task, text: str) -> list[str]:
    """Decisions that answer the question, those in force first; then what else is remembered."""
    found = await decision_search.find(
        uow, task.workspace_id, text, seen_from=task.channel_id, supporting=True
    )
    rows = found.matching[:_LATELY]
    known = await memory_answers.lines(
        uow, task.workspace_id, text, seen_from=task.channel_id, meanings=ctx.meanings
    )
    return [*map(_decision_line, rows), *_at_odds(rows), *known]


def _at_odds(rows: Sequence[Decision]) -> list[str]:
    """Say which decisions are in force on the same service: where they differ, the newest holds.

    A replaced decision is not in force, so what is left are decisions nobody compared.
    """
    in_force = [row for row in rows if row.state is DecisionState.ACCEPTED]
    in_force.sort(key=lambda row: row.decided_at or row.created_at, reverse=True)
    lines = []
    for place, newer in enumerate(in_force):
        for older in in_force[place + 1 :]:
            both = sorted({*newer.record.services} & {*older.record.services})
            if both:
                lines.append(
                    f"{newer.public_id} and {older.public_id} are both in force on"
                    f" {', '.join(both)}: where they differ, {newer.public_id} holds, the newer."
                )
    return lines


async def _tasks_here(uow: UnitOfWork, task: Task, *, limit: int) -> list[Task]:
    rows = await uow.tasks.newest(task.workspace_id, limit=limit, channel_id=task.channel_id)
    return [row for row in rows if row.id != task.id]


async def _decisions_here(uow: UnitOfWork, task: Task) -> list[Decision]:
    rows = await uow.decisions.newest(task.workspace_id, limit=500, seen_from=task.channel_id)
    return list(rows)


async def _task_line(uow: UnitOfWork, row: Task) -> str:
    calls = await uow.ledger.of_task(row.id)
    done = [call for call in calls if call.state == "done"]
    unknown = any(call.cost_micros is None for call in done)
    cost = sum(call.cost_micros or 0 for call in done) / MICROS
    money = "price unknown" if unknown else f"${cost:.2f}"
    tokens = sum(call.tokens_in + call.tokens_out for call in done)
    used = f"{count(tokens, 'token')}, {money}"
    if done and all(call.model == OFFLINE_MODEL for call in done):
        used = "no model"
    return (
        f"{row.public_id} {row.title or row.text[:50]}: {row.state.value};"
        f" {count(len(done), 'call')}, {used}."
    )


def _decision_line(row: Decision) -> str:
    outcome = row.body.get("outcome", "")
    by = f" by <@{row.decided_by}>" if row.decided_by else ""
    where = str(row.body.get("source_url") or "")
    return f"{row.public_id} {row.title}: {row.state.value}{by}. {outcome} {where}".strip()
