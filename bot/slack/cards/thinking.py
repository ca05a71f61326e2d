"""How a hard decision was weighed, behind a button: numbered thoughts."""

from collections.abc import Sequence
from typing import Any

from bot.slack.blocks import context, modal, sections
from bot.slack.markdown import mrkdwn_line
from bot.slack.text import count, escape


def thinking_modal(thoughts: Sequence[str], *, server: str, taken: int) -> dict[str, Any]:
    """Return the thoughts in their order; `taken` is how many the tool server acknowledged."""
    steps = [f"{number}. {mrkdwn_line(text)}" for number, text in enumerate(thoughts, start=1)]
    if not server:
        kept = "The tool server was not asked."
    elif taken == len(thoughts):
        kept = f"{count(taken, 'step')}, kept by {escape(server)}."
    else:
        kept = f"{escape(server)} took {taken} of {count(len(thoughts), 'step')}."
    blocks = [block for step in steps for block in sections(step)]
    return modal("How it was weighed", [*blocks, *context(kept)])
