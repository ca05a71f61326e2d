"""The two buttons that ask what people think of an answer, in the new form and in the plain one."""

from typing import Any

from bot.slack.payloads import FeedbackAction
from bot.slack.post import Block

_WORDS = {"good": ("👍", "Helpful"), "bad": ("👎", "Not helpful")}


def feedback(task_id: str, round_number: int) -> list[Block]:
    """Return the block under an answer; Slack shows the chosen button as chosen."""
    good, bad = (
        {
            "text": {"type": "plain_text", "text": _WORDS[verdict][0]},
            "value": FeedbackAction(task_id=task_id, round=round_number, verdict=verdict).value(),
            "accessibility_label": _WORDS[verdict][1],
        }
        for verdict in ("good", "bad")
    )
    element = {
        "type": "feedback_buttons",
        "action_id": "feedback.give",
        "positive_button": good,
        "negative_button": bad,
    }
    return [{"type": "context_actions", "elements": [element]}]


def with_plain_buttons(call: dict[str, Any]) -> dict[str, Any] | None:
    """Return a message for servers without feedback buttons; None when it has none."""
    blocks = call.get("blocks") or []
    if not any(block.get("type") == "context_actions" for block in blocks):
        return None
    return {**call, "blocks": [_plain(block) for block in blocks]}


def _plain(block: Block) -> Block:
    if block.get("type") != "context_actions":
        return block
    element = block["elements"][0]
    buttons = [
        {"type": "button", "action_id": action, **element[side]}
        for action, side in (
            ("feedback.good", "positive_button"),
            ("feedback.bad", "negative_button"),
        )
    ]
    return {"type": "actions", "elements": buttons}
