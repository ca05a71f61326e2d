"""Turns facts into outbox rows: one card edited in place, one post per voice, nothing twice."""

from collections.abc import Callable
from functools import singledispatchmethod
from typing import Any

from bot.domain.events import (
    AssignmentEnded,
    DecisionMoved,
    DecisionProposed,
    FollowUpTaken,
    TaskAccepted,
    TaskAnswered,
    TaskEnded,
    TaskEvent,
    TaskSynthesised,
    TaskThanked,
)
from bot.errors import Bug
from bot.services import task_views
from bot.services.context import Context
from bot.services.task_report import TaskReport, task_report
from bot.slack.cards import (
    answer_post,
    decision_card,
    specialist_post,
    synthesis_post,
    task_card,
)
from bot.slack.post import Post
from storage.models import Decision, Task
from storage.uow import UnitOfWork

SEEN = "eyes"
THANKED = "+1"


class SlackNews:
    """An Announcer that writes outbox rows; `wake` rouses the delivery after each."""

    def __init__(self, wake: Callable[[], None] = lambda: None) -> None:
        self._wake = wake
        self._ctx: Context | None = None

    def attach(self, ctx: Context) -> None:
        """Say which context the news are about; the two know each other."""
        self._ctx = ctx

    @property
    def _context(self) -> Context:
        if self._ctx is None:
            raise Bug("SlackNews was not attached to a context")
        return self._ctx

    async def announce(self, uow: UnitOfWork, event: TaskEvent) -> None:
        """Queue what `event` should show, in the transaction of `uow`."""
        report = await task_report(uow, event.task_id)
        await self._show(event, uow, report)
        uow.after_commit(self._wake)

    @singledispatchmethod
    async def _show(self, event: TaskEvent, uow: UnitOfWork, report: TaskReport) -> None:
        """All other facts show on the card only."""
        await self._card(uow, report)

    @_show.register
    async def _(self, event: TaskAccepted, uow: UnitOfWork, report: TaskReport) -> None:
        await self._react(uow, report.task, report.task.read_ts, SEEN)

    @_show.register
    async def _(self, event: FollowUpTaken, uow: UnitOfWork, report: TaskReport) -> None:
        await self._react(uow, report.task, event.ts, SEEN)

    @_show.register
    async def _(self, event: TaskThanked, uow: UnitOfWork, report: TaskReport) -> None:
        await self._react(uow, report.task, event.ts, THANKED)

    @_show.register
    async def _(self, event: TaskAnswered, uow: UnitOfWork, report: TaskReport) -> None:
        task = report.task
        post = answer_post(
            task.answer or "",
            voice=task_views.lead_voice(self._context),
            footer=task_views.usage_line(self._context, report),
        )
        await self._post(uow, task, f"task:{task.id}:r{task.round}:answer", post)

    @_show.register
    async def _(self, event: TaskEnded, uow: UnitOfWork, report: TaskReport) -> None:
        # A direct answer or a nod needs no card, unless one already says that the task waits.
        shown = await uow.outbox.by_key(report.task.workspace_id, _card_key(report.task))
        if report.plan_row is not None or report.task.state_reason or shown is not None:
            await self._card(uow, report)

    @_show.register
    async def _(self, event: AssignmentEnded, uow: UnitOfWork, report: TaskReport) -> None:
        view = task_views.specialist_post_view(self._context, report, event.key)
        if view is not None:
            task = report.task
            key = f"task:{task.id}:r{task.round}:work:{event.key}"
            await self._post(uow, task, key, specialist_post(view))
        await self._card(uow, report)

    @_show.register
    async def _(self, event: TaskSynthesised, uow: UnitOfWork, report: TaskReport) -> None:
        view = task_views.synthesis_post_view(self._context, report)
        if view is not None:
            task = report.task
            key = f"task:{task.id}:r{task.round}:synthesis"
            await self._post(uow, task, key, synthesis_post(view))

    @_show.register
    async def _(self, event: DecisionProposed, uow: UnitOfWork, report: TaskReport) -> None:
        decision = await uow.decisions.get(event.decision_id)
        card = decision_card(task_views.decision_card_view(self._context, decision))
        await self._post(uow, report.task, _decision_key(decision), card)

    @_show.register
    async def _(self, event: DecisionMoved, uow: UnitOfWork, report: TaskReport) -> None:
        decision = await uow.decisions.get(event.decision_id)
        card = decision_card(task_views.decision_card_view(self._context, decision))
        await self._edit(uow, report.task, _decision_key(decision), card)

    async def _card(self, uow: UnitOfWork, report: TaskReport) -> None:
        """Post the round's card, or replace what it shows."""
        task = report.task
        card = task_card(task_views.task_card_view(self._context, report))
        key = _card_key(task)
        if not await self._post(uow, task, key, card):
            await self._edit(uow, task, key, card)

    async def _post(self, uow: UnitOfWork, task: Task, key: str, post: Post) -> bool:
        thread = await uow.threads.get(task.thread_id)
        payload: dict[str, Any] = post.payload()
        payload["thread_ts"] = thread.root_ts
        return await uow.outbox.add(
            workspace_id=task.workspace_id,
            channel_id=task.channel_id,
            thread_ts=thread.root_ts,
            task_id=task.id,
            key=key,
            method="chat.postMessage",
            payload=payload,
            now=self._context.clock.now(),
        )

    async def _edit(self, uow: UnitOfWork, task: Task, key: str, post: Post) -> None:
        """Queue an edit of the post `key`; an edit still queued gets the newer content."""
        now = self._context.clock.now()
        payload = post.payload()
        added = await uow.outbox.add(
            workspace_id=task.workspace_id,
            channel_id=task.channel_id,
            task_id=task.id,
            key=f"{key}:edit",
            method="chat.update",
            target_key=key,
            payload=payload,
            now=now,
        )
        if not added:
            await uow.outbox.replace(task.workspace_id, f"{key}:edit", payload=payload, now=now)

    async def _react(self, uow: UnitOfWork, task: Task, ts: str, name: str) -> None:
        await uow.outbox.add(
            workspace_id=task.workspace_id,
            channel_id=task.channel_id,
            task_id=task.id,
            key=f"reaction:{task.channel_id}:{ts}:{name}",
            method="reactions.add",
            payload={"timestamp": ts, "name": name},
            now=self._context.clock.now(),
        )


def _card_key(task: Task) -> str:
    return f"task:{task.id}:r{task.round}:card"


def _decision_key(decision: Decision) -> str:
    return f"decision:{decision.id}:{decision.revision}"
