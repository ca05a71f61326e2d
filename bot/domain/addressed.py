"""Whom a message is for, by the mention that it begins with."""

import re

_TO = re.compile(
    r"[\s*_]*(?:(?:hey|hi|hello|ok|cc|and|thanks|thank you|thx|danke)\b\W*)?"
    r"<(?:@(?P<user>[UW][A-Z0-9]+)|(?P<all>![^>|]+))[^>]*>"
    r"(?!\s+(?:and|und|&)\s+(?:i|me|ich)\b)",
    re.IGNORECASE,
)
"""`<@U1>`, or a group (`<!subteam^S1>`, `<!here>`); not "@maya and I will …"."""


def addressed_to(text: str) -> str:
    """Return the id of the person that a message begins with, or the group's; empty for nobody."""
    found = _TO.match(text)
    return (found["user"] or found["all"]) if found is not None else ""
