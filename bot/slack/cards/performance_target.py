"""Performance targets: the list, and one with what was measured."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.domain.days import day_words
from bot.domain.performance_target import amount, keeps, limit_words
from bot.slack.blocks import context, message, sections
from bot.slack.post import Post
from bot.slack.text import bold, count, day_of, escape, line, mention
from storage.models import PerformanceMeasurement, PerformanceTarget

_LISTED = 30


def target_list(rows: Sequence[PerformanceTarget], *, now: datetime, stale: timedelta) -> Post:
    """Return the targets, those that are missed first."""
    if not rows:
        text = "No target is set. E.g. `/lead targets set billing-api p95 under 200 ms`."
        return Post(text=text, blocks=sections(text))
    ranked = sorted(rows, key=lambda row: (_place(row, now, stale), row.key))
    missed = sum(_place(row, now, stale) == 0 for row in rows)
    head = f"*{count(len(rows), 'target')}*" + (f" · {missed} missed" if missed else "")
    lines = [_line(row, now, stale) for row in ranked[:_LISTED]]
    rest = f"And {len(rows) - _LISTED} more." if len(rows) > _LISTED else ""
    return Post(
        text=f"{count(len(rows), 'performance target')}, {missed} missed",
        blocks=message(sections("\n".join([head, *lines])), context(rest)),
    )


def _place(row: PerformanceTarget, now: datetime, stale: timedelta) -> int:
    """Return 0 for missed, 1 for not measured lately, 2 for kept."""
    if row.current is None or row.measured_at is None or row.measured_at < now - stale:
        return 1
    return 2 if keeps(row.comparison, row.value, row.current) else 0


def _line(row: PerformanceTarget, now: datetime, stale: timedelta) -> str:
    sign = ("❌", "▫️", "✅")[_place(row, now, stale)]
    limit = escape(limit_words(row.comparison, row.value, row.unit))
    parts = [f"{sign} {row.public_id} {bold(f'{row.service} {row.metric}')} {limit}", _now(row)]
    if row.initiative:
        due = f" until {day_words(row.due_on)}" if row.due_on else ""
        parts.append(f"initiative{due}")
    parts.append(mention(row.owner_id) if row.owner_id else "no owner")
    return " · ".join(parts)


def _now(row: PerformanceTarget) -> str:
    if row.current is None or row.measured_at is None:
        return "never measured"
    return f"{escape(amount(row.current, row.unit))} on {day_of(row.measured_at)}"


def target_page(row: PerformanceTarget, measured: Sequence[PerformanceMeasurement]) -> Post:
    """Return one target with its initiative and the latest measurements."""
    limit = escape(limit_words(row.comparison, row.value, row.unit))
    owner = mention(row.owner_id) if row.owner_id else "no owner"
    due = f" · due {day_words(row.due_on, year=True)}" if row.due_on else ""
    dropped = " · dropped" if row.state == "dropped" else ""
    source = f" · from {escape(row.source)}" if row.source else ""
    lines = [
        (
            f"*{row.public_id}* {bold(f'{row.service} {row.metric}')} {limit} · {owner}{due}"
            f"{dropped}{source}"
        ),
        f"*Initiative:* {escape(line(row.initiative))}" if row.initiative else "",
        "*Measured*" if measured else "Never measured.",
        *(
            f"• {escape(amount(item.value, row.unit))} on {day_of(item.measured_at)},"
            f" {mention(item.measured_by)}"
            for item in measured
        ),
    ]
    return Post(
        text=f"{row.public_id} {escape(f'{row.service} {row.metric}')}",
        blocks=message(sections("\n".join(text for text in lines if text))),
    )
