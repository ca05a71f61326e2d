"""Turns rows into what is remembered of them: decisions, recommendations, matrices, services."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time

from bot.domain.decision import DecisionState
from bot.domain.matrix import evaluate
from bot.domain.matrix.words import decimal
from bot.domain.memory import Relation
from bot.domain.output import Synthesis
from bot.services.matrix_views import card_of
from bot.slack.cards.service import KINDS
from storage.models import Decision, Matrix, Service, Task
from storage.uow import UnitOfWork


@dataclass(frozen=True)
class Recorded:
    """All that is remembered of one row; it replaces what was remembered of it before."""

    workspace_id: str
    channel_id: str
    """Whose it is; a row of any channel stays that channel's (empty: the workspace's)."""
    record_id: str
    moved_at: datetime
    """The row's own moment, by which one sees that it moved since."""
    kind: str
    ref: str
    name: str
    texts: tuple[str, ...]
    at: datetime
    relations: tuple[Relation, ...] = ()
    replaces: tuple[str, ...] = ()
    """Ids of rows that this one supersedes."""
    thread_id: str | None = None


_STATE_WORDS = {
    DecisionState.ACCEPTED: "Accepted",
    DecisionState.REJECTED: "Rejected",
    DecisionState.EXPIRED: "Expired",
    DecisionState.DEPRECATED: "No longer valid",
    DecisionState.SUPERSEDED: "Replaced by another decision",
}


async def of_decision(uow: UnitOfWork, row: Decision) -> Recorded:
    """Return what a decision says, and how it stands."""
    record = row.record
    moment = row.decided_at or row.created_at
    if record.dated is not None:
        moment = datetime.combine(record.dated, time(), UTC)
    reason = f": {row.reason}" if row.reason else ""
    texts = [
        record.outcome,
        record.context,
        *(f"Driver: {item}" for item in record.drivers),
        *(f"Consequence: {item}" for item in record.consequences),
        *(_option(item.title, item.good, item.bad) for item in record.options),
        record.confirmation,
        f"{_STATE_WORDS[row.state]} on {moment:%Y-%m-%d}{reason}.",
    ]
    replaced = [
        other.id
        for kind, other in await uow.decision_parts.onward(row.id)
        if kind.value == "supersedes" and row.state is DecisionState.ACCEPTED
    ]
    return Recorded(
        workspace_id=row.workspace_id,
        channel_id=row.channel_id,
        record_id=row.id,
        moved_at=row.updated_at,
        kind="decision",
        ref=row.public_id,
        name=_name(row.title, row.public_id),
        texts=tuple(texts),
        at=moment,
        relations=(
            *(Relation("affects_service", name, "service") for name in record.services),
            *(Relation("implemented_by", name, "specialist") for name in record.specialists),
        ),
        replaces=tuple(replaced),
        thread_id=row.thread_id,
    )


async def of_task(uow: UnitOfWork, row: Task) -> Recorded:
    """Return what a finished task recommends."""
    made = Synthesis.model_validate(row.synthesis or {})
    plan = await uow.plans.of_round(row.id, row.round)
    pieces = await uow.plans.assignments(plan.id) if plan is not None else ()
    texts = [
        made.headline,
        made.summary,
        *(f"Risk: {item}" for item in made.risks),
        *(f"Next: {item}" for item in made.next_steps),
        *(f"{item.point} {item.resolution}" for item in made.disagreements),
    ]
    specialists = dict.fromkeys(piece.specialist for piece in pieces)
    relations = [Relation("worked_by", name, "specialist") for name in specialists]
    if plan is not None and plan.pattern:
        relations.append(Relation("applies_pattern", plan.pattern, "pattern"))
    return Recorded(
        workspace_id=row.workspace_id,
        channel_id=row.channel_id,
        record_id=row.id,
        moved_at=row.updated_at,
        kind="task",
        ref=row.public_id,
        name=_name(row.title, row.public_id),
        texts=tuple(texts),
        at=row.ended_at or row.updated_at,
        relations=tuple(relations),
        thread_id=row.thread_id,
    )


async def of_matrix(uow: UnitOfWork, row: Matrix) -> Recorded:
    """Return how a revealed comparison came out."""
    card = await card_of(uow, row)
    result = evaluate(card.options, card.criteria, card.scores)
    won = " and ".join(result.winners)
    totals = [
        f"{option}: {decimal(result.totals[option])} of 5"
        for option in result.options
        if option in result.totals
    ]
    weights = ", ".join(f"{item.name} {item.weight} %" for item in card.criteria)
    return Recorded(
        workspace_id=row.workspace_id,
        channel_id=row.channel_id,
        record_id=row.id,
        moved_at=row.updated_at,
        kind="evaluation",
        ref=row.public_id,
        name=_name(row.question, row.public_id),
        texts=(f"Best: {won}." if won else "Nothing was scored.", *totals, f"By {weights}."),
        at=row.revealed_at or row.updated_at,
        relations=tuple(Relation("compares", option, "technology") for option in card.options),
        thread_id=row.thread_id,
    )


async def of_service(uow: UnitOfWork, row: Service) -> Recorded:
    """Return what a service is for and what it needs."""
    needs = await uow.memory_records.dependencies(row.workspace_id, row.id)
    changed = await uow.memory_records.last_change(row.workspace_id, row.id)
    moved = max(row.updated_at, changed) if changed else row.updated_at
    return Recorded(
        workspace_id=row.workspace_id,
        channel_id=row.scope,
        record_id=row.id,
        moved_at=moved,
        kind="service",
        ref="",
        name=row.name,
        texts=(
            row.about,
            *(f"Depends on {other.name} ({KINDS[need.kind]})." for need, other in needs),
        ),
        at=moved,
        relations=tuple(Relation("depends_on", other.name, "service") for _, other in needs),
    )


def _name(title: str, ref: str) -> str:
    """Return a name that no other record has."""
    return f"{' '.join(title.split())[:180] or 'Untitled'} ({ref})"


def _option(title: str, good: tuple[str, ...], bad: tuple[str, ...]) -> str:
    return ". ".join(_said(title, good, bad))


def _said(title: str, good: tuple[str, ...], bad: tuple[str, ...]) -> Iterator[str]:
    yield f"Considered {title}"
    if good:
        yield f"Good: {'; '.join(good)}"
    if bad:
        yield f"Bad: {'; '.join(bad)}"
