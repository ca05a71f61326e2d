"""What needs no team: a nod to thanks, and a direct answer to a question."""

from bot.domain.events import TaskAnswered, TaskThanked
from bot.domain.output import Answer
from bot.domain.task import ENDED, TaskState
from bot.model.port import AnswerRequest, Model, Reply
from bot.services import tasks
from bot.services.context import Context
from bot.services.model_step import Done, ModelStep
from bot.services.reading import read_thread
from storage.models import Task
from storage.uow import UnitOfWork


def begin_round(ctx: Context, task: Task) -> None:
    """Note that work on the task's present round has begun."""
    if task.state is TaskState.ACCEPTED:
        task.state = TaskState.PLANNING
    if task.started_at is None:
        task.started_at = ctx.clock.now()


def is_over(task: Task, round_number: int) -> bool:
    """Whether a round has ended meanwhile, be it that a next one was opened."""
    return task.state in ENDED or task.round != round_number


def short(text: str) -> str:
    """Return a text's beginning as a title of at most 50 characters."""
    line = " ".join(text.split())
    return line if len(line) <= 50 else line[:49].rsplit(" ", 1)[0] + "…"


async def thank(ctx: Context, task_id: str, *, round_number: int) -> None:
    """Nod to a message that asks for nothing, and end the round."""
    async with ctx.database.begin() as uow:
        task = await uow.tasks.get(task_id, lock=True)
        if is_over(task, round_number):
            return
        begin_round(ctx, task)
        await read_thread(uow, task)
        task.answer = task.answer or "👍"
        task.title = task.title or short(task.text)
        await uow.session.flush()
        await ctx.announcer.announce(uow, TaskThanked(task.id, ts=task.read_ts))
        await tasks.finish(ctx, uow, task)


async def answer(ctx: Context, uow: UnitOfWork, task: Task, text: str, *, title: str) -> None:
    """Store a direct answer and end the round."""
    task.answer = text
    task.title = task.title or title
    await uow.session.flush()
    await ctx.announcer.announce(uow, TaskAnswered(task.id))
    await tasks.finish(ctx, uow, task)


class AnswerStep(ModelStep[Answer, None]):
    """One call that answers `text`; `records` is what our own tables say on it."""

    name = "answer"

    def __init__(self, ctx: Context, text: str, *, records: str, offline: bool) -> None:
        self._ctx = ctx
        self._text = text
        self._records = records
        self._offline = offline
        self._round = 0

    def model(self, ctx: Context, task: Task) -> Model:
        """What the program can answer by itself needs no paid model."""
        return ctx.models.offline if self._offline else ctx.models.of(task)

    async def begin(self, uow: UnitOfWork, task: Task) -> AnswerRequest | Done[None]:
        """Read the thread."""
        self._round = task.round
        if task.state in ENDED:
            return Done(None)
        begin_round(self._ctx, task)
        said = await read_thread(uow, task)
        return AnswerRequest(text=self._text, said=said, records=self._records)

    async def end(self, uow: UnitOfWork, task: Task, reply: Reply[Answer]) -> None:
        """Store the answer."""
        if not is_over(task, self._round):
            title = short(self._text)
            await answer(self._ctx, uow, task, reply.value.text, title=title)
