"""`@lead status`, "what did we spend?": what only a command does is answered with the command."""

import re
from typing import Any

from slack_bolt.context.async_context import AsyncBoltContext

from bot.domain.fold import straight
from bot.errors import UserFacingError
from handlers.commands.help import COMMAND
from handlers.commands.lead import SUBCOMMANDS
from handlers.desk import Desk

_ASKED = frozenset({"ask", "help", "team", "quiet", "listen", "stop", "retry"})
"""Words with a meaning of their own: answered, or followed in a thread."""


_OF = r"(?: all)?(?: the| our| my)?(?: open)?"
_ONE = r"(?:(?![.!?] ).){,200}"
"""One sentence: what follows it is a wish of its own."""
_WHEN = (
    r"(?:tomorrow|tonight|today|every|daily|weekly|next week|at \d|in \d+|on (?:the \d|\d)"
    r"|(?:mon|tues|wednes|thurs|fri|satur|sun)day)"
)
"""Else "remind us of our API rules" asks what we know."""
_SPOKEN = (
    (re.compile(rf"(?:(?:show|list)(?: me| us)?|what are|which){_OF} (?P<word>tasks|decisions"
                r"|escalations|conflicts|services)(?: are (?:there|open))?"), "`/lead {word}`"),
    (re.compile(r"(?:how much|what) (?:did|have) (?:we|you) (?:spend|spent)(?: so far| today"
                r"| this (?:week|month)| on (?:models?|claude))*"), "`/lead cost`"),
    (re.compile(r"who(?:(?: i|')s| will be)(?: away| off| out| on (?:leave|vacation))"
                r"(?: today| tomorrow| this week| next week)?"), "`/lead away list`"),
    (re.compile(r"(?:when(?: i|')s (?:the|our) next standup|wh(?:at|o)(?: i|')s blocked"
                r"|what (?:did|does) the (?:last )?standup say)"), "`/lead standup`"),
    (re.compile(rf"(?:please )?remind (?:me|us|the team|everybody)\b(?! (?:how|wh|if|of\b))"
                rf"(?: to\b|{_ONE}\b{_WHEN}){_ONE}"),
     "`/lead schedule reminder`, which says it here again and again; once, Slack's own `/remind`"),
)  # fmt: skip
"""Whole sentences, each with the command that does it; the team's specialists cannot."""


async def is_a_command(
    desk: Desk, event: dict[str, Any], text: str, context: AsyncBoltContext
) -> bool:
    """Return whether a new message asks for what a command does; said once, by UserFacingError.

    In a thread it is a reply: "status" asks its task. Beside a file it says what to do with that.
    """
    if event.get("thread_ts") or event.get("files"):
        return False
    refusal = _refusal(text)
    if refusal is None:
        return False
    key = f"command-word:{event['channel']}:{event['ts']}"
    if await desk.is_first(context.team_id or "", key):
        raise refusal
    return True


def _refusal(text: str) -> UserFacingError | None:
    if names_command(text):
        word = _bare(text)
        return UserFacingError(
            f"`{word}` alone is a command.",
            hint=f"Type `{COMMAND} {word}`, or say in a few words what the team should do.",
        )
    said = " ".join(_bare(text).split())
    for sentence, command in _SPOKEN:
        if found := sentence.fullmatch(said):
            return UserFacingError(f"That is {command.format_map(found.groupdict())}.")
    return None


def names_command(text: str) -> bool:
    """Return whether a text is a subcommand's name and nothing else."""
    return _bare(text) in SUBCOMMANDS.keys() - _ASKED


def _bare(text: str) -> str:
    return straight(text).lower().strip(" .!?/")
