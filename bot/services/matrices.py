"""Technology matrices: opened, scored in secret, revealed, made a decision proposal."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.domain.events import BoardMoved
from bot.domain.matrix import Criterion
from bot.domain.roots import provisional
from bot.errors import NotAllowed, UserFacingError
from bot.services.context import Context
from bot.services.matrix_outcome import outcome
from bot.services.receipts import is_first
from bot.services.recording import store
from storage.models import Decision, Matrix, MatrixOption, new_id
from storage.uow import UnitOfWork

CHART = "matrix_chart"
"""The outbox's name for the picture: it is drawn when it is sent."""


@dataclass(frozen=True)
class NewMatrix:
    """What a person wants compared; `key` names the act, so that its second delivery opens none."""

    workspace_id: str
    channel_id: str
    owner_id: str
    question: str
    options: Sequence[str]
    criteria: Sequence[Criterion]
    invited: Sequence[str]
    specialists: Sequence[str]
    key: str
    is_private: bool


async def open_matrix(ctx: Context, wanted: NewMatrix) -> Matrix | None:
    """Store a matrix and show its card; None when this act opened it before.

    Raises UserFacingError for a question of no words.
    """
    question = " ".join(wanted.question.split())
    if not question:
        raise UserFacingError("Say what is to be chosen.", hint="E.g. `Which message broker?`")
    now = ctx.clock.now()
    async with ctx.database.begin() as uow:
        if not await is_first(uow, wanted, wanted.key, now=now):
            return None
        matrix_id = new_id()
        thread = await uow.threads.ensure(
            wanted.workspace_id, wanted.channel_id, provisional(matrix_id), now=now
        )
        matrix = Matrix(
            id=matrix_id,
            workspace_id=wanted.workspace_id,
            channel_id=wanted.channel_id,
            thread_id=thread.id,
            number=await uow.numbers.next(Matrix, wanted.workspace_id),
            question=question,
            criteria=[item.model_dump() for item in wanted.criteria],
            owner_id=wanted.owner_id,
            invited=list(dict.fromkeys(wanted.invited)),
            specialists=[name for name in wanted.specialists if name in ctx.team.specialists],
            created_at=now,
            updated_at=now,
        )
        options = [
            MatrixOption(
                workspace_id=matrix.workspace_id, matrix_id=matrix_id, position=at, title=title
            )
            for at, title in enumerate(wanted.options)
        ]
        await uow.matrices.add(matrix, options)
        await _note(uow, matrix, wanted.owner_id, "matrix.open", now=now)
        await announce(ctx, uow, matrix)
    return matrix


@dataclass(frozen=True)
class Given:
    """One person's scores: by (option id, criterion), with a reason by option id."""

    scores: Mapping[tuple[str, str], int]
    reasons: Mapping[str, str]


async def give_scores(
    ctx: Context, matrix: Matrix, given: Given, *, by: str, receipt: str
) -> Matrix:
    """Store a person's scores in place of their earlier ones; the last invited one reveals all.

    Raises UserFacingError for no score at all or a revealed matrix, NotAllowed for the uninvited.
    """
    if not given.scores:
        raise UserFacingError("Score at least one cell.", hint="What you do not know, leave empty.")
    now = ctx.clock.now()
    async with ctx.database.begin() as uow:
        matrix = await uow.matrices.get(matrix.workspace_id, matrix.id, lock=True)
        check_may_score(matrix, by)
        if not await uow.receipts.is_new(matrix.workspace_id, receipt, now=now):
            return matrix
        rows = [
            {
                "option_id": option.id,
                "criterion": item["name"],
                "scorer": by,
                "workspace_id": matrix.workspace_id,
                "kind": "person",
                "score": given.scores.get((option.id, item["name"])),
                "reason": given.reasons.get(option.id, "").strip(),
                "basis": "",
                "scored_at": now,
            }
            for option in await uow.matrices.options(matrix.id)
            for item in matrix.criteria
        ]
        await uow.matrices.put(matrix.id, rows)
        await settle(ctx, uow, matrix)
    return matrix


def check_may_score(matrix: Matrix, user_id: str) -> None:
    """Raise UserFacingError when it is revealed, NotAllowed when others were invited."""
    if matrix.revealed_at is not None:
        raise UserFacingError(
            f"{matrix.public_id} is revealed; its scores are closed.",
            hint="Open a new one with `/lead matrix`.",
        )
    if matrix.invited and user_id not in matrix.invited:
        raise NotAllowed(f"You are not among those who score {matrix.public_id}.")


async def settle(ctx: Context, uow: UnitOfWork, matrix: Matrix) -> None:
    """After new scores: reveal when all who were asked have scored, and show the card anew."""
    scored = {row.scorer for row in await uow.matrices.scores(matrix.id)}
    asked = {*matrix.invited, *matrix.specialists}
    if matrix.invited and asked <= scored:
        await _reveal(ctx, uow, matrix, by=None)
    await announce(ctx, uow, matrix)


async def reveal(
    ctx: Context, matrix: Matrix, *, by: str, receipt: str, may_configure: bool = False
) -> Matrix:
    """Show all scores to all; raises NotAllowed for others than the owner.

    Who `may_configure` the channel may as well, e.g. when the owner is away: the audit log says so.
    """
    async with ctx.database.begin() as uow:
        matrix = await uow.matrices.get(matrix.workspace_id, matrix.id, lock=True)
        now = ctx.clock.now()
        if by != matrix.owner_id and not may_configure:
            raise NotAllowed(
                f"Only <@{matrix.owner_id}> can reveal {matrix.public_id}.",
                hint="So can whoever may change settings here.",
            )
        if not await uow.receipts.is_new(matrix.workspace_id, receipt, now=now):
            return matrix
        if matrix.revealed_at is not None:
            raise UserFacingError(f"{matrix.public_id} is revealed already.")
        if not await uow.matrices.scores(matrix.id):
            raise UserFacingError("Nobody has scored yet.", hint="Score first, then reveal.")
        await _reveal(ctx, uow, matrix, by=by)
        await announce(ctx, uow, matrix)
    return matrix


async def _reveal(ctx: Context, uow: UnitOfWork, matrix: Matrix, *, by: str | None) -> None:
    now = ctx.clock.now()
    matrix.revealed_at, matrix.revealed_by, matrix.updated_at = now, by, now
    await uow.session.flush()
    details = {"owner": matrix.owner_id} if by not in (None, matrix.owner_id) else {}
    await _note(uow, matrix, by or matrix.owner_id, "matrix.reveal", now=now, details=details)
    await uow.outbox.add(
        workspace_id=matrix.workspace_id,
        channel_id=matrix.channel_id,
        key=f"matrix:{matrix.id}:chart",
        method="files.upload",
        payload={},
        view=CHART,
        now=now,
    )


async def announce(ctx: Context, uow: UnitOfWork, matrix: Matrix) -> None:
    """Let the card show how things stand."""
    await uow.session.flush()
    await ctx.announcer.announce(uow, BoardMoved.of("matrix", matrix))


async def _note(
    uow: UnitOfWork,
    matrix: Matrix,
    by: str,
    action: str,
    *,
    now: datetime,
    details: Mapping[str, str] | None = None,
) -> None:
    await uow.audit.add(
        matrix.workspace_id,
        by,
        action=action,
        noun="matrix",
        noun_id=matrix.id,
        at=now,
        details=dict(details or {}),
    )


async def propose(ctx: Context, matrix: Matrix, *, by: str, receipt: str) -> Decision:
    """Make the outcome a decision proposal in the card's thread, once.

    Raises UserFacingError when there is no outcome or it was proposed before.
    """
    async with ctx.database.begin() as uow:
        matrix = await uow.matrices.get(matrix.workspace_id, matrix.id, lock=True)
        if matrix.decision_id is not None:
            known = await uow.decisions.get(matrix.decision_id)
            if await uow.receipts.is_new(matrix.workspace_id, receipt, now=ctx.clock.now()):
                raise UserFacingError(f"It is proposed already: {known.public_id}.")
            return known
        thread = await uow.threads.get(matrix.thread_id)
        wanted = await outcome(uow, matrix, root_ts=thread.root_ts, by=by, key=receipt)
        await uow.receipts.is_new(matrix.workspace_id, receipt, now=ctx.clock.now())
        decision = await store(ctx, uow, wanted)
        matrix.decision_id, matrix.updated_at = decision.id, ctx.clock.now()
        await announce(ctx, uow, matrix)
    return decision
