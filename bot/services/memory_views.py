"""Turns what is remembered into what Slack shows, with the messages that say so."""

from dataclasses import dataclass

from bot.domain.memory.baseline import changes
from bot.domain.roots import is_provisional
from bot.services.architecture_review_steps import summary_key
from bot.services.decision_views import posted_at
from bot.services.memory import Node
from bot.services.memory_baselines import KIND, OF, figures_of, last_baseline
from bot.services.memory_search import Found
from bot.slack.cards.memory import Said, Thing
from bot.slack.text import moment
from storage.models import Decision, MemoryEntity, MemoryObservation
from storage.uow import UnitOfWork

_HISTORY = 10
Place = tuple[str, str]
"""Channel and ts of a message; empty where there is none."""


@dataclass(frozen=True)
class Shown:
    """A thing, and for each thing said where that stands."""

    thing: Thing
    places: tuple[Place, ...]


async def found_thing(uow: UnitOfWork, found: Found) -> Shown:
    """Return a search's result."""
    entity = found.entity
    return Shown(
        Thing(entity.name, entity.kind, tuple(map(_said, found.observations))),
        await _places(uow, entity, found.observations),
    )


async def thing_of(uow: UnitOfWork, node: Node, *, seen_from: str) -> Shown:
    """Return all of one thing that the channel may see."""
    entity = node.entity
    before = await uow.memory.history(
        entity.workspace_id, entity.id, seen_from=seen_from, limit=_HISTORY
    )
    thing = Thing(
        name=entity.name,
        kind=entity.kind,
        said=tuple(map(_said, node.observations)),
        relations=(
            *(f"{_spoken(row.kind)} {other.name}" for row, other in node.outward),
            *(f"{other.name} {_spoken(row.kind)} it" for row, other in node.inward),
        ),
        corrected=tuple(map(_said, before)),
        changes=await _changes(uow, node, seen_from=seen_from) if entity.kind == KIND else "",
    )
    return Shown(thing, await _places(uow, entity, node.observations))


def _spoken(kind: str) -> str:
    return kind.replace("_", " ")


def _said(row: MemoryObservation) -> Said:
    source = "" if row.source == "record" else row.source
    return Said(row.id, row.text, row.author_id, source, row.at)


async def _places(
    uow: UnitOfWork, entity: MemoryEntity, rows: tuple[MemoryObservation, ...]
) -> tuple[Place, ...]:
    """Return the message of each: its own, else its record's."""
    record = await _record_place(uow, entity)
    return tuple(
        (row.channel_id, row.ts)
        if row.ts
        else (record if entity.ref and row.source == entity.ref else ("", ""))
        for row in rows
    )


async def _record_place(uow: UnitOfWork, entity: MemoryEntity) -> Place:
    if entity.record_id is None:
        return "", ""
    if entity.kind == "decision":
        decision = await uow.session.get(Decision, entity.record_id)
        return (decision.channel_id, await posted_at(uow, decision)) if decision else ("", "")
    if entity.kind == "review":
        summary = await uow.outbox.by_key(entity.workspace_id, summary_key(entity.record_id))
        if summary is not None and summary.sent_ts:
            return summary.channel_id, summary.sent_ts
    if entity.thread_id is None:
        return "", ""
    thread = await uow.threads.get(entity.thread_id)
    return thread.channel_id, "" if is_provisional(thread.root_ts) else thread.root_ts


async def _changes(uow: UnitOfWork, node: Node, *, seen_from: str) -> str:
    """Return what changed since the baseline before, e.g. `p95 +18 % … since 3 Nov`."""
    service = next((other.name for row, other in node.outward if row.kind == OF), "")
    entity = node.entity
    last = await last_baseline(
        uow, entity.workspace_id, service, seen_from=seen_from, before=entity.updated_at
    )
    if not service or last is None:
        return ""
    moved = ", ".join(changes(last[1], figures_of(node.observations)))
    return f"{moved} since {moment(last[0].updated_at, '{date_short}')}"
