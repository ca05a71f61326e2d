"""DORA's keys in SQL, the same on both databases; what each counts stands in bot/domain/dora.py.

A query looks at the window by an index of (workspace, moment), and for each row found at its
neighbours by an index of (workspace, source, origin, moment): history costs nothing.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Select,
    Subquery,
    and_,
    case,
    cast,
    exists,
    extract,
    func,
    literal,
    or_,
    select,
    true,
    tuple_,
)
from sqlalchemy.orm import aliased

from bot.domain.dora import Dora, Figure, Window, share
from storage.models import Deployment, IncidentFact, MeasureOrigin, PullRequest
from storage.repositories.base import Repository

Element = ColumnElement[Any]
LEAST_LEVEL = 2
"""Ours: an alert of level 1 is a warning, not a failure of production."""


def of_service(fact: Any, workspace_id: str, service: str) -> Element:
    """Return the condition that a fact is of a service; an empty one takes all facts."""
    if not service:
        return true()
    places = select(MeasureOrigin.source, MeasureOrigin.name).where(
        MeasureOrigin.workspace_id == workspace_id, MeasureOrigin.service == service
    )
    return tuple_(fact.source, fact.origin).in_(places)


class DoraRepository(Repository):
    """Each method is one statement; a `Figure` says of how many it is."""

    async def all(
        self, workspace_id: str, window: Window, *, level: int = LEAST_LEVEL
    ) -> dict[Dora, Figure]:
        """Return every key; incidents below `level` do not count."""
        frequency, rework, success = await self.deployments(workspace_id, window)
        return {
            Dora.DEPLOYMENT_FREQUENCY: frequency,
            Dora.LEAD_TIME: await self.lead_time(workspace_id, window),
            Dora.CHANGE_FAILURE_RATE: await self.change_failures(workspace_id, window, level=level),
            Dora.TIME_TO_RESTORE: await self.time_to_restore(workspace_id, window, level=level),
            Dora.REWORK_RATE: rework,
            Dora.DEPLOYMENT_SUCCESS: success,
        }

    async def deployments(self, workspace_id: str, window: Window) -> tuple[Figure, Figure, Figure]:
        """Return frequency, rework rate and success rate."""
        found = self._deployed(workspace_id, window)
        counts = select(
            func.count(), func.coalesce(func.sum(case((found.c.is_rework, 1), else_=0)), 0)
        ).select_from(found)
        deployed, reworked = (await self.session.execute(counts)).one()
        failures = select(func.count()).where(
            Deployment.workspace_id == workspace_id,
            Deployment.is_production,
            Deployment.succeeded_at.is_(None),
            _within(Deployment.failed_at, window),
            of_service(Deployment, workspace_id, window.service),
        )
        failed = (await self.session.scalars(failures)).one()
        by_day = deployed / window.days if deployed and window.days > 0 else None
        return (
            Figure(by_day, deployed),
            share(reworked, deployed),
            share(deployed, deployed + failed),
        )

    async def lead_time(self, workspace_id: str, window: Window) -> Figure:
        """Return the median in seconds from a pull request's opening to production."""
        found = self._deployed(workspace_id, window)
        changes = (
            select(
                PullRequest.source,
                PullRequest.key,
                self._seconds(PullRequest.opened_at, found.c.succeeded_at).label("seconds"),
            )
            .join_from(found, PullRequest, self._brought(found, workspace_id))
            .distinct()  # two deployments may share their moment
        )
        times = changes.where(PullRequest.is_bot.is_(False), PullRequest.opened_at.is_not(None))
        _, median, n = await self._times(times)
        return Figure(median, n, median)

    async def time_to_restore(
        self, workspace_id: str, window: Window, *, level: int = LEAST_LEVEL
    ) -> Figure:
        """Return the mean and the median in seconds from detection to resolution."""
        times = select(
            self._seconds(IncidentFact.detected_at, IncidentFact.resolved_at).label("seconds")
        ).where(
            IncidentFact.workspace_id == workspace_id,
            IncidentFact.level >= level,
            IncidentFact.detected_at.is_not(None),
            _within(IncidentFact.resolved_at, window),
            of_service(IncidentFact, workspace_id, window.service),
        )
        mean, median, n = await self._times(times)
        return Figure(mean, n, median)

    async def change_failures(
        self, workspace_id: str, window: Window, *, level: int = LEAST_LEVEL
    ) -> Figure:
        """Return the share of deployments that an incident of their service followed.

        Without any incident ever reported nothing is known, which is not the same as none failed.
        """
        heard = select(IncidentFact.key).where(IncidentFact.workspace_id == workspace_id).limit(1)
        if (await self.session.execute(heard)).first() is None:
            return Figure(None, 0)
        place, hit_place = aliased(MeasureOrigin), aliased(MeasureOrigin)
        deployed = (
            select(
                place.service,
                Deployment.succeeded_at,
                func.lead(Deployment.succeeded_at)
                .over(
                    partition_by=place.service,
                    order_by=(Deployment.succeeded_at, Deployment.source, Deployment.key),
                )
                .label("next_at"),
            )
            .join_from(Deployment, place, _is_of(Deployment, place))
            .where(
                *_counts(workspace_id, window),
                place.service == window.service if window.service else place.service != "",
            )
            .subquery()
        )
        ends = func.coalesce(
            deployed.c.next_at,
            self._after(deployed, workspace_id, window),
            literal(_NEVER, Deployment.succeeded_at.type),
        )
        hit = exists(
            select(IncidentFact.key)
            .join(hit_place, _is_of(IncidentFact, hit_place))
            .where(
                IncidentFact.workspace_id == workspace_id,
                IncidentFact.level >= level,
                hit_place.service == deployed.c.service,
                IncidentFact.detected_at >= deployed.c.succeeded_at,
                IncidentFact.detected_at < ends,
            )
            .correlate(deployed)
        )
        found = select(case((hit, 1), else_=0).label("failed")).select_from(deployed).subquery()
        counts = select(func.count(), func.coalesce(func.sum(found.c.failed), 0))
        n, failed = (await self.session.execute(counts.select_from(found))).one()
        return share(failed, n)

    def _after(self, deployed: Subquery, workspace_id: str, window: Window) -> Element:
        """Return when a service was deployed next, after the window."""
        later, place = aliased(Deployment), aliased(MeasureOrigin)
        return (
            select(later.succeeded_at)
            .join(place, _is_of(later, place))
            .where(
                later.workspace_id == workspace_id,
                later.is_production,
                place.service == deployed.c.service,
                later.succeeded_at >= window.until,
            )
            .order_by(later.succeeded_at)
            .limit(1)
            .correlate(deployed)
            .scalar_subquery()
        )

    def _deployed(self, workspace_id: str, window: Window) -> Subquery:
        """Return the window's deployments, each with its origin's last one before, and rework."""
        before = aliased(Deployment)
        earlier = (
            select(before.succeeded_at)
            .where(
                before.workspace_id == workspace_id,
                before.source == Deployment.source,
                before.origin == Deployment.origin,
                before.is_production,
                before.succeeded_at < Deployment.succeeded_at,
            )
            .order_by(before.succeeded_at.desc())
            .limit(1)  # the index ends the search there; max() would look at all
            .correlate(Deployment)
            .scalar_subquery()
        )
        found = (
            select(
                Deployment.source,
                Deployment.origin,
                Deployment.succeeded_at,
                Deployment.is_fix,
                earlier.label("earlier_at"),
            )
            .where(
                *_counts(workspace_id, window), of_service(Deployment, workspace_id, window.service)
            )
            .subquery()
        )
        fixed = exists(
            select(PullRequest.key)
            .where(self._brought(found, workspace_id), PullRequest.is_fix)
            .correlate(found)
        )
        return select(found, or_(found.c.is_fix, fixed).label("is_rework")).subquery()

    def _brought(self, found: Subquery, workspace_id: str) -> Element:
        """Return the condition that a deployment is the first that a change went out with."""
        return and_(
            PullRequest.workspace_id == workspace_id,
            PullRequest.source == found.c.source,
            PullRequest.origin == found.c.origin,
            PullRequest.to_default,
            PullRequest.merged_at <= found.c.succeeded_at,
            PullRequest.merged_at
            > func.coalesce(found.c.earlier_at, literal(_ALWAYS, PullRequest.merged_at.type)),
        )

    def _seconds(self, start: Any, end: Any) -> Element:
        """Return whole seconds between two moments."""
        if self.dialect == "postgresql":
            return _whole(func.floor(extract("epoch", end))) - _whole(
                func.floor(extract("epoch", start))
            )
        return _whole(func.strftime("%s", end)) - _whole(func.strftime("%s", start))

    async def _times(
        self, times: Select[*tuple[Any, ...]]
    ) -> tuple[float | None, float | None, int]:
        """Return mean, median and number of rows with `seconds`."""
        rows = times.subquery()
        ranked = select(
            rows.c.seconds,
            func.row_number().over(order_by=rows.c.seconds).label("place"),
            func.count().over().label("n"),
        ).subquery()
        middle = ranked.c.place.in_(((ranked.c.n + 1) // 2, (ranked.c.n + 2) // 2))
        query = select(
            func.avg(ranked.c.seconds),
            func.avg(case((middle, ranked.c.seconds))),
            func.count(),
        )
        mean, median, n = (await self.session.execute(query)).one()
        return _number(mean), _number(median), n


_ALWAYS = datetime.fromisoformat("1970-01-01T00:00:00+00:00")
_NEVER = datetime.fromisoformat("9999-01-01T00:00:00+00:00")


def _whole(found: Element) -> Element:
    return cast(found, BigInteger)


def _number(found: Any) -> float | None:
    return None if found is None else round(float(found), 3)


def _within(moment: Any, window: Window) -> Element:
    return and_(moment >= window.since, moment < window.until)


def _counts(workspace_id: str, window: Window) -> tuple[Element, ...]:
    return (
        Deployment.workspace_id == workspace_id,
        Deployment.is_production.is_(True),
        _within(Deployment.succeeded_at, window),
    )


def _is_of(fact: Any, place: Any) -> Element:
    return and_(
        place.workspace_id == fact.workspace_id,
        place.source == fact.source,
        place.name == fact.origin,
    )
