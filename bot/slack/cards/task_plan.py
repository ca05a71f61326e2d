"""A task's card as a plan that Slack streams: what its chunks say, and what closes it."""

from typing import Any

from bot.domain.session import session_state
from bot.domain.task import AT_WORK, AssignmentState, TaskState
from bot.slack.blocks import context, sections
from bot.slack.cards.task_buttons import task_buttons
from bot.slack.cards.task_lines import progress
from bot.slack.cards.task_words import plain_header, state_sentence
from bot.slack.limits import PLAN_TASKS
from bot.slack.text import clip, line
from bot.slack.usage_text import usage_sentence
from bot.slack.views import AssignmentLine, TaskCard

PLAN = "plan"
"""Where a payload of the outbox keeps the plan beside the card's blocks."""
_TITLE, _WORDS = 150, 200
_STATUS = {
    AssignmentState.WAITING: "pending",
    AssignmentState.RUNNING: "in_progress",
    AssignmentState.DONE: "complete",
    AssignmentState.FAILED: "error",
    AssignmentState.CANCELLED: "error",
}
"""Slack's states of a task card; there is none for what was cancelled."""


def task_plan(card: TaskCard) -> dict[str, Any] | None:
    """Return the plan; None for a card without one, or with more than a message takes.

    `open` says that the team is at work and nobody's click is needed: Slack shows no buttons while
    a message streams. `closing` are the blocks below the plan when it ends.
    """
    if not card.lines or len(card.lines) > PLAN_TASKS:
        return None
    done = card.state is TaskState.DONE
    footer = f"{progress(card.lines)} · {usage_sentence(card.usage)}" if done else ""
    return {
        "title": clip(plain_header(card), _TITLE),
        "tasks": [_task(card, item) for item in card.lines],
        "open": card.state in AT_WORK and not card.state_reason,
        "session": session_state(card.state).value,
        "closing": [*sections(state_sentence(card)), *context(footer), *task_buttons(card)],
    }


def _task(card: TaskCard, item: AssignmentLine) -> dict[str, str]:
    task = {
        # Unique in the workspace: a plan whose answer got lost is found by it.
        "id": f"{card.task_id}:{card.round}:{item.key}",
        "title": clip(line(f"{item.title} — {item.specialist}"), _TITLE),
        "status": _STATUS[item.state],
    }
    if item.problem:
        task["output"] = clip(line(item.problem), _WORDS)
    elif item.state is AssignmentState.CANCELLED:
        task["output"] = "Cancelled."
    return task
