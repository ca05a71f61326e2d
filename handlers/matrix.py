"""A technology matrix in Slack: its form, scores given in secret, the reveal, the proposal."""

from collections.abc import Callable
from typing import Any, TypeVar

from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.matrix import parse_criteria, parse_options
from bot.domain.task import TaskState
from bot.errors import UserFacingError
from bot.services import access, matrices, matrix_views, tasks
from bot.services.matrices import Given, NewMatrix
from bot.services.wishes import Wish
from bot.slack.cards import matrix_details_modal, score_modal
from bot.slack.payloads import ChannelAction, MatrixAction
from handlers.desk import Desk
from handlers.interaction import Click, Interaction, Submission, clicked, submitted
from handlers.privacy import is_private
from handlers.reach import whisper
from handlers.triggers import before_replies
from storage.models import Matrix

Json = dict[str, Any]
T = TypeVar("T")


class MatrixActions:
    """Whoever may ask in the matrix's channel may take part; who is invited is checked as well."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def register(self, app: AsyncApp) -> None:
        """Say which buttons and modals come here."""
        app.view("matrix.new")(submitted(self.opened))
        app.action("matrix.score")(clicked(self.ask_scores))
        app.view("matrix.scored")(submitted(self.scored))
        app.action("matrix.reveal")(clicked(self.reveal))
        app.action("matrix.ask")(clicked(self.ask_specialists))
        app.action("matrix.details")(clicked(self.details))
        app.action("matrix.propose")(clicked(self.propose))

    async def opened(self, sent: Submission) -> None:
        """Open the matrix that the form describes, and ask the chosen specialists."""
        place = ChannelAction.read(sent.metadata)
        values, workspace = sent.values, sent.workspace
        await self._require(workspace, place.channel_id, sent)
        errors: dict[str, str] = {}
        options = _read(parse_options, values, "options", errors)
        criteria = _read(parse_criteria, values, "criteria", errors)
        if not _typed(values, "question"):
            errors["question"] = "Say what is to be chosen."
        if errors:
            await sent.refuse(errors)
            return
        key = sent.key
        matrix = await matrices.open_matrix(
            self._desk.ctx,
            NewMatrix(
                workspace_id=workspace,
                channel_id=place.channel_id,
                owner_id=sent.user,
                question=_typed(values, "question"),
                options=options or (),
                criteria=criteria or (),
                invited=values["invited"]["users"].get("selected_users") or (),
                specialists=[
                    str(option["value"])
                    for option in values["specialists"]["choices"].get("selected_options") or ()
                ],
                key=key,
                is_private=await is_private(self._desk, sent.client, workspace, place.channel_id),
            ),
        )
        await sent.ack()
        if matrix is None or not matrix.specialists:
            return
        try:
            await self._ask(matrix, sent, key=f"{key}:specialists")
        except UserFacingError as refused:
            # Not in the form: it is sent, and sent again it would open a second matrix.
            await whisper(sent.client, matrix.channel_id, matrix.owner_id, refused.sentence())

    async def ask_scores(self, click: Click) -> None:
        """Open the form for one's own scores, with those given before."""
        await click.ack()
        matrix = await self._find(click)
        user = click.user
        matrices.check_may_score(matrix, user)
        async with self._desk.ctx.database.read() as uow:
            card = await matrix_views.card_of(uow, matrix)
            options = await uow.matrices.options(matrix.id)
            mine = await uow.matrices.scores(matrix.id, scorer=user)
        view = score_modal(
            card,
            [(option.id, option.title) for option in options],
            mine={(r.option_id, r.criterion): r.score for r in mine if r.score is not None},
            reasons={row.option_id: row.reason for row in mine},
        )
        await click.open(view)

    async def scored(self, sent: Submission) -> None:
        """Store one person's scores; nobody else sees them before the reveal."""
        payload = MatrixAction.read(sent.metadata)
        matrix = await self._matrix(payload, sent)
        values, user = sent.values, sent.user
        async with self._desk.ctx.database.read() as uow:
            options = await uow.matrices.options(matrix.id)
        scores, reasons = {}, {}
        for number, option in enumerate(options):
            reasons[option.id] = _typed(values, f"r{number}")
            for at, item in enumerate(matrix.criteria):
                chosen = values[f"s{number}.{at}"]["choice"].get("selected_option")
                if chosen:
                    scores[option.id, item["name"]] = int(chosen["value"])
        given = Given(scores=scores, reasons=reasons)
        await matrices.give_scores(self._desk.ctx, matrix, given, by=user, receipt=sent.key)
        await sent.ack()

    async def reveal(self, click: Click) -> None:
        """Show all scores; the owner can, and whoever may change settings there."""
        await click.ack()
        matrix = await self._find(click)
        by, receipt = click.user, click.key
        may = by == matrix.owner_id or await self._may_configure(matrix, by, click.client)
        await matrices.reveal(self._desk.ctx, matrix, by=by, receipt=receipt, may_configure=may)

    async def ask_specialists(self, click: Click) -> None:
        """Have the chosen specialists score, where that was not begun."""
        await click.ack()
        matrix = await self._find(click)
        await self._ask(matrix, click, key=click.key)

    async def details(self, click: Click) -> None:
        """Show every score with who gave it and why, once revealed."""
        await click.ack()
        matrix = await self._find(click)
        async with self._desk.ctx.database.read() as uow:
            card = await matrix_views.card_of(uow, matrix)
        view = matrix_details_modal(card)
        await click.open(view)

    async def propose(self, click: Click) -> None:
        """Make the outcome a decision proposal."""
        await click.ack()
        matrix = await self._find(click)
        by, receipt = click.user, click.key
        await matrices.propose(self._desk.ctx, matrix, by=by, receipt=receipt)

    async def _ask(self, matrix: Matrix, who: Interaction, *, key: str) -> None:
        """Start the task in which specialists score, or take up one that failed."""
        ctx = self._desk.ctx
        async with ctx.database.read() as uow:
            thread = await uow.threads.get(matrix.thread_id)
            task = await uow.tasks.of_thread(matrix.thread_id)
        if task is not None:
            if task.state not in (TaskState.FAILED, TaskState.STOPPED):
                raise UserFacingError("The specialists were asked already.")
            by = who.user
            await self._desk.start(await tasks.resume(ctx, task.id, by=by, receipt=key))
            return
        wish = Wish(
            workspace_id=matrix.workspace_id,
            channel_id=matrix.channel_id,
            user_id=who.user,
            text=matrix.question,
            ts=before_replies(ctx.clock),
            root_ts=thread.root_ts,
            # The same from the form and from the button: two presses at once ask once.
            key=f"matrix:{matrix.id}:specialists",
            mode="matrix",
            is_private=await is_private(
                self._desk, who.client, matrix.workspace_id, matrix.channel_id
            ),
        )
        await self._desk.take_in(wish, client=who.client, receipt=key)

    async def _may_configure(self, matrix: Matrix, user: str, client: AsyncWebClient) -> bool:
        found = await access.verdict(
            self._desk.ctx,
            self._desk.directory(client, matrix.workspace_id),
            "configure",
            workspace_id=matrix.workspace_id,
            user_id=user,
            channel_id=matrix.channel_id,
        )
        return found.allowed

    async def _find(self, click: Click) -> Matrix:
        return await self._matrix(MatrixAction.read(click.value), click)

    async def _matrix(self, payload: MatrixAction, by: Interaction) -> Matrix:
        """Return the matrix of a button, if the person may take part where it lives."""
        workspace = by.workspace
        async with self._desk.ctx.database.read() as uow:
            matrix = await uow.matrices.get(workspace, payload.matrix_id)
        await self._require(workspace, matrix.channel_id, by)
        return matrix

    async def _require(self, workspace: str, channel: str, by: Interaction) -> None:
        await self._desk.allow(by, "ask", channel)


def _read(parse: Callable[[str], T], values: Json, block: str, errors: dict[str, str]) -> T | None:
    """Return what a field says; what is wrong with it goes to the field."""
    try:
        return parse(_typed(values, block))
    except UserFacingError as refused:
        errors[block] = refused.sentence()
        return None


def _typed(values: Json, block: str) -> str:
    return str(values[block]["text"].get("value") or "").strip()
