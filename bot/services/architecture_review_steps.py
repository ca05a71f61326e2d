"""The work of an architecture review: a model call for each point, one for the summary."""

from typing import Any

from bot.domain.architecture_review import (
    AgendaPoint,
    PointResult,
    ReviewResult,
    WorkedPoint,
    sound_point,
    sound_review,
)
from bot.domain.events import BoardMoved
from bot.domain.lanes import FILE_UPLOAD, POST
from bot.domain.task import ENDED
from bot.errors import ModelAnswerInvalid
from bot.model.offline.reviewing import summarise
from bot.model.port import Reply, ReviewPointRequest, ReviewSummaryRequest
from bot.services import decisions, task_views, tasks
from bot.services.answering import begin_round
from bot.services.context import Context
from bot.services.model_step import Done, ModelStep, perform
from bot.services.reading import read_thread
from bot.slack.cards.architecture_review import point_post
from storage.models import ArchitectureReview, ArchitectureReviewPoint, Task, new_id
from storage.uow import UnitOfWork

PLANNED, OPEN, CLOSING, CLOSED = "planned", "open", "closing", "closed"
RADAR = "review_radar"
"""The outbox's name for the picture: it is drawn when it is sent."""
_OFFLINE = "offline"
BY_RULE = "by rule"


def summary_key(review_id: str) -> str:
    """Return the outbox key of a review's summary."""
    return f"review:{review_id}:summary"


def point_key(review_id: str, position: int) -> str:
    """Return the outbox key of what a specialist says."""
    return f"review:{review_id}:point:{position}"


async def hold_review(ctx: Context, task_id: str, *, run: str | None = None) -> None:
    """Work the points that are left; when the talk is over, sum up. Safe to run again.

    Raises what `perform` raises.
    """
    async with ctx.database.read() as uow:
        task = await uow.tasks.get(task_id)
        review = await uow.architecture_reviews.of_thread(task.thread_id)
        points = await uow.architecture_reviews.points(review.id) if review is not None else ()
    for point in points:
        if point.worked_at is None:
            await perform(ctx, task_id, PointStep(ctx, point.position), run=run)
    if not await _talk_goes_on(ctx, task_id):
        await perform(ctx, task_id, SummaryStep(ctx), run=run)


async def is_held(uow: UnitOfWork, task: Task) -> bool:
    """Whether a task's round is a review's, which has several: replies are read, none is a wish."""
    review = await uow.architecture_reviews.of_thread(task.thread_id)
    return review is not None and review.state != CLOSED


async def _talk_goes_on(ctx: Context, task_id: str) -> bool:
    """End the round while people may still speak; returns whether that is so."""
    async with ctx.database.begin() as uow:
        task = await uow.tasks.get(task_id, lock=True)
        review = await uow.architecture_reviews.of_thread(task.thread_id, lock=True)
        if task.state in ENDED:
            return True
        begin_round(ctx, task)
        await read_thread(uow, task)
        if review is None or review.state == CLOSED:
            await tasks.finish(ctx, uow, task)
            return True
        if review.state == CLOSING or review.closes_at <= ctx.clock.now():
            return False
        await tasks.finish(ctx, uow, task)
    return True


class PointStep(ModelStep[PointResult, None]):
    """One specialist's call on one point."""

    def __init__(self, ctx: Context, position: int) -> None:
        self.name = f"review:point:{position}"
        self._ctx = ctx
        self._position = position

    def key(self, task: Task) -> str:
        """A point belongs to no round: it is paid once."""
        return self.name

    async def begin(self, uow: UnitOfWork, task: Task) -> ReviewPointRequest | Done[None]:
        """Read the thread: what people said of the points before counts for this one."""
        review, point = await _of(uow, task, self._position)
        if task.state in ENDED or review.state == CLOSED or point.worked_at is not None:
            return Done(None)
        begin_round(self._ctx, task)
        task.title = task.title or f"Architecture review {review.public_id}"
        return ReviewPointRequest(
            text=task.text,
            said=await read_thread(uow, task),
            specialist=point.specialist,
            point=AgendaPoint.model_validate(point.agenda),
        )

    async def end(self, uow: UnitOfWork, task: Task, reply: Reply[PointResult]) -> None:
        """Store the result and say it in the thread; a review that is over takes none."""
        review, point = await _of(uow, task, self._position)
        if point.worked_at is not None or review.state == CLOSED:
            return
        result = sound_point(reply.value)
        point.output = result.model_dump(mode="json")
        point.model = BY_RULE if reply.model == _OFFLINE else reply.model
        point.worked_at = self._ctx.clock.now()
        await self._say(uow, task, review, point, result)

    async def unusable(
        self, uow: UnitOfWork, task: Task, error: ModelAnswerInvalid
    ) -> Done[None] | None:
        """Say that no usable reply came; the other points go on."""
        review, point = await _of(uow, task, self._position)
        if point.worked_at is None:
            point.problem, point.worked_at = error.text, self._ctx.clock.now()
            await self._say(uow, task, review, point, None)
        return Done(None)

    async def _say(
        self,
        uow: UnitOfWork,
        task: Task,
        review: ArchitectureReview,
        point: ArchitectureReviewPoint,
        result: PointResult | None,
    ) -> None:
        post = point_post(
            AgendaPoint.model_validate(point.agenda),
            result,
            voice=task_views.voice_of(self._ctx, point.specialist),
            problem=point.problem,
            model=point.model,
        )
        await uow.outbox.add(
            **_place(task),
            key=point_key(review.id, point.position),
            method=POST,
            payload=post.payload(),
            now=self._ctx.clock.now(),
        )
        await uow.session.flush()
        await self._ctx.announcer.announce(uow, BoardMoved.of("review", review))


class SummaryStep(ModelStep[ReviewResult, None]):
    """The lead's call after the talk."""

    name = "review:summary"

    def __init__(self, ctx: Context) -> None:
        self._ctx = ctx

    def key(self, task: Task) -> str:
        """A summary belongs to no round: it is paid once."""
        return self.name

    async def begin(self, uow: UnitOfWork, task: Task) -> ReviewSummaryRequest | Done[None]:
        """Gather the points; where none could be worked there is nothing to sum up."""
        review = await uow.architecture_reviews.of_thread(task.thread_id, lock=True)
        if task.state in ENDED or review is None or review.state == CLOSED:
            return Done(None)
        begin_round(self._ctx, task)
        review.state = CLOSING
        points = await _worked(uow, review)
        if not any(point.result for point in points):
            await end(self._ctx, uow, review)
            await tasks.finish(self._ctx, uow, task)
            return Done(None)
        return ReviewSummaryRequest(
            text=task.text, said=await read_thread(uow, task), points=points
        )

    async def end(self, uow: UnitOfWork, task: Task, reply: Reply[ReviewResult]) -> None:
        """Store what is proposed, show it, close the review."""
        model = BY_RULE if reply.model == _OFFLINE else reply.model
        await self._store(uow, task, reply.value, model=model)

    async def unusable(
        self, uow: UnitOfWork, task: Task, error: ModelAnswerInvalid
    ) -> Done[None] | None:
        """The points' own proposals stand when no usable summary comes."""
        review = await uow.architecture_reviews.of_thread(task.thread_id, lock=True)
        if review is not None:
            request = ReviewSummaryRequest(text=task.text, points=await _worked(uow, review))
            await self._store(uow, task, summarise(request), model=BY_RULE)
        return Done(None)

    async def _store(
        self, uow: UnitOfWork, task: Task, proposed: ReviewResult, *, model: str
    ) -> None:
        ctx = self._ctx
        review = await uow.architecture_reviews.of_thread(task.thread_id, lock=True)
        if review is None or review.state == CLOSED or task.state in ENDED:
            return
        result = sound_review(proposed)
        review.summary, review.model = result.model_dump(mode="json"), model
        for position, (kind, body) in enumerate(_outputs(result)):
            await uow.architecture_reviews.add_output(
                {
                    "id": new_id(),
                    "workspace_id": review.workspace_id,
                    "review_id": review.id,
                    "position": position,
                    "kind": kind,
                    "body": body,
                }
            )
        await end(ctx, uow, review)
        await decisions.propose(ctx, uow, task, result.decisions)
        radar = await uow.technologies.seen(review.workspace_id, seen_from=review.channel_id)
        if radar or result.technologies:
            await uow.outbox.add(
                **_place(task),
                key=f"review:{review.id}:radar",
                method=FILE_UPLOAD,
                payload={},
                view=RADAR,
                now=ctx.clock.now(),
            )
        await tasks.finish(ctx, uow, task)


async def end(ctx: Context, uow: UnitOfWork, review: ArchitectureReview) -> None:
    """Close a review as it stands, and show it."""
    review.state, review.due_at, review.closed_at = CLOSED, None, ctx.clock.now()
    await uow.session.flush()
    await ctx.announcer.announce(uow, BoardMoved.of("review", review))


def _outputs(result: ReviewResult) -> list[tuple[str, dict[str, Any]]]:
    return [
        *(("debt", item.model_dump(mode="json")) for item in result.debts),
        *(("technology", item.model_dump(mode="json")) for item in result.technologies),
        *(("target", item.model_dump(mode="json")) for item in result.targets),
    ]


async def _of(
    uow: UnitOfWork, task: Task, position: int
) -> tuple[ArchitectureReview, ArchitectureReviewPoint]:
    review = await uow.architecture_reviews.of_thread(task.thread_id, lock=True)
    if review is None:
        raise LookupError(task.id)
    return review, (await uow.architecture_reviews.points(review.id))[position]


async def _worked(uow: UnitOfWork, review: ArchitectureReview) -> tuple[WorkedPoint, ...]:
    return tuple(
        WorkedPoint(
            agenda=AgendaPoint.model_validate(row.agenda),
            result=None if row.output is None else PointResult.model_validate(row.output),
        )
        for row in await uow.architecture_reviews.points(review.id)
    )


def _place(task: Task) -> dict[str, Any]:
    return {
        "workspace_id": task.workspace_id,
        "channel_id": task.channel_id,
        "task_id": task.id,
    }
