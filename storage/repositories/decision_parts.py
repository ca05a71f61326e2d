"""What belongs to decisions: votes, links read from both ends, due moments, relations."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import bindparam, delete, or_, select

from bot.domain.decision import DueKind, LinkKind, Vote
from storage.models import (
    Decision,
    DecisionDue,
    DecisionLink,
    DecisionService,
    DecisionSpecialist,
    DecisionVote,
)
from storage.prepared import Prepared
from storage.repositories.base import Repository, app_is_there, insert_into, table_of

# Made once: each card asks for links, and few decisions have any.
_LINK = table_of(DecisionLink)
_ANY_LINK = Prepared(
    select(_LINK.c.kind)
    .where(
        or_(
            _LINK.c.source_id == bindparam("decision_id"),
            _LINK.c.target_id == bindparam("decision_id"),
        )
    )
    .limit(1)
)


class DecisionPartsRepository(Repository):
    """Every question about what belongs to a decision."""

    async def vote(self, decision: Decision, vote: Vote, *, now: datetime) -> None:
        """Store a person's word on the present revision; what they said before is replaced."""
        keys = {
            "decision_id": decision.id,
            "revision": decision.revision,
            "user_id": vote.user_id,
        }
        said = {"verdict": vote.verdict, "reason": vote.reason, "given_at": now}
        statement = insert_into(DecisionVote, self.dialect).values(
            workspace_id=decision.workspace_id, **keys, **said
        )
        await self.session.execute(
            statement.on_conflict_do_update(index_elements=list(keys), set_=said)
        )

    async def votes(self, decision: Decision) -> tuple[Vote, ...]:
        """Return the votes on the present revision, in the order they were given."""
        query = (
            select(DecisionVote)
            .where(
                DecisionVote.decision_id == decision.id,
                DecisionVote.revision == decision.revision,
            )
            .order_by(DecisionVote.given_at, DecisionVote.user_id)
            .execution_options(populate_existing=True)
        )
        rows = (await self.session.scalars(query)).all()
        return tuple(Vote(row.user_id, row.verdict, row.reason) for row in rows)

    async def voted(self, user_id: str, decision_ids: Collection[str]) -> set[str]:
        """Return on which of these decisions a person has voted, in their present revision."""
        query = (
            select(DecisionVote.decision_id)
            .join(Decision, Decision.id == DecisionVote.decision_id)
            .where(
                DecisionVote.user_id == user_id,
                DecisionVote.decision_id.in_(decision_ids),
                DecisionVote.revision == Decision.revision,
            )
        )
        return set((await self.session.scalars(query)).all())

    async def link(
        self, source: Decision, target: Decision, kind: LinkKind, *, now: datetime
    ) -> bool:
        """Store that `source` says `kind` of `target`; False when it did before."""
        values = {
            "source_id": source.id,
            "target_id": target.id,
            "kind": kind,
            "workspace_id": source.workspace_id,
            "created_at": now,
        }
        return await self.insert_unless_there(DecisionLink, values)

    async def unlink(self, source_id: str, kind: LinkKind, target_ids: Collection[str]) -> None:
        """Remove what `source` says of these targets."""
        await self.session.execute(
            delete(DecisionLink).where(
                DecisionLink.source_id == source_id,
                DecisionLink.kind == kind,
                DecisionLink.target_id.in_(target_ids),
            )
        )

    async def onward(self, decision_id: str) -> list[tuple[LinkKind, Decision]]:
        """Return what a decision says of others, by their numbers."""
        query = (
            select(DecisionLink.kind, Decision)
            .join(Decision, Decision.id == DecisionLink.target_id)
            .where(DecisionLink.source_id == decision_id)
            .order_by(DecisionLink.kind, Decision.number)
        )
        return [(kind, row) for kind, row in await self.session.execute(query)]

    async def backward(self, decision_id: str) -> list[tuple[LinkKind, Decision]]:
        """Return what others say of a decision, by their numbers."""
        query = (
            select(DecisionLink.kind, Decision)
            .join(Decision, Decision.id == DecisionLink.source_id)
            .where(DecisionLink.target_id == decision_id)
            .order_by(DecisionLink.kind, Decision.number)
        )
        return [(kind, row) for kind, row in await self.session.execute(query)]

    async def links(self, decision_id: str) -> list[tuple[LinkKind, bool, Decision]]:
        """Return (kind, whether the decision says it, the other) for its links at both ends."""
        if not await _ANY_LINK.rows(self.session, decision_id=decision_id):
            return []
        source, target = DecisionLink.source_id, DecisionLink.target_id
        says = (source == decision_id) & (Decision.id == target)
        hears = (target == decision_id) & (Decision.id == source)
        query = (
            select(DecisionLink.kind, source == decision_id, Decision)
            .join(Decision, or_(says, hears))
            .where(or_(source == decision_id, target == decision_id))
            .order_by(DecisionLink.kind, Decision.number)
        )
        rows = (await self.session.execute(query)).all()
        found = [(kind, bool(own), row) for kind, own, row in rows]
        return sorted(found, key=lambda item: not item[1])

    async def edges(self, workspace_id: str, kind: LinkKind) -> list[tuple[str, str]]:
        """Return all (source, target) of one kind, to look for circles."""
        query = select(DecisionLink.source_id, DecisionLink.target_id).where(
            DecisionLink.workspace_id == workspace_id, DecisionLink.kind == kind
        )
        return [(source, target) for source, target in await self.session.execute(query)]

    async def plan_dues(self, decision: Decision, dues: Mapping[DueKind, datetime]) -> None:
        """Let a decision come up at these moments and no others; a new moment is told anew."""
        query = select(DecisionDue).where(DecisionDue.decision_id == decision.id)
        known = {row.kind: row for row in (await self.session.scalars(query)).all()}
        for kind, row in known.items():
            if kind not in dues:
                await self.session.delete(row)
            elif row.due_at != dues[kind]:
                row.due_at, row.told_at = dues[kind], None
        for kind, due_at in dues.items():
            if kind not in known:
                self.session.add(DecisionDue(decision_id=decision.id, kind=kind, due_at=due_at))
        await self.session.flush()

    async def due(self, *, now: datetime, limit: int) -> Sequence[tuple[str, DueKind]]:
        """Return (decision id, kind) of what has come up and was not told, oldest first."""
        query = (
            select(DecisionDue.decision_id, DecisionDue.kind)
            .join(Decision, Decision.id == DecisionDue.decision_id)
            .where(
                DecisionDue.told_at.is_(None),
                DecisionDue.due_at <= now,
                app_is_there(Decision.workspace_id),
            )
            .order_by(DecisionDue.due_at)
            .limit(limit)
        )
        return [(decision_id, kind) for decision_id, kind in await self.session.execute(query)]

    async def take_due(
        self, decision_id: str, kind: DueKind, *, now: datetime
    ) -> DecisionDue | None:
        """Mark one as told and return it; None when it was told or moved meanwhile.

        Call it with the decision locked: that keeps another process out.
        """
        row = await self.session.get(DecisionDue, (decision_id, kind), populate_existing=True)
        if row is None or row.told_at is not None or row.due_at > now:
            return None
        row.told_at = now
        await self.session.flush()
        return row

    async def relate(
        self,
        decision: Decision,
        *,
        services: Collection[str],
        specialists: Collection[str],
        new: bool = False,
    ) -> None:
        """Let a decision affect these services and be implemented by these, and no others.

        A `new` one has none yet.
        """
        names = ((DecisionService, services), (DecisionSpecialist, specialists))
        for table, wanted in names:
            if not new:
                await self.session.execute(delete(table).where(table.decision_id == decision.id))
            for name in sorted({" ".join(item.split())[:120] for item in wanted} - {""}):
                await self.insert_unless_there(
                    table,
                    {
                        "decision_id": decision.id,
                        "name": name,
                        "workspace_id": decision.workspace_id,
                    },
                )

    async def services(self, decision_id: str) -> Sequence[str]:
        """Return the services that a decision affects."""
        query = select(DecisionService.name).where(DecisionService.decision_id == decision_id)
        return (await self.session.scalars(query.order_by(DecisionService.name))).all()

    async def specialists(self, decision_id: str) -> Sequence[str]:
        """Return who implements a decision."""
        query = select(DecisionSpecialist.name).where(DecisionSpecialist.decision_id == decision_id)
        return (await self.session.scalars(query.order_by(DecisionSpecialist.name))).all()
