"""What model calls cost, as people read it: the total, who and what, the month's forecast."""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.domain.cost import LEAST_DAYS, By, CostAsked, CostLine, Forecast
from bot.domain.days import day_words
from bot.slack.blocks import context, header, message, sections
from bot.slack.post import Post
from bot.slack.text import count, escape
from bot.slack.usage_text import dollars

_TITLES: dict[By, str] = {
    "channels": "By channel",
    "tasks": "Dearest tasks",
    "specialists": "By specialist",
    "days": "By day (UTC)",
    "models": "By model",
}


@dataclass(frozen=True)
class CostCard:
    """What calls cost; `hidden` are private channels' elsewhere, in the total only."""

    asked: CostAsked
    total: CostLine
    hidden: CostLine
    parts: Mapping[By, tuple[CostLine, ...]]
    forecast: Forecast | None
    """None where others than this company read."""
    day_limit_micros: int
    offline_only: bool = False
    """Whether no other model was called in the time."""

    @property
    def is_free(self) -> bool:
        """Whether there were calls and none cost anything: no price is worth a line."""
        return self.total.calls > 0 and not self.total.micros


def cost_card(card: CostCard) -> Post:
    """Return the message."""
    title = f"Model calls, last {count(card.asked.days, 'day')}"
    total = _total(card)
    body = header(title) + sections(total)
    for by, lines in card.parts.items():
        told = "\n".join(_line(by, line) for line in lines if line.micros or card.is_free)
        body += sections(f"*{_TITLES[by]}*\n{told}" if told else "")
    if card.hidden.calls > 0:
        body += sections(f"Private channels elsewhere: {_paid(card.hidden)}.")
    forecast = card.forecast
    if forecast is None or (card.is_free and not forecast.spent_micros):
        foot = "`/lead cost tasks 7d` and `csv` say more."
        return Post(text=f"{title}: {total}", blocks=message(body, context(foot)))
    body += sections(f"*This month*\n{forecast_words(forecast, card.day_limit_micros)}")
    foot = (
        "A call whose price is not known counts as what was reserved for it. `/lead cost tasks 7d`,"
        " `days chart` and `csv` say more."
    )
    return Post(text=f"{title}: {total}", blocks=message(body, context(foot)))


def _total(card: CostCard) -> str:
    """Return the sum in a sentence; what cost nothing is said once, here."""
    calls = count(card.total.calls, "call")
    if card.is_free:
        return (
            f"{calls}. "
            + ("The offline model costs" if card.offline_only else "They cost")
            + (" nothing.")
        )
    free = any(not line.micros for lines in card.parts.values() for line in lines)
    left_out = " What cost nothing is left out of the lists." if free else ""
    return f"{dollars(card.total.micros)} for {calls}.{left_out}"


def _line(by: By, line: CostLine) -> str:
    name = f"<#{line.name}>" if by == "channels" and line.name[:1] in "CG" else escape(line.name)
    return f"• {name}: {_paid(line)}"


def _paid(line: CostLine) -> str:
    paid = f"{dollars(line.micros)}, " if line.micros else ""
    return f"{paid}{count(line.calls, 'call')}"


def forecast_words(found: Forecast, limit: int) -> str:
    """Return the forecast and how it is made; `limit` is a day's, in micro-dollars."""
    spent = f"{dollars(found.spent_micros)} so far (UTC)."
    if found.since is None:
        return f"{spent} No model was called yet."
    if found.micros is None:
        return (
            f"{spent} Not enough data for a forecast: n={found.n} of {LEAST_DAYS} full days since"
            f" {day_words(found.since, year=True)}."
        )
    days = found.days_left + 1
    over = " That is above the daily limit." if found.average_micros >= limit > 0 else ""
    return (
        f"{spent} Probably {dollars(found.micros)} by the end: {dollars(found.average_micros)} a"
        f" day, the average of {found.days_seen:.3g} days since"
        f" {day_words(found.since, year=True)}, for the"
        f" {count(days, 'day')} left."
        f" The daily limit is {dollars(limit)}.{over}"
    )


SCOPES = {"task": "this task", "channel": "this channel today", "day": "the workspace today"}


def warning_text(scope: str, *, spent_micros: int, limit_micros: int, apart: bool = False) -> str:
    """Return what is said once when a budget is nearly used up.

    `apart`: where others than this company read, which are not told what all channels spend.
    """
    if apart and scope == "day":
        return "Most of today's money is gone. At the limit work pauses and asks."
    percent = spent_micros * 100 // limit_micros
    return (
        f"{percent} % of the money for {SCOPES[scope]} is gone: {dollars(spent_micros)} of"
        f" {dollars(limit_micros)}, spent or reserved. At the limit work pauses and asks."
    )
