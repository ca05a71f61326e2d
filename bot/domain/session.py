"""What Slack's agent session of a direct message shows, by the state of the task in it."""

from enum import StrEnum

from bot.domain.task import AT_WORK, ENDED, TaskState


class SessionState(StrEnum):
    """Slack's states of a session that we use (docs.slack.dev/ai/agent-sessions)."""

    PROCESSING = "processing"
    """Slack shows that we work, and a Stop button."""
    SUSPENDED = "suspended"
    """It waits for a person, or for a moment."""
    ACTIVE = "active"
    """Whoever writes next goes on."""


def session_state(task: TaskState) -> SessionState:
    """Return the session's state for a task's."""
    if task in AT_WORK:
        return SessionState.PROCESSING
    return SessionState.ACTIVE if task in ENDED else SessionState.SUSPENDED


def has_session(channel_id: str) -> bool:
    """Whether Slack shows a conversation as an agent's: its direct messages (`D…`)."""
    return channel_id.startswith("D")
