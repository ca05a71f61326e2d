"""Finds the decisions that a question is about, among those that the asker may see."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from bot.domain.decision import DecisionState
from bot.domain.decision.search import Text, numbers_in, rank
from storage.models import Decision
from storage.repositories.decisions import DecisionText
from storage.uow import UnitOfWork

MOST = 2_000
"""Ours: the newest so many are searched, a quarter of a second of work at the worst."""
SHOWN = 20
"""Ours: a list longer than that nobody reads; more words find fewer."""
SUPPORTS = 0.5
"""Ours: a decision that covers less of a question's words does not answer it."""
_NEAR = 0.4
"""Ours: of the best match's score; what fits worse is left out where something fits well."""
_IN_FORCE = (DecisionState.ACCEPTED,)
_WEIGHTS = {"outcome": 2.0, "context": 1.0}
_LISTS = ("drivers", "consequences", "services")


@dataclass(frozen=True)
class Found:
    """Decisions by what they say; `named` are those that the question names by number."""

    named: tuple[Decision, ...]
    matching: tuple[Decision, ...]
    """As many as were asked for: those in force, then the newest."""
    total: int
    """How many fit, the named ones among them."""


async def find(
    uow: UnitOfWork,
    workspace_id: str,
    question: str,
    *,
    seen_from: str,
    supporting: bool = False,
    skip: int = 0,
    most: int = SHOWN,
) -> Found:
    """Return what is recorded on a question; with `supporting` only what can answer it.

    Of the list of the named and then the matching ones the first `skip` are left out.

    A decision of a private channel is found only from that channel.
    """
    texts = await uow.decisions.texts(workspace_id, limit=MOST, seen_from=seen_from)
    by_number = {row.number: row.id for row in texts}
    named = [by_number[number] for number in numbers_in(question) if number in by_number]
    # In a thread: a quarter of a second would keep everybody else waiting.
    matches = await asyncio.to_thread(rank, question, {row.id: _text(row) for row in texts})
    best = max((match.score for match in matches.values()), default=0.0)
    least = SUPPORTS if supporting else 0.0
    fitting = [
        row
        for row in texts
        if row.id in matches
        and matches[row.id].score >= best * _NEAR
        and matches[row.id].coverage >= least
        and row.id not in named
    ]
    begin = max(0, skip - len(named))
    first = [row.id for row in sorted(fitting, key=_order)[begin : begin + most]]
    return Found(
        tuple(await uow.decisions.of_ids(named[skip:])),
        tuple(await uow.decisions.of_ids(first)),
        len(named) + len(fitting),
    )


def _order(row: DecisionText) -> tuple[bool, float]:
    return row.state not in _IN_FORCE, -_moment(row).timestamp()


def _moment(row: DecisionText) -> datetime:
    """When it was decided, by the file it came from, or recorded."""
    given = str(row.body.get("dated") or "")
    if given:
        return datetime.fromisoformat(given).replace(tzinfo=UTC)
    return row.decided_at or row.created_at


def _text(row: DecisionText) -> Text:
    body = row.body
    parts = [(row.title, 3.0)]
    parts += [(str(body.get(name) or ""), weight) for name, weight in _WEIGHTS.items()]
    parts += [(item, 1.0) for name in _LISTS for item in _items(body.get(name))]
    parts += [(str(option.get("title")), 1.0) for option in body.get("options") or ()]
    return Text(tuple(parts))


def _items(value: object) -> Sequence[str]:
    return [str(item) for item in value] if isinstance(value, list | tuple) else ()
