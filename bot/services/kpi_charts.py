"""Charts of KPIs: one over time beside its target, or how near several are to theirs."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from operator import itemgetter

from bot.domain.days import day_words
from bot.domain.kpi import Asked, Kpi, KpiValue, sign
from bot.errors import UserFacingError
from bot.services.charts import post_chart
from bot.services.context import Context
from bot.services.kpis import (
    Seat,
    chosen,
    measured,
    scope_of,
    seated,
    service_of,
    targets_here,
    values,
)
from bot.slack.cards.kpi import nothing, window
from bot.slack.charts import MOST_BARS, Sketch, sketch_bar, sketch_line
from bot.slack.text import count
from storage.uow import UnitOfWork

STEPS = 8
"""Ours: so many windows side by side can be told apart at Slack's size."""
_MOST = 200.0
"""Ours: more than twice the target is drawn as twice, and the sentence says so."""


async def sketch(ctx: Context, uow: UnitOfWork, seat: Seat, asked: Asked) -> tuple[Sketch, str]:
    """Return a chart and the sentence above it; raises UserFacingError where nothing shows."""
    seat, kpis = await seated(uow, seat), chosen(asked)
    if len(kpis) == 1 and not kpis[0].now:
        return await _over_time(ctx, uow, seat, asked, kpis[0])
    return _beside_targets(await values(ctx, uow, seat, asked), asked)


async def _over_time(
    ctx: Context, uow: UnitOfWork, seat: Seat, asked: Asked, kpi: Kpi
) -> tuple[Sketch, str]:
    span = timedelta(days=asked.days or kpi.days)
    service = await service_of(uow, seat, asked)
    end, points = ctx.clock.now(), []
    for back in range(STEPS - 1, -1, -1):
        until = end - span * back
        scope = scope_of(ctx, seat, until - span, until, service=service, here=asked.here)
        found = (await measured(uow, scope, [kpi]))[kpi.name]
        least = ctx.settings.kpi.enough if kpi.least is None else kpi.least
        if found.value is not None and found.n >= least:
            points.append((day_words(until), found.value))
    if len(points) < 2:
        raise UserFacingError(nothing(kpi), hint="`/lead metrics` shows the numbers there are.")
    series: dict[str, Sequence[float]] = {kpi.title: [value for _, value in points]}
    target = (await targets_here(ctx, uow, seat)).get(kpi.name)
    if target is not None:
        series[f"target {sign(kpi, target)}"] = [target] * len(points)
    title = kpi.title + (f", {service}" if service else "")
    unit = "" if kpi.unit in ("of 5", "a week", "points") else kpi.unit
    left_out = STEPS - len(points)
    note = f" {count(left_out, 'window')} of {STEPS} had too little data." if left_out else ""
    sentence = f"{title}: each point is a window of {count(span.days, 'day')}.{note}"
    return sketch_line(title, [day for day, _ in points], series, unit=unit), sentence


def _beside_targets(found: Sequence[KpiValue], asked: Asked) -> tuple[Sketch, str]:
    bars = [
        (value.kpi.title, reached) for value in found if (reached := _reached(value)) is not None
    ]
    if not bars:
        raise UserFacingError(
            "None of these has a value and a target, so there is nothing to draw.",
            hint="`/lead metrics` shows the numbers there are.",
        )
    bars.sort(key=itemgetter(1))
    sentence = f"How near each KPI is to its target, {window(asked)}: at the line it is there."
    if len(bars) > MOST_BARS:
        sentence += f" The {MOST_BARS} farthest of {len(bars)}."
    if bars[:MOST_BARS][-1][1] >= _MOST:
        sentence += f" {_MOST:.0f} % stands for more, too."
    chart = sketch_bar("Share of the target reached", bars[:MOST_BARS], unit="%", goal=100.0)
    return chart, sentence


def _reached(value: KpiValue) -> float | None:
    """Return which percentage of its target a KPI reaches; lower is better: the other way round."""
    if value.value is None or value.target is None:
        return None
    if not value.target:
        return 100.0 if value.state == "met" else 0.0
    if value.kpi.better == "lower":
        return _MOST if value.value <= 0 else min(_MOST, 100 * value.target / value.value)
    return min(_MOST, max(0.0, 100 * value.value / value.target))


async def post(
    ctx: Context, seat: Seat, asked: Asked, *, receipt: str, is_private: bool | None
) -> None:
    """Queue a chart in the seat's channel, once for each time it is asked for."""
    now = ctx.clock.now()
    async with ctx.database.read() as uow:
        chart, sentence = await sketch(ctx, uow, seat, replace(asked, chart=True))
    async with ctx.database.begin() as uow:
        if is_private is not None:
            await uow.channels.ensure(
                seat.workspace_id, seat.channel_id, now=now, is_private=is_private
            )
        await post_chart(
            uow,
            chart,
            workspace_id=seat.workspace_id,
            channel_id=seat.channel_id,
            key=f"kpi:{receipt}",
            comment=sentence,
            now=now,
        )
