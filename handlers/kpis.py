"""The buttons of `/lead metrics` and of the digest: how it is computed, a chart."""

from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.kpi import KPIS, Area, Asked
from bot.errors import UserFacingError
from bot.services import kpi_charts
from bot.services.kpis import Seat, values
from bot.slack.cards.kpi import how_modal
from bot.slack.payloads import KpiAction
from handlers.desk import Desk
from handlers.rooms import room_is_private
from handlers.triggers import click_key

Json = dict[str, Any]


class KpiActions:
    """Whoever may look at a channel sees its numbers; who may ask posts a chart there."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def register(self, app: AsyncApp) -> None:
        """Say which buttons come here."""
        app.action("kpi.how")(self.how)
        app.action("kpi.chart")(self.chart)

    async def how(
        self,
        ack: AsyncAck,
        action: Json,
        body: Json,
        context: AsyncBoltContext,
        client: AsyncWebClient,
    ) -> None:
        """Show how the numbers are computed."""
        await ack()
        asked, seat = asked_of(action), _seat(context)
        async with self._desk.ctx.database.read() as uow:
            found = await values(self._desk.ctx, uow, seat, asked)
        await client.views_open(trigger_id=body["trigger_id"], view=how_modal(found, asked))

    async def chart(
        self,
        ack: AsyncAck,
        action: Json,
        body: Json,
        context: AsyncBoltContext,
        client: AsyncWebClient,
    ) -> None:
        """Post a chart of the numbers."""
        await ack()
        asked, seat = asked_of(action), _seat(context)
        private = await room_is_private(self._desk, client, seat.workspace_id, seat.channel_id)
        await kpi_charts.post(
            self._desk.ctx, seat, asked, receipt=click_key(body, action), is_private=private
        )


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


def _seat(context: AsyncBoltContext) -> Seat:
    return Seat.of_channel(context.team_id or "", context.channel_id or "")
