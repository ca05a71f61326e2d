"""The SQL of feedback: a person's last word on a round."""

from datetime import datetime

from sqlalchemy import func, select

from storage.models import Feedback
from storage.repositories.base import Repository, insert_into


class FeedbackRepository(Repository):
    """One row a person and round."""

    async def put(
        self,
        workspace_id: str,
        task_id: str,
        round_number: int,
        *,
        user_id: str,
        verdict: str,
        now: datetime,
    ) -> None:
        """Store what a person thinks; what they said before is replaced."""
        keys = {"task_id": task_id, "round": round_number, "user_id": user_id}
        said = {"verdict": verdict, "given_at": now}
        statement = insert_into(Feedback, self.dialect).values(
            workspace_id=workspace_id, **keys, **said
        )
        await self.session.execute(
            statement.on_conflict_do_update(index_elements=list(keys), set_=said)
        )

    async def count(self, workspace_id: str | None = None) -> dict[str, int]:
        """Return how many words there are of each kind, in one workspace or in all."""
        query = select(Feedback.verdict, func.count()).group_by(Feedback.verdict)
        if workspace_id is not None:
            query = query.where(Feedback.workspace_id == workspace_id)
        return {str(verdict): count for verdict, count in await self.session.execute(query)}
