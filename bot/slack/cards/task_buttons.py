"""Which buttons a task's card has in which state."""

from bot.domain.task import TaskState
from bot.slack.blocks import Style, actions, button
from bot.slack.cards.task_words import is_offline
from bot.slack.payloads import TaskAction
from bot.slack.post import Block
from bot.slack.views import TaskCard

STOP = ("Stop", "task.stop")
CANCEL = ("Cancel", "task.stop")
CHANGE = ("Change the plan", "plan.change")
APPROVE = ("Go ahead", "plan.approve")
GO_ON = ("Go on", "task.retry")
RETRY = ("Retry", "task.retry")
TRY_NOW = ("Try now", "task.retry")
OFFLINE = ("Go on with the offline playbook", "task.offline")
MONEY = ("Add $0.50", "task.budget")
ESCALATE = ("Escalate", "escalation.task")

_PRIMARY = frozenset({APPROVE, RETRY})


def task_buttons(card: TaskCard) -> list[Block]:
    """Return the row of buttons, or nothing for a task that is done."""
    about = f"{card.public_id} {card.title}".strip()
    payload = TaskAction(task_id=card.task_id)
    return actions(
        *(
            button(text, action, payload, about=about, style=_style((text, action)))
            for text, action in _choices(card)
        )
    )


def _style(choice: tuple[str, str]) -> Style | None:
    return "primary" if choice in _PRIMARY else None


def _choices(card: TaskCard) -> tuple[tuple[str, str], ...]:
    offline = () if is_offline(card) else (OFFLINE,)
    match card.state:
        case TaskState.AWAITING_APPROVAL:
            return (APPROVE, CHANGE, CANCEL)
        case TaskState.PAUSED if card.resume_at is not None:
            return (*offline, TRY_NOW, STOP)
        case TaskState.PAUSED:
            return (*offline, MONEY, STOP)
        case TaskState.FAILED:
            return (RETRY, *offline, ESCALATE)
        case TaskState.STOPPED:
            return (GO_ON,)
        case TaskState.DONE:
            return ()
        case _:
            return (STOP, CHANGE)
