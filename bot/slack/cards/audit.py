"""The newest entries of the audit log, a line each."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.slack.blocks import context, message, sections
from bot.slack.post import Post
from bot.slack.text import clip, count, escape, escape_but_people, line, mention, moment

_DETAILS = 200


@dataclass(frozen=True)
class AuditLine:
    """One privileged act: who did what to which thing."""

    at: datetime
    actor_id: str
    action: str
    what: str
    details: str


def audit_list(lines: Sequence[AuditLine]) -> Post:
    """Return `/lead audit`."""
    told = "\n".join(map(_line, lines)) or "Nothing privileged was done yet."
    return Post(
        text=count(len(lines), "entry", "entries") + " of the audit log",
        blocks=message(sections(told), context("`/lead audit export` sends you all as a file.")),
    )


def _line(entry: AuditLine) -> str:
    details = (
        f" · {escape_but_people(clip(line(entry.details), _DETAILS))}" if entry.details else ""
    )
    return (
        f"{moment(entry.at)} · {mention(entry.actor_id)} · `{escape(entry.action)}`"
        f" · {escape_but_people(line(entry.what))}{details}"
    )
