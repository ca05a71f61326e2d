"""What belongs to a retrospective: cards, topics, votes, lessons."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import delete, func, select

from storage.models import RetroCard, RetroGroup, RetroLesson, RetroVote, new_id
from storage.repositories.base import Repository


class RetrospectiveRowRepository(Repository):
    """Rows of one run; cards come by their random ids, so that nobody sees who wrote when."""

    async def cards(self, retrospective_id: str, *, author: str = "") -> Sequence[RetroCard]:
        """Return a run's cards by column; with `author` those with that mark."""
        query = select(RetroCard).where(RetroCard.retrospective_id == retrospective_id)
        if author:
            query = query.where(RetroCard.author == author)
        return (await self.session.scalars(query.order_by(RetroCard.position, RetroCard.id))).all()

    async def counts(self, retrospective_id: str) -> dict[int, int]:
        """Return how many cards each column has."""
        query = (
            select(RetroCard.position, func.count())
            .where(RetroCard.retrospective_id == retrospective_id)
            .group_by(RetroCard.position)
        )
        return {row[0]: row[1] for row in await self.session.execute(query)}

    async def authors(self, retrospective_id: str) -> int:
        """Return how many people wrote cards, while marks are kept."""
        query = select(func.count(func.distinct(RetroCard.author))).where(
            RetroCard.retrospective_id == retrospective_id, RetroCard.author != ""
        )
        return (await self.session.scalars(query)).one()

    async def forget_authors(self, retrospective_id: str) -> None:
        """Remove the marks of a run's cards, and the order in which they were written.

        The rows are written anew, by chance: where they lay would tell who came first.
        """
        written = {new_id(): card for card in await self.cards(retrospective_id)}
        for card in written.values():
            await self.session.delete(card)
        await self.session.flush()
        for card_id in sorted(written):
            card = written[card_id]
            self.session.add(
                RetroCard(
                    id=card_id,
                    workspace_id=card.workspace_id,
                    retrospective_id=retrospective_id,
                    position=card.position,
                    text=card.text,
                    author="",
                )
            )
            await self.session.flush()

    async def groups(self, retrospective_id: str) -> Sequence[RetroGroup]:
        """Return a run's topics, in order."""
        query = (
            select(RetroGroup)
            .where(RetroGroup.retrospective_id == retrospective_id)
            .order_by(RetroGroup.position, RetroGroup.id)
        )
        return (await self.session.scalars(query)).all()

    async def group(self, workspace_id: str, group_id: str) -> RetroGroup:
        """Return a workspace's topic; raises NotFound."""
        query = select(RetroGroup).where(
            RetroGroup.workspace_id == workspace_id, RetroGroup.id == group_id
        )
        return await self.the(query, "topic", group_id, hint="`/lead retro` shows the topics.")

    async def votes(self, retrospective_id: str, *, voter: str = "") -> Sequence[RetroVote]:
        """Return a run's votes while they are kept; with `voter` those with that mark."""
        query = select(RetroVote).where(RetroVote.retrospective_id == retrospective_id)
        if voter:
            query = query.where(RetroVote.voter == voter)
        return (await self.session.scalars(query)).all()

    async def vote_again(
        self, workspace_id: str, retrospective_id: str, voter: str, group_ids: Collection[str]
    ) -> None:
        """Put a person's votes in place of their earlier ones."""
        await self.drop_votes(retrospective_id, voter=voter)
        self.session.add_all(
            RetroVote(
                workspace_id=workspace_id,
                retrospective_id=retrospective_id,
                group_id=group_id,
                voter=voter,
            )
            for group_id in dict.fromkeys(group_ids)
        )
        await self.session.flush()

    async def drop_votes(self, retrospective_id: str, *, voter: str = "") -> None:
        """Remove a run's votes, or one person's."""
        statement = delete(RetroVote).where(RetroVote.retrospective_id == retrospective_id)
        if voter:
            statement = statement.where(RetroVote.voter == voter)
        await self.session.execute(statement)

    async def lessons(self, retrospective_id: str) -> Sequence[RetroLesson]:
        """Return what a run's people confirmed as lessons, the oldest first."""
        query = (
            select(RetroLesson)
            .where(RetroLesson.retrospective_id == retrospective_id)
            .order_by(RetroLesson.created_at, RetroLesson.id)
        )
        return (await self.session.scalars(query)).all()

    async def lessons_between(
        self, workspace_id: str, channel_id: str, *, since: datetime, until: datetime
    ) -> Sequence[RetroLesson]:
        """Return a channel's lessons of a time, the oldest first."""
        query = (
            select(RetroLesson)
            .where(
                RetroLesson.workspace_id == workspace_id,
                RetroLesson.channel_id == channel_id,
                RetroLesson.created_at >= since,
                RetroLesson.created_at < until,
            )
            .order_by(RetroLesson.created_at, RetroLesson.id)
        )
        return (await self.session.scalars(query)).all()
