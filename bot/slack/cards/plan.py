"""The modal that asks what should change about a plan."""

from typing import Any

from bot.slack.blocks import modal, sections, text_input
from bot.slack.cards.task_words import header_line
from bot.slack.payloads import TaskAction
from bot.slack.views import TaskCard


def plan_modal(card: TaskCard) -> dict[str, Any]:
    """Return the modal; what is typed stops the present plan and makes a new one."""
    return modal(
        f"Change plan: {card.public_id}",
        [
            *sections(header_line(card)),
            text_input(
                "What should be different?",
                block_id="change",
                placeholder="E.g. no Kubernetes; add a security review",
            ),
        ],
        submit="Plan again",
        callback_id="plan.change",
        payload=TaskAction(task_id=card.task_id),
    )
