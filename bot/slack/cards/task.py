"""The one card of a task, edited in place from its plan to its end."""

from bot.domain.task import TaskState
from bot.slack.blocks import actions, button, context, message, sections
from bot.slack.cards.task_buttons import task_buttons
from bot.slack.cards.task_lines import assignment_lines, progress
from bot.slack.cards.task_words import header_line, state_sentence
from bot.slack.payloads import TaskAction
from bot.slack.post import Block, Post
from bot.slack.text import bold, clip, escape, line
from bot.slack.usage_text import usage_sentence
from bot.slack.views import TaskCard

_BEFORE_PLAN = frozenset({TaskState.ACCEPTED, TaskState.PLANNING})
_QUOTE = 120


def task_card(card: TaskCard) -> Post:
    """Return the card as it should look now."""
    if card.state in _BEFORE_PLAN and not card.lines:
        return _planning(card)
    body = as_blocks(card) + sections(state_sentence(card))
    tail = context(_footer(card)) + task_buttons(card)
    return Post(text=_fallback(card), blocks=message(body, tail))


def _planning(card: TaskCard) -> Post:
    title = bold(clip(card.title, 150)) or escape(clip(line(card.text), _QUOTE))
    stop = button("Stop", "task.stop", TaskAction(task_id=card.task_id), about=card.public_id)
    return Post(
        text=f"{card.public_id}: planning",
        blocks=message(
            [*sections(f"{title} · {card.public_id}"), *context("⏳ Planning who does what …")],
            actions(stop),
        ),
    )


def _footer(card: TaskCard) -> str:
    if card.state is TaskState.DONE:
        return f"{progress(card.lines)} · {usage_sentence(card.usage)}"
    return ""


def _fallback(card: TaskCard) -> str:
    title = escape(clip(line(card.title or card.text), _QUOTE))
    state = card.state.value.replace("-", " ")
    return f"{card.public_id} {title}: {state}, {progress(card.lines)}"


def as_blocks(card: TaskCard) -> list[Block]:
    """Return the card's first line and its plan, without buttons."""
    return sections(header_line(card)) + sections(assignment_lines(card.lines))
