"""Quality gates: limits, results with their history, places, waivers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select

from storage.models import Measurement, QualityGate, QualityGatePlace, QualityRule, Service, Waiver
from storage.repositories.base import Repository, named


@dataclass(frozen=True)
class Whose:
    """What a gate is of; `scope` is the one private channel that knows the service, or empty."""

    workspace_id: str
    service: str = ""
    """The service's key."""
    repository: str = ""
    scope: str = ""

    @property
    def columns(self) -> dict[str, str]:
        """The columns by which all rows of it are found."""
        return {
            "workspace_id": self.workspace_id,
            "scope": self.scope,
            "repository": self.repository,
            "service": self.service,
        }


def _is(table: Any, whose: Whose) -> ColumnElement[bool]:
    """The rows of just that service and repository."""
    return and_(*(getattr(table, name) == value for name, value in whose.columns.items()))


def _counts_for(table: Any, whose: Whose) -> ColumnElement[bool]:
    """The rows that count for it: its own, its repository's, everybody's.

    A service of the same key that is known elsewhere is another one.
    """
    return and_(
        table.workspace_id == whose.workspace_id,
        table.repository.in_({"", whose.repository}),
        or_(
            and_(table.scope == whose.scope, table.service.in_({"", whose.service})),
            and_(table.scope == "", table.service == ""),
        ),
    )


class QualityGateRepository(Repository):
    """A row with a `scope` is seen from that channel only."""

    async def rules(self, whose: Whose) -> Sequence[QualityRule]:
        """Return the limits that count, the most general first: the later one wins."""
        query = (
            select(QualityRule)
            .where(QualityRule.workspace_id == whose.workspace_id, _counts_for(QualityRule, whose))
            .order_by(QualityRule.service, QualityRule.repository, QualityRule.scope)
        )
        return (await self.session.scalars(query)).all()

    async def rule(self, whose: Whose, check: str) -> QualityRule | None:
        """Return the limit that was set for just that."""
        query = select(QualityRule).where(
            QualityRule.workspace_id == whose.workspace_id,
            _is(QualityRule, whose),
            QualityRule.check_name == check,
        )
        return (await self.session.scalars(query)).one_or_none()

    async def keep(self, workspace_id: str, values: dict[str, Any]) -> bool:
        """Store a result; returns False when it is there already."""
        return await self.insert_unless_there(QualityGate, {**values, "workspace_id": workspace_id})

    async def of_commit(self, whose: Whose, commit: str, branch: str) -> QualityGate | None:
        """Return a commit's latest result on a branch."""
        query = (
            select(QualityGate)
            .where(
                QualityGate.workspace_id == whose.workspace_id,
                _is(QualityGate, whose),
                QualityGate.commit == commit,
                QualityGate.branch == branch,
            )
            .order_by(QualityGate.at.desc(), QualityGate.id)
            .limit(1)
        )
        return (await self.session.scalars(query)).one_or_none()

    async def history(self, whose: Whose, *, limit: int) -> Sequence[QualityGate]:
        """Return the latest results of the main branch, the newest first."""
        query = (
            select(QualityGate)
            .where(
                QualityGate.workspace_id == whose.workspace_id,
                _is(QualityGate, whose),
                QualityGate.is_main,
            )
            .order_by(QualityGate.at.desc(), QualityGate.id)
            .limit(limit)
        )
        return (await self.session.scalars(query)).all()

    async def latest(
        self, workspace_id: str, *, seen_from: str, limit: int = 200
    ) -> Sequence[QualityGate]:
        """Return the last result of each service and repository; the main branch's where it has."""
        place = func.row_number().over(
            partition_by=(QualityGate.scope, QualityGate.repository, QualityGate.service),
            order_by=(QualityGate.is_main.desc(), QualityGate.at.desc(), QualityGate.id),
        )
        ranked = (
            select(QualityGate.id, place.label("place"))
            .where(
                QualityGate.workspace_id == workspace_id,
                named(QualityGate.workspace_id, QualityGate.scope, seen_from),
            )
            .subquery()
        )
        query = (
            select(QualityGate)
            .join(ranked, ranked.c.id == QualityGate.id)
            .where(QualityGate.workspace_id == workspace_id, ranked.c.place == 1)
            .order_by(QualityGate.service, QualityGate.repository)
            .limit(limit)
        )
        return (await self.session.scalars(query)).all()

    async def place(self, whose: Whose) -> QualityGatePlace | None:
        """Return where results are told."""
        query = select(QualityGatePlace).where(
            QualityGatePlace.workspace_id == whose.workspace_id, _is(QualityGatePlace, whose)
        )
        return (await self.session.scalars(query)).one_or_none()

    async def waivers(self, whose: Whose) -> Sequence[Waiver]:
        """Return the waivers that count or counted, those with the latest end first."""
        query = (
            select(Waiver)
            .where(
                Waiver.workspace_id == whose.workspace_id,
                _counts_for(Waiver, whose),
                Waiver.ended_at.is_(None),
            )
            .order_by(Waiver.until.desc(), Waiver.number)
            .limit(200)
        )
        return (await self.session.scalars(query)).all()

    async def open_waivers(
        self, workspace_id: str, *, seen_from: str, today: date
    ) -> Sequence[Waiver]:
        """Return all waivers that count today and may be seen from a channel."""
        query = (
            select(Waiver)
            .where(
                Waiver.workspace_id == workspace_id,
                named(Waiver.workspace_id, Waiver.scope, seen_from),
                Waiver.ended_at.is_(None),
                Waiver.until >= today,
            )
            .order_by(Waiver.until, Waiver.number)
            .limit(50)
        )
        return (await self.session.scalars(query)).all()

    async def waiver(self, workspace_id: str, number: int, *, seen_from: str) -> Waiver:
        """Return the waiver that people call W-<number>, locked; raises NotFound."""
        query = (
            select(Waiver)
            .where(
                Waiver.workspace_id == workspace_id,
                Waiver.number == number,
                named(Waiver.workspace_id, Waiver.scope, seen_from),
            )
            .with_for_update(key_share=True)
            .execution_options(populate_existing=True)
        )
        return await self.the(query, "waiver", f"W-{number}", hint="`/lead gates` lists them.")

    async def monitored(self, workspace_id: str, *, since: datetime) -> set[str]:
        """Return the keys of services of which Prometheus said something since then."""
        query = (
            select(Measurement.service)
            .where(
                Measurement.workspace_id == workspace_id,
                Measurement.source == "prometheus",
                Measurement.service != "",
                Measurement.at >= since,
            )
            .distinct()
        )
        return set(await self.session.scalars(query))

    async def has(self, workspace_id: str, service: str) -> bool:
        """Whether there is a result of a service of that key that everybody may see."""
        query = (
            select(QualityGate.id)
            .where(
                QualityGate.workspace_id == workspace_id,
                QualityGate.service == service,
                QualityGate.scope == "",
            )
            .limit(1)
        )
        return (await self.session.scalars(query)).first() is not None

    async def scopes_of(self, workspace_id: str, service: str) -> Sequence[str]:
        """Return where a service of that key is known: empty for everywhere, or channels."""
        query = (
            select(Service.scope)
            .where(Service.workspace_id == workspace_id, Service.key == service)
            .order_by(Service.scope)
        )
        return (await self.session.scalars(query)).all()
