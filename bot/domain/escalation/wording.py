"""Reads what people set about escalations: hours, people, a channel, a group, a region."""

import re

from bot.domain.escalation.calendar import read_hours
from bot.domain.escalation.policy import Span
from bot.domain.unlinked import refused

OFF = "off"
SPAN_EXPECTS = "two numbers of hours, e.g. 2-4: a reminder each 2 h, the next level after 4 h"
HOURS_EXPECT = "days and times, e.g. mon-fri 09:00-18:00, or always"
PEOPLE_EXPECT = "mentions of people, the first one first, or off"
CHANNEL_EXPECTS = "a channel, e.g. #incidents, or off"
GROUP_EXPECTS = "a user group, e.g. @on-call, or off"
REGION_EXPECTS = "a country or one of its states, e.g. DE or DE-BY, or off"
MOST_HOURS = 720
"""Ours: what may wait for a month is no escalation."""
MOST_PEOPLE = 10

_SPAN = re.compile(
    r"(\d{1,3}(?:\.\d)?)\s*(?:h|hours?)?\s*[-–]\s*(\d{1,3}(?:\.\d)?)\s*(?:h|hours?)?"
)
_PERSON = re.compile(r"(?:<@)?([UW][A-Z0-9]{2,39})(?:\|[^>]*)?>?")
_CHANNEL = re.compile(r"(?:<#)?([CG][A-Z0-9]{2,39})(?:\|[^>]*)?>?")
_GROUP = re.compile(r"(?:<!subteam\^)?(S[A-Z0-9]{2,39})(?:\|[^>]*)?>?")
_REGION = re.compile(r"[A-Z]{2}(?:-[A-Z0-9]{1,3})?")


def read_span(text: str) -> str:
    """Return e.g. "2-4"; raises UserFacingError."""
    found = _SPAN.fullmatch(text.strip().lower())
    if found is None or not 0 < float(found[1]) <= float(found[2]) <= MOST_HOURS:
        raise refused(text, SPAN_EXPECTS)
    return f"{float(found[1]):g}-{float(found[2]):g}"


def span_of(text: str) -> Span:
    """Return the hours of a level, from what `read_span` returned."""
    first, last = map(float, read_span(text).split("-"))
    return Span(first=first, last=last)


def read_work_hours(text: str) -> str:
    """Return the words for working hours; raises UserFacingError."""
    read_hours(text)
    return " ".join(text.lower().split())


def read_people(text: str) -> str | None:
    """Return mentions, each person once; None for nobody. Raises UserFacingError."""
    words = [word for word in re.split(r"[\s,]+", text.strip()) if word]
    if [word.lower() for word in words] == [OFF]:
        return None
    found = [_PERSON.fullmatch(word) for word in words]
    ids = list(dict.fromkeys(match[1] for match in found if match))
    if not ids or None in found or len(ids) > MOST_PEOPLE:
        raise refused(text, PEOPLE_EXPECT)
    return " ".join(f"<@{user_id}>" for user_id in ids)


def people_of(text: str) -> tuple[str, ...]:
    """Return user ids, from what `read_people` returned."""
    return tuple(re.findall(r"<@([A-Z0-9]+)>", text))


def read_channel(text: str) -> str | None:
    """Return how Slack links a channel; None for none. Raises UserFacingError."""
    return _one(text, _CHANNEL, "<#{}>", CHANNEL_EXPECTS)


def read_group(text: str) -> str | None:
    """Return how Slack mentions a user group; None for none. Raises UserFacingError."""
    return _one(text, _GROUP, "<!subteam^{}>", GROUP_EXPECTS)


def id_of(text: str) -> str:
    """Return the bare id, from what `read_channel` and `read_group` returned; empty for "off"."""
    return "" if text == OFF else re.sub(r"^<(?:#|!subteam\^)|>$", "", text)


def read_region(text: str) -> str | None:
    """Return e.g. "DE-BY"; None for none. Raises UserFacingError."""
    return _one(text.upper(), _REGION, "{}", REGION_EXPECTS)


def _one(text: str, form: re.Pattern[str], shown: str, expects: str) -> str | None:
    if text.strip().lower() == OFF:
        return None
    found = form.fullmatch(text.strip())
    if found is None:
        raise refused(text, expects)
    return shown.format(found[1] if form.groups else found[0])
