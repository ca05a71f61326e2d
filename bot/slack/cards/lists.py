"""Lists of tasks, decisions and specialists, and the App Home made of them."""

from collections.abc import Sequence
from typing import Any

from bot.domain.task import TaskState
from bot.slack import limits
from bot.slack.blocks import actions, button, context, fit, header, message, sections
from bot.slack.cards.decision import STATE_WORDS
from bot.slack.payloads import SettingsAction
from bot.slack.post import Post
from bot.slack.text import bold, clip, count, escape, line, mention, moment
from bot.slack.views import DecisionRow, SpecialistRow, TaskRow

_TITLE = 100
_REASON = 120
_ICONS = {
    TaskState.DONE: "✅",
    TaskState.FAILED: "❌",
    TaskState.STOPPED: "⏹️",
    TaskState.PAUSED: "⏸️",
    TaskState.AWAITING_APPROVAL: "✋",
}
_EXPLAINED = frozenset({TaskState.PAUSED, TaskState.FAILED})


def task_list(rows: Sequence[TaskRow]) -> Post:
    """Return `/lead tasks`."""
    if not rows:
        return _nothing("No tasks here yet. Mention me with what you need.")
    return Post(
        text=count(len(rows), "task"), blocks=message(sections("\n".join(map(_task, rows))))
    )


def decision_list(rows: Sequence[DecisionRow]) -> Post:
    """Return `/lead decisions`."""
    if not rows:
        return _nothing("No decisions recorded yet.")
    return Post(
        text=count(len(rows), "decision"),
        blocks=message(sections("\n".join(map(decision_line, rows)))),
    )


def team_list(rows: Sequence[SpecialistRow]) -> Post:
    """Return `/lead team`."""
    return Post(
        text=count(len(rows), "specialist"),
        blocks=message(sections("\n".join(map(_specialist, rows)))),
    )


def home_view(
    *,
    tasks: Sequence[TaskRow],
    decisions: Sequence[DecisionRow],
    may_configure: bool = False,
) -> dict[str, Any]:
    """Return the Home tab: the person's open tasks, then what waits for a decision.

    Who may configure gets the button of the workspace's settings.
    """
    settings = actions(button("Settings", "settings.workspace", SettingsAction(scope="workspace")))
    blocks = [
        *header("Your open tasks"),
        *sections("\n".join(map(_task, tasks)) or "None. Mention me in a channel to start one."),
        *header("Waiting for a decision"),
        *sections("\n".join(map(decision_line, decisions)) or "Nothing."),
        *(settings if may_configure else []),
        *context("`/lead help` lists what else I do."),
    ]
    return {
        "type": "home",
        "blocks": fit(blocks, most=limits.VIEW_BLOCKS, chars=limits.VIEW_CHARS),
    }


def _task(row: TaskRow) -> str:
    state = row.state.value.replace("-", " ")
    reason = clip(line(row.state_reason).rstrip("."), _REASON)
    reason = reason if row.state in _EXPLAINED else ""
    parts = [
        f"{_ICONS.get(row.state, '⏳')} *{row.public_id}*",
        escape(clip(line(row.title), _TITLE)),
        f"{state}: {escape(reason)}" if reason else state,
        moment(row.updated_at),
    ]
    return " · ".join(filter(None, parts))


def decision_line(row: DecisionRow) -> str:
    """Return a decision as one line of a list."""
    decided = f" by {mention(row.decided_by)}" if row.decided_by else ""
    when = f", {moment(row.decided_at, '{date_short_pretty}')}" if row.decided_at else ""
    review = f"review by {row.review_by:%d %b %Y}" if row.review_by else ""
    state = STATE_WORDS[row.state].removeprefix("Decision ")
    parts = [
        f"*{row.public_id}*",
        escape(clip(line(row.title), _TITLE)),
        f"{state.lower()}{decided}{when}",
        review,
    ]
    return " · ".join(filter(None, parts))


def _specialist(row: SpecialistRow) -> str:
    busy = [
        f"{row.running} at work" if row.running else "",
        f"{row.waiting} waiting" if row.waiting else "",
    ]
    what = escape(clip(line(", ".join(row.when)), _REASON))
    parts = [f"{row.voice.icon} {bold(row.voice.title)}", what, *busy]
    return " · ".join(filter(None, parts))


def _nothing(text: str) -> Post:
    return Post(text=text, blocks=message(sections(text)))
