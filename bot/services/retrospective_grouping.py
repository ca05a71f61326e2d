"""Topics as a model sees them: asked for when the sorting begins, which never waits for it.

The cards are grouped by rule at once. Where a paid model works, a small task in the thread asks it
once; its topics take the place of the rules' as long as nobody has sorted by hand.
"""

from bot.domain.retrospective import Card, Phase, Topics, group, sound
from bot.domain.task import ENDED
from bot.errors import BudgetSpent, ModelFailed
from bot.model.assessment_port import RetroGroupRequest
from bot.model.port import Reply
from bot.services import retrospective_news, tasks
from bot.services.answering import begin_round, is_over
from bot.services.context import Context
from bot.services.model_step import Done, ModelStep, perform
from bot.services.retrospectives import arrange
from bot.slack.text import count
from storage.models import Retrospective, Task
from storage.uow import UnitOfWork


async def group_cards(ctx: Context, task_id: str, *, run: str | None = None) -> None:
    """Ask for topics and end the task; safe to run again. Raises Superseded or TaskStopped."""
    try:
        await perform(ctx, task_id, GroupStep(ctx), run=run)
    except (BudgetSpent, ModelFailed) as failed:
        async with ctx.database.begin() as uow:
            task = await uow.tasks.get(task_id, lock=True)
            if task.state not in ENDED and task.workflow_id == (run or task.workflow_id):
                task.answer = f"The rules' topics stand: {failed}"
                await tasks.finish(ctx, uow, task)


class GroupStep(ModelStep[Topics, None]):
    """The one call of such a task."""

    name = "topics"

    def __init__(self, ctx: Context) -> None:
        self._ctx = ctx
        self._round = 0

    async def begin(self, uow: UnitOfWork, task: Task) -> RetroGroupRequest | Done[None]:
        """Hand over the cards, as data; not any more once somebody sorted them."""
        self._round = task.round
        if task.state in ENDED:
            return Done(None)
        begin_round(self._ctx, task)
        row = await self._row(uow, task)
        if row is None:
            await tasks.finish(self._ctx, uow, task)
            return Done(None)
        return RetroGroupRequest(
            text=task.text,
            columns=tuple(row.columns),
            cards=tuple((card.column, card.text) for card in await _cards(uow, row)),
        )

    async def end(self, uow: UnitOfWork, task: Task, reply: Reply[Topics]) -> None:
        """Put the cards into the model's topics, and end the task."""
        if is_over(task, self._round):
            return
        row = await self._row(uow, task)
        if row is not None:
            await arrange(uow, row, sound(reply.value, await _cards(uow, row)))
            await retrospective_news.refresh(self._ctx, uow, row)
        task.answer = f"{count(len(reply.value.topics), 'topic')} proposed."
        await uow.session.flush()
        await tasks.finish(self._ctx, uow, task)

    async def _row(self, uow: UnitOfWork, task: Task) -> Retrospective | None:
        """Return the task's retrospective, locked, while its topics are still the rules'."""
        thread = await uow.threads.get(task.thread_id)
        found = await uow.retrospectives.by_root(task.workspace_id, task.channel_id, thread.root_ts)
        if found is None:
            return None
        row = await uow.retrospectives.get(found.workspace_id, found.id, lock=True)
        if row.state != Phase.GROUP:
            return None
        cards = await uow.retrospective_rows.cards(row.id)
        groups = await uow.retrospective_rows.groups(row.id)
        held = {
            (item.title, frozenset(card.id for card in cards if card.group_id == item.id))
            for item in groups
        }
        by_rule = {
            (topic.title, frozenset(topic.card_ids)) for topic in group(await _cards(uow, row))
        }
        return row if held == by_rule else None


async def _cards(uow: UnitOfWork, row: Retrospective) -> list[Card]:
    cards = await uow.retrospective_rows.cards(row.id)
    return [Card(card.id, card.position, card.text) for card in cards]
