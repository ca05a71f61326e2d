"""The technology radar as text: by ring, and one technology's moves."""

from collections.abc import Sequence

from bot.domain.technology import Ring
from bot.slack.blocks import context, message, sections
from bot.slack.charts import RadarEntry
from bot.slack.post import Post
from bot.slack.text import bold, clip, count, day_of, escape, line, mention
from storage.models import Technology, TechnologyMove

_SHOWN = 15


def radar_list(entries: Sequence[RadarEntry]) -> Post:
    """Return every ring with its technologies and why they stand there."""
    if not entries:
        text = "The radar is empty. `/lead radar move Kafka to assess because …` begins it."
        return Post(text=text, blocks=sections(text))
    parts = []
    for ring in Ring:
        own = [entry for entry in entries if entry.ring == ring]
        if own:
            rest = f"\n_and {len(own) - _SHOWN} more_" if len(own) > _SHOWN else ""
            lines = "\n".join(_line(entry) for entry in own[:_SHOWN])
            parts.append(f"*{ring.value.capitalize()}*\n{lines}{rest}")
    body = [block for part in parts for block in sections(part)]
    note = "`/lead radar chart` posts the picture; `/lead radar Kafka` shows the moves of one."
    return Post(
        text=f"Technology radar: {count(len(entries), 'technology', 'technologies')}",
        blocks=message(body, context(note)),
    )


def _line(entry: RadarEntry) -> str:
    came = "new" if entry.was == "new" else f"from {entry.was}" if entry.was else ""
    since = f"since {day_of(entry.since)}" if entry.since else ""
    said = ", ".join(part for part in (came, since) if part)
    reason = f": {escape(clip(line(entry.reason), 160))}" if entry.reason else ""
    return f"• {bold(entry.name)} ({said}){reason}"


def technology_page(row: Technology, moves: Sequence[TechnologyMove]) -> Post:
    """Return one technology with its moves, the latest first."""
    lines = [
        f"• {day_of(move.moved_at)} {move.was or 'new'} → {move.ring},"
        f" {mention(move.moved_by)}"
        + (f", from {escape(move.source)}" if move.source else "")
        + (f": {escape(line(move.reason))}" if move.reason else "")
        for move in reversed(moves)
    ]
    head = f"{bold(row.name)} · {row.ring} since {day_of(row.moved_at)}"
    return Post(
        text=f"{escape(row.name)}: {row.ring}",
        blocks=message(sections("\n".join([head, *lines]))),
    )
