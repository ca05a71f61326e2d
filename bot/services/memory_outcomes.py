"""Turns what came of reviews and quality gates into what is remembered of them."""

from collections.abc import Iterator, Mapping
from typing import Any

from bot.domain.architecture_review import ReviewResult
from bot.domain.memory import Relation
from bot.services.memory_sources import Recorded
from storage.models import ArchitectureReview, QualityGate
from storage.uow import UnitOfWork


async def of_review(uow: UnitOfWork, row: ArchitectureReview) -> Recorded:
    """Return what an architecture review found and left open."""
    made = ReviewResult.model_validate(row.summary or {})
    moment = row.closed_at or row.created_at
    return Recorded(
        workspace_id=row.workspace_id,
        channel_id=row.channel_id,
        record_id=row.id,
        moved_at=moment,
        kind="review",
        ref=row.public_id,
        name=f"Architecture review of {row.opens_at:%Y-%m-%d} ({row.public_id})",
        texts=(made.headline, *made.findings, *(f"Open: {item}" for item in made.questions)),
        at=moment,
        thread_id=row.thread_id,
    )


async def of_gate(uow: UnitOfWork, row: QualityGate) -> Recorded:
    """Return how a service's or repository's main branch stands; one thing for all its results."""
    inside = f"repository {row.repository}" if row.repository else ""
    what = " in ".join(filter(None, (row.service, inside))) or "everything"
    service = Relation("gate_of", row.service, "service") if row.service else None
    return Recorded(
        workspace_id=row.workspace_id,
        channel_id=row.scope,
        record_id=row.id,
        moved_at=row.at,
        kind="gate",
        ref="",
        name=f"Quality gate of {what}",
        texts=tuple(_gate(row)),
        at=row.at,
        relations=(service,) if service else (),
    )


def _gate(row: QualityGate) -> Iterator[str]:
    commit = f" at {row.commit[:10]}" if row.commit else ""
    yield f"{row.state.capitalize()} on {row.at:%Y-%m-%d}{commit}."
    for one in row.checks:
        if one.get("state") == "missed":
            yield f"Missed: {_check(one)}."


def _check(one: Mapping[str, Any]) -> str:
    name = str(one.get("check", "")).replace("_", " ")
    value, limit = one.get("value"), one.get("limit")
    told = f" {value:g}" if isinstance(value, int | float) else ""
    asked = f", asked for {limit:g}" if isinstance(limit, int | float) else ""
    waived = ", waived" if one.get("waiver") else ""
    return f"{name}{told}{asked}{waived}"
