"""Turns the rows of quality gates into what Slack shows."""

from datetime import date

from bot.domain.quality_gate import Check
from bot.domain.quality_gate.words import Subject
from bot.services.context import Context
from bot.services.quality_gate_places import told_in
from bot.services.quality_gate_rules import whose_from
from bot.services.quality_gates import name_of
from bot.services.service_graph import Place
from bot.slack.cards.quality_gate import GateLine, GatePage, WaiverLine
from bot.slack.payloads import WaiverForm
from storage.models import QualityGate, Waiver
from storage.repositories.quality_gates import Whose
from storage.uow import UnitOfWork

_HISTORY = 15


async def lines(
    ctx: Context, workspace_id: str, *, seen_from: str
) -> tuple[list[GateLine], list[WaiverLine]]:
    """Return the last results and the open waivers that may be seen from a channel."""
    today = ctx.clock.now().date()
    async with ctx.database.read() as uow:
        rows = await uow.quality_gates.latest(workspace_id, seen_from=seen_from)
        waivers = await uow.quality_gates.open_waivers(
            workspace_id, seen_from=seen_from, today=today
        )
        shown = [await _line(uow, row) for row in rows]
        return shown, [await _waiver(uow, row) for row in waivers]


async def page(ctx: Context, place: Place, subject: Subject) -> GatePage:
    """Return all of one gate; raises NotFound for no such service or repository."""
    today = ctx.clock.now().date()
    async with ctx.database.read() as uow:
        whose, name = await whose_from(uow, place, subject)
        last = await _last(uow, whose)
        history = await uow.quality_gates.history(_of(whose, last), limit=_HISTORY)
        waivers = await uow.quality_gates.waivers(_of(whose, last))
        if place.channel_id and await uow.channels.is_shared(place.workspace_id, place.channel_id):
            waivers = [row for row in waivers if row.scope]  # what everybody's say is ours
        told = await uow.quality_gates.place(whose)
        rules = [row for row in await uow.quality_gates.rules(whose) if row.service == whose.service
                 and row.repository == whose.repository and row.scope == whose.scope]  # fmt: skip
        return GatePage(
            name=name,
            form=WaiverForm(
                channel_id=place.channel_id, service=subject.service, repository=subject.repository
            ),
            last=await _line(uow, last) if last is not None else None,
            commit=last.commit if last is not None else "",
            history=tuple(row.state for row in history),
            limits=tuple((Check(row.check_name), row.value) for row in rules),
            waivers=tuple([await _waiver(uow, row) for row in waivers if row.until >= today]),
            ended=tuple([await _waiver(uow, row) for row in waivers if _lately(row, today)][:5]),
            told_in=await told_in(uow, told, place),
        )


def _lately(row: Waiver, today: date) -> bool:
    return row.until < today


async def _last(uow: UnitOfWork, whose: Whose) -> QualityGate | None:
    """The last result of the main branch, else of any; of a service whatever its repository."""
    rows = [
        row
        for row in await uow.quality_gates.latest(whose.workspace_id, seen_from=whose.scope)
        if row.scope == whose.scope
        and row.service == whose.service
        and (whose.service or row.repository == whose.repository)
    ]
    return max(rows, key=lambda row: (row.is_main, row.at), default=None)


def _of(whose: Whose, row: QualityGate | None) -> Whose:
    return (
        Whose(whose.workspace_id, row.service, row.repository, row.scope)
        if row is not None
        else whose
    )


async def _line(uow: UnitOfWork, row: QualityGate) -> GateLine:
    whose = Whose(row.workspace_id, row.service, row.repository, row.scope)
    return GateLine(await name_of(uow, whose), row.state, row.checks, row.branch, row.at)


async def _waiver(uow: UnitOfWork, row: Waiver) -> WaiverLine:
    whose = Whose(row.workspace_id, row.service, row.repository, row.scope)
    return WaiverLine(
        row.public_id,
        await name_of(uow, whose),
        Check(row.check_name),
        row.owner_id,
        row.reason,
        row.until,
    )
