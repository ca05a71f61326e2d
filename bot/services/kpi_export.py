"""KPIs as rows of a file: everything that a figure needs to be checked stands beside it."""

import csv
import io
import json
from collections.abc import Sequence
from typing import Any

from bot.domain.kpi import Asked, KpiValue, sign
from bot.services.context import Context
from bot.services.kpis import Seat, values
from bot.services.text_files import TextFile, post_file
from bot.slack.cards.kpi import window

COLUMNS = (
    "kpi", "title", "area", "state", "value", "unit", "n", "least", "of", "target", "trend",
    "before", "days", "formula", "source", "note",
)  # fmt: skip


def rows(found: Sequence[KpiValue]) -> list[dict[str, Any]]:
    """Return a row for each KPI; without enough data `value` is null."""
    return [
        {
            "kpi": value.kpi.name,
            "title": value.kpi.title,
            "area": value.kpi.areas[0].value,
            "state": value.state,
            "value": value.value,
            "unit": value.kpi.unit,
            "n": value.n,
            "least": value.least,
            "of": value.kpi.of,
            "target": None if value.target is None else sign(value.kpi, value.target),
            "trend": value.trend,
            "before": value.was,
            "days": value.days,
            "formula": value.kpi.formula,
            "source": value.kpi.source,
            "note": value.note,
        }
        for value in found
    ]


def as_json(found: Sequence[KpiValue]) -> str:
    """Return a JSON list."""
    return json.dumps(rows(found), indent=2, ensure_ascii=False) + "\n"


def as_csv(found: Sequence[KpiValue]) -> str:
    """Return CSV with a head line; what is not known is empty."""
    out = io.StringIO()
    lines = csv.DictWriter(out, COLUMNS, lineterminator="\n")
    lines.writeheader()
    lines.writerows(rows(found))
    return out.getvalue()


async def post(ctx: Context, seat: Seat, asked: Asked, *, receipt: str, is_private: bool) -> None:
    """Queue the file that is asked for in the seat's channel, once for each time; raises
    UserFacingError as `values` does.
    """
    async with ctx.database.read() as uow:
        found = await values(ctx, uow, seat, asked)
    now = ctx.clock.now()
    async with ctx.database.begin() as uow:
        await uow.channels.ensure(
            seat.workspace_id, seat.channel_id, now=now, is_private=is_private
        )
        file = TextFile(
            name=f"metrics.{asked.file}",
            title="The team's numbers",
            comment=f"The team's numbers, {window(asked)}. Rows of private channels"
            " elsewhere are not in it.",
            content=as_csv(found) if asked.file == "csv" else as_json(found),
        )
        place = (seat.workspace_id, seat.channel_id)
        await post_file(uow, file, place=place, key=f"kpi-file:{receipt}", now=now)
