"""JSON of unknown hands: no NaN, no endless nesting, no numbers of a thousand digits."""

import json
import re

from bot.domain.report import ReportInvalid

DEEPEST = 60
MOST_VALUES = 2_000_000
"""Lists and objects; each takes some 60 bytes of memory however short it is written."""
_STEPS = re.compile(r'"(?:[^"\\]++|\\.)*+"?|[\[{]|[\]}]', re.DOTALL)


def load_json(text: str) -> object:
    """Return the document; raises ReportInvalid."""
    _check_shape(text)
    try:
        read: object = json.loads(text, parse_constant=_no_constant)
    except json.JSONDecodeError as error:
        raise ReportInvalid(f"This is no valid JSON (line {error.lineno}).") from None
    except ValueError:
        raise ReportInvalid("It holds a number with too many digits.") from None
    return read


def _no_constant(name: str) -> object:
    raise ReportInvalid(f"It holds {name}, which is no number.")


def _check_shape(text: str) -> None:
    depth = seen = 0
    for found in _STEPS.finditer(text):
        step = {"[": 1, "{": 1, "]": -1, "}": -1}.get(found[0], 0)
        depth, seen = depth + step, seen + (step > 0)
        if depth > DEEPEST:
            raise ReportInvalid(f"It is nested more than {DEEPEST} levels deep.")
        if seen > MOST_VALUES:
            raise ReportInvalid(f"It has more than {MOST_VALUES:,} lists and objects.")
