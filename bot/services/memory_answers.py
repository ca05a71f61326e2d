"""What the memory says to a question, in lines that name their source; none where it knows none."""

from bot.domain.days import day_words
from bot.domain.memory import Query
from bot.services.embedding_search import Meanings
from bot.services.memory_search import Found, supporting
from storage.models import MemoryObservation
from storage.uow import UnitOfWork

MOST = 5
_LONGEST = 400
_KNOWN = ("decision",)
"""Kinds that the records themselves tell, with how they stand now."""


async def lines(
    uow: UnitOfWork,
    workspace_id: str,
    question: str,
    *,
    seen_from: str,
    meanings: Meanings | None = None,
) -> list[str]:
    """Return up to `MOST` lines that can answer a question, none that `seen_from` may not see."""
    found = await supporting(uow, Query(workspace_id, question, seen_from), meanings=meanings)
    return [_line(one) for one in found if one.entity.kind not in _KNOWN][:MOST]


def _line(found: Found) -> str:
    said = "; ".join(f"{_short(row.text)} ({_source(row)})" for row in found.observations)
    return f"{found.entity.name}: {said}"


def _short(text: str) -> str:
    plain = " ".join(text.split())
    return plain if len(plain) <= _LONGEST else f"{plain[: _LONGEST - 1]}…"


def _source(row: MemoryObservation) -> str:
    by = f"<@{row.author_id}>, " if row.author_id else ""
    what = row.source if row.source and row.source != "record" else f"note #{row.id}"
    return f"{by}{day_words(row.at, year=True)}, {what}"
