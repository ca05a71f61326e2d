"""A run that forgets: what it counted so far, kept in the transaction of each of its batches.

A process may die between any two batches; whoever takes the row over goes on with the same
pseudonym, the same channels and the same counts.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.clock import Clock
from storage.models import Forgetting
from storage.models.forgetting import Subject
from storage.uow import UnitOfWork

LEASE = timedelta(minutes=1)
"""How long a run may be silent before another process takes it over; far more than a batch takes.
"""
_RENEW = LEASE / 3

Counts = dict[str, int]
"""Rows by table."""


class TakenOver(Exception):
    """Another process has the row: this one stops where it is."""


@dataclass
class Run:
    """One claim of a row of `forgetting`."""

    id: str
    workspace_id: str
    subject: Subject
    subject_id: str
    pseudonym: str
    by: str
    attempt: int
    clock: Clock
    kept_at: datetime
    places: list[str]
    found: Counts | None
    removed: Counts = field(default_factory=dict)
    left: int = 0
    """Rows that came faster than they were forgotten."""

    @classmethod
    def of(cls, row: Forgetting, clock: Clock) -> "Run":
        """Return the claim that the row now stands for."""
        return cls(
            id=row.id,
            workspace_id=row.workspace_id,
            subject=row.subject,
            subject_id=row.subject_id,
            pseudonym=row.pseudonym,
            by=row.asked_by or row.subject_id,
            attempt=row.attempts,
            clock=clock,
            kept_at=clock.now(),
            places=list(dict.fromkeys([*row.places, *filter(None, [row.direct_id])])),
            found=row.found,
            removed=dict(row.removed),
        )

    async def add(self, uow: UnitOfWork, table: str, number: int) -> None:
        """Count changed rows of a table, in the transaction that changes them.

        Raises TakenOver, so that they are not changed, when this claim is over.
        """
        removed = self.removed
        if number:
            removed = {**removed, table: removed.get(table, 0) + number}
        elif self.clock.now() - self.kept_at < _RENEW:
            return
        await self._keep(uow, removed)

    async def begin(self, uow: UnitOfWork, found: Counts, places: list[str]) -> None:
        """Note what it concerns and which channels go whole, before anything is changed."""
        self.found = {
            table: (self.found or {}).get(table, 0) + found.get(table, 0)
            for table in {**(self.found or {}), **found}
        }
        self.places = list(dict.fromkeys([*self.places, *places]))
        await self._keep(uow, self.removed)

    @property
    def rows(self) -> Counts:
        """How many rows were changed, by table; one that was changed several times counts once."""
        found = self.found or {}
        return {table: found.get(table, number) for table, number in self.removed.items()}

    async def _keep(self, uow: UnitOfWork, removed: Counts) -> None:
        now = self.clock.now()
        if not await uow.forgettings.keep(
            self.id,
            attempt=self.attempt,
            due_at=now + LEASE,
            found=self.found,
            removed=removed,
            places=self.places,
        ):
            raise TakenOver(self.id)

        def kept() -> None:
            self.removed, self.kept_at = removed, now

        uow.after_commit(kept)
