"""`@lead status`: a word that is a command and nothing else is answered with the command."""

from typing import Any

from slack_bolt.context.async_context import AsyncBoltContext

from bot.errors import UserFacingError
from handlers.commands.help import COMMAND
from handlers.commands.lead import SUBCOMMANDS
from handlers.desk import Desk

_ASKED = frozenset({"ask", "help", "team", "quiet", "listen", "stop", "retry"})
"""Words with a meaning of their own: answered, or followed in a thread."""


async def is_a_command(
    desk: Desk, event: dict[str, Any], text: str, context: AsyncBoltContext
) -> bool:
    """Return whether a new message is a subcommand's name only; said once, by UserFacingError.

    In a thread it is a reply: "status" asks its task. Beside a file it says what to do with that.
    """
    if event.get("thread_ts") or event.get("files") or not names_command(text):
        return False
    word = _bare(text)
    key = f"command-word:{event['channel']}:{event['ts']}"
    if await desk.is_first(context.team_id or "", key):
        raise UserFacingError(
            f"`{word}` alone is a command.",
            hint=f"Type `{COMMAND} {word}`, or say in a few words what the team should do.",
        )
    return True


def names_command(text: str) -> bool:
    """Return whether a text is a subcommand's name and nothing else."""
    return _bare(text) in SUBCOMMANDS.keys() - _ASKED


def _bare(text: str) -> str:
    return text.lower().strip(" .!?/")
