"""The messages behind what an answer names, by which people can check it."""

import re
from collections.abc import Iterator

from bot.domain.memory import Query
from bot.domain.memory.query import refs_in
from bot.errors import NotFound
from bot.services.decision_views import posted_at
from bot.slack.cards.citation import Citation
from storage.models import Task
from storage.uow import UnitOfWork

MOST = 5
"""Ours: more links than that nobody follows."""
_NOTE = re.compile(r"\bnote #(\d{1,9})\b", re.IGNORECASE)


async def of_answer(uow: UnitOfWork, task: Task) -> list[Citation]:
    """Return where the decisions, tasks and notes stand that a task's answer names.

    None that the task's channel may not see, whatever the answer says.
    """
    found = []
    for ref in _refs(task.answer or "", besides=task.public_id):
        channel_id, ts = await _place(uow, task, ref)
        if ts:
            found.append(Citation(ref, channel_id, ts))
    return [*found, *await _notes(uow, task)][:MOST]


async def _notes(uow: UnitOfWork, task: Task) -> list[Citation]:
    """Return the messages that notes were taken from."""
    numbers = list(dict.fromkeys(map(int, _NOTE.findall(task.answer or ""))))[: 4 * MOST]
    if not numbers:
        return []
    seen = Query(task.workspace_id, "", task.channel_id)
    there = await uow.memory_search.seen_of(seen, numbers)
    rows = {row.id: row for row in await uow.memory_search.heard(seen, there)}
    return [
        Citation(f"note #{number}", rows[number].channel_id, rows[number].ts)
        for number in numbers
        if number in rows and rows[number].ts
    ]


def _refs(text: str, *, besides: str) -> Iterator[str]:
    for ref in refs_in(text)[: 4 * MOST]:
        if ref[:2] in ("D-", "T-") and ref != besides:
            yield ref


async def _place(uow: UnitOfWork, task: Task, ref: str) -> tuple[str, str]:
    """Return channel and ts of a record's message; empty where it is not to be seen, or unsent."""
    number, seen_from = int(ref[2:]), task.channel_id
    try:
        if ref.startswith("D-"):
            decision = await uow.decisions.by_number(task.workspace_id, number, seen_from=seen_from)
            return decision.channel_id, await posted_at(uow, decision)
        other = await uow.tasks.by_number(task.workspace_id, number, seen_from=seen_from)
    except NotFound:
        return "", ""
    root = (await uow.threads.get(other.thread_id)).root_ts
    return other.channel_id, root if root[:1].isdigit() else ""
