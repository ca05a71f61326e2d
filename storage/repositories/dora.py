"""DORA's keys in SQL, the same on both databases; what each counts stands in bot/domain/dora.py.

A query looks at the window by an index of (workspace, moment), and for each row found at its
neighbours by an index of (workspace, source, origin, moment): history costs nothing.
"""

from collections.abc import Collection
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
    select,
    true,
    tuple_,
    union_all,
)
from sqlalchemy.orm import aliased

from bot.domain.dora import Dora, Figure, Window, share
from storage.long_reads import read_long
from storage.models import Deployment, IncidentFact, MeasureOrigin, PullRequest
from storage.repositories.base import Repository
from storage.repositories.branch_starts import first_commit

Element = ColumnElement[Any]
LEAST_LEVEL = 2
"""Ours: an alert of level 1 is a warning, not a failure of production."""


_OF_DEPLOYMENTS = (Dora.DEPLOYMENT_FREQUENCY, Dora.REWORK_RATE, Dora.DEPLOYMENT_SUCCESS)
"""What one look at the deployments says, in its order."""


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
        self,
        workspace_id: str,
        window: Window,
        *,
        level: int = LEAST_LEVEL,
        keys: Collection[Dora] = tuple(Dora),
    ) -> dict[Dora, Figure]:
        """Return these keys, every one at first; incidents below `level` do not count."""
        found: dict[Dora, Figure] = {}
        if any(key in keys for key in _OF_DEPLOYMENTS):
            counted = await self.deployments(workspace_id, window)
            found |= dict(zip(_OF_DEPLOYMENTS, counted, strict=True))
        if Dora.LEAD_TIME in keys:
            found[Dora.LEAD_TIME] = await self.lead_time(workspace_id, window)
        if Dora.CHANGE_FAILURE_RATE in keys:
            failures = await self.change_failures(workspace_id, window, level=level)
            found[Dora.CHANGE_FAILURE_RATE] = failures
        if Dora.TIME_TO_RESTORE in keys:
            times = await self.time_to_restore(workspace_id, window, level=level)
            found[Dora.TIME_TO_RESTORE] = times
        return {key: found[key] for key in Dora if key in keys}

    async def deployments(self, workspace_id: str, window: Window) -> tuple[Figure, Figure, Figure]:
        """Return frequency, rework rate and success rate."""
        found = self._deployed(workspace_id, window)
        fixed = exists(
            select(PullRequest.key)
            .where(self._brought(found, workspace_id), PullRequest.is_fix)
            .correlate(found)
        )
        reworks = case(
            (found.c.fixes == found.c.many, found.c.many),
            (fixed, found.c.many),
            else_=found.c.fixes,
        )
        counts = select(
            _whole(func.coalesce(func.sum(found.c.many), 0)),
            _whole(func.coalesce(func.sum(reworks), 0)),
        )
        deployed, reworked = (await read_long(self.session, counts)).one()
        failures = select(func.count()).where(
            Deployment.workspace_id == workspace_id,
            Deployment.is_production,
            Deployment.succeeded_at.is_(None),
            _within(Deployment.failed_at, window),
            of_service(Deployment, workspace_id, window.service),
        )
        failed = (await read_long(self.session, failures)).scalar_one()
        by_day = deployed / window.days if window.days > 0 else None
        if not deployed and not await self._deployed_before(workspace_id, window):
            by_day = None
        return (
            Figure(by_day, deployed),
            share(reworked, deployed),
            share(deployed, deployed + failed),
        )

    async def _deployed_before(self, workspace_id: str, window: Window) -> bool:
        """Return whether deployments are reported at all: only then none is the number 0."""
        earlier = select(Deployment.key).where(
            Deployment.workspace_id == workspace_id,
            Deployment.is_production,
            Deployment.succeeded_at < window.since,
            of_service(Deployment, workspace_id, window.service),
        )
        return (await self.session.execute(earlier.limit(1))).first() is not None

    async def lead_time(self, workspace_id: str, window: Window) -> Figure:
        """Return the median in seconds from a change's first commit to production; where no push
        told of it, from the opening of its pull request.
        """
        found = self._deployed(workspace_id, window)
        begun = first_commit(workspace_id)
        start = func.coalesce(begun, PullRequest.opened_at)
        times = select(
            self._seconds(start, found.c.succeeded_at).label("seconds"),
            case((begun.is_not(None), 1), else_=0).label("from_commit"),
        ).where(
            self._brought(found, workspace_id),
            PullRequest.is_bot.is_(False),
            PullRequest.opened_at.is_not(None),
        )
        if self.dialect == "postgresql":
            # Else it may join all of history with the window; so each moment asks the index.
            each = times.correlate(found).offset(0).lateral("each")
            times = select(each.c.seconds, each.c.from_commit).select_from(found.join(each, true()))
        _, median, n, from_commit = await self._times(times)
        return Figure(median, n, median, from_commit)

    async def time_to_restore(
        self, workspace_id: str, window: Window, *, level: int = LEAST_LEVEL
    ) -> Figure:
        """Return the mean and the median in seconds from detection to resolution."""
        times = select(
            self._seconds(IncidentFact.detected_at, IncidentFact.resolved_at).label("seconds"),
            literal(0).label("from_commit"),
        ).where(
            IncidentFact.workspace_id == workspace_id,
            IncidentFact.level >= level,
            IncidentFact.detected_at.is_not(None),
            _within(IncidentFact.resolved_at, window),
            of_service(IncidentFact, workspace_id, window.service),
        )
        mean, median, n, _ = await self._times(times)
        return Figure(mean, n, median)

    async def change_failures(
        self, workspace_id: str, window: Window, *, level: int = LEAST_LEVEL
    ) -> Figure:
        """Return the share of deployments that an incident of their service followed.

        While no incident of a known service was ever reported nothing is known, which is not
        the same as none failed.
        """
        place = aliased(MeasureOrigin)
        heard = (
            select(IncidentFact.key)
            .join(place, _is_of(IncidentFact, place))
            .where(IncidentFact.workspace_id == workspace_id, place.service != "")
            .limit(1)
        )
        if (await self.session.execute(heard)).first() is None:
            return Figure(None, 0)
        events = self._events(workspace_id, window, level=level)
        order = (events.c.at, events.c.is_incident, events.c.source, events.c.key)
        following = func.lead(events.c.is_incident).over(
            partition_by=events.c.service, order_by=order
        )
        row = select(events.c.service, events.c.is_incident, following.label("following")).subquery(
            "event"
        )
        failed = case(
            (row.c.following == 1, 1),
            (row.c.following == 0, 0),
            (self._hit_after(row, workspace_id, window, level=level), 1),
            else_=0,
        )
        counts = select(func.count(), _whole(func.coalesce(func.sum(failed), 0)))
        n, hit = (await read_long(self.session, counts.where(row.c.is_incident == 0))).one()
        return share(hit, n)

    def _events(self, workspace_id: str, window: Window, *, level: int) -> Subquery:
        """Return the window's deployments and incidents of each service; of the same moment the
        deployments come first. One has failed whose next is an incident.
        """
        place = aliased(MeasureOrigin)
        ours = place.service == window.service if window.service else place.service != ""
        deployed = (
            select(
                place.service,
                Deployment.succeeded_at.label("at"),
                literal(0).label("is_incident"),
                Deployment.source,
                Deployment.key,
            )
            .join_from(Deployment, place, _is_of(Deployment, place))
            .where(*_counts(workspace_id, window), ours)
        )
        hit = (
            select(
                place.service,
                IncidentFact.detected_at,
                literal(1),
                IncidentFact.source,
                IncidentFact.key,
            )
            .join_from(IncidentFact, place, _is_of(IncidentFact, place))
            .where(
                IncidentFact.workspace_id == workspace_id,
                IncidentFact.level >= level,
                _within(IncidentFact.detected_at, window),
                ours,
            )
        )
        return union_all(deployed, hit).subquery("events")

    def _hit_after(
        self, row: Subquery, workspace_id: str, window: Window, *, level: int
    ) -> Element:
        """Return whether an incident came after the window, before the service's next deployment:
        asked for each service's last deployment alone.
        """
        later, place, hit_place = (
            aliased(Deployment), aliased(MeasureOrigin), aliased(MeasureOrigin),
        )  # fmt: skip
        following = (
            select(later.succeeded_at)
            .join(place, _is_of(later, place))
            .where(
                later.workspace_id == workspace_id,
                later.is_production,
                place.service == row.c.service,
                later.succeeded_at >= window.until,
            )
            .order_by(later.succeeded_at)
            .limit(1)
            .correlate(row)
            .scalar_subquery()
        )
        ends = func.coalesce(following, literal(_NEVER, Deployment.succeeded_at.type))
        return exists(
            select(IncidentFact.key)
            .join(hit_place, _is_of(IncidentFact, hit_place))
            .where(
                IncidentFact.workspace_id == workspace_id,
                IncidentFact.level >= level,
                hit_place.service == row.c.service,
                IncidentFact.detected_at >= window.until,
                IncidentFact.detected_at < ends,
            )
            .correlate(row)
        )

    def _deployed(self, workspace_id: str, window: Window) -> Subquery:
        """Return when each origin deployed in the window, how often at that moment, how many of
        these are fixes, and when it had deployed last.
        """
        fixes = func.sum(case((Deployment.is_fix, 1), else_=0))
        place = (Deployment.source, Deployment.origin, Deployment.succeeded_at)
        moments = (
            select(*place, func.count().label("many"), fixes.label("fixes"))
            .where(
                *_counts(workspace_id, window), of_service(Deployment, workspace_id, window.service)
            )
            .group_by(*place)
            .subquery("moments")
        )
        last = func.lag(moments.c.succeeded_at).over(
            partition_by=(moments.c.source, moments.c.origin), order_by=moments.c.succeeded_at
        )
        before = aliased(Deployment)
        earlier = (
            select(before.succeeded_at)
            .where(
                before.workspace_id == workspace_id,
                before.source == moments.c.source,
                before.origin == moments.c.origin,
                before.is_production,
                before.succeeded_at < window.since,
            )
            .order_by(before.succeeded_at.desc())
            .limit(1)  # the index ends the search there; max() would look at all
            .correlate(moments)
            .scalar_subquery()
        )
        # Looked up for each origin's first one alone: the window knows the others'.
        return select(moments, func.coalesce(last, earlier).label("earlier_at")).subquery("found")

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
    ) -> tuple[float | None, float | None, int, int]:
        """Return mean, median and number of rows with `seconds`, and of those `from_commit`."""
        rows = times.subquery()
        ranked = select(
            rows.c.seconds,
            rows.c.from_commit,
            func.row_number().over(order_by=rows.c.seconds).label("place"),
            func.count().over().label("n"),
        ).subquery()
        middle = ranked.c.place.in_(((ranked.c.n + 1) // 2, (ranked.c.n + 2) // 2))
        query = select(
            func.avg(ranked.c.seconds),
            func.avg(case((middle, ranked.c.seconds))),
            func.count(),
            _whole(func.coalesce(func.sum(ranked.c.from_commit), 0)),
        )
        mean, median, n, from_commit = (await read_long(self.session, query)).one()
        return _number(mean), _number(median), n, int(from_commit)


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
