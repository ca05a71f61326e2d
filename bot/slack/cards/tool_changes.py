"""What is said of tools that changed since they were permitted: names, and what they say now."""

from collections.abc import Sequence

from bot.slack.blocks import sections
from bot.slack.post import Post
from bot.slack.text import bold, clip, escape, line

SHOWN = 8
"""Ours: tools by name in one message."""
_MOST = 160
"""Ours: so much of a tool's words in a form."""


def named(tools: Sequence[str]) -> str:
    """Return tools by name, escaped."""
    shown = ", ".join(bold(name) for name in tools[:SHOWN])
    return f"{shown} and {len(tools) - SHOWN} more" if len(tools) > SHOWN else shown


def tools_changed_post(server: str, tools: Sequence[str]) -> Post:
    """Return the message to who permitted them."""
    one = len(tools) == 1
    what = "a tool that is" if one else "tools that are"
    text = f"{server} has {what} not as {'it was' if one else 'they were'} permitted"
    blocks = sections(
        f"⚠️ {bold(server)} changed what it says of {named(tools)}, or what "
        f"{'it takes' if one else 'they take'}. {'It asks' if one else 'They ask'} before each "
        f"call until somebody chooses again: `/lead tools`, then *Change*."
    )
    return Post(text=line(text), blocks=blocks)


def changes_text(tools: Sequence[tuple[str, str]]) -> str:
    """Return the lines of a form: each tool that changed, and what it says of itself now."""
    lines = [f"• {bold(name)}: {escape(clip(line(about), _MOST))}" for name, about in tools[:SHOWN]]
    more = [f"and {len(tools) - SHOWN} more"] if len(tools) > SHOWN else []
    first = "⚠️ *Changed since they were permitted*; they ask until you choose again. They say now:"
    return "\n".join([first, *lines, *more])
