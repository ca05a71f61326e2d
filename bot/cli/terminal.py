"""Other people's text on a terminal: it moves no cursor, sets no title, hides no line."""

import re

from bot.slack.text import balanced

_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")
"""All but a tab and the end of a line; with U+009B and its kind, which many terminals obey, too."""


def shown(text: str) -> str:
    """Return text whose control characters stand as �, so that they are seen and do nothing."""
    return balanced(_CONTROLS.sub("�", text.replace("\r\n", "\n")))
