"""Tables for a place without tables: aligned columns, or one line per row where they are wide."""

import unicodedata

from bot.slack.text import bold, escape

WIDEST = 78
"""Ours: what a code block shows on a laptop beside a thread without wrapping."""


def table(rows: list[list[str]]) -> str:
    """Return the table as mrkdwn; the first row is the head."""
    if not rows or not any(any(row) for row in rows):
        return ""
    widths = [max(_width(row[i]) for row in rows) for i in range(len(rows[0]))]
    if sum(widths) + 2 * (len(widths) - 1) > WIDEST and len(rows) > 1:
        return "\n".join(_record(rows[0], row) for row in rows[1:])
    lines = [_aligned(row, widths) for row in rows]
    lines.insert(1, "  ".join("─" * width for width in widths))
    body = escape("\n".join(lines)).replace("```", "`\u200b`\u200b`")
    return f"```\n{body}\n```"


def _aligned(row: list[str], widths: list[int]) -> str:
    cells = [cell + " " * (width - _width(cell)) for cell, width in zip(row, widths, strict=True)]
    return "  ".join(cells).rstrip()


def _record(head: list[str], row: list[str]) -> str:
    first, *rest = row
    values = [
        f"{escape(name)}: {escape(cell)}" if name else escape(cell)
        for name, cell in zip(head[1:], rest, strict=True)
        if cell
    ]
    return "• " + " · ".join(filter(None, (bold(first), *values)))


def _width(text: str) -> int:
    """Return how many columns a terminal font takes: wide characters two, marks none."""
    return sum(
        0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1
        for c in text
    )
