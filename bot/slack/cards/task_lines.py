"""The plan as lines: one per assignment, under its phase where there are several."""

from collections.abc import Sequence
from itertools import groupby

from bot.domain.task import AssignmentState
from bot.slack.text import clip, escape, line, shorten_list
from bot.slack.views import AssignmentLine

_ICONS = {
    AssignmentState.WAITING: "▫️",
    AssignmentState.RUNNING: "⏳",
    AssignmentState.DONE: "✅",
    AssignmentState.FAILED: "❌",
    AssignmentState.CANCELLED: "⏹️",
}
_TITLE = 100
_WAITS = 60
_PROBLEM = 160


def assignment_lines(items: Sequence[AssignmentLine]) -> str:
    """Return the lines as mrkdwn; phases are counted, so that none seems to be lost."""
    phases = [list(group) for _, group in groupby(items, key=lambda item: item.phase)]
    if len(phases) < 2:
        return "\n".join(map(_line, items))
    order = sorted({item.phase for item in items})
    return "\n".join(_phase(phase, order.index(phase[0].phase) + 1) for phase in phases)


def plain_lines(items: Sequence[AssignmentLine]) -> str:
    """Return one line per assignment, whatever its phase."""
    return "\n".join(map(_line, items))


def progress(items: Sequence[AssignmentLine]) -> str:
    """Return e.g. "4 of 6 done"."""
    done = sum(item.state is AssignmentState.DONE for item in items)
    return f"{done} of {len(items)} done"


def _phase(items: list[AssignmentLine], number: int) -> str:
    title = escape(clip(line(items[0].phase_title), _TITLE)).replace("_", " ")
    name = f"{number}. {title}" if title else f"Phase {number}"
    return "\n".join([f"_{name}_", *map(_line, items)])


def _line(item: AssignmentLine) -> str:
    title = escape(clip(line(item.title), _TITLE))
    shown = f"{_ICONS[item.state]} {title} — {escape(line(item.specialist))}"
    if item.state is AssignmentState.FAILED and item.problem:
        return f"{shown}: {escape(clip(line(item.problem), _PROBLEM))}"
    if item.state is AssignmentState.WAITING and item.waits_for:
        waits = shorten_list(tuple(clip(line(t), _WAITS) for t in item.waits_for))
        return f"{shown} _(waits for: {escape(waits).replace('_', ' ')})_"
    return shown
