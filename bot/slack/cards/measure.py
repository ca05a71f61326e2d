"""What other systems report: the places that were heard of, those without a service first."""

from collections.abc import Sequence
from datetime import datetime

from bot.slack.blocks import context, message, sections
from bot.slack.post import Post
from bot.slack.text import count, escape
from storage.models import MeasureOrigin

_LISTED = 30
_HOW = "`/lead measures acme/orders is orders` says which service one is."


def origin_list(rows: Sequence[MeasureOrigin], *, now: datetime) -> Post:
    """Return the places; what has no service is not counted for one."""
    if not rows:
        text = "Nothing reports to me yet. docs/measures.md says how to connect GitHub and others."
        return Post(text=text, blocks=sections(text))
    homeless = sum(not row.service for row in rows)
    head = f"*{count(len(rows), 'place')}* that report"
    head += f" · {homeless} without a service" if homeless else ""
    lines = [_line(row, now) for row in rows[:_LISTED]]
    rest = f"And {len(rows) - _LISTED} more. " if len(rows) > _LISTED else ""
    return Post(
        text=f"{count(len(rows), 'place')} that report, {homeless} without a service",
        blocks=message(sections("\n".join([head, *lines])), context(rest + _HOW)),
    )


def _line(row: MeasureOrigin, now: datetime) -> str:
    service = f"service {escape(row.service)}" if row.service else "▫️ no service"
    days = max(0, (now - row.seen_at).days)
    heard = "heard today" if days == 0 else f"heard {count(days, 'day')} ago"
    return f"{escape(row.name)} ({row.source}) · {service} · {heard}"
