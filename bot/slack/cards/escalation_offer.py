"""The offer to escalate a decision that nobody answers."""

from bot.slack.blocks import actions, button, message, sections
from bot.slack.payloads import DecisionAction
from bot.slack.post import Post
from bot.slack.text import clip, count, escape, line

_TITLE = 150


def escalation_offer(
    decision_id: str, revision: int, *, public_id: str, title: str, days: int
) -> Post:
    """Return the sentence and its button; nothing is escalated before it is pressed."""
    shown = escape(clip(line(title), _TITLE))
    text = f"*{public_id}* {shown} has waited for an answer for {count(days, 'day')}."
    payload = DecisionAction(decision_id=decision_id, revision=revision)
    press = button("Escalate", "escalation.decision", payload, about=f"{public_id} {title}")
    return Post(text=text.replace("*", ""), blocks=message(sections(text), actions(press)))
