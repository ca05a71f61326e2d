"""Baselines of services: kept by name and time, compared with the last one that may be seen."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.domain.memory import Note, Query, Relation
from bot.domain.memory.baseline import Baseline, Measure, changes, figures_in
from bot.errors import UserFacingError
from bot.services.memory import remember_all
from storage.models import MemoryEntity, MemoryObservation
from storage.uow import UnitOfWork

KIND, OF = "baseline", "baseline_of"
_FIGURES = 20


@dataclass(frozen=True)
class Measured:
    """A stored baseline, and what changed since the one before; None: it is the first."""

    name: str
    changes: tuple[str, ...]
    since: datetime | None


async def remember_baseline(
    uow: UnitOfWork,
    baseline: Baseline,
    *,
    workspace_id: str,
    channel_id: str | None,
    author: str | None,
    source: str,
    at: datetime,
) -> Measured:
    """Store a baseline and compare it with the service's last one that its channel may see.

    Raises what `remember` raises.
    """
    last = await last_baseline(
        uow, workspace_id, baseline.service, seen_from=channel_id or "", before=at
    )
    name = baseline.name(at)
    relation = (Relation(OF, baseline.service, "service"),)
    await remember_all(
        uow,
        [
            Note(
                workspace_id=workspace_id,
                channel_id=channel_id,
                kind=KIND,
                name=name,
                text=text,
                author=author,
                source=source,
                at=at,
                relations=relation,
            )
            for text in baseline.texts
        ],
    )
    if last is None:
        return Measured(name, (), None)
    entity, figures = last
    return Measured(name, tuple(changes(figures, baseline.figures)), entity.updated_at)


async def last_baseline(
    uow: UnitOfWork, workspace_id: str, service: str, *, seen_from: str, before: datetime
) -> tuple[MemoryEntity, dict[Measure, float]] | None:
    """Return a service's newest baseline before a moment, with its figures; None for none."""
    query = Query(workspace_id, "", seen_from, kinds=(KIND,), service=service, until=before)
    found = await uow.memory_search.newest(query)
    if not found:
        return None
    entity = found[0].entity
    rows = await uow.memory.observations(
        workspace_id, [entity.id], seen_from=seen_from, each=_FIGURES
    )
    return entity, figures_of(rows.get(entity.id, []))


def figures_of(rows: Sequence[MemoryObservation]) -> dict[Measure, float]:
    """Return a baseline's figures from what is remembered of it, the newest first."""
    found: dict[Measure, float] = {}
    for row in rows:
        try:
            found = {**figures_in([row.text]), **found}
        except UserFacingError:
            continue
    return found
