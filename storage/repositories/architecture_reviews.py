"""Architecture reviews by what is due, by number, by thread; their points and outputs."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import or_, select

from bot.domain.decision import OPEN, DecisionState
from storage.models import (
    ArchitectureReview,
    ArchitectureReviewOutput,
    ArchitectureReviewPoint,
    Decision,
)
from storage.repositories.base import Repository, app_is_there, visible

_REMEMBERED = 500
"""So many dismissed proposals are not made again."""


class ArchitectureReviewRepository(Repository):
    """A private channel's review is found only from that channel."""

    async def add(self, review: ArchitectureReview) -> ArchitectureReview:
        """Store a new review."""
        self.session.add(review)
        await self.session.flush()
        return review

    async def get(
        self, workspace_id: str, review_id: str, *, lock: bool = False
    ) -> ArchitectureReview:
        """Return a workspace's review; raises NotFound."""
        query = select(ArchitectureReview).where(
            ArchitectureReview.workspace_id == workspace_id, ArchitectureReview.id == review_id
        )
        return await self.the(
            query, "review", review_id, hint="`/lead review` shows the newest.", lock=lock
        )

    async def by_number(
        self, workspace_id: str, number: int, *, seen_from: str
    ) -> ArchitectureReview:
        """Return the review that people call AR-<number>; raises NotFound."""
        query = select(ArchitectureReview).where(
            ArchitectureReview.workspace_id == workspace_id,
            ArchitectureReview.number == number,
            visible(ArchitectureReview.workspace_id, ArchitectureReview.channel_id, seen_from),
        )
        return await self.the(
            query, "review", f"AR-{number}", hint="`/lead review history` lists them."
        )

    async def of_slot(self, workspace_id: str, slot_key: str) -> ArchitectureReview | None:
        """Return the review of a slot, or of the act that began it."""
        query = select(ArchitectureReview).where(
            ArchitectureReview.workspace_id == workspace_id,
            ArchitectureReview.slot_key == slot_key,
        )
        return (await self.session.scalars(query)).one_or_none()

    async def of_thread(self, thread_id: str, *, lock: bool = False) -> ArchitectureReview | None:
        """Return the review that is held in a thread."""
        query = select(ArchitectureReview).where(ArchitectureReview.thread_id == thread_id)
        if lock:
            query = query.with_for_update(key_share=True).execution_options(populate_existing=True)
        return (await self.session.scalars(query)).one_or_none()

    async def of_channel(
        self, workspace_id: str, channel_id: str, *, limit: int
    ) -> Sequence[ArchitectureReview]:
        """Return a channel's reviews, the newest first."""
        query = (
            select(ArchitectureReview)
            .where(
                ArchitectureReview.workspace_id == workspace_id,
                ArchitectureReview.channel_id == channel_id,
            )
            .order_by(ArchitectureReview.number.desc())
            .limit(limit)
        )
        return (await self.session.scalars(query)).all()

    async def due(self, now: datetime, *, limit: int) -> Sequence[tuple[str, str]]:
        """Return (workspace, id) of what has to be taken further, earliest first."""
        query = (
            select(ArchitectureReview.workspace_id, ArchitectureReview.id)
            .where(ArchitectureReview.due_at <= now, app_is_there(ArchitectureReview.workspace_id))
            .order_by(ArchitectureReview.due_at)
            .limit(limit)
        )
        return [(row[0], row[1]) for row in await self.session.execute(query)]

    async def add_points(self, points: Sequence[ArchitectureReviewPoint]) -> None:
        """Store a review's agenda."""
        self.session.add_all(points)
        await self.session.flush()

    async def points(self, review_id: str) -> Sequence[ArchitectureReviewPoint]:
        """Return the agenda in order."""
        query = (
            select(ArchitectureReviewPoint)
            .where(ArchitectureReviewPoint.review_id == review_id)
            .order_by(ArchitectureReviewPoint.position)
        )
        return (await self.session.scalars(query)).all()

    async def add_output(self, values: dict[str, Any]) -> bool:
        """Store a proposal unless the review has it; returns whether it was stored."""
        empty = {"result": "", "decided_by": None, "decided_at": None}
        return await self.insert_unless_there(
            ArchitectureReviewOutput, {"state": "proposed"} | empty | values
        )

    async def outputs(self, review_id: str) -> Sequence[ArchitectureReviewOutput]:
        """Return what a review proposes, in order."""
        query = (
            select(ArchitectureReviewOutput)
            .where(ArchitectureReviewOutput.review_id == review_id)
            .order_by(ArchitectureReviewOutput.position)
            .execution_options(populate_existing=True)
        )
        return (await self.session.scalars(query)).all()

    async def output(
        self, workspace_id: str, output_id: str, *, lock: bool = False
    ) -> ArchitectureReviewOutput:
        """Return a proposal of this workspace; raises NotFound."""
        query = select(ArchitectureReviewOutput).where(
            ArchitectureReviewOutput.workspace_id == workspace_id,
            ArchitectureReviewOutput.id == output_id,
        )
        return await self.the(
            query, "proposal", output_id, hint="`/lead review` shows the newest.", lock=lock
        )

    async def dismissed(self, workspace_id: str, channel_id: str) -> set[str]:
        """Return the titles and names, in lower case, that a channel's people dismissed."""
        query = (
            select(ArchitectureReviewOutput.body)
            .join(ArchitectureReview, ArchitectureReview.id == ArchitectureReviewOutput.review_id)
            .where(
                ArchitectureReviewOutput.workspace_id == workspace_id,
                ArchitectureReview.channel_id == channel_id,
                ArchitectureReviewOutput.state == "dismissed",
            )
            .order_by(ArchitectureReviewOutput.decided_at.desc())
            .limit(_REMEMBERED)
        )
        bodies = (await self.session.scalars(query)).all()
        return {str(body.get("title") or body.get("name") or "").casefold() for body in bodies}

    async def decisions_coming(
        self, workspace_id: str, *, until: date, seen_from: str, limit: int
    ) -> Sequence[Decision]:
        """Return decisions that are open, have expired, or come up until a day, oldest first."""
        coming = (Decision.state == DecisionState.ACCEPTED) & or_(
            Decision.review_by <= until, Decision.expires_on <= until
        )
        query = (
            select(Decision)
            .where(
                Decision.workspace_id == workspace_id,
                or_(Decision.state.in_([*OPEN, DecisionState.EXPIRED]), coming),
                visible(Decision.workspace_id, Decision.channel_id, seen_from),
            )
            .order_by(Decision.number)
            .limit(limit)
        )
        return (await self.session.scalars(query)).all()
