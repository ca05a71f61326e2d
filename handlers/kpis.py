"""The buttons of `/lead metrics` and of the digest: how it is computed, a chart."""

from typing import Any

from slack_bolt.async_app import AsyncApp

from bot.domain.kpi import KPIS, Area, Asked
from bot.errors import UserFacingError
from bot.services import kpi_charts
from bot.services.kpis import Seat, values
from bot.slack.cards.kpi import how_modal
from bot.slack.payloads import KpiAction
from handlers.desk import Desk
from handlers.interaction import Click, Interaction, clicked
from handlers.rooms import room_is_private

Json = dict[str, Any]


class KpiActions:
    """Whoever may look at a channel sees its numbers; who may ask posts a chart there."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def register(self, app: AsyncApp) -> None:
        """Say which buttons come here."""
        app.action("kpi.how")(clicked(self.how))
        app.action("kpi.chart")(clicked(self.chart))

    async def how(self, click: Click) -> None:
        """Show how the numbers are computed."""
        await click.ack()
        asked, seat = asked_of(click.action), _seat(click)
        async with self._desk.ctx.database.read() as uow:
            found = await values(self._desk.ctx, uow, seat, asked)
        await click.open(how_modal(found, asked))

    async def chart(self, click: Click) -> None:
        """Post a chart of the numbers."""
        await click.ack()
        asked, seat = asked_of(click.action), _seat(click)
        private = await room_is_private(
            self._desk, click.client, seat.workspace_id, seat.channel_id
        )
        await kpi_charts.post(self._desk.ctx, seat, asked, receipt=click.key, is_private=private)


def asked_of(action: Json) -> Asked:
    """Return what a button asks for; raises UserFacingError for a KPI that is gone."""
    carried = KpiAction.read(action.get("value"))
    if (carried.kpi and carried.kpi not in KPIS) or (
        carried.area and carried.area not in list(Area)
    ):
        raise UserFacingError("I count that no more.", hint="`/lead metrics` shows what I count.")
    return Asked(
        area=Area(carried.area) if carried.area else None,
        kpi=KPIS[carried.kpi] if carried.kpi else None,
        days=carried.days or None,
        sprint=carried.sprint,
        service=carried.service,
        here=carried.here,
    )


def _seat(by: Interaction) -> Seat:
    return Seat.of_channel(by.workspace, by.context.channel_id or "")
