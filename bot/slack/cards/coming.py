"""What comes next in a person's channels, as the Home tab lists it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.slack.blocks import sections
from bot.slack.post import Block
from bot.slack.text import bold, clip, line, moment

_NAME = 80


@dataclass(frozen=True)
class ComingLine:
    """One ceremony at its next time."""

    name: str
    channel_id: str
    at: datetime


def home_coming(lines: Sequence[ComingLine]) -> list[Block]:
    """Return one line each; none without any."""
    told = (
        f"{bold(clip(line(item.name), _NAME))} in <#{item.channel_id}> · {moment(item.at)}"
        for item in lines
    )
    return sections("\n".join(told)) if lines else []
