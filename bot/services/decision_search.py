"""Finds the decisions that a question is about, among those that the asker may see."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from bot.domain.decision import DecisionState
from bot.domain.decision.search import Text, numbers_in, rank
from storage.models import Decision
from storage.uow import UnitOfWork

MOST = 5_000
"""Ours: the newest so many are searched; more than any team we know of records."""
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
    """Those in force first, then the newest."""


async def find(
    uow: UnitOfWork, workspace_id: str, question: str, *, seen_from: str, supporting: bool = False
) -> Found:
    """Return what is recorded on a question; with `supporting` only what can answer it.

    A decision of a private channel is found only from that channel.
    """
    rows = await uow.decisions.newest(workspace_id, limit=MOST, seen_from=seen_from)
    numbers = numbers_in(question)
    by_number = {row.number: row for row in rows}
    named = tuple(by_number[number] for number in numbers if number in by_number)
    matches = rank(question, {row.id: _text(row) for row in rows})
    best = max((match.score for match in matches.values()), default=0.0)
    least = SUPPORTS if supporting else 0.0
    matching = [
        row
        for row in rows
        if row.id in matches
        and matches[row.id].score >= best * _NEAR
        and matches[row.id].coverage >= least
        and row not in named
    ]
    return Found(named, tuple(sorted(matching, key=_order)))


def _order(row: Decision) -> tuple[bool, float]:
    return row.state not in _IN_FORCE, -_moment(row).timestamp()


def _moment(row: Decision) -> datetime:
    """When it was decided, by the file it came from, or recorded."""
    given = str(row.body.get("dated") or "")
    if given:
        return datetime.fromisoformat(given).replace(tzinfo=UTC)
    return row.decided_at or row.created_at


def _text(row: Decision) -> Text:
    body = row.body
    parts = [(row.title, 3.0)]
    parts += [(str(body.get(name) or ""), weight) for name, weight in _WEIGHTS.items()]
    parts += [(item, 1.0) for name in _LISTS for item in _items(body.get(name))]
    parts += [(str(option.get("title")), 1.0) for option in body.get("options") or ()]
    return Text(tuple(parts))


def _items(value: object) -> Sequence[str]:
    return [str(item) for item in value] if isinstance(value, list | tuple) else ()
