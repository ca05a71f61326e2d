"""Reads when something happens: `weekdays 09:30`, `first Monday of the month 14:00`, or cron.

Each reader takes what it knows out of the text; what nobody took is what the error names.
"""

import re
from dataclasses import dataclass
from datetime import date, time, timedelta

from bot.domain.days import day_number, month_number, read_day
from bot.domain.schedule.cron import looks_like_cron, read_cron
from bot.domain.schedule.rule import LAST, MOST_TIMES, Rule
from bot.domain.zones import find_zone, known_zone
from bot.errors import UserFacingError

EXAMPLES = (
    "E.g. `weekdays 09:30 Europe/Berlin`, `every 2 weeks on Friday 15:00`, "
    "`first Monday of the month 14:00` or `30 9 * * 1-5`."
)
_LONGEST = 200
MOST_ZONES = 8
"""Ours: what a button can carry, and more than any team has."""
_NUMBERS = {"first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "last": LAST}
_ORDINAL = r"(?:first|second|third|fourth|fifth|last|\d{1,2}(?:st|nd|rd|th))"
_TIME = re.compile(
    r"(?:\bat )?\b(?:(?P<hour>\d{1,2})[:.](?P<minute>\d\d) ?(?P<half>am|pm)?"
    r"|(?P<full>\d{1,2}) ?(?P<part>am|pm)|(?P<named>noon|midday|midnight))\b"
    r"|\bat (?P<bare>\d{1,2})(?: o'clock)?(?![\d:.])"
)
_STARTS = re.compile(r"\b(?:starting|beginning|from)(?: on)? (.+)$")
_WEEKS = re.compile(
    r"\bevery (?P<count>\d{1,2}) weeks?\b|\b(?P<two>every other(?: week)?|biweekly|fortnightly)\b"
    rf"|\bevery (?P<ordinal>{_ORDINAL})(?: week)?\b"
)
_PERIOD = re.compile(
    r"\b(?:(?:of|in) )?(?:(?:the|every|each|a) )?(?P<noun>month|quarter|year)\b"
    r"|\b(?P<word>monthly|quarterly|yearly|annually)\b"
)
_WEEKLY = re.compile(r"\b(?:weekly|(?:every|each) week)\b")
_MONTHS_OF = {
    "month": (),
    "monthly": (),
    "quarter": (1, 4, 7, 10),
    "quarterly": (1, 4, 7, 10),
    "year": (1,),
    "yearly": (1,),
    "annually": (1,),
}
_ALL_DAYS = re.compile(r"\b(?:daily|(?:every|each) day)\b")
_WORK = re.compile(r"\b(?:week ?days?|work(?:ing)? ?days?|business days?)\b")
_WEEKEND = re.compile(r"\bweekends?\b")
_MONTH_DAY = re.compile(r"\bday (\d{1,2})\b")
_RANGE = re.compile(r"\b([a-z]{3,10})(?: ?- ?| (?:to|through) )([a-z]{3,10})\b")
_FILLER = frozenset(("every", "each", "on", "at", "the", "and", "of", "in", "day", "days"))
_ZONE = re.compile(r"[A-Za-z_]{2,}(?:/[A-Za-z_+\-0-9]+)+")


@dataclass(frozen=True)
class When:
    """A rule with the zones that were named behind it, and the words without them."""

    rule: Rule
    words: str
    zones: tuple[str, ...]


def read_when(text: str, *, today: date) -> When:
    """Return rule and zones; no zones when none is named. Raises UserFacingError."""
    if len(text) > _LONGEST:
        raise UserFacingError("That is too long for a time.", hint=EXAMPLES)
    words: list[str] = []
    zones: list[str] = []
    for word in text.split():
        name = word.strip(",;")
        if _ZONE.fullmatch(name):
            zones.append(find_zone(name).key)
        elif name[:1].isupper() and not _is_calendar(name) and (zone := known_zone(name)):
            zones.append(zone.key)
        else:
            words.append(word)
    if len(set(zones)) > MOST_ZONES:
        raise UserFacingError(f"Give at most {MOST_ZONES} time zones.")
    said = " ".join(words).strip(" ,;")
    rule = read_rule(said, today=today)
    if rule.starts_on is not None:  # "starting Friday" means another day when it is read again
        said = re.sub(_STARTS.pattern, f"starting {rule.starts_on}", said, flags=re.IGNORECASE)
    return When(rule, said, tuple(dict.fromkeys(zones)))


def read_rule(text: str, *, today: date) -> Rule:
    """Return the rule of plain words or of cron; raises UserFacingError with an example."""
    if looks_like_cron(text):
        return read_cron(text)
    scan = _Scan(" ".join(text.lower().replace("’", "'").replace(",", " ").split()))
    starts = scan.take(_STARTS)
    times = _times(scan)
    weeks = _weeks(scan)
    months, is_monthly = _months(scan)
    rule = _days(scan, is_monthly=is_monthly)
    scan.refuse_rest(text)
    first = read_day(starts[1], today=today) if starts else None
    if weeks and not rule.weekdays:
        raise UserFacingError("Say on which day of the week.", hint=EXAMPLES)
    rule = rule.model_copy(
        update={"times": times, "months": months, "every_weeks": weeks or 1, "starts_on": first}
    )
    return _anchored(rule, today) if weeks > 1 and first is None else rule


class _Scan:
    """What is left of the text."""

    def __init__(self, text: str) -> None:
        self.text = text.replace("a.m.", "am").replace("p.m.", "pm")

    def take(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        """Take the first place that fits out of the text."""
        found = pattern.search(self.text)
        if found is not None:
            self.text = f"{self.text[: found.start()]} {self.text[found.end() :]}"
        return found

    def take_all(self, pattern: re.Pattern[str]) -> list[re.Match[str]]:
        """Take every place that fits."""
        found = []
        while (match := self.take(pattern)) is not None:
            found.append(match)
        return found

    def refuse_rest(self, whole: str) -> None:
        """Raise UserFacingError when something is left that nobody understood."""
        left = [word for word in self.text.split() if word not in _FILLER]
        if left:
            said = " ".join(left)[:40]
            raise UserFacingError(f"I do not understand “{said}” in “{whole[:60]}”.", hint=EXAMPLES)


def _times(scan: _Scan) -> tuple[time, ...]:
    found = sorted({_time(match) for match in scan.take_all(_TIME)})
    if not found:
        raise UserFacingError("Say at what time.", hint=EXAMPLES)
    if len(found) > MOST_TIMES:
        raise UserFacingError(f"Give at most {MOST_TIMES} times a day.")
    return tuple(found)


def _time(match: re.Match[str]) -> time:
    if match["named"]:
        return time(0 if match["named"] == "midnight" else 12)
    hour = int(match["hour"] or match["full"] or match["bare"])
    minute = int(match["minute"] or 0)
    half = match["half"] or match["part"]
    fits = 1 <= hour <= 12 if half else hour < 24
    if not fits or minute > 59:
        said = match[0].removeprefix("at ").strip()
        raise UserFacingError(f"“{said}” is no time of day.", hint=EXAMPLES)
    if half:
        hour = hour % 12 + (12 if half == "pm" else 0)
    return time(hour, minute)


def _weeks(scan: _Scan) -> int:
    """Return every how many weeks, by a day of the week; 0 when the text counts no weeks."""
    if _PERIOD.search(scan.text):  # "every second Friday of the month" counts Fridays, not weeks
        return 0
    match = scan.take(_WEEKS)
    if match is None:
        return int(scan.take(_WEEKLY) is not None)
    if match["two"]:
        return 2
    count = int(match["count"]) if match["count"] else _ordinal(match["ordinal"])
    if not 1 <= count <= 52:
        raise UserFacingError("Give a number of weeks from 1 to 52.", hint=EXAMPLES)
    return count


def _months(scan: _Scan) -> tuple[tuple[int, ...], bool]:
    """Return which months, and whether the text speaks of months at all."""
    period = scan.take(_PERIOD)
    named = {n: word for word in scan.text.split() if (n := month_number(word)) is not None}
    for word in named.values():
        scan.take(re.compile(rf"\b{word}\b"))
    if period is None:
        return tuple(sorted(named)), bool(named)
    if named:
        raise UserFacingError("Name either the months or how often.", hint=EXAMPLES)
    return _MONTHS_OF[period["noun"] or period["word"]], True


def _days(scan: _Scan, *, is_monthly: bool) -> Rule:
    """Return a rule that knows its days only."""
    every_day = scan.take(_ALL_DAYS) is not None
    ordinals = [_ordinal(match[0]) for match in scan.take_all(re.compile(rf"\b{_ORDINAL}\b"))]
    numbers = [int(match[1]) for match in scan.take_all(_MONTH_DAY)]
    work = scan.take(_WORK) is not None
    weekdays = _weekdays(scan)
    if sum((every_day, work, bool(weekdays), bool(numbers))) > 1:
        raise UserFacingError("Name the days in one way only.", hint=EXAMPLES)
    base = Rule(times=())
    if numbers or (ordinals and not work and not weekdays):
        return base.model_copy(update={"month_days": _checked([*numbers, *ordinals], 31)})
    if is_monthly and not ordinals and not weekdays and not work and not every_day:
        raise UserFacingError("Say on which day of the month.", hint=EXAMPLES)
    nth = _checked(ordinals, 23 if work else 5)
    if weekdays:
        return base.model_copy(update={"weekdays": weekdays, "nth": nth})
    return base.model_copy(update={"work": not every_day, "nth": nth})


def _checked(numbers: list[int], most: int) -> tuple[int, ...]:
    for number in numbers:
        if number != LAST and not 1 <= number <= most:
            raise UserFacingError(f"There is no {number}. of that in a month.", hint=EXAMPLES)
    return tuple(sorted(set(numbers)))


def _weekdays(scan: _Scan) -> tuple[int, ...]:
    found: set[int] = set()
    for match in list(_RANGE.finditer(scan.text)):
        first, last = day_number(match[1]), day_number(match[2])
        if first is not None and last is not None:
            scan.text = scan.text.replace(match[0], " ")
            found.update((first + n) % 7 for n in range((last - first) % 7 + 1))
    if scan.take(_WEEKEND):
        found.update((5, 6))
    for word in scan.text.split():
        number = day_number(word)
        if number is not None:
            found.add(number)
            scan.take(re.compile(rf"\b{re.escape(word)}(?!\w)"))
    return tuple(sorted(found))


def _ordinal(word: str) -> int:
    return _NUMBERS[word] if word in _NUMBERS else int(re.sub(r"\D", "", word))


def _anchored(rule: Rule, today: date) -> Rule:
    """Let the first of every so many weeks be the one of the next day that fits."""
    once = rule.model_copy(update={"every_weeks": 1})
    ahead = (today + timedelta(days=n) for n in range(7))
    return rule.model_copy(update={"starts_on": next(filter(once.on, ahead), today)})


def _is_calendar(name: str) -> bool:
    return day_number(name) is not None or month_number(name) is not None
