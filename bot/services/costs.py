"""What model calls cost: split up, as a file and a chart, with the month's forecast."""

import csv
import io
from datetime import UTC, date, datetime, time, timedelta

from bot.domain.cost import By, CostAsked, CostLine, Forecast, forecast
from bot.domain.days import day_words
from bot.domain.kpi.scope import Scope
from bot.domain.usage import MICROS
from bot.errors import UserFacingError
from bot.services import text_files
from bot.services.charts import post_chart
from bot.services.context import Context
from bot.services.kpis import Seat, scope_of, seated
from bot.services.workspace_settings import effective
from bot.slack.cards.cost import CostCard
from bot.slack.charts import sketch_line
from bot.slack.text import count
from bot.slack.usage_text import OFFLINE_MODEL
from storage.repositories.costs import LEAD
from storage.uow import UnitOfWork

SHOWN, SHOWN_OF_ONE = 5, 20
_WAYS: tuple[By, ...] = ("channels", "specialists", "tasks", "models")
_WAYS_OF_NOTHING: tuple[By, ...] = ("channels", "specialists")
"""Where nothing was paid no task is dear and there is one model."""
MOST_ROWS = 20_000
"""Ours: a file of some megabytes at most."""


async def card_of(ctx: Context, uow: UnitOfWork, seat: Seat, asked: CostAsked) -> CostCard:
    """Return what calls cost, as it may be seen from a seat."""
    now = ctx.clock.now()
    seat = await seated(uow, seat)
    scope = scope_of(ctx, seat, now - timedelta(days=asked.days), now)
    seen = await uow.costs.seen_total(scope)
    total = seen if seat.apart else await uow.costs.total(scope)
    ways = (asked.by,) if asked.by else _WAYS if total.micros else _WAYS_OF_NOTHING
    limit = SHOWN_OF_ONE if asked.by else SHOWN
    if asked.by == "days":
        limit = asked.days + 1
    parts = {by: await uow.costs.split(scope, by, limit=limit) for by in ways}
    settings = await effective(ctx, uow, seat.workspace_id, channel_id=seat.channel_id)
    return CostCard(
        asked=asked,
        total=total,
        hidden=CostLine("", total.micros - seen.micros, total.calls - seen.calls),
        parts={by: tuple(_named(ctx, by, line) for line in lines) for by, lines in parts.items()},
        forecast=None if seat.apart else await _forecast(ctx, uow, seat.workspace_id),
        day_limit_micros=round(settings.budget.per_day * MICROS),
        offline_only=not total.micros and await _offline_only(uow, scope),
    )


async def _offline_only(uow: UnitOfWork, scope: Scope) -> bool:
    return {line.name for line in await uow.costs.split(scope, "models", limit=2)} == {
        OFFLINE_MODEL
    }


def _named(ctx: Context, by: By, line: CostLine) -> CostLine:
    if by == "tasks":
        return CostLine(f"T-{line.name}", line.micros, line.calls)
    if by == "specialists":
        known = ctx.team.lead if line.name == LEAD else ctx.team.specialists.get(line.name)
        return CostLine(known.title if known else line.name, line.micros, line.calls)
    if by == "days":
        return CostLine(
            day_words(date.fromisoformat(line.name), weekday=True), line.micros, line.calls
        )
    return line


async def _forecast(ctx: Context, uow: UnitOfWork, workspace_id: str) -> Forecast:
    now, most = ctx.clock.now(), ctx.settings.budget.forecast_days
    first = await uow.costs.first(workspace_id)
    month = datetime.combine(now.date().replace(day=1), time(), tzinfo=UTC)
    back = datetime.combine(now.date() - timedelta(days=most), time(), tzinfo=UTC)
    daily = await uow.costs.daily(workspace_id, since=min(month, back), until=now)
    return forecast(daily, now=now, first=first, most=most)


async def post_days(
    ctx: Context, seat: Seat, asked: CostAsked, *, receipt: str, is_private: bool
) -> None:
    """Queue a line chart of what each day cost; raises UserFacingError where nothing did."""
    now = ctx.clock.now()
    async with ctx.database.read() as uow:
        scope = scope_of(ctx, await seated(uow, seat), now - timedelta(days=asked.days), now)
        lines = await uow.costs.split(scope, "days", limit=asked.days + 1)
    if not lines:
        raise UserFacingError(
            f"No model call in the last {count(asked.days, 'day')}.",
            hint="`90d` looks further back.",
        )
    if not any(line.micros for line in lines):
        raise UserFacingError(
            f"Model calls of the last {count(asked.days, 'day')} cost nothing: no chart of that.",
            hint="`/lead cost days` counts them.",
        )
    spent = {date.fromisoformat(line.name): line.micros / MICROS for line in lines}
    days = [now.date() - timedelta(days=back) for back in range(asked.days - 1, -1, -1)]
    chart = sketch_line(
        "Model calls a day",
        [day_words(day) for day in days],
        {"Model calls": [round(spent.get(day, 0.0), 4) for day in days]},
        unit="$",
    )
    async with ctx.database.begin() as uow:
        await uow.channels.ensure(
            seat.workspace_id, seat.channel_id, now=now, is_private=is_private
        )
        await post_chart(
            uow,
            chart,
            workspace_id=seat.workspace_id,
            channel_id=seat.channel_id,
            key=f"cost:{receipt}",
            comment=f"What model calls cost a day, last {count(asked.days, 'day')} (UTC). Private"
            " channels elsewhere are not in it.",
            now=now,
        )


async def post_file(
    ctx: Context, seat: Seat, asked: CostAsked, *, receipt: str, is_private: bool
) -> None:
    """Queue a CSV file of what may be seen from the seat, in its channel."""
    now = ctx.clock.now()
    out = io.StringIO()
    lines = csv.writer(out, lineterminator="\n")
    lines.writerow(["day", "channel", "task", "specialist", "model", "calls", "tokens_in",
                    "tokens_out", "dollars"])  # fmt: skip
    async with ctx.database.read() as uow:
        scope = scope_of(ctx, await seated(uow, seat), now - timedelta(days=asked.days), now)
        rows = await uow.costs.rows(scope, limit=MOST_ROWS + 1)
    cut = ""
    if len(rows) > MOST_ROWS:
        cut = f" These are the first {MOST_ROWS:,} lines; name fewer days for all of them."
    for row in rows[:MOST_ROWS]:
        lines.writerow([row.day, row.channel_id, f"T-{row.task}", row.specialist, row.model,
                        row.calls, row.tokens_in, row.tokens_out,
                        f"{row.micros / MICROS:.6f}"])  # fmt: skip
    async with ctx.database.begin() as uow:
        await uow.channels.ensure(
            seat.workspace_id, seat.channel_id, now=now, is_private=is_private
        )
        file = text_files.TextFile(
            name="cost.csv",
            title="Model calls",
            comment=f"Model calls of the last {count(asked.days, 'day')}. Private channels"
            f" elsewhere are not in it.{cut}",
            content=out.getvalue(),
        )
        place = (seat.workspace_id, seat.channel_id)
        await text_files.post_file(uow, file, place=place, key=f"cost:{receipt}", now=now)
