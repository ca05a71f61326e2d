"""Builds an architecture review's agenda from the rows that may be seen from its channel."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bot.domain.architecture_review import MOST_ITEMS, AgendaItem, AgendaPoint, PointKind
from bot.domain.days import day_words
from bot.domain.decision import DecisionState
from bot.domain.matrix import evaluate
from bot.domain.matrix.words import decimal
from bot.domain.performance_target import amount, keeps, limit_words
from bot.domain.service import DependencyKind, circle, key_of
from bot.domain.technology import Ring
from bot.services import service_graph
from bot.services.context import Context
from bot.services.matrix_views import card_of
from bot.services.service_graph import Graph
from bot.services.workspace_settings import effective
from bot.slack.text import clip, count, line
from storage.models import (
    ArchitectureReview,
    Debt,
    Decision,
    Matrix,
    PerformanceTarget,
    Task,
    Technology,
)
from storage.uow import UnitOfWork

MODE = "review"
"""Of the task that holds a review: it is no change of its own."""
_TITLE = 100
_ROWS = 200
_MATRICES = 30


@dataclass(frozen=True)
class _Scene:
    """What all points need: where, when, and the services that are seen there."""

    uow: UnitOfWork
    workspace_id: str
    channel_id: str
    since: datetime
    now: datetime
    ahead: timedelta
    stale: timedelta
    measure: timedelta
    graph: Graph
    dismissed: frozenset[str]
    """Titles and names that people did not want."""

    @property
    def today(self) -> date:
        """The day in UTC."""
        return self.now.date()

    def dependants(self, names: Iterable[str]) -> int:
        """Return how many other services need one of these."""
        mine = {key_of(name) for name in names}
        edges = self.graph.edges
        return len({key_of(e.source) for e in edges if key_of(e.target) in mine} - mine)

    def owner(self, service: str) -> str:
        """Return who owns a service; empty when nobody does or it is not known."""
        owners = {key_of(row.name): row.owner_id for row in self.graph.services}
        return owners.get(key_of(service)) or ""

    def named_in(self, text: str) -> tuple[str, ...]:
        """Return the services that a text names."""
        said = " ".join(text.casefold().split())
        return tuple(
            row.name
            for row in self.graph.services
            if re.search(rf"(?<![\w-]){re.escape(row.key)}(?![\w-])", said)
        )


async def agenda(
    ctx: Context, uow: UnitOfWork, review: ArchitectureReview
) -> tuple[list[AgendaPoint], list[PointKind]]:
    """Return the points that have something to speak of, and the kinds that have nothing."""
    settings = await effective(ctx, uow, review.workspace_id, channel_id=review.channel_id)
    place = (review.workspace_id, review.channel_id)
    scene = _Scene(
        uow,
        *place,
        since=review.since,
        now=ctx.clock.now(),
        ahead=settings.days("review_ahead_days"),
        stale=settings.days("radar_stale_days"),
        measure=settings.days("measure_days"),
        graph=await service_graph.graph(uow, place[0], seen_from=place[1]),
        dismissed=frozenset(await uow.architecture_reviews.dismissed(*place)),
    )
    found = {
        PointKind.DECISIONS: await _decisions(scene),
        PointKind.DEBT: await _debt(scene),
        PointKind.CHANGES: await _changes(scene),
        PointKind.TECHNOLOGY: await _technology(scene),
        PointKind.PERFORMANCE: await _performance(scene),
    }
    points = [
        AgendaPoint(
            kind=kind, items=tuple(items[:MOST_ITEMS]), more=max(0, len(items) - MOST_ITEMS)
        )
        for kind, items in found.items()
        if items
    ]
    return points, [kind for kind, items in found.items() if not items]


async def _decisions(scene: _Scene) -> list[AgendaItem]:
    rows = await scene.uow.architecture_reviews.decisions_coming(
        scene.workspace_id,
        until=(scene.now + scene.ahead).date(),
        seen_from=scene.channel_id,
        limit=_ROWS,
    )
    return [_decision(scene, row) for row in rows]


def _decision(scene: _Scene, row: Decision) -> AgendaItem:
    services = row.record.services
    sign, note = _standing(row, today=scene.today)
    return AgendaItem(
        ref=row.public_id,
        title=clip(line(row.title), _TITLE),
        sign=sign,
        note=note,
        services=services,
        dependants=scene.dependants(services),
    )


def _standing(row: Decision, *, today: date) -> tuple[str, str]:
    """Return why a decision is on the agenda, for rules and for people."""
    if row.state is DecisionState.EXPIRED:
        ended = f" on {day_words(row.expires_on)}" if row.expires_on else ""
        return "expired", f"expired{ended}"
    if row.state is not DecisionState.ACCEPTED:
        days = (today - row.created_at.date()).days
        return "open", f"open for {count(days, 'day')}" if days else "open since today"
    if row.expires_on is not None and (row.review_by is None or row.expires_on <= row.review_by):
        return "ending", f"ends {_when(row.expires_on, today)}"
    if row.review_by is not None and row.review_by <= today:
        return "review", f"its review was due {_when(row.review_by, today)}"
    return "ending", f"its review is due {_when(row.review_by, today)}" if row.review_by else ""


def _when(day: date, today: date) -> str:
    away = (day - today).days
    if away == 0:
        return "today"
    return f"in {count(away, 'day')}" if away > 0 else f"{count(-away, 'day')} ago"


async def _debt(scene: _Scene) -> list[AgendaItem]:
    rows = await scene.uow.debts.open(scene.workspace_id, seen_from=scene.channel_id, limit=_ROWS)
    known = {(row.title.casefold(), key_of(row.service)) for row in rows}
    found = [
        item
        for item in (*_circles(scene), *_foreign_tables(scene))
        if (item.title.casefold(), key_of(item.services[0])) not in known
        and item.title.casefold() not in scene.dismissed
    ]
    return [*(_owed(scene, row) for row in rows), *found]


def _owed(scene: _Scene, row: Debt) -> AgendaItem:
    sign, note = "open", f"since {day_words(row.created_at)}"
    if not row.plan:
        sign, note = "unplanned", f"{note}, no plan"
    if row.due_on is not None and row.due_on < scene.today:
        sign, note = "overdue", f"was due {_when(row.due_on, scene.today)}"
    elif row.due_on is not None:
        note = f"{note}, due {_when(row.due_on, scene.today)}"
    services = (row.service,) if row.service else ()
    return AgendaItem(
        ref=row.public_id,
        title=clip(line(row.title), _TITLE),
        sign=sign,
        note=note,
        services=services,
        dependants=scene.dependants(services),
        owner=row.owner_id or "",
    )


def _circles(scene: _Scene) -> list[AgendaItem]:
    names = circle(scene.graph.edges)
    if not names:
        return []
    return [
        AgendaItem(
            ref="",
            title=clip(f"{' → '.join(names)} wait for each other", 150),
            sign="circle",
            note="each calls the next and waits for its answer",
            services=(names[0],),
            owner=scene.owner(names[0]),
        )
    ]


def _foreign_tables(scene: _Scene) -> list[AgendaItem]:
    return [
        AgendaItem(
            ref="",
            title=f"{edge.source} reads the data of {edge.target} itself",
            sign="reads",
            note=f"{edge.target} cannot change its tables alone",
            services=(edge.source,),
            owner=scene.owner(edge.source),
        )
        for edge in scene.graph.edges
        if edge.kind is DependencyKind.DATA
    ]


async def _changes(scene: _Scene) -> list[AgendaItem]:
    rows = await scene.uow.conflicts.open_tasks(scene.workspace_id, seen_from=scene.channel_id)
    rows = [row for row in rows if row.mode != MODE]
    planned: dict[str, str] = {}
    for item in await scene.uow.standups.assignments_of([row.id for row in rows]):
        planned[item.task_id] = f"{planned.get(item.task_id, '')} {item.title}"
    return [_change(scene, row, planned.get(row.id, "")) for row in rows]


def _change(scene: _Scene, row: Task, planned: str) -> AgendaItem:
    """Return a task with the services that its words or its plan name."""
    title = clip(line(row.title or row.text), _TITLE)
    services = scene.named_in(f"{row.title} {row.text} {planned}")
    return AgendaItem(
        ref=row.public_id,
        title=title,
        sign="task",
        note=row.state.value.replace("-", " "),
        services=services,
        dependants=scene.dependants(services),
    )


async def _technology(scene: _Scene) -> list[AgendaItem]:
    radar = await scene.uow.technologies.seen(scene.workspace_id, seen_from=scene.channel_id)
    rings = {row.key: row.ring for row in radar}
    rows = await scene.uow.matrices.newest(
        scene.workspace_id, seen_from=scene.channel_id, limit=_MATRICES
    )
    items = [item for row in rows if (item := await _matrix(scene, row, rings)) is not None]
    return items + [_undecided(scene, row) for row in radar if _is_stale(scene, row)]


async def _matrix(scene: _Scene, row: Matrix, rings: dict[str, str]) -> AgendaItem | None:
    """Return what a matrix says that the radar does not yet; None when nothing is new."""
    card = await card_of(scene.uow, row)
    if row.revealed_at is None:
        said = (
            count(len(card.scorers), "scorer") + " so far" if card.scorers else "nobody scored yet"
        )
        return AgendaItem(
            ref=row.public_id,
            title=clip(line(row.question), _TITLE),
            sign="compared",
            note=f"open, {said}",
        )
    result = evaluate(card.options, card.criteria, card.scores)
    if len(result.winners) != 1 or key_of(result.winners[0]) in scene.dismissed:
        return None
    winner = result.winners[0]
    decision = await scene.uow.decisions.get(row.decision_id) if row.decision_id else None
    accepted = decision is not None and decision.state is DecisionState.ACCEPTED
    moved = decision.decided_at if decision is not None and accepted else row.revealed_at
    present = rings.get(key_of(winner), "")
    done = present == Ring.ADOPT if accepted else bool(present)
    if done or moved is None or moved < scene.since:
        return None
    points = f"{decimal(result.totals[winner])} of 5"
    how = f", accepted as {decision.public_id}" if decision is not None and accepted else ""
    return AgendaItem(
        ref=row.public_id,
        title=winner[:60],
        sign="adopted" if accepted else "won",
        note=f"won {row.public_id} with {points}{how}",
    )


def _is_stale(scene: _Scene, row: Technology) -> bool:
    return row.ring in (Ring.TRIAL, Ring.ASSESS) and row.moved_at < scene.now - scene.stale


def _undecided(scene: _Scene, row: Technology) -> AgendaItem:
    days = (scene.now - row.moved_at).days
    return AgendaItem(
        ref=row.name, title=row.name, sign="stale", note=f"on {row.ring} for {count(days, 'day')}"
    )


async def _performance(scene: _Scene) -> list[AgendaItem]:
    rows = await scene.uow.performance_targets.open(
        scene.workspace_id, seen_from=scene.channel_id, limit=_ROWS
    )
    return [_target(scene, row) for row in rows]


def _target(scene: _Scene, row: PerformanceTarget) -> AgendaItem:
    sign, note = _measured(scene, row)
    return AgendaItem(
        ref=row.public_id,
        title=f"{row.service} {row.metric}",
        sign=sign,
        note=note,
        services=(row.service,),
        owner=row.owner_id or scene.owner(row.service),
        metric=row.metric,
        comparison="least" if row.comparison == "least" else "most",
        value=row.value,
        unit=row.unit,
    )


def _measured(scene: _Scene, row: PerformanceTarget) -> tuple[str, str]:
    """Return how a target stands, for rules and for people."""
    limit = limit_words(row.comparison, row.value, row.unit)
    if row.current is None or row.measured_at is None:
        return "unmeasured", f"{limit}, never measured"
    value = f"{amount(row.current, row.unit)}, wanted {limit}"
    if row.measured_at < scene.now - scene.measure:
        days = (scene.now - row.measured_at).days
        return "unmeasured", f"{value}; measured {count(days, 'day')} ago"
    if keeps(row.comparison, row.value, row.current):
        return "kept", value
    if row.initiative and row.due_on is not None and row.due_on >= scene.today:
        return "working", f"{value}; worked on until {day_words(row.due_on)}"
    return "missed", value
