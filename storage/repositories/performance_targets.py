"""Performance targets by service and metric, with what was measured."""

from collections.abc import Sequence

from sqlalchemy import select

from storage.models import PerformanceMeasurement, PerformanceTarget
from storage.repositories.base import Repository, visible


class PerformanceTargetRepository(Repository):
    """A private channel's target is found only from that channel."""

    async def add(self, target: PerformanceTarget) -> PerformanceTarget:
        """Store a new target."""
        self.session.add(target)
        await self.session.flush()
        return target

    async def by_number(
        self, workspace_id: str, number: int, *, seen_from: str, lock: bool = False
    ) -> PerformanceTarget:
        """Return the target that people call P-<number>; raises NotFound."""
        query = select(PerformanceTarget).where(
            PerformanceTarget.workspace_id == workspace_id,
            PerformanceTarget.number == number,
            visible(PerformanceTarget.workspace_id, PerformanceTarget.channel_id, seen_from),
        )
        return await self.the(
            query, "target", f"P-{number}", hint="`/lead targets` lists them.", lock=lock
        )

    async def find(
        self,
        workspace_id: str,
        key: str,
        *,
        seen_from: str,
        only_here: bool = False,
        lock: bool = False,
    ) -> PerformanceTarget | None:
        """Return the open target of a service's metric; the channel's own comes first.

        `only_here` leaves out other channels': a private channel changes nothing of theirs.
        """
        where = (
            PerformanceTarget.channel_id == seen_from
            if only_here
            else visible(PerformanceTarget.workspace_id, PerformanceTarget.channel_id, seen_from)
        )
        query = (
            select(PerformanceTarget)
            .where(
                PerformanceTarget.workspace_id == workspace_id,
                PerformanceTarget.key == key,
                PerformanceTarget.state == "open",
                where,
            )
            .order_by((PerformanceTarget.channel_id != seen_from), PerformanceTarget.number)
            .limit(1)
        )
        if lock:
            query = query.with_for_update(key_share=True).execution_options(populate_existing=True)
        return (await self.session.scalars(query)).one_or_none()

    async def open(
        self, workspace_id: str, *, seen_from: str, limit: int = 200
    ) -> Sequence[PerformanceTarget]:
        """Return the targets that may be seen from a channel, by service and metric."""
        query = (
            select(PerformanceTarget)
            .where(
                PerformanceTarget.workspace_id == workspace_id,
                PerformanceTarget.state == "open",
                visible(PerformanceTarget.workspace_id, PerformanceTarget.channel_id, seen_from),
            )
            .order_by(PerformanceTarget.key, PerformanceTarget.number)
            .limit(limit)
        )
        return (await self.session.scalars(query)).all()

    async def measure(self, target: PerformanceTarget, measurement: PerformanceMeasurement) -> None:
        """Store what was measured; the target shows it from now on."""
        target.current, target.measured_at = measurement.value, measurement.measured_at
        self.session.add(measurement)
        await self.session.flush()

    async def measurements(
        self, workspace_id: str, target_id: str, *, limit: int
    ) -> Sequence[PerformanceMeasurement]:
        """Return what was measured of a target, the latest first."""
        query = (
            select(PerformanceMeasurement)
            .where(
                PerformanceMeasurement.workspace_id == workspace_id,
                PerformanceMeasurement.target_id == target_id,
            )
            .order_by(PerformanceMeasurement.measured_at.desc(), PerformanceMeasurement.id)
            .limit(limit)
        )
        return (await self.session.scalars(query)).all()
