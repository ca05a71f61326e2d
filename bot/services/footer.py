"""The footer under a result in the terminal: the same sentence as in Slack."""

from bot.services.task_report import TaskReport
from bot.slack.usage_text import usage_sentence
from bot.slack.views import UsageLine


def footer(report: TaskReport, *, team_size: int) -> str:
    """Return e.g. "Ran: 5 of 9 specialists, 7 calls, 14,320 tokens (61 % cached), $0.38, 41 s"."""
    line = UsageLine(
        ran=report.ran,
        team_size=team_size,
        calls=len(report.done_calls),
        lost=report.lost_calls,
        usage=report.usage,
        models=tuple(dict.fromkeys(call.model for call in report.done_calls)),
        wall_seconds=report.wall_seconds,
    )
    return usage_sentence(line)
