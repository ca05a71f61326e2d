"""Turns facts into outbox rows: one card edited in place, one post per voice, nothing twice."""

from collections.abc import Callable
from datetime import timedelta
from functools import singledispatchmethod
from typing import Any

from bot.domain.events import (
    AssignmentEnded,
    AttachmentRefused,
    BoardMoved,
    BudgetNearing,
    DecisionCameUp,
    DecisionMoved,
    DecisionProposed,
    FollowUpTaken,
    PostsQueued,
    TaskAccepted,
    TaskAnswered,
    TaskEnded,
    TaskEvent,
    TaskSynthesised,
    TaskThanked,
)
from bot.domain.lanes import POST
from bot.domain.roots import is_provisional
from bot.errors import Bug
from bot.services import citations, cost_warnings, decision_news, signs, sprint_news, task_views
from bot.services.boards import show_board
from bot.services.context import Context
from bot.services.decision_views import decision_key
from bot.services.sessions import show_session
from bot.services.signs import SEEN, THANKED
from bot.services.slack_render import CARD, WORK, card_key, card_payload, work_key
from bot.services.steps import settle_decision, settle_task
from bot.services.task_report import task_report
from bot.slack.cards import (
    answer_post,
    synthesis_post,
    text_post,
    wish_post,
)
from bot.slack.cards.citation import citing
from bot.slack.post import Post
from bot.slack.text import escape
from storage.models import Task
from storage.uow import UnitOfWork

SIGN = timedelta(seconds=30)
"""Ours: 👀 that would come later than this, and after the answer, says nothing any more. Slack
takes 50 reactions a minute, so in a burst they would come for a quarter of an hour."""


class SlackNews:
    """An Announcer that writes outbox rows; `wake` rouses the delivery after each.

    It runs in transactions that hold locks: what changes often is only marked here and rendered
    when it is sent. What a later round would overwrite is rendered at once.
    """

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
        if not isinstance(event, PostsQueued):
            await self._queue(event, uow)
        uow.after_commit(self._wake)

    async def _queue(self, event: TaskEvent, uow: UnitOfWork) -> None:
        if isinstance(event, BoardMoved):
            await show_board(self._context, uow, event)
        elif isinstance(event, DecisionCameUp):
            await decision_news.say_due(self._context, uow, event)
        elif isinstance(event, (DecisionProposed, DecisionMoved)) and not event.task_id:
            decision = await uow.decisions.get(event.decision_id)
            await decision_news.show_recorded(self._context, uow, decision)
            await settle_decision(uow, decision, now=self._context.clock.now())
        else:
            # Whoever announces has the task at hand already: this asks the database for nothing.
            task = await uow.session.get_one(Task, event.task_id)
            await self._show(event, uow, task)
            now = self._context.clock.now()
            await show_session(uow, task, now=now)
            if isinstance(event, TaskEnded):
                await settle_task(uow, task, now=now)
                await sprint_news.refresh(self._context, uow, task)
                await uow.outbox.drop_signs(task.id, name=SEEN, before=now - SIGN, now=now)
                await signs.show_end(self._context, uow, task)

    @singledispatchmethod
    async def _show(self, event: TaskEvent, uow: UnitOfWork, task: Task) -> None:
        """All other facts show on the card only."""
        await self._card(uow, task)

    @_show.register
    async def _(self, event: TaskAccepted, uow: UnitOfWork, task: Task) -> None:
        thread = await uow.threads.get(task.thread_id)
        if is_provisional(thread.root_ts):
            # Asked by a command: the wish is posted first, where others can see it.
            await self._post(uow, task, thread.root_ts, wish_post(task.requester_id, task.text))
        await self._react(uow, task, task.read_ts, SEEN)

    @_show.register
    async def _(self, event: FollowUpTaken, uow: UnitOfWork, task: Task) -> None:
        await self._react(uow, task, event.ts, SEEN)

    @_show.register
    async def _(self, event: AttachmentRefused, uow: UnitOfWork, task: Task) -> None:
        key = f"attachment:{event.attachment_id}"
        await self._post(uow, task, key, text_post(escape(event.sentence)))

    @_show.register
    async def _(self, event: BudgetNearing, uow: UnitOfWork, task: Task) -> None:
        await cost_warnings.tell(self._context, uow, event, task)

    @_show.register
    async def _(self, event: TaskThanked, uow: UnitOfWork, task: Task) -> None:
        await self._react(uow, task, event.ts, THANKED)

    @_show.register
    async def _(self, event: TaskAnswered, uow: UnitOfWork, task: Task) -> None:
        post = answer_post(
            task.answer or "",
            voice=task_views.lead_voice(self._context),
            footer=task_views.usage_line(self._context, await task_report(uow, task.id)),
            task_id=task.id,
            round_number=task.round,
        )
        await uow.outbox.add(
            **_place(task),
            key=f"task:{task.id}:r{task.round}:answer",
            method=POST,
            payload=citing(post.payload(), await citations.of_answer(uow, task)),
            now=self._context.clock.now(),
        )

    @_show.register
    async def _(self, event: TaskEnded, uow: UnitOfWork, task: Task) -> None:
        # A direct answer or a nod needs no card, unless one already says that the task waits.
        report = await task_report(uow, task.id)
        key = card_key(task.id, task.round)
        shown = report.plan_row is not None or bool(task.state_reason)
        if shown or await uow.outbox.by_key(task.workspace_id, key) is not None:
            # Whole, as the task's row will tell of the next round when one begins.
            await self._say(uow, task, key, payload=card_payload(self._context, report))

    @_show.register
    async def _(self, event: AssignmentEnded, uow: UnitOfWork, task: Task) -> None:
        await uow.outbox.post(
            **_place(task),
            key=work_key(task.id, task.round, event.key),
            payload={},
            view=WORK,
            now=self._context.clock.now(),
        )
        await self._card(uow, task)

    @_show.register
    async def _(self, event: TaskSynthesised, uow: UnitOfWork, task: Task) -> None:
        report = await task_report(uow, task.id)
        view = task_views.synthesis_post_view(self._context, report)
        if view is not None:
            key = f"task:{task.id}:r{task.round}:synthesis"
            await self._post(uow, task, key, synthesis_post(view))

    @_show.register
    async def _(self, event: DecisionProposed, uow: UnitOfWork, task: Task) -> None:
        decision = await uow.decisions.get(event.decision_id)
        post = await decision_news.card_of(self._context, uow, decision)
        await self._post(uow, task, decision_key(decision.id, decision.revision), post)

    @_show.register
    async def _(self, event: DecisionMoved, uow: UnitOfWork, task: Task) -> None:
        decision = await uow.decisions.get(event.decision_id)
        post = await decision_news.card_of(self._context, uow, decision)
        key = decision_key(decision.id, decision.revision)
        await self._say(uow, task, key, payload=post.payload())

    async def _card(self, uow: UnitOfWork, task: Task) -> None:
        """Say that the round's card shows something old."""
        await self._say(uow, task, card_key(task.id, task.round), view=CARD)

    async def _say(
        self,
        uow: UnitOfWork,
        task: Task,
        key: str,
        *,
        payload: dict[str, Any] | None = None,
        view: str | None = None,
    ) -> None:
        """Let the message `key` show this from now on."""
        now = self._context.clock.now()
        await uow.outbox.show(**_place(task), key=key, payload=payload or {}, view=view, now=now)

    async def _post(self, uow: UnitOfWork, task: Task, key: str, post: Post) -> None:
        """Post once; the delivery knows the task's thread."""
        await uow.outbox.add(
            **_place(task),
            key=key,
            method=POST,
            payload=post.payload(),
            now=self._context.clock.now(),
        )

    async def _react(self, uow: UnitOfWork, task: Task, ts: str, name: str) -> None:
        thread = await uow.threads.get(task.thread_id)
        # The message that starts the thread may still be on its way, then it has no ts yet.
        root = thread.root_ts if is_provisional(thread.root_ts) and ts == task.read_ts else None
        await uow.outbox.add(
            **_place(task),
            key=signs.sign_key(task.channel_id, ts, name),
            method=signs.ADD,
            target_key=root,
            payload={"timestamp": ts, "name": name},
            now=self._context.clock.now(),
        )


def _place(task: Task) -> dict[str, Any]:
    return {
        "workspace_id": task.workspace_id,
        "channel_id": task.channel_id,
        "task_id": task.id,
    }
