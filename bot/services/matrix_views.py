"""Turns a matrix's rows into its card and its picture."""

from typing import Any

from bot.domain.matrix import Criterion, Result, Score, evaluate
from bot.domain.matrix.words import verdict
from bot.domain.roots import is_provisional, provisional
from bot.domain.task import OPEN, TaskState
from bot.services.context import Context
from bot.slack.cards import MatrixCard, matrix_card
from bot.slack.charts import SKETCH, Sketch, sketch_stacked
from bot.slack.text import escape
from storage.models import Matrix, OutboxRow
from storage.uow import UnitOfWork


async def card_of(uow: UnitOfWork, matrix: Matrix) -> MatrixCard:
    """Return what the card shows; hidden scores are not even in it."""
    options = await uow.matrices.options(matrix.id)
    rows = await uow.matrices.scores(matrix.id)
    titles = {option.id: option.title for option in options}
    shown = rows if matrix.revealed_at is not None else ()
    task = await uow.tasks.of_thread(matrix.thread_id)
    decision = None
    if matrix.decision_id is not None:
        decision = await uow.decisions.get(matrix.decision_id)
    return MatrixCard(
        matrix_id=matrix.id,
        public_id=matrix.public_id,
        question=matrix.question,
        owner_id=matrix.owner_id,
        options=tuple(titles.values()),
        criteria=criteria_of(matrix),
        invited=tuple(matrix.invited),
        specialists=tuple(matrix.specialists),
        scorers=tuple(dict.fromkeys(row.scorer for row in rows)),
        specialists_asked=task is not None and task.state in {*OPEN, TaskState.DONE},
        revealed_at=matrix.revealed_at,
        revealed_by=matrix.revealed_by,
        scores=tuple(
            Score(
                option=titles[row.option_id],
                criterion=row.criterion,
                scorer=row.scorer,
                value=row.score,
                by_specialist=row.kind == "specialist",
                reason=row.reason,
                basis=row.basis,
            )
            for row in shown
        ),
        decision=decision.public_id if decision is not None else "",
    )


def criteria_of(matrix: Matrix) -> tuple[Criterion, ...]:
    """Return the criteria that the matrix was opened with."""
    return tuple(Criterion.model_validate(item) for item in matrix.criteria)


async def show(ctx: Context, uow: UnitOfWork, workspace_id: str, matrix_id: str) -> None:
    """Queue the card, or its edit; it is the first message of its thread."""
    matrix = await uow.matrices.get(workspace_id, matrix_id)
    await uow.outbox.show(
        workspace_id=workspace_id,
        channel_id=matrix.channel_id,
        key=provisional(matrix.id),
        payload=matrix_card(await card_of(uow, matrix)).payload(),
        now=ctx.clock.now(),
    )


async def draw(ctx: Context, uow: UnitOfWork, row: OutboxRow) -> dict[str, Any] | None:
    """Draw what each criterion adds to each option's total; nothing where there is no total."""
    matrix = await uow.matrices.get(row.workspace_id, row.key.split(":")[1])
    card = await card_of(uow, matrix)
    result = evaluate(card.options, card.criteria, card.scores)
    if not result.totals:
        return None
    chart = chart_of(f"{matrix.public_id}: points of 5", result)
    thread = await uow.threads.get(matrix.thread_id)
    place = {} if is_provisional(thread.root_ts) else {"thread_ts": thread.root_ts}
    return {
        SKETCH: chart.as_json(),
        "filename": "matrix.png",
        "initial_comment": escape(verdict(result)),
        **place,
    }


def chart_of(title: str, result: Result) -> Sketch:
    """Return one bar for each option, best first, in parts by criterion."""
    ranked = sorted(result.options, key=lambda option: -result.totals[option])
    whole = sum(item.weight for item in result.compared)
    parts = {
        item.name: [
            float(item.weight * (result.cells[option, item.name].mean or 0) / whole)
            for option in ranked
        ]
        for item in result.compared
    }
    return sketch_stacked(title, ranked, parts)
