"""A wish that a command asked, shown where others can see it: it starts the task's thread."""

import re

from bot.domain.redaction import redact
from bot.slack.blocks import message, sections
from bot.slack.post import Post
from bot.slack.text import clip, escape, mention

LONGEST = 3_900
"""Ours, in characters: the wish itself is kept whole, this is only where its thread begins."""
_NAMED = re.compile(r"&lt;((?:@|#)[A-Z0-9]+)(?:\|[^&|]*)?&gt;")
"""People and channels that the person named; `@channel` and groups are not among them."""
_GROUP = re.compile(r"&lt;!subteam\^[A-Z0-9]+\|(@[^&|]*)&gt;")
"""A group is shown by its name and not called: who may call it is Slack's to say, not ours."""


def wish_post(requester_id: str, text: str) -> Post:
    """Return who asks for what; a secret in it is not told on."""
    shown = _GROUP.sub(r"\1", _NAMED.sub(r"<\1>", escape(redact(text))))
    said = clip(f"{mention(requester_id)} asks: {shown}", LONGEST)
    return Post(text=said, blocks=message(sections(said)))
