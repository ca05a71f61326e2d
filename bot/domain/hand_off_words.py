"""Reads a hand-off as people write it: to which team, what, by when."""

import difflib
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from bot.domain.days import day_words
from bot.domain.hand_off import TEAMS
from bot.errors import UserFacingError

DAY_ENDS = time(17, tzinfo=UTC)
"""Ours: what is due on a day is due then."""
LONGEST = 1_000
_ALIASES = {
    "main": "main-orchestrator",
    "orchestrator": "main-orchestrator",
    "main orchestrator": "main-orchestrator",
    "ops": "devops",
    "qa": "testing",
    "test": "testing",
}
_SHOWN = 100
"""Ours: who wrote more copies it from there."""
_TO = re.compile(r"(?:to\s+)?(?:the\s+)?", re.IGNORECASE)
_NUMBER = re.compile(r"H-[0-9]{1,9}", re.IGNORECASE)
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_BY = re.compile(
    r"\s+(?:by|due|until)\s+(?:(?P<iso>\d{4}-\d{2}-\d{2})|in\s+(?P<days>\d{1,3})\s+days?"
    r"|(?:next\s+)?(?P<word>today|tomorrow|"
    + "|".join(f"{d[:3]}(?:{d[3:]})?" for d in _DAYS)
    + r"))"
    r"\s*[.!]?\s*$",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Asked:
    """What is asked of a team; `due_at` is None for whenever."""

    text: str
    due_at: datetime | None


def read_team(text: str) -> str:
    """Return the team's name; raises UserFacingError with what was probably meant."""
    word = " ".join(text.strip().lower().replace("_", "-").split())
    word = _ALIASES.get(word, word)
    if word in TEAMS:
        return word
    near = difflib.get_close_matches(word, TEAMS, n=1, cutoff=0.6)
    hint = f"Did you mean `{near[0]}`?" if near else f"I know {', '.join(TEAMS)}."
    raise UserFacingError(f"I know no team “{text.strip()[:30]}”.", hint=hint)


def asked_of(text: str) -> str | None:
    """Return how `/lead handoff` goes on for this text: a card's number, or team and what.

    Nothing but the word itself gives an example; None where no team is named.
    """
    words = _TO.sub("", text.strip(), count=1).split()
    if not words:
        return "devops a staging database by Friday"
    if _NUMBER.fullmatch(words[0]):
        return words[0].upper()
    try:
        team = read_team(words[0].strip(":,"))
    except UserFacingError:
        return None
    what = " ".join(words[1:]).replace("`", "")
    return f"{team} {what if 0 < len(what) <= _SHOWN else '<what>'}"


def read_asked(text: str, *, now: datetime) -> Asked:
    """Return what is asked and until when; raises UserFacingError.

    A day's name means the next such day; what is due on a day is due at 17:00 UTC.
    """
    match = _BY.search(text)
    due = None if match is None else _day(match, now.date())
    if due is not None and due < now.date():
        raise UserFacingError(
            f"{day_words(due, year=True)} has passed.", hint="Give a day to come."
        )
    rest = text if match is None else text[: match.start()]
    said = " ".join(rest.strip().strip("\"“”'").split())
    if not said:
        raise UserFacingError(
            "Say what you need.", hint='E.g. `/lead handoff devops "a staging database" by Friday`.'
        )
    if len(said) > LONGEST:
        raise UserFacingError(f"That is more than {LONGEST:,} characters.")
    return Asked(said, None if due is None else datetime.combine(due, DAY_ENDS))


def _day(match: re.Match[str], today: date) -> date:
    if match["iso"]:
        try:
            return date.fromisoformat(match["iso"])
        except ValueError:
            raise UserFacingError(f"{match['iso']} is no date.") from None
    if match["days"]:
        return today + timedelta(days=int(match["days"]))
    word = match["word"].lower()
    if word in ("today", "tomorrow"):
        return today + timedelta(days=int(word == "tomorrow"))
    wanted = next(n for n, name in enumerate(_DAYS) if name.startswith(word[:3]))
    return today + timedelta(days=(wanted - today.weekday() - 1) % 7 + 1)
