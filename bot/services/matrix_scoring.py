"""Specialists score a matrix: one model call each, in a task of the card's thread."""

from collections.abc import Sequence

from bot.domain.matrix.opinion import NO_OPINION, CellOpinion, MatrixOpinion
from bot.domain.research import LibraryDocs
from bot.domain.task import ENDED
from bot.model.port import Reply, ScoreRequest
from bot.services import matrices, research, tasks
from bot.services.answering import begin_round, is_over
from bot.services.context import Context
from bot.services.matrix_views import criteria_of
from bot.services.model_step import Done, ModelStep, perform
from bot.services.reading import read_thread
from bot.slack.cards import text_post
from bot.slack.text import escape
from storage.models import Matrix, MatrixOption, Task
from storage.uow import UnitOfWork

PLAYBOOK = "offline playbook, by rule"


async def score_matrix(ctx: Context, task_id: str, *, run: str | None = None) -> None:
    """Have each chosen specialist score the task's matrix, then end the task; safe to run again.

    Raises what `perform` raises.
    """
    async with ctx.database.read() as uow:
        task = await uow.tasks.get(task_id)
        matrix = await uow.matrices.of_thread(task.thread_id)
    documents = await _documents(ctx, task, matrix, run=run) if matrix is not None else ()
    for specialist in matrix.specialists if matrix is not None else ():
        step = ScoreStep(ctx, specialist, documents=documents)
        await perform(ctx, task_id, step, run=run)
    async with ctx.database.begin() as uow:
        task = await uow.tasks.get(task_id, lock=True)
        if task.state not in ENDED and task.round == 1:
            begin_round(ctx, task)
            await read_thread(uow, task)
            name = matrix.public_id if matrix is not None else "a matrix"
            task.title = task.title or f"Specialists score {name}"
            await tasks.finish(ctx, uow, task)


async def _documents(
    ctx: Context, task: Task, matrix: Matrix, *, run: str | None
) -> tuple[LibraryDocs, ...]:
    """Look the options up where a server has documentation, and say in the thread what was found.

    A revealed matrix takes no scores: nothing is looked up for it.
    """
    if not matrix.specialists or matrix.revealed_at is not None or task.state in ENDED:
        return ()
    async with ctx.database.read() as uow:
        options = [option.title for option in await uow.matrices.options(matrix.id)]
    found = await research.look_up(ctx, task.id, options, matrix.question, run=run)
    if found:
        async with ctx.database.begin() as uow:
            await uow.outbox.post(
                workspace_id=task.workspace_id,
                channel_id=task.channel_id,
                key=f"task:{task.id}:r{task.round}:research",
                task_id=task.id,
                payload=text_post(_looked_up(found, options)).payload(),
                now=ctx.clock.now(),
            )
    return found


def _looked_up(found: Sequence[LibraryDocs], options: Sequence[str]) -> str:
    """Return one line: what was looked up where, and what nothing was found on."""
    there = ", ".join(f"{escape(one.option)} ({escape(one.source)})" for one in found)
    without = [option for option in options if option not in {one.option for one in found}]
    rest = f" Nothing was found on {escape(', '.join(without))}." if without else ""
    return f"Looked up before scoring: {there}.{rest}"


class ScoreStep(ModelStep[MatrixOpinion, None]):
    """One specialist's call."""

    def __init__(
        self, ctx: Context, specialist: str, *, documents: tuple[LibraryDocs, ...] = ()
    ) -> None:
        self.name = f"score:{specialist}"
        self._documents = documents
        self._ctx = ctx
        self._specialist = specialist
        self._round = 0

    async def begin(self, uow: UnitOfWork, task: Task) -> ScoreRequest | Done[None]:
        """Ask about what is still hidden; a revealed matrix takes no scores."""
        self._round = task.round
        matrix = await uow.matrices.of_thread(task.thread_id)
        if task.state in ENDED or matrix is None or matrix.revealed_at is not None:
            return Done(None)
        begin_round(self._ctx, task)
        return ScoreRequest(
            text=task.text,
            specialist=self._specialist,
            options=tuple(option.title for option in await uow.matrices.options(matrix.id)),
            criteria=criteria_of(matrix),
            documents=self._documents,
        )

    async def end(self, uow: UnitOfWork, task: Task, reply: Reply[MatrixOpinion]) -> None:
        """Store the scores; cells that the reply left out count as no opinion."""
        found = await uow.matrices.of_thread(task.thread_id)
        if found is None or is_over(task, self._round):
            return
        matrix = await uow.matrices.get(found.workspace_id, found.id, lock=True)
        if matrix.revealed_at is not None:
            return
        options = await uow.matrices.options(matrix.id)
        said = {(cell.option, cell.criterion): cell for cell in reply.value.cells}
        basis = PLAYBOOK if reply.model == "offline" else reply.model
        rows = [
            self._row(matrix, option, item["name"], said.get((option.title, item["name"])), basis)
            for option in options
            for item in matrix.criteria
        ]
        await uow.matrices.put(matrix.id, rows)
        await matrices.settle(self._ctx, uow, matrix)

    def _row(
        self,
        matrix: Matrix,
        option: MatrixOption,
        criterion: str,
        cell: CellOpinion | None,
        basis: str,
    ) -> dict[str, object]:
        return {
            "option_id": option.id,
            "criterion": criterion,
            "scorer": self._specialist,
            "workspace_id": matrix.workspace_id,
            "kind": "specialist",
            "score": cell.score if cell is not None else None,
            "reason": cell.reason if cell is not None else NO_OPINION,
            "basis": basis,
            "scored_at": self._ctx.clock.now(),
        }
